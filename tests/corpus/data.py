"""Calendars, notebooks, diagrams, databases and other data, with what is in them."""

from __future__ import annotations

import base64
import json
import sqlite3
import urllib.parse
import zlib
from collections.abc import Iterator
from functools import partial

from tests.corpus.case import DAMAGED, Case, Expectation
from tests.corpus.drawing import encode_quarters
from tests.support.parquet_files import BYTE_ARRAY, GZIP, INT64, SNAPPY, Column, build_parquet

_expect = Expectation.expect_file


def list_cases() -> Iterator[Case]:
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


def build_notebook() -> bytes:
    outputs = [
        {"output_type": "stream", "text": ["hi\n"]},
        {
            "output_type": "display_data",
            "data": {"image/png": base64.b64encode(encode_quarters()).decode()},
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
