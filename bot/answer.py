"""The main path: from a claimed question to an answer that is settled, and shown.

Who runs it and what happens on a bug is the worker's; how a reply looks is `reply.py`'s.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from functools import partial

import stamina
import structlog

from bot.errors import ClaimLost, EaselError, GiveUp, StoreFailed
from bot.intake import Intake
from bot.message_log import NotedMessages
from bot.metrics import Metrics
from bot.ports import Chat, Model, Threads
from bot.prompt import Material, compose
from bot.received import Received
from bot.records import Mark
from bot.reply import Reply
from bot.sharing import Sharing
from bot.stores import History, Inbox, Journal
from bot.types import Answer, Began, FileRef, ImageMade, Outcome, Prompt, Question, TextDelta, Turn

log = structlog.get_logger(__name__)

EARLIER_UNREAD = "_I could not read the earlier messages of this thread: {}_"
BROKE_TOO_OFTEN = "I have tried this {} times and broke off each time. Please ask in another way."
DRAWING, UPLOADING = "is drawing…", "is uploading…"
# A question that ends the process each time must not do so for ever.
MOST_ATTEMPTS = 5
# The store may be full for a while: an answer that was paid for waits for it, this long.
_SETTLE_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Limits:
    history_turns: int
    max_tokens: int


@dataclass(frozen=True, slots=True)
class Parts:
    """What the main path is made of."""

    inbox: Inbox
    journal: Journal
    history: History
    threads: Threads
    intake: Intake
    sharing: Sharing
    model: Model
    chat: Chat
    metrics: Metrics


class Answerer:
    """Answers one question at a time per thread, any number of threads at once."""

    def __init__(self, parts: Parts, limits: Limits, secret: bytes) -> None:
        self._inbox = parts.inbox
        self._journal = parts.journal
        self._history = parts.history
        self._threads = parts.threads
        self._intake = parts.intake
        self._sharing = parts.sharing
        self._model = parts.model
        self._chat = parts.chat
        self._metrics = parts.metrics
        self._limits = limits
        self._secret = secret
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
        if question.attempt > MOST_ATTEMPTS:
            received.failed(BROKE_TOO_OFTEN.format(MOST_ATTEMPTS))
        else:
            past = await self._past(question, received)
            material = await self._intake.read(question, past)
            received.notes += [sentence for _, sentence in material.unread]
            if _worth_asking(question, material):
                await self._listen(
                    question, self._prompt(question, past, material), reply, received
                )
        answer = received.as_answer(await self._sharing.keep(question, received.pictures))
        await self._settle(question, answer, reply)
        return answer

    async def _past(self, question: Question, received: Received) -> list[Turn]:
        thread, limit = question.thread, self._limits.history_turns
        starts = question.ts == thread.root
        if not starts and not await self._history.knows(thread):
            try:
                earlier = await self._threads.earlier(thread, question.ts)
                await self._history.remember_earlier(thread, earlier)
            except EaselError as error:
                received.notes.append(EARLIER_UNREAD.format(error.said))
        if starts:
            return []
        # One more than is sent tells whether something is left out.
        return await self._history.turns(thread, before=question.ts, limit=limit + 1)

    def _prompt(self, question: Question, past: Sequence[Turn], material: Material) -> Prompt:
        limit = self._limits.history_turns
        return compose(
            question,
            past[-limit:] if limit else [],
            material,
            max_tokens=self._limits.max_tokens,
            secret=self._secret,
            cut=len(past) > limit,
        )

    async def _listen(
        self, question: Question, prompt: Prompt, reply: Reply, received: Received
    ) -> None:
        try:
            async with reply.stop_button.listening(), aclosing(self._model.reply(prompt)) as events:
                async for event in events:
                    received.take(event)
                    match event:
                        case Began():
                            noting = partial(self._journal.note_generation, question, event)
                            reply.log.background(noting)
                        case TextDelta(text):
                            reply.add(text)
                        case ImageMade():
                            reply.busy(DRAWING)
                        case _:
                            pass
        except EaselError as error:
            log.warning("model_failed", error=type(error).__name__, code=error.code)
            received.failed(error.said)
        received.stopped = reply.stop_button.pressed

    async def _settle(self, question: Question, answer: Answer, reply: Reply) -> None:
        """From here on the question is never asked again: what is left is to show the answer."""
        async for attempt in stamina.retry_context(
            on=StoreFailed, attempts=None, timeout=_SETTLE_SECONDS, wait_max=1.0
        ):
            with attempt:
                await self._journal.settle(question, answer, reply.log.unnoted())
        self._metrics.used(answer.usage)

    async def _show(self, question: Question, answer: Answer, reply: Reply) -> Outcome:
        """Show what is not shown yet. What Slack refuses for good is said where that works."""
        if question.answer is not None:
            reply.add(answer.text)
        outcome, files = answer.outcome, tuple[FileRef, ...]()
        try:
            await reply.finish(answer.note, retry=outcome is Outcome.FAILED)
            files = await self._share(question, answer, reply)
        except ClaimLost:
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


async def _say(question: Question, reply: Reply, sentence: str) -> None:
    try:
        await reply.posting.put_up(sentence, Mark(question.id, retry=True))
    except EaselError as error:
        log.warning("nothing_could_be_said", error=type(error).__name__, code=error.code)


def _worth_asking(question: Question, material: Material) -> bool:
    """Whether anything is left to ask once unreadable files are taken away."""
    return bool(question.text or material.sent or not material.unread)
