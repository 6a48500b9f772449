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

from bot.answering.draft import AnswerDraft
from bot.answering.generate import AnswerGenerator, GeneratorParts
from bot.delivery.file_delivery import FileDelivery
from bot.delivery.long_answers import AnswerOpening
from bot.delivery.message_journal import MessageJournal
from bot.delivery.reply import Reply
from bot.domain.errors import EaselError, LeaseLost, OperatorError, StoreError
from bot.domain.files import FileRef
from bot.domain.ports import Chat
from bot.domain.posts import Button, PostMetadata
from bot.domain.questions import Answer, Outcome, Question
from bot.domain.stores import Journal, QuestionQueue
from bot.observability.metrics import Metrics
from bot.request.flags import strip_flags
from bot.request.recipes.recipe import split_quote

log = structlog.get_logger(__name__)

TOO_MANY_ATTEMPTS_MESSAGE = (
    "I have tried this {} times and broke off each time. Please ask in another way."
)
UPLOADING_STATUS = "is uploading…"
# A question that ends the process each time must not do so for ever.
MAX_ATTEMPTS = 5
# The store may be full for a while: an answer that was paid for waits for it, this long.
_SETTLE_TIMEOUT_SECONDS = 300.0
_BUTTONS = {Outcome.FAILED: Button.RETRY, Outcome.ASKED_BACK: Button.GO_ON}


@dataclass(frozen=True, slots=True)
class AnswererParts:
    """What the main path is made of."""

    queue: QuestionQueue
    journal: Journal
    generator_parts: GeneratorParts
    file_delivery: FileDelivery
    chat: Chat
    metrics: Metrics


class Answerer:
    """Answers one question at a time per thread, any number of threads at once."""

    def __init__(self, parts: AnswererParts) -> None:
        self._queue = parts.queue
        self._journal = parts.journal
        self._generator_parts = parts.generator_parts
        self._file_delivery = parts.file_delivery
        self._chat = parts.chat
        self._metrics = parts.metrics
        self._replies: dict[int, Reply] = {}

    async def answer(self, question: Question) -> Outcome:
        """Answer `question` in its thread, or go on where an earlier attempt was interrupted.

        Raises `TryLater` where the answer is settled or not begun and Slack or the store is away:
        the question may be put back and taken again at any time.
        """
        async with self._open_reply(question) as reply:
            await self._recover_lost_messages(question, reply)
            answer = question.answer or await self._generate_and_settle(question, reply)
            return await self._deliver(question, answer, reply)

    async def give_up(self, question: Question, user_message: str) -> Outcome:
        """Settle `question`, if it is not, as failed with the sentence `said`, and show that."""
        failed = Answer(note=user_message, outcome=Outcome.FAILED)
        async with self._open_reply(question) as reply:
            await self._recover_lost_messages(question, reply)
            await self._settle(question, failed, reply)
            return await self._deliver(question, failed, reply)

    def has_shown(self, question: Question) -> bool:
        """Whether some of the answer that is being given is already visible."""
        reply = self._replies.get(question.id)
        return reply is not None and reply.is_visible

    def stop(self, question: Question) -> None:
        """The person wants no more of the answer that is being given."""
        if question.id in self._replies:
            self._replies[question.id].stop_button.press()

    @asynccontextmanager
    async def _open_reply(self, question: Question) -> AsyncIterator[Reply]:
        first_shown = self._metrics.first_text_seconds.observe
        messages = MessageJournal(self._journal, self._chat, question, on_first_message=first_shown)
        async with messages, Reply(self._chat, question, messages) as reply:
            self._replies[question.id] = reply
            try:
                yield reply
            finally:
                del self._replies[question.id]

    async def _recover_lost_messages(self, question: Question, reply: Reply) -> None:
        """An earlier attempt may have left messages that nobody noted: they are used up first."""
        if question.claims > 1:
            await reply.poster.recover_lost_messages()

    async def _generate_and_settle(self, question: Question, reply: Reply) -> Answer:
        """Ask the model, show what it says while it comes, and settle."""
        received = AnswerDraft()
        async with AnswerGenerator(self._generator_parts, question, reply, received) as talk:
            if question.attempt > MAX_ATTEMPTS:
                received.fail(TOO_MANY_ATTEMPTS_MESSAGE.format(MAX_ATTEMPTS))
            else:
                await talk.run()
            others = received.build_generated_files()
            files = await self._file_delivery.store(
                _extract_title(question), received.pictures, others, talk.provenance
            )
            answer = received.build_answer(files, talk.requests)
            await self._settle(question, answer, reply)
            talk.notify_settled()
        return answer

    async def _settle(self, question: Question, answer: Answer, reply: Reply) -> None:
        """From here on the question is never asked again: what is left is to show the answer."""
        async for attempt in stamina.retry_context(
            on=StoreError, attempts=None, timeout=_SETTLE_TIMEOUT_SECONDS, wait_max=1.0
        ):
            with attempt:
                await self._journal.settle(question, answer, reply.message_log.list_unrecorded())
        for made in answer.requests:
            self._metrics.count_usage(made.usage, made.cost)

    async def _deliver(self, question: Question, answer: Answer, reply: Reply) -> Outcome:
        """Show what is not shown yet. What Slack refuses for good is said where that works."""
        reply.add(get_unshown_text(question, answer, is_shown=reply.has_added_text))
        outcome, files = answer.outcome, tuple[FileRef, ...]()
        try:
            await reply.finish(answer.note, button=_BUTTONS.get(outcome, Button.NONE))
            files = await self._share_files(question, answer, reply)
        except LeaseLost:
            self._file_delivery.release(answer)
            raise
        except OperatorError as error:
            log.warning("answer_not_shown", error=type(error).__name__, code=error.code)
            outcome = Outcome.FAILED
            await _post_error_message(question, reply, error.user_message)
        self._file_delivery.release(answer)
        self._queue.mark_delivered(question, outcome, files, reply.message_log.list_unrecorded())
        return outcome

    async def _share_files(
        self, question: Question, answer: Answer, reply: Reply
    ) -> tuple[FileRef, ...]:
        if not answer.files:
            return ()
        await reply.status.show_now(UPLOADING_STATUS)
        files = await self._file_delivery.share(question, answer, _extract_title(question))
        reply.status.mark_cleared()
        return files


def get_unshown_text(question: Question, answer: Answer, *, is_shown: bool) -> str:
    """What of the answer's text was not shown while it came.

    That is all of it after an interruption, and for data and our own answers; of a long answer only
    its beginning is ever shown.
    """
    if question.answer is None and is_shown:
        return ""
    opening = AnswerOpening()
    return opening.feed(answer.text) + opening.finish()


def _extract_title(question: Question) -> str:
    """Return the person's own words, which name the files: without flags and a quoted message."""
    return strip_flags(split_quote(question.text)[0])


async def _post_error_message(question: Question, reply: Reply, user_message: str) -> None:
    try:
        await reply.poster.post_once(user_message, PostMetadata(question.id, Button.RETRY))
    except EaselError as error:
        log.warning("reply_failed", error=type(error).__name__, code=error.code)
