"""Makes a question's files ready for the model: fetched, checked, shrunk, a working copy kept.

Knows the order of the steps; what a picture or a document is, `bot.media` knows, and Slack's doors
are a port.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.errors import EaselError
from bot.exchange import Attachment, Document, Prompt
from bot.media.documents import as_copy, read_document, reopen_document
from bot.media.kinds import recognise
from bot.media.naming import clean_name
from bot.media.pictures import prepare, reopen
from bot.ports import Files
from bot.prompt import Material
from bot.stores import Blobs, History
from bot.types import FileRef, Question, Thread

log = structlog.get_logger(__name__)

# Decoding takes up to a few hundred megabytes a picture for a moment: never many at once.
_DECODERS = 2
_DOWNLOADS = 4
_Read = Attachment | Document
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

    async def read(self, question: Question, earlier: Sequence[FileRef]) -> Material:
        """Make ready the question's own files, and the pictures among `earlier`.

        A file that cannot be read becomes a sentence; the others are not held up by it.
        """
        pictures = [ref for ref in earlier if ref.claims_picture]
        if not question.files and not pictures:
            return Material()
        own = await asyncio.gather(*(self._own(question.thread, ref) for ref in question.files))
        recalled = await asyncio.gather(*(self._recall(question.thread, ref) for ref in pictures))
        return Material(
            sent=tuple(item for item in own if isinstance(item, Attachment)),
            remembered=tuple(item for item in recalled if item is not None),
            documents=tuple(item for item in own if isinstance(item, Document)),
            unread=tuple(item for item in own if isinstance(item, tuple)),
        )

    async def look_up(self, refs: Sequence[FileRef]) -> list[Document]:
        """Files of text that were read before, as far as their working copies are still there."""
        found = []
        for ref in refs:
            kept = await self._blobs.get(ref.copy_sha256)
            if kept is not None:
                found.append(await asyncio.to_thread(reopen_document, ref.name, kept))
        return found

    async def recall(self, thread: Thread, ref: FileRef) -> Attachment | None:
        """A picture of the thread from its working copy, or from Slack; None where it is gone."""
        return await self._recall(thread, ref)

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

    async def _own(self, thread: Thread, ref: FileRef) -> _Read | tuple[str, str]:
        try:
            read = await self._fetch(ref)
        except EaselError as error:
            return clean_name(ref.name), error.said
        await self._keep(thread, ref, read)
        return read

    async def _recall(self, thread: Thread, ref: FileRef) -> Attachment | None:
        kept = await self._blobs.get(ref.copy_sha256)
        if kept is not None:
            return await asyncio.to_thread(reopen, ref.name, kept)
        try:
            read = await self._fetch(ref)
        except EaselError as error:
            log.info("earlier_picture_gone", error=type(error).__name__)
            return None
        await self._keep(thread, ref, read)
        return read if isinstance(read, Attachment) else None

    async def _keep(self, thread: Thread, ref: FileRef, read: _Read) -> None:
        """Keep a working copy. Without one the file is fetched again next time, no more."""
        copy = read.data if isinstance(read, Attachment) else as_copy(read)
        try:
            sha256 = await self._blobs.put(copy)
        except EaselError as error:
            log.warning("no_working_copy", error=type(error).__name__)
            return
        await self._history.note_copy(thread, ref.id, sha256)

    async def _fetch(self, ref: FileRef) -> _Read:
        async with self._downloading:
            data = await self._files.fetch(ref)
        if recognise(data) is None and not ref.claims_picture:
            async with self._decoding:
                return await asyncio.to_thread(read_document, ref.name, data)
        return await self._prepare(ref.name, data)

    async def _prepare(self, name: str, data: bytes) -> Attachment:
        async with self._decoding:
            return await asyncio.to_thread(prepare, name, data)
