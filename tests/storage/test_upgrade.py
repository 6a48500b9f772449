"""A database of an earlier Easel: all it holds is there after the upgrade, and goes on."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

import storage.migrations
from bot.domain.conversation import Speaker
from bot.domain.costs import BillCounts
from storage.conversations import SqlConversationStore
from storage.engine.sqlite import open_database
from storage.ledger import SqlLedger
from storage.queue.questions import SqlQuestionQueue
from tests.support.queues import claim_one
from tests.support.values import THREAD, load_turns

INSERT_ROWS = f"""
INSERT INTO threads VALUES ('{THREAD.team}', '{THREAD.channel}', '{THREAD.root}', 1, 1);
INSERT INTO turns VALUES (1, '{THREAD.team}', '{THREAD.channel}', '{THREAD.root}', '1700000000.000100',
  '1700000000.000100', 'person', 'U0ALEX', 'first', 1.0);
INSERT INTO turns VALUES (2, '{THREAD.team}', '{THREAD.channel}', '{THREAD.root}', '1700000001.000000',
  '1700000000.000100', 'easel', '', 'answer', 2.0);
INSERT INTO turns VALUES (3, '{THREAD.team}', '{THREAD.channel}', '{THREAD.root}', '1700000002.000000',
  '1700000002.000000', 'person', 'U0SAM', 'second', 3.0);
INSERT INTO questions VALUES (1, 1, 'Ev1', '{THREAD.team}', '{THREAD.channel}', '{THREAD.root}',
  '1700000000.000100', 'T0EASEL', 'settled', 1, 'answered', 1.0, 2.0);
INSERT INTO questions VALUES (2, 3, 'Ev2', '{THREAD.team}', '{THREAD.channel}', '{THREAD.root}',
  '1700000002.000000', 'T0EASEL', 'claimed', 1, '', 3.0, NULL);
INSERT INTO answers VALUES (1, 2, 'm', 'gen-1', 1, 2, 3, 4, 5, 7000000);
"""  # noqa: E501 - as it was


def create_first_schema(path: Path, *, revision: str = "0001") -> None:
    """Create a file with the first schema, with a settled and a claimed question.

    A later `revision` is created empty.
    """
    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(Path(storage.migrations.__file__).parent))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    with engine.begin() as connection:
        for statement in INSERT_ROWS.split(";\n") if revision == "0001" else ():
            if statement.strip():
                connection.exec_driver_sql(statement)
    engine.dispose()


async def test_what_the_first_schema_held_goes_on_with_the_second(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    create_first_schema(path)
    async with open_database(path) as database:
        queue = SqlQuestionQueue(database, owner="new")
        assert await queue.recover_expired() == 1
        question = await claim_one(queue)
        assert question is not None and (question.text, question.asker.id) == ("second", "U0SAM")
        assert await claim_one(queue) is None

        turns = await load_turns(SqlConversationStore(database), THREAD, before="9", limit=9)
        assert [turn.text for turn in turns] == ["first", "answer", "second"]
        assert turns[1].speaker is Speaker.EASEL
        query = "SELECT question_id, generation_id, cost_nano, bill_due FROM attempts"
        rows = await database.read(lambda c: c.exec_driver_sql(query).all())
        assert [tuple(row) for row in rows] == [(1, "gen-1", 7_000_000, None)]


async def test_pictures_that_were_made_before_get_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    create_first_schema(path)
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        for position, kind in enumerate(("image/png", "text/csv", "image/png")):
            connection.exec_driver_sql(
                "INSERT INTO files VALUES (2, ?, ?, 'x', ?, 1, '', 'hosted', 'visible', '', '')",
                (position, f"F{position}", kind),
            )
        connection.exec_driver_sql(
            "INSERT INTO files VALUES (1, 0, 'U', 'up', 'image/png', 1, '', 'h', 'v', '', '')"
        )
    engine.dispose()
    async with open_database(path) as database:
        history = await SqlConversationStore(database).load(THREAD, before="9", limit=9)
    versions = [(ref.name, ref.version) for turn in history.turns for ref in turn.files]
    assert versions == [("up", 0), ("x", 1), ("x", 0), ("x", 2)]
    # A table that Easel has made is no subject of later questions.
    assert [(ref.name, ref.version) for ref in history.files] == [("up", 0), ("x", 1), ("x", 2)]


async def test_bills_that_were_open_or_given_up_are_counted_after_the_upgrade(
    tmp_path: Path,
) -> None:
    path = tmp_path / "easel.db"
    create_first_schema(path, revision="0005")
    engine = create_engine(f"sqlite:///{path}")
    insert = (
        "INSERT INTO attempts (model, provider, generation_id, cost_nano, estimated, worst_nano,"
        " bill_due) VALUES ('m', ?, ?, ?, ?, 500, ?)"
    )
    rows = [
        ("openrouter", "gen-told", 7, False, None),
        ("openrouter", "gen-open", None, False, 9.0),
        ("openrouter", "gen-lost", None, False, None),
        ("openrouter", "gen-estimated", 5, True, None),
        ("openai", "req-1", 5, True, None),
        ("openrouter", "", 0, False, None),
    ]
    with engine.begin() as connection:
        for row in rows:
            connection.exec_driver_sql(insert, row)
    engine.dispose()
    async with open_database(path) as database:
        ledger = SqlLedger(database)
        assert await ledger.count_bills() == BillCounts(open=1, given_up=2)
        await ledger.recover_interrupted()
        assert [due.generation_id for due in await ledger.list_unbilled(9)] == []
        assert await ledger.count_bills() == BillCounts(open=1, given_up=2)
