"""Write sums of usage and refusals as text for a terminal. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bot.billing.usage_report import RefusalRow, TimeSpan, UsageRow
from bot.cli.table import format_table
from bot.cli.usage.names import Names

_HEADINGS = {
    "questions": "questions",
    "requests": "requests",
    "pictures": "pictures",
    "input_tokens": "input",
    "cached_tokens": "cached",
    "output_tokens": "output",
    "reasoning_tokens": "reasoning",
    "image_tokens": "image",
    "cost": "US dollars",
    "estimated": "not confirmed",
    "unknown": "open",
    "open_usd": "open at most",
}
# These columns are left out where they are empty throughout.
_OPTIONAL = {
    "cached_tokens", "reasoning_tokens", "image_tokens", "estimated", "unknown", "open_usd",
}  # fmt: skip
_SMALL_USD = Decimal("0.0001")


def format_heading(days: tuple[date, date], span: TimeSpan) -> str:
    """Return the line that says which time a report is about."""
    first, last = days
    time = f"{first}" if first == last else f"{first} to {last}"
    return f"{time}; days begin at midnight in {span.zone}\n"


def format_usage(rows: Sequence[UsageRow], total: UsageRow, by: Sequence[str], names: Names) -> str:
    """Return a table with `total` as its last line, and what its columns mean."""
    columns = [
        name
        for name in _HEADINGS
        if name not in _OPTIONAL or any(getattr(row, name) for row in [*rows, total])
    ]
    table = [[*by, *(_HEADINGS[name] for name in columns)]]
    for row in rows:
        keys = [format_cell(names, name, key) for name, key in zip(by, row.keys, strict=True)]
        table.append([*keys, *(_format_figure(row, name) for name in columns)])
    keys = ["total", *([""] * (len(by) - 1))]
    table.append([*keys, *(_format_figure(total, name) for name in columns)])
    return format_table(table, left=len(by)) + _explain(rows, total, by)


def format_refusals(
    rows: Sequence[RefusalRow], total: RefusalRow, by: Sequence[str], names: Names
) -> str:
    """Return a table of what was refused, with `total` as its last line."""
    table = [[*by, "questions", "refusals", "at least, US dollars", "at most, US dollars"]]
    for row in rows:
        keys = [format_cell(names, name, key) for name, key in zip(by, row.keys, strict=True)]
        table.append([*keys, *_list_refusal_figures(row)])
    table.append(["total", *([""] * (len(by) - 1)), *_list_refusal_figures(total)])
    text = format_table(table, left=len(by))
    if total.unknown:
        text += f"Of {total.unknown:,} of them it was not recorded what they would have cost.\n"
    return text


def format_refusal_line(total: RefusalRow) -> str:
    """Return the line that a report on usage has about what was refused."""
    questions = f"{total.questions:,} question{'s' * (total.questions != 1)}"
    costs = f"${format_usd(total.least)} to ${format_usd(total.most)}"
    if total.unknown == total.questions:
        costs = "not recorded"
    return f"Budgets refused {questions}, which would have cost: {costs} (see --refusals).\n"


def format_cell(names: Names, dimension: str, key: str) -> str:
    """Return what a person reads for a key of a dimension; a thread is the link to it."""
    if dimension == "thread":
        channel, _, root = key.partition("/")
        return names.build_link(channel, root) or "no thread"
    return names.format_key(dimension, key)


def format_usd(amount: Decimal) -> str:
    """Format US dollars so finely that little does not look like nothing."""
    return f"{amount:,.9f}" if 0 < amount < _SMALL_USD else f"{amount:,.4f}"


def _format_figure(row: UsageRow, name: str) -> str:
    value = getattr(row, name)
    return format_usd(value) if isinstance(value, Decimal) else f"{value:,}"


def _list_refusal_figures(row: RefusalRow) -> list[str]:
    known = row.questions > row.unknown
    costs = [format_usd(row.least), format_usd(row.most)] if known else ["not recorded"] * 2
    return [f"{row.questions:,}", f"{row.refusals:,}", *costs]


def _explain(rows: Sequence[UsageRow], total: UsageRow, by: Sequence[str]) -> str:
    lines = []
    if total.estimated:
        kinds = [
            ("computed or estimated from tokens", total.estimated - total.worst_case),
            ("the most that requests can have cost", total.worst_case),
        ]
        parts = [f"${format_usd(amount)} {what}" for what, amount in kinds if amount]
        lines.append(
            f"Not confirmed by the provider: {', '.join(parts)}."
            + (f" For ${format_usd(total.awaited)} of it a bill may come." if total.awaited else "")
        )
    if total.unknown:
        lines.append(
            f"Open: requests that run, or whose cost nobody knows yet; they are not in the sum and"
            f" can cost ${format_usd(total.open_usd)} at most."
        )
    if sum(row.questions for row in rows) > total.questions:
        lines.append("A question that belongs to several lines is counted once in the total.")
    if "kind" in by:
        lines.append("A request that has drawn is of the kind picture.")
    return "".join(f"{line}\n" for line in lines)
