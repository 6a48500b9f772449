"""Documents, data and mails of the rarer kinds, each written byte by byte, with what is in them."""

from __future__ import annotations

import base64
import json
import sqlite3
import urllib.parse
import zlib
from collections.abc import Iterator
from email.message import EmailMessage
from functools import partial

from tests.corpus.case import DAMAGED, PASSWORD, Case, Expectation
from tests.corpus.drawing import draw_quarters
from tests.corpus.ole import build_ole
from tests.corpus.zips import build_zip
from tests.support.parquet_files import BYTE_ARRAY, GZIP, INT64, SNAPPY, Column, build_parquet
from tests.support.pictures import encode_picture

_expect = Expectation.expect_file
_SPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"'
    ' xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0"'
)


def list_cases() -> Iterator[Case]:
    yield from _list_documents()
    yield from _list_data()
    yield from _list_mails()


def _build_picture() -> bytes:
    return encode_picture(draw_quarters(), "PNG")


def _list_documents() -> Iterator[Case]:
    yield Case(
        "letter.odt",
        build_open_text,
        _expect(
            "OpenDocument text",
            pictures=(1, 1),
            fragments=(
                "## Head <1>", "Fee is 12 € [note: foot] end [comment by Ann: check]",
                "- one\n  - deep", "| a | b |  |\n| --- | --- | --- |\n| 1 |  |  |",
                "[picture 1: a fox]",
            ),
            absent=("2024",),
        ),
    )  # fmt: skip
    yield Case(
        "talk.odp",
        build_open_slides,
        _expect("OpenDocument presentation", count=2, fragments=("Slide 1\n\nTitle", "say hi")),
    )
    yield Case("bomb.odt", _build_bomb, Expectation.expect_refusal("declares XML entities"))
    yield Case(
        "novel.epub",
        build_book,
        _expect(
            "e-book", pictures=(1, 1), fragments=("Title: Book", "# One\n\n[picture 1: x]\n\nTwo")
        ),
    )
    locked = {"META-INF/encryption.xml": b"<EncryptionMethod Algorithm='x'/>"}
    yield Case(
        "locked.epub",
        lambda: build_zip({"mimetype": b"application/epub+zip", **locked}),
        Expectation.expect_refusal(PASSWORD),
    )
    yield Case(
        "letter.rtf",
        build_rtf,
        _expect(
            "RTF document",
            pictures=(1, 1),
            fragments=("Größe Привет 日本\n€ 😀 {x}", "| a | b |", "[picture 1]", "é [note]"),
            absent=("hidden",),
        ),
    )
    preview = {"Index/Document.iwa": b"x", "preview.jpg": encode_picture(draw_quarters(), "JPEG")}
    yield Case(
        "talk.key",
        lambda: build_zip(preview),
        _expect("Keynote presentation", pictures=(1, 1), left_out="all but the preview"),
    )
    yield Case(
        "bare.pages",
        lambda: build_zip({"Index/Document.iwa": b"x"}),
        Expectation.expect_refusal("only the preview"),
    )
    yield Case(
        "net.vsdx",
        build_visio,
        _expect(
            "Visio drawing", fragments=("- Web\n", "- Web → DB"), left_out="all but its labels"
        ),
    )
    yield Case(
        "x.fig", lambda: b"fig-kiwi\0\0\0\x0e" + bytes(99), Expectation.expect_refusal("design")
    )
    for name, stream in (("old.doc", "WordDocument"), ("old.ppt", "PowerPoint Document")):
        old = Expectation.expect_refusal("in an old Office format", DAMAGED)
        yield Case(f"hollow-{name}", partial(build_ole, (stream,)), old)


