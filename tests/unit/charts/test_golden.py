"""Charts compared as data with the plainest computation of the same records, however written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

import pytest

from tests.unit.charts.tables import (
    Record,
    chart,
    group_naively,
    make_records,
    read_points,
)

Write = Callable[[Decimal], str]


def group_thousands(number: Decimal, thousands: str, point: str) -> str:
    text = f"{number:,f}".replace(",", "\0").replace(".", point)
    return text.replace("\0", thousands)


# By name: the separator, how a date and a number are written.
STYLES: Mapping[str, tuple[str, str, Write]] = {
    "english": (",", "%m/%d/%Y", lambda n: f'"{n:,f}"'),
    "german": (";", "%d.%m.%Y", lambda n: group_thousands(n, ".", ",")),
    "french": (";", "%d/%m/%Y", lambda n: group_thousands(n, "\u202f", ",")),
    "swiss": ("\t", "%d.%m.%Y", lambda n: group_thousands(n, "’", ".")),
    "iso": (",", "%Y-%m-%d", lambda n: f"{n:f}"),
    "euro": ("|", "%Y/%m/%d", lambda n: f"€ {n:.2f}"),
    "accounts": (";", "%d %B %Y", lambda n: f"({-n:f})" if n < 0 else f"{n:f}"),
    "exponents": (",", "%Y%m%d", lambda n: f"{n:e}"),
}
BUCKETS: Mapping[str, Callable[[date], str]] = {
    "day": lambda day: day.isoformat(),
    "week": lambda day: f"{day:%G-W%V}",
    "month": lambda day: f"{day:%Y-%m}",
    "quarter": lambda day: f"{day.year}-Q{(day.month + 2) // 3}",
    "year": lambda day: f"{day.year}",
}
AGGREGATES = ("sum", "mean", "median", "min", "max", "count", "distinct")


def write_table(records: list[Record], style: str) -> str:
    separator, form, write = STYLES[style]
    lines = [separator.join(("When", "Where", "Amount"))]
    for day, region, amount in records:
        cells = (f"{day:{form}}" if day else "", region, "" if amount is None else write(amount))
        lines.append(separator.join(cells))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("bucket", BUCKETS)
def test_amounts_over_time_are_exact_however_they_are_written(style: str, bucket: str) -> None:
    records = make_records(hash_name(style + bucket))
    data = chart(
        write_table(records, style),
        x="When",
        bucket=bucket,
        y=[{"column": "Amount", "aggregate": "sum", "axis": "left"}],
    )
    pairs = [(BUCKETS[bucket](day), amount) for day, _, amount in records if day is not None]
    rounded = [(name, round(n, 2) if style == "euro" and n is not None else n) for name, n in pairs]
    assert read_points(data) == group_naively(rounded, "sum")


@pytest.mark.parametrize("aggregate", AGGREGATES)
@pytest.mark.parametrize("style", ["english", "german", "iso"])
def test_every_aggregate_by_category_is_exact(style: str, aggregate: str) -> None:
    records = make_records(hash_name(style + aggregate))
    data = chart(
        write_table(records, style), x="Where", y=[{"column": "Amount", "aggregate": aggregate}]
    )
    wanted = group_naively([(region, amount) for _, region, amount in records], aggregate)
    found = read_points(data)
    assert found.keys() == wanted.keys()
    for name, amount in wanted.items():
        assert amount is not None and abs(found[name] - amount) <= abs(amount) * Decimal("1e-14")
        assert aggregate == "mean" or found[name] == amount


def test_series_and_small_charts_hold_the_numbers_of_their_rows() -> None:
    records = make_records(7)
    data = chart(
        write_table(records, "iso"),
        chart_kind="line",
        x="When",
        bucket="quarter",
        series="Where",
        facet="Where",
        y=[{"column": "Amount", "aggregate": "sum"}],
    )
    found = {
        (panel.name, one.name, place): value
        for panel in data.panels
        for one in panel.series
        for place, value in zip(data.categories, one.values, strict=True)
        if value is not None
    }
    pairs = [(f"{w}/{BUCKETS['quarter'](d)}", amount) for d, w, amount in records if d is not None]
    wanted = group_naively(pairs, "sum")
    assert {f"{one}/{place}": value for (_, one, place), value in found.items()} == wanted
    assert all(panel == one for panel, one, _ in found)


def test_a_sum_of_tenths_is_exact() -> None:
    data = chart("who,much\n" + "a,0.1\n" * 1_000, x="who", y=[{"column": "much"}])
    assert read_points(data) == {"a": Decimal(100)}


def test_conditions_keep_the_rows_that_fulfil_them() -> None:
    records = make_records(11)
    data = chart(
        write_table(records, "german"),
        x="Where",
        y=[{"column": "Amount", "aggregate": "count"}],
        filters=[
            {"column": "When", "operator": "=", "values": ["2025"]},
            {"column": "Amount", "operator": ">=", "values": ["1000.5"]},
            {"column": "Where", "operator": "!=", "values": ["north"]},
        ],
    )
    kept = [
        (region, amount)
        for day, region, amount in records
        if day is not None and day.year == 2025 and region != "North"
        if amount is not None and amount >= Decimal("1000.5")
    ]
    assert read_points(data) == group_naively(kept, "count")


def test_the_largest_are_kept_and_the_rest_is_one() -> None:
    rows = "".join(f"c{place},{place}\n" for place in range(1, 101))
    data = chart(
        "country,amount\n" + rows, x="country", top=3, other=True, y=[{"column": "amount"}]
    )
    assert read_points(data) == {
        "c100": Decimal(100), "c99": Decimal(99), "c98": Decimal(98), "Other": Decimal(4_753),
    }  # fmt: skip


def hash_name(name: str) -> int:
    """Return the same number for a name in every run."""
    number = sum(ord(letter) * 31**place for place, letter in enumerate(name))
    return int(number % 10_007)
