"""Write the summary of a thread's older turns, and sum what it replaces. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, func, not_, select

from bot.domain.answers.chart_fence import remove_fence
from bot.domain.tokens import MESSAGE_OVERHEAD_TOKENS, estimate_tokens
from storage.engine.dialects import insert, match_listed
from storage.rows import match_thread
from storage.schema import summaries, turns

_SELECT_LAST_SUMMARIZED = select(func.max(turns.c.place), func.max(turns.c.id)).where(
    match_listed(turns.c.id, "ids")
)
_SELECT_CURRENT_TEXTS = select(turns.c.id, turns.c.text).where(match_listed(turns.c.id, "ids"))
_SUM_SUMMARIZED = select(func.sum(turns.c.tokens + MESSAGE_OVERHEAD_TOKENS)).where(
    match_thread(turns),
    turns.c.place <= bindparam("upto_place"),
    turns.c.id <= bindparam("upto_id"),
    not_(turns.c.is_replaced),
)
_INSERT_SUMMARY = insert(summaries)
_UPSERT_SUMMARY = _INSERT_SUMMARY.on_conflict_do_update(
    index_elements=["team", "channel", "root"],
    set_={
        name: _INSERT_SUMMARY.excluded[name]
        for name in ("upto_place", "upto_id", "text", "tokens", "made_at")
    },
)


def sum_summarized(connection: Connection, parameters: Mapping[str, Any]) -> int:
    """Sum the tokens of the turns of a thread that its summary replaces, as they were sent."""
    return connection.scalar(_SUM_SUMMARIZED, parameters) or 0


def write_summary(
    connection: Connection,
    thread_key: Mapping[str, Any],
    texts: Mapping[int, str],
    summary: str,
    *,
    now: float,
) -> None:
    """Store `summary` of the turns whose ids and texts are `texts`, unless one has changed.

    Text that was deleted while the summary was written must not survive in it.
    """
    ids = {"ids": list(texts)}
    place, last_id = connection.execute(_SELECT_LAST_SUMMARIZED, ids).one()
    rows = connection.execute(_SELECT_CURRENT_TEXTS, ids).all()
    if place is not None and {row.id: remove_fence(row.text) for row in rows} == dict(texts):
        row = {"text": summary, "tokens": estimate_tokens(summary), "made_at": now}
        upto = {"upto_place": place, "upto_id": last_id}
        connection.execute(_UPSERT_SUMMARY, {**thread_key, **row, **upto})
