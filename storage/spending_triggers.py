"""The triggers that keep the running totals of what is spent, in the table `spending`.

Migration 0007 has brought them, and a new file has them from the start. Whoever changes them adds a
migration that replaces them.
"""

from __future__ import annotations

# A day is a number: the days since 1970-01-01, in UTC.
DAY = "CAST({row}.asked_at / 86400 AS INTEGER)"
SETTLED = "coalesce({row}.cost_nano, 0)"
PENDING = "CASE WHEN {row}.cost_nano IS NULL THEN {row}.worst_nano ELSE 0 END"
_UPSERT = (
    " ON CONFLICT (team, scope, subject, day) DO UPDATE SET"
    " settled_nano = settled_nano + excluded.settled_nano,"
    " pending_nano = pending_nano + excluded.pending_nano;"
)


def _add(row: str, sign: str) -> str:
    """Add the amounts of a row to the totals of its person, channel and workspace."""
    amounts = f"{DAY}, {sign}{SETTLED}, {sign}({PENDING})".format(row=row)
    subjects = (("user", "user"), ("channel", "channel"), ("workspace", "team"))
    values = ", ".join(
        f"({row}.team, '{scope}', {row}.{column}, {amounts})" for scope, column in subjects
    )
    columns = "team, scope, subject, day, settled_nano, pending_nano"
    return f"INSERT INTO spending ({columns}) VALUES {values}{_UPSERT}"  # noqa: S608 - all our own


TRIGGERS = (
    f"CREATE TRIGGER spending_of_inserted AFTER INSERT ON attempts BEGIN {_add('NEW', '')} END",
    "CREATE TRIGGER spending_of_updated"
    " AFTER UPDATE OF team, channel, user, asked_at, cost_nano, worst_nano ON attempts"
    f" BEGIN {_add('OLD', '-')} {_add('NEW', '')} END",
    f"CREATE TRIGGER spending_of_deleted AFTER DELETE ON attempts BEGIN {_add('OLD', '-')} END",
)