def build_open_text() -> bytes:
    body = (
        '<text:h text:outline-level="2">Head &lt;1&gt;</text:h><text:p>Fee<text:s text:c="2"/>is'
        " <text:span>12 €</text:span><text:note><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>foot</text:p></text:note-body></text:note> end"
        "<office:annotation><dc:creator>Ann</dc:creator><dc:date>2024</dc:date>"
        "<text:p>check</text:p></office:annotation></text:p><text:list><text:list-item>"
        "<text:p>one</text:p><text:list><text:list-item><text:p>deep</text:p></text:list-item>"
        "</text:list></text:list-item></text:list><table:table><table:table-row>"
        "<table:table-cell><text:p>a</text:p></table:table-cell>"
        '<table:table-cell table:number-columns-repeated="2"><text:p>b</text:p>'
        "</table:table-cell></table:table-row><table:table-row><table:table-cell>"
        "<text:p>1</text:p></table:table-cell></table:table-row></table:table><text:p>"
        '<draw:frame><draw:image xlink:href="Pictures/1.png"/><svg:desc>a fox</svg:desc>'
        "</draw:frame></text:p>"
    )
    return _pack_open(
        "text", f"<office:text>{body}</office:text>", {"Pictures/1.png": _build_picture()}
    )


def build_open_slides() -> bytes:
    box = "<draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>"
    notes = f"<presentation:notes>{box.format('say hi')}</presentation:notes>"
    first = f"<draw:page>{box.format('Title')}{notes}</draw:page>"
    second = "<draw:page><text:p>two</text:p></draw:page>"
    body = f"<office:presentation>{first}{second}</office:presentation>"
    return _pack_open("presentation", body, {})


def _build_bomb() -> bytes:
    kind = b"application/vnd.oasis.opendocument.text"
    bomb = b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    return build_zip({"mimetype": kind, "content.xml": bomb})


def _pack_open(kind: str, body: str, others: dict[str, bytes]) -> bytes:
    content = (
        f"<office:document-content {_SPACES}><office:body>{body}</office:body>"
        "</office:document-content>"
    )
    mimetype = f"application/vnd.oasis.opendocument.{kind}".encode()
    return build_zip({"mimetype": mimetype, "content.xml": content.encode(), **others})


def build_book() -> bytes:
    container = '<container><rootfiles><rootfile full-path="O/c.opf"/></rootfiles></container>'
    item = '<item id="{}" href="{}" media-type="application/xhtml+xml"/>'
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>Book</dc:title></metadata>'
        f"<manifest>{item.format('b', 'b%20x.xhtml')}{item.format('a', 'a.xhtml')}</manifest>"
        '<spine><itemref idref="a"/><itemref idref="b"/></spine></package>'
    )
    return build_zip(
        {
            "mimetype": b"application/epub+zip",
            "META-INF/container.xml": container.encode(),
            "O/c.opf": package.encode(),
            "O/a.xhtml": b"<html><body><h1>One</h1><img src='i/1.png' alt='x'/></body></html>",
            "O/b x.xhtml": b"<p>Two</p>",
            "O/i/1.png": _build_picture(),
        }
    )


def build_rtf() -> bytes:
    fonts = rb"{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset204 B;}{\f2\fcharset128 C;}}"
    return (
        rb"{\rtf1\ansi\ansicpg1252" + fonts + rb"{\*\generator x;}\f0 Gr\'f6\'dfe "
        rb"\f1\'cf\'f0\'e8\'e2\'e5\'f2\f0  \f2\'93\'fa\'96\'7b\f0\par \u8364? "
        rb"\u-10179?\u-8704? \{x\}"
        rb"{\v hidden}\par\trowd\intbl a\cell b\cell\row\pard{\pict\pngblip "
        + _build_picture().hex().encode()
        + rb"}\uc2 \u233\'c3\'a9{\footnote note}\par}"
    )


def build_visio() -> bytes:
    page = (
        '<PageContents><Shapes><Shape ID="1"><Text>Web</Text></Shape><Shape ID="2">'
        '<Text>DB</Text></Shape><Shape ID="3"/></Shapes><Connects>'
        '<Connect FromSheet="3" FromCell="BeginX" ToSheet="1"/>'
        '<Connect FromSheet="3" FromCell="EndX" ToSheet="2"/></Connects>'
        "</PageContents>"
    )
    return build_zip({"visio/document.xml": b"<a/>", "visio/pages/page1.xml": page.encode()})


