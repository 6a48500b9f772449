"""Questions for the tests of the queue, and a process that works on them."""

from __future__ import annotations

from bot.domain.conversation import IncomingMessage
from bot.domain.questions import (
    Answer,
    ClaimedBatch,
    ClaimLimits,
    EnqueueResult,
    Outcome,
    Question,
    SuspectLane,
)
from bot.domain.stores.questions import Journal, QuestionQueue
from storage.engine.database import Database
from storage.engine.postgres import PostgresDatabase
from storage.queue.journal import SqlJournal
from storage.queue.questions import LEASE_SECONDS, SqlQuestionQueue
from tests.support.values import build_incoming_message


def is_replicated(database: Database) -> bool:
    """Whether other processes may work on the same database."""
    return isinstance(database, PostgresDatabase)


AMPLE = ClaimLimits(1_000, 1_000)


class QueueProcess:
    """The queue and the journal of one process, with a clock of its own."""

    def __init__(self, database: Database, owner: str) -> None:
        self.now = 1000.0
        self.database = database
        self.queue: QuestionQueue = SqlQuestionQueue(database, owner=owner, clock=lambda: self.now)
        self.journal: Journal = SqlJournal(database, owner=owner, clock=lambda: self.now)

    async def take(self, text: str = "hello") -> Question:
        return await take_question(self.queue, text)

    async def end_lease(self) -> int:
        """Have this process found dead: by the next start, or by others when its lease is over.

        Return the number of claims that are free again.
        """
        if not is_replicated(self.database):
            return await self.queue.recover_expired()
        assert await self.queue.recover_expired() == 0  # a start takes nothing from others
        self.now += LEASE_SECONDS + 1
        return await self.queue.renew([], takes_others=True)

    async def claim(self) -> Question:
        found = await claim_one(self.queue)
        assert found is not None
        return found


async def take_question(queue: QuestionQueue, text: str = "hello") -> Question:
    """Store a question and claim it in the same step."""
    found = await queue.enqueue(build_incoming_message(text), claim=AMPLE)
    assert isinstance(found, Question)
    return found


async def enqueue(queue: QuestionQueue, message: IncomingMessage) -> EnqueueResult | Question:
    """Store a message without claiming it."""
    return await queue.enqueue(message, claim=None)


async def claim_all(
    queue: QuestionQueue, limits: ClaimLimits = AMPLE, lane: SuspectLane = SuspectLane.EMPTY
) -> list[str]:
    """Claim what is due; return the texts of the claimed questions."""
    batch: ClaimedBatch = await queue.claim(limits, lane)
    return [question.text for question in batch.questions]


async def claim_one(queue: QuestionQueue) -> Question | None:
    """Claim the next due question, a suspect only where there is no other."""
    for total in range(1, 50):  # as many as are claimed already, and one
        batch = await queue.claim(ClaimLimits(total, total), SuspectLane.CLOSED)
        if batch.questions:
            return batch.questions[0]
    batch = await queue.claim(ClaimLimits(0, 0), SuspectLane.EMPTY)
    return batch.questions[0] if batch.questions else None


async def answer(queue: QuestionQueue, journal: Journal, question: Question, text: str) -> None:
    """Answer `question` with `text`, and let all of it be shown."""
    await journal.settle(question, Answer(text=text))
    queue.mark_delivered(question, Outcome.ANSWERED)
    await queue.flush()
