"""What is read many cells at a time is what is read one by one, at the ends of blocks too."""

from __future__ import annotations

import gc
import random
from collections import Counter
from decimal import Decimal

import pytest

from bot.charts.computing.compute import ChartProblems, Words, compute_chart
from bot.charts.reading.column_reader import ColumnReader
from bot.charts.reading.columns import NOTHING_KNOWN, Column
from bot.charts.reading.dates import parse_date
from bot.charts.reading.delimited import clean_cell, read_delimited
from bot.charts.reading.table import drop_total
from bot.charts.spec import read_spec
from bot.files.sandbox.computing.charts import choose_tables, pause_collection
from bot.files.sandbox.computing.tables import read_tables
from tests.unit.charts.tables import chart, read_points

ODD = (
    "", "n/a", "-", ".", "-.5", "5.", "1.2.3", "1-2", "--5", "1,234", "12,5", "1,234,567", "007",
    "1" * 41, "0.1234567890123456789012345678901234567890123", "１２", "(3)", "5 kg", "-0",
)  # fmt: skip


@pytest.mark.parametrize("decimal", [".", ","])
def test_numbers_read_together_are_the_numbers_read_one_by_one(decimal: str) -> None:
    column, source = Column("a", "number", decimal=decimal), random.Random(3)
    for cell in ODD:
        for others in (["1", "-20"], ["1.5", "2,25"], [""]):
            cells = [*others, cell]
            assert column.parse_numbers(cells) == [column.parse_number(one) for one in cells]
    plain = [str(source.randrange(-99_999, 99_999) / 100).replace(".", decimal) for _ in range(500)]
    assert column.parse_numbers(plain) == [column.parse_number(one) for one in plain]


@pytest.mark.parametrize(
    "pattern", ["{0}", "{1:05}", "{0}.{1:02}", "2024-01-{2:02}", "2024-01-{2:02} 10:{3:02}:{3:02}"]
)
def test_a_column_is_what_its_cells_are_one_by_one(pattern: str) -> None:
    cells = [pattern.format(n * 7, n, n % 40, n % 61) for n in range(9_000)] + list(ODD)
    counts = Counter(cells + cells[:50])
    together, alone = ColumnReader("time"), ColumnReader("time")
    together.add_all(counts)
    for cell, count in counts.items():
        alone.add(cell, count)
    found = together.find_kind(NOTHING_KNOWN, NOTHING_KNOWN)
    assert found == alone.find_kind(NOTHING_KNOWN, NOTHING_KNOWN)


@pytest.mark.parametrize(
    "cell", ["2024-02-30", "2024-01-01 24:00", "2024-01-01 10:75", "2024-01-01X10:30"]
)
def test_what_is_no_time_stays_none(cell: str) -> None:
    assert parse_date(cell, day_first=True) is None


def test_times_as_programs_write_them_keep_their_minute() -> None:
    for cell in ("2024-01-02 03:04:59", "2024-01-02T03:04", "2024-01-02 03:04:75"):
        found = parse_date(cell, day_first=True)
        assert found is not None and f"{found[0]:%d %H:%M:%S} {found[1]}" == "02 03:04:00 hour"


@pytest.mark.parametrize("count", [1, 499, 500, 501, 1_000, 1_001])
def test_a_row_of_totals_is_left_out_wherever_a_block_ends(count: int) -> None:
    totals = list[str]()
    rows = [["a", str(number)] for number in range(count)]
    assert list(drop_total([*rows, ["Total", "5"]], totals)) == rows and totals == ["Total"]
    assert list(drop_total(rows, totals)) == rows


def test_odd_cells_are_cleaned_in_any_block() -> None:
    lines = [f"{number},plain\n" for number in range(1_200)]
    odd = ['" a ", b\n', "a\x07b,c\u00a0\n", "x" * 1_500 + ",y\n", "a b,c d\n"]
    for place in (0, 499, 500, 1_100):
        rows = list(read_delimited([*lines[:place], *odd, *lines[place:]], ","))
        assert all(cell == clean_cell(cell) for row in rows for cell in row)
        assert len(rows) == 1_204 and rows[place + 3] == ["a b", "c d"]