def _list_tables() -> Iterator[Case]:
    columns = [
        Column("id", INT64, [1, None]),
        Column("city", BYTE_ARRAY, [b"Oslo", "Köln".encode()], has_dictionary=True),
        Column("list", INT64, [[1, 2], None], is_list=True),
    ]
    for codec in (SNAPPY, GZIP):
        yield Case(
            f"sales-{codec}.parquet",
            partial(build_parquet, columns, codec),
            _expect("Parquet file", fragments=("| 1 | Oslo | [1, 2] |\n|  | Köln |  |",)),
        )
    yield Case(
        "cut.parquet",
        lambda: build_parquet(columns)[:100],
        Expectation.expect_refusal(DAMAGED),
    )


def _list_data() -> Iterator[Case]:
    calendar = (
        "BEGIN:VCALENDAR\r\nX-WR-CALNAME:Team\r\nBEGIN:VEVENT\r\n"
        "DTSTART;TZID=Europe/Berlin:20260329T090000\r\nDTEND:20260329T080000Z\r\n"
        'SUMMARY:Größe\\, wei\r\n ter\r\nATTENDEE;CN="Ann B";PARTSTAT=ACCEPTED:mailto:a@b.c\r\n'
        "END:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270101\r\nSUMMARY:New Year\r\n"
        "END:VEVENT\r\nEND:VCALENDAR"
    )
    events = (
        "| 2027-01-01 (all day) |  | New Year |  |\n| 2026-03-29 09:00 Europe/Berlin |"
        " 2026-03-29 08:00 UTC | Größe, weiter | Ann B <a@b.c> (accepted) |"
    )
    yield from _list_tables()
    yield Case("team.ics", calendar.encode, _expect("calendar", count=2, fragments=(events,)))
    card = (
        "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=\n"
        "=B6rg\nTEL;WORK;VOICE:+49 1\nitem1.EMAIL;TYPE=INTERNET:a@b.c\nPHOTO;ENCODING=b:AAAA\n"
        "END:VCARD"
    )
    person = "| Jörg Müller | +49 1 (work) | a@b.c |"
    yield Case(
        "people.vcf", card.encode, _expect("contact", fragments=(person,), left_out="a photo")
    )
    yield Case(
        "plot.ipynb",
        build_notebook,
        _expect(
            "notebook",
            count=2,
            pictures=(1, 1),
            fragments=("# T\nx", "In [3]:\n```python\nplot()\n```", "[picture 1]", "| 1 | 2 |"),
            absent=("\x1b",),
        ),
    )
    srt = (
        b"1\n00:00:01,000 --> 00:00:02,000\n<i>Hello</i>\nthere\n\n2\n01:00:03,000 --> 01:00:04,0\n"
    )
    yield Case("film.srt", lambda: srt, _expect("subtitle", fragments=("[0:00:01] Hello there",)))
    vtt = b"WEBVTT\n\nNOTE x\n\n00:01.000 --> 00:02.000 align:start\n<v Ada>Hello <c.red>you</c>\n"
    yield Case(
        "talk.vtt", lambda: vtt, _expect("subtitle", fragments=("[0:00:01] Ada: Hello you",))
    )
    arrows = ("- alone\n- Web → DB: reads",)
    yield Case("net.drawio", build_drawio, _expect("draw.io", count=2, fragments=arrows))
    yield Case("net.excalidraw", build_excalidraw, _expect("Excalidraw", fragments=arrows))
    yield Case(
        "shop.sqlite",
        build_database,
        _expect(
            "SQLite",
            count=2,
            fragments=(
                "## Table t: 2 rows\n| a | b | c |\n| --- | --- | --- |\n| 1 | x\\|y | [2 bytes] |",
                "## View v (not run)", "virtual table: not opened",
            ),
            absent=("f_data",),
        ),
    )  # fmt: skip


def build_notebook() -> bytes:
    outputs = [
        {"output_type": "stream", "text": ["hi\n"]},
        {
            "output_type": "display_data",
            "data": {"image/png": base64.b64encode(_build_picture()).decode()},
        },
        {
            "output_type": "execute_result",
            "data": {"text/html": "<table><tr><th>a<th>b<tr><td>1<td>2</table>"},
        },
        {"output_type": "error", "traceback": ["\x1b[31mTrace\x1b[0m", "bad"]},
    ]
    cells = [
        {"cell_type": "markdown", "source": ["# T\n", "x"]},
        {"cell_type": "code", "execution_count": 3, "source": "plot()", "outputs": outputs},
    ]
    language = {"language_info": {"name": "python"}}
    return json.dumps({"nbformat": 4, "metadata": language, "cells": cells}).encode()


