"""Sum up usage by person, channel, day or model. Reads the ledger, writes nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, func, select

from bot.domain.costs import UsageRow
from storage.engine.sqlite import Database
from storage.ledger_rows import convert_to_dollars
from storage.schema import attempts

# Days are in UTC.
GROUP_COLUMNS: dict[str, ColumnElement[Any]] = {
    "user": attempts.c.user,
    "channel": attempts.c.channel,
    "day": func.date(attempts.c.asked_at, "unixepoch"),
    "model": attempts.c.model,
}
_SUMS = (
    func.count(),
    *(
        func.coalesce(func.sum(column), 0)
        for column in (
            attempts.c.prompt_tokens,
            attempts.c.cached_tokens,
            attempts.c.completion_tokens,
            attempts.c.reasoning_tokens,
            attempts.c.image_tokens,
            attempts.c.cost_nano,
            case((attempts.c.cost_nano.is_(None), 1), else_=0),
            case((attempts.c.estimated, attempts.c.cost_nano), else_=0),
        )
    ),
)


async def sum_usage(database: Database, *, group_by: str, since: float = 0.0) -> list[UsageRow]:
    """Return sums of the requests since the Unix time `since`, by one of `GROUP_COLUMNS`.

    Days are in order; otherwise the highest cost is first. Raises `KeyError` for another
    `group_by`.
    """
    key = GROUP_COLUMNS[group_by]
    query = select(key, *_SUMS).where(attempts.c.asked_at >= bindparam("since")).group_by(key)
    rows = await database.read(lambda c: c.execute(query, {"since": since}).all())
    usage = [_build_row(list(row)) for row in rows]
    if group_by == "day":
        return sorted(usage, key=lambda row: row.key)
    return sorted(usage, key=lambda row: (-row.cost, row.key))


def _build_row(values: list[Any]) -> UsageRow:
    key, requests, *tokens, nano, unknown, estimated = values
    names = ("input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens", "image_tokens")
    return UsageRow(
        key=str(key or "unknown"),
        requests=requests,
        cost=convert_to_dollars(nano),
        unknown=unknown,
        estimated=convert_to_dollars(estimated),
        **dict(zip(names, tokens, strict=True)),
    )
