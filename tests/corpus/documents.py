"""Documents of the rarer kinds, each written byte by byte, with what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tests.corpus.case import DAMAGED, PASSWORD, Case, Expectation
from tests.corpus.drawing import draw_quarters, encode_quarters
from tests.corpus.ole import build_ole
from tests.corpus.zips import build_zip
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
        "text", f"<office:text>{body}</office:text>", {"Pictures/1.png": encode_quarters()}
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
            "O/i/1.png": encode_quarters(),
        }
    )


def build_rtf() -> bytes:
    fonts = rb"{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset204 B;}{\f2\fcharset128 C;}}"
    return (
        rb"{\rtf1\ansi\ansicpg1252" + fonts + rb"{\*\generator x;}\f0 Gr\'f6\'dfe "
        rb"\f1\'cf\'f0\'e8\'e2\'e5\'f2\f0  \f2\'93\'fa\'96\'7b\f0\par \u8364? "
        rb"\u-10179?\u-8704? \{x\}"
        rb"{\v hidden}\par\trowd\intbl a\cell b\cell\row\pard{\pict\pngblip "
        + encode_quarters().hex().encode()
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
