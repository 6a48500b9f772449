"""The main path: from a claimed question to an answer that is settled, and shown.

Who runs it and what happens on a bug is the worker's; what is asked of the model is decided in
`bot.asking`, how a reply looks in `reply.py`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import stamina
import structlog

from bot.answering.draft import Received
from bot.answering.generate import Conversation, ConversationParts
from bot.delivery.file_delivery import Sharing
from bot.delivery.long_answers import Opening
from bot.delivery.message_journal import NotedMessages
from bot.delivery.reply import Reply
from bot.domain.errors import ClaimLost, EaselError, GiveUp, StoreFailed
from bot.domain.files import FileRef
from bot.domain.ports import Chat
from bot.domain.posts import Button, Mark
from bot.domain.questions import Answer, Outcome, Question
from bot.domain.stores import Inbox, Journal
from bot.observability.metrics import Metrics

log = structlog.get_logger(__name__)

BROKE_TOO_OFTEN = "I have tried this {} times and broke off each time. Please ask in another way."
UPLOADING = "is uploading…"
# A question that ends the process each time must not do so for ever.
MOST_ATTEMPTS = 5
# The store may be full for a while: an answer that was paid for waits for it, this long.
_SETTLE_SECONDS = 300.0
_BUTTONS = {Outcome.FAILED: Button.RETRY, Outcome.ASKED_BACK: Button.GO_ON}


@dataclass(frozen=True, slots=True)
class Parts:
    """What the main path is made of."""

    inbox: Inbox
    journal: Journal
    talking: ConversationParts
    sharing: Sharing
    chat: Chat
    metrics: Metrics


class Answerer:
    """Answers one question at a time per thread, any number of threads at once."""

    def __init__(self, parts: Parts) -> None:
        self._inbox = parts.inbox
        self._journal = parts.journal
        self._talking = parts.talking
        self._sharing = parts.sharing
        self._chat = parts.chat
        self._metrics = parts.metrics
        self._replies: dict[int, Reply] = {}

    async def answer(self, question: Question) -> Outcome:
        """Answer `question` in its thread, or go on where an earlier attempt was interrupted.

        Raises `TryLater` where the answer is settled or not begun and Slack or the store is away:
        the question may be put back and taken again at any time.
        """
        async with self._open_reply(question) as reply:
            await self._look_for_lost(question, reply)
            answer = question.answer or await self._ask(question, reply)
            return await self._show(question, answer, reply)

    async def give_up(self, question: Question, said: str) -> Outcome:
        """Settle `question`, if it is not, as failed with the sentence `said`, and show that."""
        failed = Answer(note=said, outcome=Outcome.FAILED)
        async with self._open_reply(question) as reply:
            await self._look_for_lost(question, reply)
            await self._settle(question, failed, reply)
            return await self._show(question, failed, reply)

    def has_shown(self, question: Question) -> bool:
        """Whether some of the answer that is being given is already visible."""
        reply = self._replies.get(question.id)
        return reply is not None and reply.visible

    def stop(self, question: Question) -> None:
        """The person wants no more of the answer that is being given."""
        if question.id in self._replies:
            self._replies[question.id].stop_button.press()

    @asynccontextmanager
    async def _open_reply(self, question: Question) -> AsyncIterator[Reply]:
        first_shown = self._metrics.first_text.observe
        messages = NotedMessages(self._journal, self._chat, question, first_shown=first_shown)
        async with messages, Reply(self._chat, question, messages) as reply:
            self._replies[question.id] = reply
            try:
                yield reply
            finally:
                del self._replies[question.id]

    async def _look_for_lost(self, question: Question, reply: Reply) -> None:
        """An earlier attempt may have left messages that nobody noted: they are used up first."""
        if question.claims > 1:
            await reply.posting.look_for_lost()

    async def _ask(self, question: Question, reply: Reply) -> Answer:
        """Ask the model, show what it says while it comes, and settle."""
        received = Received()
        async with Conversation(self._talking, question, reply, received) as talk:
            if question.attempt > MOST_ATTEMPTS:
                received.failed(BROKE_TOO_OFTEN.format(MOST_ATTEMPTS))
            else:
                await talk.hold()
            others = received.new_files()
            files = await self._sharing.keep(question, received.pictures, others, talk.lineage)
            answer = received.as_answer(files, talk.attempts)
            await self._settle(question, answer, reply)
            talk.settled()
        return answer

    async def _settle(self, question: Question, answer: Answer, reply: Reply) -> None:
        """From here on the question is never asked again: what is left is to show the answer."""
        async for attempt in stamina.retry_context(
            on=StoreFailed, attempts=None, timeout=_SETTLE_SECONDS, wait_max=1.0
        ):
            with attempt:
                await self._journal.settle(question, answer, reply.log.unnoted())
        for made in answer.attempts:
            self._metrics.used(made.usage, made.cost)

    async def _show(self, question: Question, answer: Answer, reply: Reply) -> Outcome:
        """Show what is not shown yet. What Slack refuses for good is said where that works."""
        reply.add(unseen(question, answer, is_shown=reply.has_said))
        outcome, files = answer.outcome, tuple[FileRef, ...]()
        try:
            await reply.finish(answer.note, button=_BUTTONS.get(outcome, Button.NONE))
            files = await self._share(question, answer, reply)
        except ClaimLost:
            self._sharing.forget(answer)
            raise
        except GiveUp as error:
            log.warning("answer_not_shown", error=type(error).__name__, code=error.code)
            outcome = Outcome.FAILED
            await _say(question, reply, error.said)
        self._sharing.forget(answer)
        self._inbox.shown(question, outcome, files, reply.log.unnoted())
        return outcome

    async def _share(self, question: Question, answer: Answer, reply: Reply) -> tuple[FileRef, ...]:
        if not answer.files:
            return ()
        await reply.status.tell(UPLOADING)
        files = await self._sharing.share(question, answer)
        reply.status.cleared_by_slack()
        return files


def unseen(question: Question, answer: Answer, *, is_shown: bool) -> str:
    """What of the answer's text was not shown while it came.

    That is all of it after an interruption, and for data and our own answers; of a long answer only
    its beginning is ever shown.
    """
    if question.answer is None and is_shown:
        return ""
    opening = Opening()
    return opening.take(answer.text) + opening.rest()


async def _say(question: Question, reply: Reply, sentence: str) -> None:
    try:
        await reply.posting.put_up(sentence, Mark(question.id, Button.RETRY))
    except EaselError as error:
        log.warning("nothing_could_be_said", error=type(error).__name__, code=error.code)
