"""The statements of the store are a fixed number, whatever they are run with.

Each connection keeps the last 128 that it ran, so each further one is memory that stays.
"""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from sqlalchemy import BindParameter, ClauseElement, Engine, event, func, literal, not_, select
from sqlalchemy.sql import visitors

import storage
from bot.domain.questions import ClaimLimits, SuspectLane
from storage.engine.database import Database
from storage.engine.dialects import match_listed
from storage.queue.questions import SqlQuestionQueue
from storage.schema import turns
from tests.support.clock import Clock
from tests.support.queues import enqueue
from tests.support.values import build_incoming_message, build_thread

_LIMITS = ClaimLimits(total=100, per_person=100)


def list_statements() -> Iterator[tuple[str, ClauseElement]]:
    """Yield the statements, and parts of them, that the modules of `storage` define."""
    for module in pkgutil.walk_packages(storage.__path__, "storage."):
        if module.name.startswith("storage.migrations."):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, ClauseElement):
                yield f"{module.name}.{name}", value


def test_no_statement_has_a_placeholder_for_each_value_of_a_list() -> None:
    statements = dict(list_statements())
    assert len(statements) > 50
    found = {
        name
        for name, statement in statements.items()
        for part in visitors.iterate(statement)
        # A list that is written in the source code is as long each time.
        if isinstance(part, BindParameter) and part.expanding and part.value is None
    }
    assert found == set()


@contextlib.contextmanager
def note_statements() -> Iterator[set[str]]:
    """Note the text of each statement that is run."""
    statements: set[str] = set()

    def note(_connection: object, _cursor: object, sql: str, *_: object) -> None:
        statements.add(sql)

    event.listen(Engine, "before_cursor_execute", note)
    yield statements
    event.remove(Engine, "before_cursor_execute", note)


async def test_any_number_of_running_answers_is_renewed_by_the_same_statements(
    queue: SqlQuestionQueue, clock: Clock
) -> None:
    ids: list[int] = []
    numbers = list[int]()
    with note_statements() as statements:
        for number in range(1, 31):
            thread = build_thread(number)
            await enqueue(queue, build_incoming_message(ts=thread.root, thread=thread))
            claimed = await queue.claim(_LIMITS, SuspectLane.EMPTY)
            ids += [question.id for question in claimed.questions]
            clock.now += 25.0
            await queue.renew(ids)
            await queue.make_suspects([])
            numbers.append(len(statements))
    assert len(ids) == 30
    assert numbers[-1] == numbers[1]


async def test_any_number_of_questions_is_claimed_by_the_same_statements(
    queue: SqlQuestionQueue,
) -> None:
    numbers, first = list[int](), 1
    with note_statements() as statements:
        for count in range(1, 12):
            for number in range(first, first + count):
                thread = build_thread(number)
                await enqueue(queue, build_incoming_message(ts=thread.root, thread=thread))
            first += count
            claimed = await queue.claim(_LIMITS, SuspectLane.EMPTY)
            assert len(claimed.questions) == count
            numbers.append(len(statements))
    assert numbers[-1] == numbers[1]


@pytest.mark.parametrize(
    "listed", [[], [1], [2, 3], list(range(1, 40_000)), [9]], ids=lambda ids: f"{len(ids)}"
)
async def test_a_list_of_any_length_finds_what_it_holds_and_no_more(
    queue: SqlQuestionQueue, database: Database, listed: list[int]
) -> None:
    for number in range(1, 5):
        thread = build_thread(number)
        await enqueue(queue, build_incoming_message(ts=thread.root, thread=thread))
    condition = match_listed(turns.c.id, "ids")
    for wanted, expected in (
        (condition, {1, 2, 3, 4} & set(listed)),
        (not_(condition), {1, 2, 3, 4} - set(listed)),
    ):
        statement = select(turns.c.id).where(wanted)
        found = await database.read(
            lambda c, s=statement: set(c.scalars(s, {"ids": listed}).all())  # type: ignore[misc] # bound now
        )
        assert found == expected


@pytest.mark.parametrize("text", ["U1", "", "é🙂", 'a"b\\c', "1", "null", "[1]", "a\nb"])
async def test_a_list_of_texts_finds_each_as_it_is(database: Database, text: str) -> None:
    statement = select(func.count()).where(match_listed(literal(text), "texts"))
    count = await database.read(lambda c: c.scalar(statement, {"texts": ["other", text]}))
    assert count == 1
    assert await database.read(lambda c: c.scalar(statement, {"texts": ["other"]})) == 0
