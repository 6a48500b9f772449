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


# PostgreSQL rounds where SQLite cuts, and wants the names of the table's own columns whole.
_POSTGRES_DAY = "floor({row}.asked_at / 86400)::integer"
_POSTGRES_UPSERT = _UPSERT.replace("= settled_nano", "= spending.settled_nano").replace(
    "= pending_nano", "= spending.pending_nano"
)


def _add_in_postgres(row: str, sign: str) -> str:
    statement = _add(row, sign).replace(DAY.format(row=row), _POSTGRES_DAY.format(row=row))
    return statement.replace(_UPSERT, _POSTGRES_UPSERT).replace(f"{row}.user", f'{row}."user"')


POSTGRES_TRIGGERS = (
    "CREATE FUNCTION keep_spending() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    f" IF TG_OP <> 'INSERT' THEN {_add_in_postgres('OLD', '-')} END IF;"
    f" IF TG_OP <> 'DELETE' THEN {_add_in_postgres('NEW', '')} END IF;"
    " RETURN NULL; END $$",
    "CREATE TRIGGER spending_of_rows AFTER INSERT OR DELETE ON attempts"
    " FOR EACH ROW EXECUTE FUNCTION keep_spending()",
    "CREATE TRIGGER spending_of_changes"
    ' AFTER UPDATE OF team, channel, "user", asked_at, cost_nano, worst_nano ON attempts'
    " FOR EACH ROW EXECUTE FUNCTION keep_spending()",
)
