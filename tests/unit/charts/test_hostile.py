"""Hostile tables and specifications: a chart or a sentence, never a crash, and bounded."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from typing import Any

import pytest

from bot.charts.computing.compute import ChartProblems, Words, compute_chart
from bot.charts.reading.delimited import find_markdown_table, find_pasted_rows, read_json_table
from bot.charts.reading.numbers import parse_number
from bot.charts.reading.table import build_table, look_at
from bot.charts.result import list_rows, parse_chart, serialize_chart
from bot.charts.spec import AGGREGATES, KINDS, SpecError, parse_spec, read_spec
from bot.domain.messages import Message
from tests.support.processor_time import hold_to
from tests.unit.charts.tables import build_from_text, chart, read_points

JUNK = [
    "", "=SUM(A1)", "<!channel>", "\x00\x07", "NaN", "inf", "-", "1e300", "1e-300", "9" * 40,
    "1.2.3", "31.02.2025", "2025-13-01", "9999-12-31", "0001-01-01", '"', "`@U1`", "１２３", "−5",
    "1,234", "\u202eabc", "٣", "a|b", "12:30", "Q5 2025", "1" * 500, "(3)", "5 kg", "3%",
]  # fmt: skip


def test_thousands_of_charts_of_nonsense_end_in_a_chart_or_a_sentence() -> None:
    source = random.Random(20261128)
    drawn = 0
    for _ in range(120):
        width = source.randrange(1, 5)
        names = [
            source.choice(["a", "b", "date", "year", "", "<!here>", "a"]) for _ in range(width)
        ]
        cells = JUNK + [str(source.randrange(-50, 5_000)), "2025-01-02", "x"]
        rows = [
            [source.choice(cells) for _ in range(source.randrange(width + 2))]
            for _ in range(source.randrange(12))
        ]
        table = build_table("t", [names, *rows].__iter__)
        for _ in range(25):
            if table is None:
                continue
            columns = [*table.names, "nothing", "", None, 5, "a" * 300]
            spec = make_spec(source, columns)
            try:
                data = compute_chart([table], read_spec(spec), Words())
            except ChartProblems as error:
                assert error.problems and all(isinstance(one, Message) for one in error.problems)
                continue
            drawn += 1
            back = parse_chart(json.loads(json.dumps(serialize_chart(data))))
            assert len(list_rows(back)[1]) == len(list_rows(data)[1])
    assert drawn > 50


def make_spec(source: random.Random, columns: list[Any]) -> dict[str, Any]:
    return {
        "chart_kind": source.choice([*KINDS, "rocket", 5]),
        "title": source.choice(["T", "<!channel> `x`", None, "x" * 5_000]),
        "x": source.choice(columns),
        "bucket": source.choice(["day", "week", "month", "hour", "aeon", None]),
        "y": [
            {"column": source.choice(columns), "aggregate": source.choice(AGGREGATES)}
            for _ in range(source.randrange(3))
        ],
        "series": source.choice(columns),
        "facet": source.choice([None, None, source.choice(columns)]),
        "filters": source.choice([
            [], [], [{"column": source.choice(columns),
                      "values": source.choice([[], ["1"], ["2025"]]),
                      "operator": source.choice(["=", "<", "contains", "?"])}],
        ]),
        "sort": source.choice(["natural", "ascending", "descending"]),
        "top": source.choice([None, 0, -1, 3, 10**30, "many"]),
        "other": True,
        "log": source.choice([True, False]),
        "trend": source.choice(["none", "linear", "moving_average"]),
        "window": source.choice([None, -5, 2, 10**9]),
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", ["", "no", "[]", "{}", '{"kind":', "[" * 100_000, '{"a": {"b": 1}}']
)
def test_what_is_no_specification_is_told_apart(text: str) -> None:
    with pytest.raises(SpecError):
        parse_spec(text)


def test_a_cell_of_megabytes_and_thousands_of_columns_are_bounded() -> None:
    data = chart("a,b\n" + "x" * 5_000_000 + ",1\ny,2\n", x="a", y=[{"column": "b"}])
    assert all(len(name) <= 1_000 for name in data.categories)
    names = [f"c{place}" for place in range(10_000)]
    table = build_from_text(",".join(names) + "\n" + ",".join(["1"] * 10_000) + "\n")
    assert len(table.names) == 2_000 and len(look_at(table)[0]) == 200


def test_ragged_rows_formulas_and_nothing_are_no_numbers() -> None:
    data = chart("a,b\nx,1,9,9\nx\nx,=1+1\nx,NaN\nx,inf\nx,2\n", x="a", y=[{"column": "b"}])
    assert read_points(data) == {"x": Decimal(3)}
    said = " ".join(data.notes)
    assert "3 empty cells of b were left out." in said and "“=1+1”" in said


def test_a_row_of_totals_is_not_counted_twice() -> None:
    data = chart("a,b\nx,1\ny,2\nTotal,3\n", x="a", y=[{"column": "b"}])
    assert read_points(data) == {"x": Decimal(1), "y": Decimal(2)}
    assert any("holds totals" in note for note in data.notes)


@pytest.mark.parametrize(
    ("written", "decimal", "number"),
    [
        ("1,234.56", ".", "1234.56"), ("1.234,56", ",", "1234.56"), ("1 234,56", ",", "1234.56"),
        ("1\u202f234,5", ",", "1234.5"), ("1'234.50", ".", "1234.5"),
        ("12,34,567.8", ".", "1234567.8"),
        ("(1,234)", ".", "-1234"), ("€ 5", ".", "5"), ("5 €", ".", "5"), ("-$3.20", ".", "-3.2"),
        ("12.5%", ".", "12.5"), ("1e3", ".", "1000"), ("1.5E-3", ".", "0.0015"), ("5-", ".", "-5"),
        (".5", ".", "0.5"), ("1,234", ",", "1.234"), ("1.234", ",", "1234"), ("−7", ".", "-7"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(written: str, decimal: str, number: str) -> None:
    assert parse_number(written, decimal) == Decimal(number)


@pytest.mark.parametrize(
    "cell", ["1.2.3", "12:30", "a", "1-2", "1,23,4", "--5", "(5", "1e999", "5 5"]
)
def test_what_is_no_number_is_none(cell: str) -> None:
    assert parse_number(cell, ".") is None


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("03/04/2025,1\n05/06/2025,2\n", "were read as day/month"),
        ("03/04/2025,1\n13/06/2025,2\n", ""),
        ("03/04/2025,1\n05/16/2025,2\n", ""),
    ],
)
def test_an_open_order_of_dates_is_said(rows: str, said: str) -> None:
    data = chart("date,b\n" + rows, x="date", bucket="day", y=[{"column": "b"}])
    assert said in " ".join(data.notes)
    assert ("day/month" in " ".join(data.notes)) is bool(said)


def test_tables_in_messages_are_found_and_sentences_are_not() -> None:
    assert find_markdown_table("hi\n\n| a | b |\n|---|---|\n| 1 | x\\|y |\n") == [
        ["a", "b"],
        ["1", "x|y"],
    ]
    assert find_pasted_rows("plot this:\n\na,b\nx,1\ny,2") == [["a", "b"], ["x", "1"], ["y", "2"]]
    assert find_pasted_rows("Hello, you.\nI am well, thanks.") is None
    assert read_json_table({"data": [{"a": 1, "b": None}, {"a": 2.5}]}) == (
        ["a", "b"], [["1", ""], ["2.5", ""]],
    )  # fmt: skip


@pytest.mark.parametrize("lines", ["|-|\n", "|a|b|\n|-|-|\n\n"])
def test_rules_without_tables_are_looked_through_once(lines: str) -> None:
    with hold_to(3):
        assert find_markdown_table(lines * 6_000) is None