def build_drawio() -> bytes:
    model = (
        '<mxGraphModel><root><mxCell id="0"/><mxCell id="2" value="&lt;b&gt;Web&lt;/b&gt;"/>'
        '<UserObject id="3" label="DB"><mxCell vertex="1"/></UserObject><mxCell id="4"'
        ' value="reads" edge="1" source="2" target="3"/><mxCell id="5" value="alone"/></root>'
        "</mxGraphModel>"
    )
    packer = zlib.compressobj(9, wbits=-15)
    packed = packer.compress(urllib.parse.quote(model).encode()) + packer.flush()
    text = base64.b64encode(packed).decode()
    return f'<mxfile><diagram name="P">{text}</diagram><diagram>{model}</diagram></mxfile>'.encode()


def build_excalidraw() -> bytes:
    elements = [
        {"id": "a", "type": "rectangle"},
        {"id": "t", "type": "text", "text": "Web", "containerId": "a"},
        {"id": "b", "type": "ellipse"},
        {"id": "u", "type": "text", "text": "DB", "containerId": "b"},
        {
            "id": "r",
            "type": "arrow",
            "startBinding": {"elementId": "a"},
            "endBinding": {"elementId": "b"},
        },
        {"id": "l", "type": "text", "text": "reads", "containerId": "r"},
        {"id": "x", "type": "text", "text": "alone"},
    ]
    return json.dumps({"type": "excalidraw", "elements": elements}).encode()


def build_database() -> bytes:
    base = sqlite3.connect(":memory:")
    base.executescript(
        "CREATE TABLE t(a INT, b TEXT, c BLOB);"
        "INSERT INTO t VALUES (1, 'x|y', x'00ff'), (2, NULL, NULL);"
        "CREATE VIEW v AS SELECT load_extension('x'); CREATE VIRTUAL TABLE f USING fts5(x);"
    )
    data = base.serialize()
    base.close()
    return data


def _list_mails() -> Iterator[Case]:
    yield Case(
        "offer.eml",
        build_mail,
        _expect(
            "e-mail",
            pictures=(2, 2),
            fragments=(
                "see [picture 1: the plan] here", "- Größe.txt, 5 bytes",
                "Attachment Größe.txt:\nwords",
                "Mail within this mail, number 1:\n\nFrom: b@example.org", "inner words",
                "- photo.png, ", "(shown as picture 2)",
            ),
        ),
    )  # fmt: skip
    mailbox = b"".join(b"From a@b Mon Jan  1 10:00:00 2024\n" + text + b"\n\n" for text in _PLAIN)
    yield Case("old.mbox", lambda: mailbox, _expect("e-mail", fragments=("Mail 2:", "second text")))


_PLAIN = (
    b"From: a@example.org\nTo: b@example.org\nSubject: one\n\nfirst text",
    b"From: b@example.org\nTo: a@example.org\nSubject: two\n\nsecond text",
)


def build_mail() -> bytes:
    inner = EmailMessage()
    inner["From"] = "b@example.org"
    inner["Subject"] = "before"
    inner.set_content("inner words")
    outer = EmailMessage()
    outer["From"] = "a@example.org"
    outer["To"] = "c@example.org"
    outer["Subject"] = "an offer"
    outer.set_content("<p>see <img src='cid:plan' alt='the plan'> here</p>", subtype="html")
    outer.add_related(_build_picture(), "image", "png", cid="<plan>", filename="plan.png")
    outer.make_mixed(boundary="outer")
    outer.add_attachment(b"words", "text", "plain", filename="Größe.txt")
    outer.add_attachment(_build_picture(), "image", "png", filename="photo.png")
    outer.add_attachment(inner)
    for number, part in enumerate(outer.walk()):
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            part.set_boundary(f"part{number}")
    return outer.as_bytes()
