"""Tables made by code, and charts of them computed in the plainest way, to compare with."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bot.charts.computing.compute import Words, compute_chart
from bot.charts.reading.delimited import choose_delimiter, read_delimited
from bot.charts.reading.table import Table, build_table
from bot.charts.result import ChartData, list_rows
from bot.charts.spec import read_spec

Record = tuple[date | None, str, Decimal | None]
REGIONS = ("North", "Süd", "東京", "Ouest")


def build_from_text(text: str, name: str = "sales.csv") -> Table:
    """Build the table of a delimited text."""
    lines = text.splitlines(keepends=True)
    delimiter = choose_delimiter(lines)
    table = build_table(
        name, lambda: read_delimited(iter(lines), delimiter), uses_semicolons=delimiter == ";"
    )
    assert table is not None
    return table


def chart(text: str, **spec: Any) -> ChartData:
    """Compute a chart of a delimited text."""
    values = {"chart_kind": "bar", **spec}
    return compute_chart([build_from_text(text)], read_spec(values), Words())


def read_points(data: ChartData) -> dict[str, Decimal]:
    """Return the one series of a chart by its places."""
    _, rows = list_rows(data)
    return {str(row[0]): row[1] for row in rows if isinstance(row[1], Decimal)}


def make_records(seed: int, count: int = 60) -> list[Record]:
    """Make records of a day, a region and an amount, some of them empty."""
    source = random.Random(seed)
    records = list[Record]()
    for _ in range(count):
        day = date(2024, 7, 1) + timedelta(days=source.randrange(390))
        amount = Decimal(source.randrange(-200_000, 9_000_000)) / (10 ** source.choice((0, 1, 2)))
        records.append((
            None if source.random() < 0.04 else day,
            source.choice(REGIONS),
            None if source.random() < 0.06 else amount,
        ))  # fmt: skip
    return records


def group_naively(
    pairs: Iterable[tuple[str, Decimal | None]], aggregate: str
) -> dict[str, Decimal | None]:
    """Return the aggregate of each name, by fractions and sorting, which cannot go wrong."""
    found: dict[str, list[Decimal]] = {}
    for name, amount in pairs:
        if amount is not None:
            found.setdefault(name, []).append(amount)
    return {name: aggregate_naively(amounts, aggregate) for name, amounts in found.items()}


def aggregate_naively(amounts: Sequence[Decimal], aggregate: str) -> Decimal | None:
    """Return one number of `amounts`."""
    ordered = sorted(amounts)
    total = sum(map(Fraction, amounts), Fraction(0))
    middle = (Fraction(ordered[(len(ordered) - 1) // 2]) + Fraction(ordered[len(ordered) // 2])) / 2
    exact = {
        "sum": total, "mean": total / len(amounts), "median": middle,
        "min": Fraction(ordered[0]), "max": Fraction(ordered[-1]), "count": Fraction(len(amounts)),
        "distinct": Fraction(len(set(amounts))),
    }[aggregate]  # fmt: skip
    return Decimal(exact.numerator) / Decimal(exact.denominator)
