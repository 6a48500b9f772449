"""A question that may be what ends the process, and is to stop: nothing of it is run any more."""

from __future__ import annotations

import pytest

from bot.domain.conversation import Trigger
from bot.domain.questions import ClaimRefusal, Question, SuspectLane
from storage.engine.database import Database
from storage.queue.questions import SqlQuestionQueue
from storage.steering.store import SqlSteeringStore
from tests.support.clock import Clock
from tests.support.queues import AMPLE, take_question
from tests.support.values import THREAD, build_incoming_message


@pytest.mark.parametrize("of_thread", [False, True])
async def test_a_stopped_suspect_waits_for_no_other(
    queue: SqlQuestionQueue, database: Database, clock: Clock, of_thread: bool
) -> None:
    async def claim() -> Question | None:
        # While another suspect is answered, for a minute or more.
        if of_thread:
            found = await queue.claim_next(THREAD, AMPLE, SuspectLane.CLOSED)
            return None if isinstance(found, ClaimRefusal) else found
        return next(iter((await queue.claim(AMPLE, SuspectLane.CLOSED)).questions), None)

    question = await take_question(queue)
    await queue.make_suspects([question.id])
    await queue.release_claims()
    assert await claim() is None
    word = build_incoming_message("stop", ts="1700000000.000200", trigger=Trigger.THREAD)
    await SqlSteeringStore(database, clock=clock).stop_by_word(word)
    again = await claim()
    assert again is not None and again.is_stopped and not again.is_suspect
