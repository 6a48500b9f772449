"""Release the claims of processes that are gone: their leases have expired.

Only what has expired, so that no process loses what it works on. See `leases.py` for what a crash
is charged to.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby

from sqlalchemy import Connection, bindparam, or_, select, text, update

from bot.domain.conversation import Thread
from storage.bills import schedule_left
from storage.engine.dialects import match_listed
from storage.engine.named_locks import lock
from storage.jobs.dispatch import build_lock, schedule_thread
from storage.queue.leases import IS_EXPIRED, RELEASED_VALUES, charge_crash
from storage.queue.rows import READ_THREAD
from storage.schema import questions

_SELECT_EXPIRED = (
    select(questions.c.id, questions.c.claimed_by, questions.c.crashes)
    .where(IS_EXPIRED, or_(questions.c.claimed_by == bindparam("owner"), bindparam("takes_others")))
    .order_by(questions.c.claimed_by, questions.c.id)
    .with_for_update()
)
_RELEASE = (
    update(questions)
    .where(match_listed(questions.c.id, "ids"))
    .values(**RELEASED_VALUES)
    .returning(*READ_THREAD, questions.c.due_at)
)
# By its lock it would keep others from the thread until its worker is known to be gone.
_DELETE_JOB = text("DELETE FROM procrastinate_jobs WHERE lock = :lock AND status = 'doing'")
_SELECT_LOST = select(questions.c.id).where(
    match_listed(questions.c.id, "ids"),
    questions.c.claimed_by != "",
    questions.c.claimed_by != bindparam("owner"),
)


def release_expired(
    connection: Connection, owner: str, ids: Collection[int], *, now: float, takes_others: bool
) -> int:
    """Release every expired claim but those of `ids`; return their number.

    With `takes_others`, those of other processes, too: each of these has ended, which is charged to
    what it was answering, and what that has cost is looked up soon. A job is deferred for each
    thread.
    """
    lock(connection, "takeover")
    parameters = {"owner": owner, "ids": list(ids), "now": now, "takes_others": takes_others}
    expired = connection.execute(_SELECT_EXPIRED, parameters).all()
    if not expired:
        return 0
    for claimed_by, claimed in groupby(expired, key=lambda row: row.claimed_by):
        if claimed_by != owner:
            charge_crash(connection, list(claimed), now=now, has_stalled=False)
    schedule_left(connection, [row.id for row in expired if row.claimed_by != owner], now=now)
    for row in connection.execute(_RELEASE, {"ids": [row.id for row in expired]}).all():
        thread = Thread(row.team, row.channel, row.root)
        connection.execute(_DELETE_JOB, {"lock": build_lock(thread)})
        schedule_thread(connection, thread, row.due_at if row.due_at > now else 0.0)
    return len(expired)


def list_lost(connection: Connection, owner: str, ids: Collection[int]) -> list[int]:
    """Return those of `ids` that another process has claimed."""
    parameters = {"ids": list(ids), "owner": owner}
    return list(connection.scalars(_SELECT_LOST, parameters))
