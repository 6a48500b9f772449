"""Adds the values of one point exactly, whatever of them is wanted in the end. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal

# A sum of the numbers of a file has no more digits than this: see `bot.charts.reading.numbers`.
EXACT = Context(prec=1_300, Emax=MAX_EMAX, Emin=MIN_EMIN)
# Quotients have no end, so they are rounded.
ROUNDED = Context(prec=15, Emax=MAX_EMAX, Emin=MIN_EMIN)


class Accumulator:
    """Takes cells or numbers, and gives their sum, mean or another aggregate."""

    __slots__ = ("cells", "count", "highest", "lowest", "numbers", "total")

    def __init__(self) -> None:
        self.count = 0
        self.total = Decimal(0)
        self.lowest: Decimal | None = None
        self.highest: Decimal | None = None
        self.numbers: list[Decimal] = []
        self.cells: set[str] = set()

    def add(self, aggregate: str, numbers: Sequence[Decimal], cells: Sequence[str]) -> None:
        """Take the values of some rows: the numbers, or for counts the cells.

        The context has to be `EXACT`.
        """
        self.count += len(cells)
        if aggregate == "distinct":
            self.cells.update(cells)
        elif not numbers:
            return
        elif aggregate in ("sum", "mean"):
            self.total = sum(numbers, self.total)
        elif aggregate == "median":
            self.numbers += numbers
        elif aggregate == "min":
            lowest = min(numbers)
            self.lowest = lowest if self.lowest is None else min(self.lowest, lowest)
        elif aggregate == "max":
            highest = max(numbers)
            self.highest = highest if self.highest is None else max(self.highest, highest)

    def merge(self, other: Accumulator) -> None:
        """Take all that `other` has taken."""
        self.count += other.count
        self.total = EXACT.add(self.total, other.total)
        self.numbers += other.numbers
        self.cells |= other.cells
        if other.lowest is not None:
            self.lowest = other.lowest if self.lowest is None else min(self.lowest, other.lowest)
        if other.highest is not None:
            self.highest = (
                other.highest if self.highest is None else max(self.highest, other.highest)
            )

    def compute(self, aggregate: str) -> Decimal | None:
        """Return the wanted aggregate; None where nothing was taken."""
        if not self.count:
            return None
        found: dict[str, Callable[[], Decimal | None]] = {
            "sum": lambda: self.total,
            "mean": lambda: ROUNDED.divide(self.total, Decimal(self.count)),
            "median": lambda: compute_quantile(sorted(self.numbers), 1, 2),
            "min": lambda: self.lowest,
            "max": lambda: self.highest,
            "distinct": lambda: Decimal(len(self.cells)),
        }
        return found.get(aggregate, lambda: Decimal(self.count))()


def compute_quantile(ordered: Sequence[Decimal], part: int, of: int) -> Decimal:
    """Return the quantile `part`/`of` of numbers in order, between two of them in proportion."""
    place, rest = divmod((len(ordered) - 1) * part, of)
    low = ordered[place]
    if not rest:
        return low
    step = EXACT.subtract(ordered[place + 1], low)
    share = EXACT.multiply(step, Decimal(rest))
    # Halves and quarters of decimal numbers have an end.
    return EXACT.add(low, EXACT.divide(share, Decimal(of)))
