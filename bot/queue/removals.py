"""Offers to delete the answer to a deleted question, and deletes it in Slack."""

from __future__ import annotations

import asyncio
from typing import Protocol

import structlog

from bot.delivery.escaper import escape_text
from bot.domain.answers.removal import RemovalOffer
from bot.domain.conversation import Person, Thread
from bot.domain.errors import EaselError, SlackError, TransientError
from bot.domain.messages import Message, render
from bot.domain.ports import Chat, ChooseLanguage, Uploads
from bot.domain.posts import Button, Controls, PostMetadata
from bot.domain.questions import Question
from bot.domain.stores.removals import RemovalStore
from bot.observability.background_tasks import BackgroundTasks

log = structlog.get_logger(__name__)

OFFER_MESSAGE = Message(
    "You deleted your question, and I do not read my answer to it any more. It is still here for"
    " everybody in this thread: shall I delete it, too?"
)
QUOTE_OFFER_MESSAGE = Message(
    "The message that your question is about was deleted, and I do not read my answer any more. It"
    " is still here for everybody in this thread: shall I delete it, too?"
)
_MAX_CONCURRENT = 50
_LOOK_SECONDS = 10.0
# A press has to be acknowledged within three seconds, and is only once all is deleted.
_MAX_REMOVAL_SECONDS = 2.3


class Erasure(Protocol):
    """Erases what a message said: see `bot.files.cache.FileCache`."""

    async def forget_message(self, team: str, channel: str, ts: str) -> None: ...


class AnswerRemover:
    """Removes answers from Slack, for who has asked and deleted the question.

    `erasure` forgets what came of an answer whose question was deleted meanwhile.
    """

    def __init__(
        self,
        store: RemovalStore,
        chat: Chat,
        uploads: Uploads,
        erasure: Erasure,
        choose_language: ChooseLanguage,
    ) -> None:
        self._store = store
        self._erasure = erasure
        self._chat = chat
        self._uploads = uploads
        self._choose_language = choose_language
        self._tasks = BackgroundTasks("removal-offer", max_tasks=_MAX_CONCURRENT)

    def offer_soon(self, team: str, channel: str, ts: str) -> None:
        """Offer the author of a deleted message, alone, to delete the answer to it, if there is one
        and it is the last of its thread. Returns at once."""
        self._tasks.spawn(self._offer(team, channel, ts))

    def end_soon(self, team: str, channel: str, ts: str) -> None:
        """Erase what was answered to the question at `ts`, which may have been deleted meanwhile,
        and offer to delete it, once its end is stored: that has forgotten it. Returns at once."""
        self._tasks.spawn(self._end(team, channel, ts))

    async def is_deleted(self, question: Question) -> bool:
        """Whether `question` is known to be deleted; False where the store does not tell."""
        thread = question.thread
        try:
            return await self._store.is_deleted(thread.team, thread.channel, question.ts)
        except EaselError as error:
            log.info("not_looked_up", error=type(error).__name__, code=error.recorded_code)
            return False

    async def remove(self, question_id: int, channel: str, person: Person) -> bool:
        """Delete the messages and files of an answer; done when this returns. Return False where
        there is none that `person` may delete. Raises `TransientError`: a press does it again."""
        answer = await self._store.find_removable(question_id, channel, person)
        if answer is None:
            return False
        try:
            async with asyncio.timeout(_MAX_REMOVAL_SECONDS):
                await asyncio.gather(
                    *(self._delete_message(answer.thread, ts) for ts in answer.messages),
                    *(self._uploads.delete(file_id) for file_id in answer.file_ids),
                )
        except TimeoutError as error:
            raise TransientError("slow removal") from error
        log.info("answer_removed", question=question_id, count=len(answer.messages))
        return True

    async def run(self) -> None:
        """Make the offers that ended processes have left, or that failed, until cancelled."""
        while True:
            await self.make_due()
            await asyncio.sleep(_LOOK_SECONDS)

    async def make_due(self) -> None:
        """Make the offers that are due, once. Never raises `EaselError`."""
        try:
            due = await self._store.list_due()
        except EaselError as error:
            log.warning("store_failed", at="offers", code=error.recorded_code)
            return
        for place in due:
            await self._end(*place)

    async def close(self) -> None:
        """Cancel the offers that are still being sent."""
        await self._tasks.cancel()

    async def _delete_message(self, thread: Thread, ts: str) -> None:
        try:
            await self._chat.delete(thread, ts)
        except SlackError as error:
            log.info("message_stays", code=error.code)

    async def _offer(self, team: str, channel: str, ts: str) -> None:
        try:
            offer = await self._store.take_offer(team, channel, ts)
            if offer is not None:
                await self._make(offer)
        except EaselError as error:
            log.info("notice_not_given", error=type(error).__name__, code=error.recorded_code)

    async def _make(self, offer: RemovalOffer) -> None:
        """Make `offer`. Raises `TransientError`: it is made later."""
        try:
            await self._send(offer)
        except SlackError as error:
            log.info("notice_not_given", error=type(error).__name__, code=error.recorded_code)
        await self._store.end_offer(offer)

    async def _end(self, team: str, channel: str, ts: str) -> None:
        try:
            if not await self._store.is_deleted(team, channel, ts):
                return
            await self._erasure.forget_message(team, channel, ts)
        except EaselError as error:
            log.warning("not_forgotten", error=type(error).__name__, code=error.recorded_code)
        await self._offer(team, channel, ts)

    async def _send(self, offer: RemovalOffer) -> None:
        language = self._choose_language(offer.author, "")
        controls = Controls((Button.DELETE,), version=offer.version)
        metadata = PostMetadata(offer.question_id, controls, language=language)
        message = QUOTE_OFFER_MESSAGE if offer.is_quote else OFFER_MESSAGE
        text = escape_text(render(message, language), offer.author.id)
        await self._chat.post_ephemeral(offer.thread, offer.author, text, "", metadata)