def test_a_line_longer_than_any_block_of_bytes_is_read_in_parts() -> None:
    data = b"a,b\n1,2\n" + b"x" * 3_000_000 + b",5\n3,4\n"
    rows = list(read_tables("long.csv", data)[0].read_rows())
    assert len(rows) == 3 and (rows[0], rows[2]) == (["1", "2"], ["3", "4"])


def test_sums_over_several_blocks_are_exact() -> None:
    source = random.Random(9)
    cents = [source.randrange(-(10**7), 10**7) for _ in range(21_000)]
    text = "team,amount\n" + "".join(f"T{n % 3},{c / 100}\n" for n, c in enumerate(cents))
    found = read_points(chart(text, x="team", y=[{"column": "amount", "aggregate": "sum"}]))
    for team in range(3):
        assert found[f"T{team}"] == Decimal(sum(cents[team::3])) / 100


def test_the_search_for_cycles_goes_on_afterwards() -> None:
    with pytest.raises(ValueError, match="x"), pause_collection():
        assert not gc.isenabled()
        raise ValueError("x")
    assert gc.isenabled()


@pytest.mark.parametrize("aggregate", ["sum", "mean", "distinct"])
def test_an_aggregate_of_no_column_is_said_and_not_counted(aggregate: str) -> None:
    with pytest.raises(ChartProblems, match=f"“{aggregate}” needs a column"):
        chart("a,b\nx,1\ny,2\n", x="a", y=[{"column": None, "aggregate": aggregate}])


@pytest.mark.parametrize(
    "end",
    [
        "Total (EUR),3\n", "Summe 2025:,3\n", "**Total**,3\n", "Total,3\nSource: books,\n",
        "合計（円）,3\n", "Grand Total,3\nPrinted 2025-01-31,\n\nPage 1,\n",
    ],
)  # fmt: skip
def test_totals_are_left_out_also_with_a_unit_or_lines_of_text_below(end: str) -> None:
    data = chart("team,sum\nx,1\ny,2\n" + end, x="team", y=[{"column": "sum", "aggregate": "sum"}])
    assert {"x": 1, "y": 2}.items() <= read_points(data).items() and len(read_points(data)) == 2
    assert any("holds totals and was left out" in str(note) for note in data.notes)


@pytest.mark.parametrize("end", ["Total Energies,3\n", "Totals by mail,3\n", "Summer,3\n"])
def test_names_that_begin_like_a_total_are_names(end: str) -> None:
    data = chart("team,sum\nx,1\n" + end, x="team", y=[{"column": "sum", "aggregate": "sum"}])
    assert len(read_points(data)) == 2


def test_several_named_files_are_combined_each_once() -> None:
    tables = [
        *read_tables("orders.csv", b"customer,amount\nc1,5\nc2,7\n"),
        *read_tables("customers.csv", b"customer,city\nc1,Rome\nc2,Oslo\n"),
    ]
    names = ["orders.csv", "customers.csv", "orders.csv"]
    for how in ("join", "append"):
        spec = read_spec({"chart_kind": "bar", "files": names, "combine": how})
        assert choose_tables(tables, spec) == tables


def test_a_join_counts_every_row_whichever_file_is_named_first() -> None:
    customers = read_tables("customers.csv", b"customer,city\nc1,Rome\nc2,Oslo\nc3,Bonn\n")
    orders = read_tables("orders.csv", b"id,customer,amount\n1,c1,5\n2,c2,7\n3,C1,1\n")
    spec = read_spec({
        "chart_kind": "bar", "x": "city", "y": [{"column": "amount", "aggregate": "sum"}],
        "combine": "join", "join_on": "customer",
    })  # fmt: skip
    for tables in (customers + orders, orders + customers):
        data = compute_chart(tables, spec, Words())
        assert read_points(data) == {"Rome": Decimal(6), "Oslo": Decimal(7)}
