"""Charts in real decoders: every kind of file, hostile ones, and forged results."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import pytest_asyncio

from bot.charts.result import list_rows
from bot.charts.spec import read_spec
from bot.files.chart_drawer import ChartDrawer, ChartStyle, DrawnChart, Source, _parse_drawn
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.sandbox import Sandbox
from bot.files.unreadable import UnreadableError
from tests.support.easel import build_png

OWNER = TaskOwner("T/U", "batch")
STYLE = ChartStyle("de", "(leer)", "Andere", is_day_first=True)
SPEC = {"kind": "bar", "title": "Größe", "x": "name", "y": [{"column": "amount"}]}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def drawer() -> AsyncIterator[ChartDrawer]:
    async with Sandbox(max_processes=1) as sandbox:
        yield ChartDrawer(sandbox)


def build_workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [["name", "day", "amount"], ["Süd", date(2025, 1, 2), 1.234], ["Süd", None, 2]]:
        sheet.append(row)
    book.create_sheet("other").append(["nothing"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


FILES: dict[str, bytes | str] = {
    "t.csv": "name;amount\nSüd;1,234\nSüd;2,00\n".encode("utf-16"),
    "old.csv": "name;amount\nSüd;1,234\nSüd;2,00\n".encode("cp1252"),
    "t.tsv": "name\tamount\nSüd\t1.2340\nSüd\t2\n".encode(),
    "t.json": '{"rows": [{"name": "Süd", "amount": 1.234}, {"name": "Süd", "amount": 2}]}',
    "t.jsonl": '{"name": "Süd", "amount": 1.234}\n{"name": "Süd", "amount": 2}\n',
    "t.md": "# T\n\n| name | amount |\n|---|---|\n| Süd | 1.2340 |\n| Süd | 2 |\n",
    "t.xlsx": build_workbook(),
}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", FILES)
async def test_a_table_of_any_kind_of_file_is_drawn(drawer: ChartDrawer, name: str) -> None:
    data = FILES[name]
    source = Source(name, data.encode() if isinstance(data, str) else data)
    view, *_ = await drawer.look_at([source], OWNER)
    assert view.rows == 2 and view.columns[-1].kind == "number"
    drawn = await drawer.draw([source], read_spec(SPEC), STYLE, OWNER)
    assert isinstance(drawn, DrawnChart)
    assert list_rows(drawn.data)[1] == [["Süd", Decimal("3.234")]]
    (heading, row) = csv.reader(io.StringIO(drawn.csv.decode("utf-8-sig")))
    assert heading == ["name", "amount"] and Decimal(row[1]) == Decimal("3.234")


@pytest.mark.asyncio(loop_scope="module")
async def test_two_files_are_joined_by_what_they_share(drawer: ChartDrawer) -> None:
    sources = [
        Source("orders.csv", b"id,amount\n1,5\n2,7\n3,9\n2,1\n"),
        Source("places.csv", b"ID,place\n1,Bern\n2,Lyon\n2,Rom\n"),
    ]
    spec = {"kind": "bar", "x": "place", "y": [{"column": "amount"}], "combine": "join"}
    drawn = await drawer.draw(sources, read_spec(spec), STYLE, OWNER)
    assert isinstance(drawn, DrawnChart)
    assert list_rows(drawn.data)[1] == [["Bern", Decimal(5)], ["Lyon", Decimal(8)]]
    said = " ".join(drawn.notes)
    assert "1 row without a partner" in said and "1 row of places.csv repeats a key" in said


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"PK\x03\x04" + b"x" * 100, b"\0" * 50]
)
async def test_what_is_no_table_is_a_sentence(drawer: ChartDrawer, data: bytes) -> None:
    with pytest.raises(UnreadableError):
        await drawer.look_at([Source("a.csv", data)], OWNER)


@pytest.mark.asyncio(loop_scope="module")
async def test_names_that_command_are_words_in_the_pictures(drawer: ChartDrawer) -> None:
    table = 'name,amount\n"<script>alert(1)</script> <!channel> $x^2$ _y",5\n"</text>&amp;]]>",6\n'
    drawn = await drawer.draw([Source("a.csv", table.encode())], read_spec(SPEC), STYLE, OWNER)
    assert isinstance(drawn, DrawnChart) and b"<script" not in drawn.svg


# A date that is none: so many days after 1970.
FAR = {"name": "", "axis": "left", "values": ["1"], "xs": ["9e300"]}
HUGE = {"name": "", "axis": "left", "values": ["1e9999999", "1"], "xs": []}


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "rocket"},
        {"panels": []},
        {"categories": ["a"] * 3},
        {"rows": "many"},
        {"panels": [{"name": "", "series": [HUGE]}]},
        {"kind": "scatter", "x_kind": "date", "panels": [{"name": "", "series": [FAR]}]},
        {"panels": [{"name": "", "series": []}, {"name": "", "series": [HUGE]}]},
        {"rows": 10**400},
        {"rows": -1},
    ],
)
def test_a_forged_result_is_refused(changes: dict[str, Any]) -> None:
    series = {"name": "", "axis": "left", "values": ["1", None], "xs": []}
    chart: dict[str, Any] = {
        "kind": "bar", "title": "", "x_kind": "text", "bucket": "", "x_label": "", "y_label": "",
        "right_label": "", "unit": "", "log": False, "has_trend": False, "rows": 2,
        "categories": ["a", "b"],
        "panels": [{"name": "", "series": [series]}],
    }  # fmt: skip
    blobs = [build_png(), b"<?xml version='1.0'?><svg/>", b""]
    assert isinstance(_parse_drawn(({"chart": chart, "notes": "", "used": []}, blobs)), DrawnChart)
    with pytest.raises((ValueError, LookupError, ArithmeticError)):
        _parse_drawn(({"chart": chart | changes, "notes": "", "used": []}, blobs))
    with pytest.raises(ValueError, match="no drawing"):
        _parse_drawn(
            ({"chart": chart, "notes": "", "used": []}, [blobs[0], b"<?xml?><script", b""])
        )
