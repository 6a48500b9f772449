"""Shows whole messages of a reply, each once: reuses a message that is there, or posts a new one.

`message_writer.py` decides what they say and when.
"""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial

import structlog

from bot.delivery.escaper import escape_text
from bot.delivery.live_message import LOST_CODES, LiveMessage, is_unusable, rewrite
from bot.delivery.markdown import MAX_MESSAGE_BYTES, count_bytes, split_text
from bot.delivery.message_journal import MessageLog
from bot.delivery.status import Status
from bot.domain.errors import (
    ContentRefused,
    EaselError,
    SlackError,
    StreamRefused,
    TransientError,
)
from bot.domain.ports import Chat
from bot.domain.posts import PostMetadata
from bot.domain.questions import Question
from bot.domain.safe_text import NO_TEXT, SafeText

log = structlog.get_logger(__name__)

# Where Slack finds messages too long, shorter ones are tried, down to this length.
_MIN_MESSAGE_BYTES = 500


class Poster:
    """Posts the whole messages of one reply.

    Messages that an earlier attempt left behind, `question.messages`, are rewritten before any new
    one is posted. `has_uncertain_post`: Slack may have taken a message whose ts never came back.
    `last_ts` is that of the newest message of this attempt. `shown_at`: the loop time at which
    Slack last took something of this attempt, None for never.
    """

    def __init__(
        self, chat: Chat, question: Question, message_log: MessageLog, status: Status
    ) -> None:
        self._chat = chat
        self._question_id = question.id
        self._thread = question.thread
        self._asker = question.asker
        self.escape = partial(escape_text, asker=question.asker.id)
        self._leftovers = list(question.messages)
        # They show the earlier answer until the new one is whole.
        self._keeps_leftovers = question.is_regeneration
        self._question_ts = question.ts
        self._sign_ts = ""
        self._message_log = message_log
        self._status = status
        self.has_uncertain_post = False
        self.shown_at: float | None = None
        self.last_ts = ""
        self.is_closing = False

    @property
    def has_leftovers(self) -> bool:
        return bool(self._leftovers)

    async def post_once(self, text: SafeText, metadata: PostMetadata) -> str:
        """Show `text` as one whole message, in any way that Slack takes; return its ts.

        Raises `EaselError` if it takes none: `TransientError` if one may work later.
        """
        ways = [self._post, self._post, self._stream]
        reason: EaselError | None = None
        while ways:
            if self.has_uncertain_post:
                await self.recover_lost_messages()
            ts = await self._reuse_leftover(text, metadata)
            if ts:
                return ts
            try:
                return await ways.pop(0)(text, metadata)
            except (TransientError, ContentRefused, StreamRefused) as error:
                if reason is None or isinstance(error, TransientError):
                    reason = error
                if not isinstance(error, TransientError) or error.retry_after is not None:
                    # The same call would end the same, so only the other one is left.
                    ways = [way for way in ways if way != self._post]
        raise reason or AssertionError("a way returns or raises")

    async def post_parts(
        self,
        text: SafeText,
        opening_fence: SafeText,
        metadata: PostMetadata,
        last_metadata: PostMetadata,
        max_bytes: int = MAX_MESSAGE_BYTES,
    ) -> None:
        """Show `text` in as many messages as it needs, shorter ones where Slack wants them so.

        Raises `EaselError`.
        """
        split = split_text(text, opening_fence=opening_fence, max_bytes=max_bytes)
        parts = [part for part in split if part.body.strip()]
        for part in parts:
            part_metadata = last_metadata if part is parts[-1] else metadata
            try:
                await self.post_once(self.escape(str(part)), part_metadata)
            except ContentRefused as error:
                fewer = min(max_bytes, count_bytes(str(part))) // 2
                if "too_long" not in error.code or fewer < _MIN_MESSAGE_BYTES:
                    raise
                body = self.escape(part.body + part.closing_fence)
                fence = self.escape(part.opening_fence)
                await self.post_parts(body, fence, metadata, part_metadata, fewer)

    async def post_sign(self, text: SafeText) -> None:
        """Show `text` in a message that the reply's own text replaces, unless one is there.

        Raises `EaselError`.
        """
        if self._sign_ts in self._leftovers or self._keeps_leftovers:
            return
        metadata = PostMetadata(self._question_id, is_sign=True)
        if self._leftovers:
            await rewrite(self._chat, self._thread, self._leftovers[0], text, metadata)
            self.note_shown()
        else:
            self._leftovers.append(await self._post(text, metadata))
        self._sign_ts = self._leftovers[0]

    async def tell_asker(self, text: SafeText) -> None:
        """Tell who asked, alone. Raises `EaselError`."""
        await self._chat.post_ephemeral(self._thread, self._asker, text, self._question_ts)

    async def delete(self, ts: str) -> None:
        """Delete a message of the reply, such as one that takes no text and is replaced.

        Raises `TransientError` if Slack may still show it.
        """
        await self._chat.delete(self._thread, ts)
        self._message_log.note_deleted(ts)

    def note_aside(self, ts: str) -> None:
        """Note a new message of the reply that is no part of the answer, and that the status has to
        be shown again: Slack has cleared it."""
        self._message_log.record(ts, is_answer=False)
        self._status.mark_hidden()

    def note_new(self, ts: str) -> None:
        """Note that Slack shows a new message of the reply."""
        self.note_shown()
        self.last_ts = max(self.last_ts, ts)
        messages = self._message_log
        (messages.note if self.is_closing else messages.record)(ts)
        self._status.mark_cleared()

    def note_shown(self) -> None:
        """Note that Slack has just taken something of the reply."""
        self.shown_at = asyncio.get_running_loop().time()

    async def delete_leftovers(self) -> None:
        """Delete the messages of an earlier attempt that this answer did not reuse."""
        if self.has_uncertain_post:
            await self.recover_lost_messages()
        while self._leftovers:
            await self.delete(self._leftovers[0])
            del self._leftovers[0]

    async def delete_signs(self) -> None:
        """Delete what an earlier attempt posted meanwhile. Raises `TransientError`."""
        with contextlib.suppress(SlackError):
            for post in await self._chat.list_own_messages(self._thread, self._question_ts):
                if post.is_sign and post.question_id == self._question_id:
                    await self.delete(post.ts)

    async def recover_lost_messages(self) -> None:
        """Ask Slack for the reply's messages that were never recorded, so that they are reused.

        Where Slack does not let Easel look, a repeated message is better than none.
        """
        try:
            lost = await self._message_log.find_lost()
        except SlackError as error:
            log.warning("cannot_look", code=error.code)
            lost = []
        self._leftovers += lost
        for ts in lost:
            self._message_log.record(ts)
        self.has_uncertain_post = False

    async def _reuse_leftover(self, text: SafeText, metadata: PostMetadata) -> str:
        """Show `text` in a message that is already there; return its ts, "" if none is usable."""
        while self._leftovers:
            ts = self._leftovers[0]
            try:
                await rewrite(self._chat, self._thread, ts, text, metadata)
            except TransientError:
                await self.delete(ts)
            except SlackError as error:
                if not is_unusable(error):
                    raise
                self._message_log.note_deleted(ts)
                if error.code not in LOST_CODES:
                    with contextlib.suppress(SlackError):
                        await self.delete(ts)
            else:
                del self._leftovers[0]
                self.note_shown()
                return ts
            del self._leftovers[0]
        return ""

    async def _post(self, text: SafeText, metadata: PostMetadata) -> str:
        try:
            ts = await self._chat.post(self._thread, text, metadata)
        except TransientError as error:
            self.note_uncertain(error)
            raise
        self.note_new(ts)
        return ts

    async def _stream(self, text: SafeText, metadata: PostMetadata) -> str:
        """Show `text` as a stream that begins with all of it, where Slack takes no post."""
        if not self._chat.try_acquire_stream():
            raise StreamRefused("no_allowance")
        now = asyncio.get_running_loop().time()
        try:
            message = await LiveMessage.start_stream(
                self._chat, self._thread, self._asker, text, now=now
            )
        except TransientError as error:
            self.note_uncertain(error)
            raise
        self.note_new(message.ts)
        try:
            await message.end(NO_TEXT, metadata)
        except TransientError:
            self._leftovers.append(message.ts)
            raise
        except SlackError as error:
            log.warning("stream_left_open", code=error.code)
        return message.ts

    def note_uncertain(self, error: TransientError) -> None:
        """Note that Slack may have the message, unless it said that it takes none yet."""
        if error.retry_after is None:
            self.has_uncertain_post = True
