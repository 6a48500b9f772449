"""Shows unfinished pictures in the thread while the model draws, and removes them at the end.

A preview is a message of the reply like any other: after a crash it is reused or deleted. A
preview that cannot be shown never fails the answer.
"""

from __future__ import annotations

import asyncio
from typing import Self

import structlog

from bot.delivery.escaper import escape_plain
from bot.delivery.message_journal import MessageLog
from bot.domain.errors import EaselError
from bot.domain.llm import PartialImage
from bot.domain.messages import Message, render
from bot.domain.ports import Chat, Uploads
from bot.domain.posts import PostMetadata, Upload
from bot.domain.questions import Question
from bot.i18n.catalog import ENGLISH

log = structlog.get_logger(__name__)

_FILE_NAMES = {
    "image/png": "preview.png",
    "image/jpeg": "preview.jpg",
    "image/webp": "preview.webp",
}
_ALT_TEXT = Message("An unfinished picture; the finished one follows")
_CLEANUP_TIMEOUT_SECONDS = 15.0


class Previews:
    """Shows the newest preview of one answer. Its context removes what was shown."""

    def __init__(
        self,
        chat: Chat,
        uploads: Uploads,
        question: Question,
        message_log: MessageLog,
        language: str = ENGLISH,
    ) -> None:
        self._alt_text = escape_plain(render(_ALT_TEXT, language))
        self._chat = chat
        self._uploads = uploads
        self._question = question
        self._message_log = message_log
        self._newest: PartialImage | None = None
        self._task: asyncio.Task[None] | None = None
        self._message_ts = ""
        self._file_ids: list[str] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exc_info: object) -> None:
        if self._task is not None:
            await asyncio.shield(asyncio.create_task(self._remove(), name="previews"))

    def show(self, preview: PartialImage) -> None:
        """Show `preview` soon, unless a newer one arrives first."""
        self._newest = preview
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._show_newest(), name="preview")

    async def _show_newest(self) -> None:
        try:
            while self._newest is not None:
                preview, self._newest = self._newest, None
                await self._show(preview)
        except EaselError as error:
            log.info("no_preview", error=type(error).__name__, code=error.code)

    async def _show(self, preview: PartialImage) -> None:
        name = _FILE_NAMES.get(preview.mimetype, "preview.png")
        upload = Upload(escape_plain(name), self._alt_text, preview.mimetype, preview.data, "")
        (file_id,) = await self._uploads.upload([upload])
        self._file_ids.append(file_id)
        await self._uploads.complete_unshared(file_id)
        # A sign, so that it goes in any case: also with an earlier answer, which stays.
        metadata = PostMetadata(self._question.id, is_sign=True)
        if self._message_ts:
            await self._chat.replace_picture(
                self._question.thread, self._message_ts, file_id, self._alt_text, metadata
            )
            return
        self._message_ts = await self._chat.post_picture(
            self._question.thread, file_id, self._alt_text, metadata
        )
        self._message_log.record(self._message_ts)

    async def _remove(self) -> None:
        if self._task is not None:
            # Cancelled while it posts, it could not tell us the ts of the message to delete.
            await asyncio.wait({self._task}, timeout=_CLEANUP_TIMEOUT_SECONDS)
            self._task.cancel()
        try:
            async with asyncio.timeout(_CLEANUP_TIMEOUT_SECONDS):
                if self._message_ts:
                    await self._chat.delete(self._question.thread, self._message_ts)
                    self._message_log.note_deleted(self._message_ts)
                for file_id in self._file_ids:
                    await self._uploads.delete(file_id)
        except (EaselError, TimeoutError) as error:
            log.info("preview_left", error=type(error).__name__)
