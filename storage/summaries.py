"""Write the summary of a thread's older turns. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.sqlite import insert

from bot.domain.tokens import estimate_tokens
from storage.rows import match_listed
from storage.schema import summaries, turns

_SELECT_LAST_SUMMARIZED = select(func.max(turns.c.place), func.max(turns.c.id)).where(
    match_listed(turns.c.id, "ids")
)
_SELECT_CURRENT_TEXTS = select(turns.c.id, turns.c.text).where(match_listed(turns.c.id, "ids"))
_INSERT_SUMMARY = insert(summaries)
_UPSERT_SUMMARY = _INSERT_SUMMARY.on_conflict_do_update(
    index_elements=["team", "channel", "root"],
    set_={
        name: _INSERT_SUMMARY.excluded[name]
        for name in ("upto_place", "upto_id", "text", "tokens", "made_at")
    },
)


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
    if place is not None and {row.id: row.text for row in rows} == dict(texts):
        row = {"text": summary, "tokens": estimate_tokens(summary), "made_at": now}
        upto = {"upto_place": place, "upto_id": last_id}
        connection.execute(_UPSERT_SUMMARY, {**thread_key, **row, **upto})
