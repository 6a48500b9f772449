"""The main path: from a claimed question to a settled one.

Who runs it and what happens on a bug is the worker's; how a reply looks is `reply.py`'s.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace

from bot.errors import EaselError
from bot.intake import Intake
from bot.media.naming import alt_text, picture_file_name
from bot.ports import Chat, History, Inbox, Model, Threads
from bot.prompt import Material, compose
from bot.reply import Reply
from bot.types import (
    Answered,
    Began,
    FileRef,
    Finish,
    Finished,
    ImageMade,
    MadePicture,
    Outcome,
    Prompt,
    Question,
    ReasoningDelta,
    ReplyEvent,
    TextDelta,
    Turn,
    Usage,
)

log = logging.getLogger(__name__)

CUT_SHORT = "_I stopped here because the answer reached its length limit. Ask me to go on._"
FILTERED = "_The model's safety filter ended this answer. Please ask in another way._"
EARLIER_UNREAD = "_I could not read the earlier messages of this thread: {}_"
DRAWING = "is drawing…"


@dataclass(slots=True)
class Received:
    """What the model has sent so far; all of it stays valid if the stream breaks."""

    text: list[str] = field(default_factory=list)
    pictures: list[ImageMade] = field(default_factory=list)
    began: Began = field(default_factory=lambda: Began(""))
    usage: Usage | None = None
    notes: list[str] = field(default_factory=list)
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    history_turns: int
    max_tokens: int


@dataclass(frozen=True, slots=True)
class Parts:
    """What the main path is made of."""

    inbox: Inbox
    history: History
    threads: Threads
    intake: Intake
    model: Model
    chat: Chat


class Answerer:
    """Answers one question at a time per thread, any number of threads at once."""

    def __init__(self, parts: Parts, limits: Limits, secret: bytes) -> None:
        self._inbox = parts.inbox
        self._history = parts.history
        self._threads = parts.threads
        self._intake = parts.intake
        self._model = parts.model
        self._chat = parts.chat
        self._limits = limits
        self._secret = secret
        self._replies: dict[int, Reply] = {}

    async def answer(self, question: Question) -> None:
        """Answer `question` in its thread and settle it. Expected errors end as a sentence."""
        received = Received()
        async with self._open_reply(question) as reply:
            past = await self._past(question, received)
            material = await self._intake.read(question, past)
            received.notes += [sentence for _, sentence in material.unread]
            if _worth_asking(question, material):
                prompt = self._prompt(question, past, material)
                await self._show(prompt, reply, received)
            files = await self._deliver(question, reply, received)
        await self._settle(question, reply.ts, received, files)

    async def apologise(self, question: Question, said: str) -> None:
        """Say in the thread that there will be no answer, and why."""
        await self._chat.post(question.thread, said)

    def has_shown(self, question: Question) -> bool:
        """Whether some of the answer that is being given is already visible."""
        reply = self._replies.get(question.id)
        return reply is not None and reply.visible

    @asynccontextmanager
    async def _open_reply(self, question: Question) -> AsyncIterator[Reply]:
        async with Reply(self._chat, question.thread, question.asker) as reply:
            self._replies[question.id] = reply
            try:
                yield reply
            finally:
                del self._replies[question.id]

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

    async def _show(self, prompt: Prompt, reply: Reply, received: Received) -> None:
        try:
            async with aclosing(self._model.reply(prompt)) as events:
                async for event in events:
                    _take(event, reply, received)
        except EaselError as error:
            log.warning("the model failed: %s: %s", type(error).__name__, error)
            received.failed = True
            received.notes.append(error.said)

    async def _deliver(
        self, question: Question, reply: Reply, received: Received
    ) -> tuple[FileRef, ...]:
        """End the text and share the pictures. What Slack refuses is said, and paid for anyway."""
        try:
            await reply.finish("\n\n".join(received.notes))
            return await self._share(question, reply, received)
        except EaselError as error:
            log.warning("the answer could not be shown: %s: %s", type(error).__name__, error)
            received.failed = True
            with suppress(EaselError):
                await self.apologise(question, error.said)
            return ()

    async def _share(
        self, question: Question, reply: Reply, received: Received
    ) -> tuple[FileRef, ...]:
        if not received.pictures:
            return ()
        made = [
            MadePicture(
                name=picture_file_name(question.text, picture.mimetype, number, count),
                alt=alt_text(question.text, number, count),
                mimetype=picture.mimetype,
                data=picture.data,
                sha256=picture.sha256,
            )
            for count in [len(received.pictures)]
            for number, picture in enumerate(received.pictures, 1)
        ]
        shared = await reply.share(made)
        copies = [await self._intake.keep_made(picture) for picture in made]
        return tuple(
            replace(ref, sha256=picture.sha256, copy_sha256=copy)
            for ref, picture, copy in zip(shared, made, copies, strict=True)
        )

    async def _settle(
        self, question: Question, reply_ts: str, received: Received, files: tuple[FileRef, ...]
    ) -> None:
        answered = Answered(
            text="".join(received.text),
            reply_ts=reply_ts,
            files=files,
            generation_id=received.began.generation_id,
            model=received.began.model,
            usage=received.usage,
        )
        outcome = Outcome.FAILED if received.failed else Outcome.ANSWERED
        await self._inbox.settle(question, outcome, answered)


def _take(event: ReplyEvent, reply: Reply, received: Received) -> None:
    match event:
        case TextDelta(text):
            received.text.append(text)
            reply.add(text)
        case ImageMade():
            received.pictures.append(event)
            reply.busy(DRAWING)
        case ReasoningDelta():
            pass
        case Began():
            received.began = event
        case Finished(reason, usage):
            received.usage = usage
            if reason is Finish.LENGTH:
                received.notes.append(CUT_SHORT)
            elif reason is Finish.CONTENT_FILTER:
                received.notes.append(FILTERED)


def _worth_asking(question: Question, material: Material) -> bool:
    """Whether anything is left to ask once unreadable files are taken away."""
    return bool(question.text or material.sent or not material.unread)
