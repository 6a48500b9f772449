"""Makes a question's files ready for the model: fetched, checked, shrunk, a working copy kept.

Knows the order of the steps; what a picture is, `bot.media` knows, and Slack's doors are a port.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.errors import EaselError
from bot.media.naming import clean_name
from bot.media.pictures import prepare, reopen
from bot.ports import Files
from bot.prompt import Material, pictures_to_resend
from bot.stores import Blobs, History
from bot.types import Attachment, FileRef, Prompt, Question, Thread, Turn

log = structlog.get_logger(__name__)

# Decoding takes up to a few hundred megabytes a picture for a moment: never many at once.
_DECODERS = 2
_DOWNLOADS = 4
# The side of a picture, in pixels, after the provider called the request too large.
_SMALL_SIDE = 1024


class Intake:
    """Reads what people send, and remembers working copies."""

    def __init__(self, files: Files, blobs: Blobs, history: History) -> None:
        self._files = files
        self._blobs = blobs
        self._history = history
        self._decoding = asyncio.Semaphore(_DECODERS)
        self._downloading = asyncio.Semaphore(_DOWNLOADS)

    async def read(self, question: Question, past: Sequence[Turn]) -> Material:
        """Make ready the question's own files and the thread's newest pictures.

        A file that cannot be read becomes a sentence; the others are not held up by it.
        """
        earlier = pictures_to_resend(past)
        if not question.files and not earlier:
            return Material()
        own = await asyncio.gather(*(self._own(question.thread, ref) for ref in question.files))
        recalled = await asyncio.gather(*(self._recall(question.thread, ref) for ref in earlier))
        return Material(
            sent=tuple(item for item in own if isinstance(item, Attachment)),
            remembered=tuple(item for item in recalled if item is not None),
            unread=tuple(item for item in own if isinstance(item, tuple)),
        )

    async def keep_made(self, name: str, data: bytes) -> str:
        """Keep a working copy of a picture Easel made; return its sha256, "" if it cannot be."""
        try:
            return await self._blobs.put((await self._prepare(name, data)).data)
        except EaselError as error:
            log.warning("no_working_copy", error=type(error).__name__)
            return ""

    async def shrink(self, prompt: Prompt) -> Prompt:
        """The same question in a smaller request: smaller pictures, the newer half of the past."""
        half = prompt.past[(len(prompt.past) + 1) // 2 :]
        return replace(
            prompt,
            past=half,
            pictures=tuple([await self._smaller(picture) for picture in prompt.pictures]),
        )

    async def _smaller(self, picture: Attachment) -> Attachment:
        if max(picture.width, picture.height) <= _SMALL_SIDE:
            return picture
        async with self._decoding:
            return await asyncio.to_thread(
                prepare, picture.name, picture.data, max_side=_SMALL_SIDE
            )

    async def _own(self, thread: Thread, ref: FileRef) -> Attachment | tuple[str, str]:
        try:
            attachment = await self._fetch(ref)
        except EaselError as error:
            return clean_name(ref.name), error.said
        await self._keep(thread, ref, attachment)
        return attachment

    async def _recall(self, thread: Thread, ref: FileRef) -> Attachment | None:
        kept = await self._blobs.get(ref.copy_sha256)
        if kept is not None:
            return await asyncio.to_thread(reopen, ref.name, kept)
        try:
            attachment = await self._fetch(ref)
        except EaselError as error:
            log.info("earlier_picture_gone", error=type(error).__name__)
            return None
        await self._keep(thread, ref, attachment)
        return attachment

    async def _keep(self, thread: Thread, ref: FileRef, attachment: Attachment) -> None:
        """Keep a working copy. Without one the picture is fetched again next time, no more."""
        try:
            sha256 = await self._blobs.put(attachment.data)
        except EaselError as error:
            log.warning("no_working_copy", error=type(error).__name__)
            return
        await self._history.note_copy(thread, ref.id, sha256)

    async def _fetch(self, ref: FileRef) -> Attachment:
        async with self._downloading:
            data = await self._files.fetch(ref)
        return await self._prepare(ref.name, data)

    async def _prepare(self, name: str, data: bytes) -> Attachment:
        async with self._decoding:
            return await asyncio.to_thread(prepare, name, data)
