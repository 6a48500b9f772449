"""Pictures and files out: kept until they are in Slack, uploaded and shared once. Makes none."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.delivery.file_names import alt_text, picture_file_name
from bot.domain.errors import EaselError, GiveUp, NotUploaded
from bot.domain.files import FileRef, Lineage, MadeFile, NewFile
from bot.domain.llm import ImageMade
from bot.domain.ports import Uploads
from bot.domain.questions import Answer, Question
from bot.domain.stores import Journal, Outbox
from bot.files.cache import WorkingCopies
from bot.request.flags import without_flags
from bot.request.recipes.recipe import apart

log = structlog.get_logger(__name__)


class Sharing:
    """Brings the pictures of an answer into its thread, whatever was done of it before."""

    def __init__(
        self, uploads: Uploads, journal: Journal, outbox: Outbox, copies: WorkingCopies
    ) -> None:
        self._uploads = uploads
        self._journal = journal
        self._outbox = outbox
        self._copies = copies
        self._held: dict[str, bytes] = {}  # what the disk need not be asked for

    async def keep(
        self,
        question: Question,
        pictures: Sequence[ImageMade],
        others: Sequence[NewFile],
        lineage: Lineage,
    ) -> tuple[FileRef, ...]:
        """Keep what was paid for before anything else is done with it; it has no Slack id yet."""
        words = without_flags(apart(question.text)[0])
        made = [
            NewFile(
                picture_file_name(words, picture.mimetype, number),
                picture.mimetype,
                picture.data,
                picture.sha256,
            )
            for number, picture in enumerate(pictures, lineage.next_version)
        ]
        numbered = [
            replace(await self._kept(file), version=number, made_from=lineage.made_from)
            for number, file in enumerate(made, lineage.next_version)
        ]
        return (*numbered, *[await self._kept(file) for file in others])

    async def _kept(self, file: NewFile) -> FileRef:
        sha256 = file.sha256 or await asyncio.to_thread(_digest, file.data)
        self._held[sha256] = file.data
        try:
            await self._outbox.put(file.data)
        except EaselError as error:
            # A crash before the share would lose it; not sharing it would lose it now.
            log.warning("picture_not_kept", error=type(error).__name__)
        return FileRef(
            id="", name=file.name, mimetype=file.mimetype, size=len(file.data), sha256=sha256
        )

    async def share(self, question: Question, answer: Answer) -> tuple[FileRef, ...]:
        """Share the answer's pictures; return them as they stand in Slack. Raises `EaselError`."""
        files = answer.files
        fresh = not all(file.id for file in files)
        try:
            if fresh:
                files = await self._upload(question, files)
            shared = await self._uploads.share(question.thread, files, fresh=fresh)
        except NotUploaded:
            files = await self._upload(question, files)
            shared = await self._uploads.share(question.thread, files, fresh=True)
        return tuple(await asyncio.gather(*(self._settled(file) for file in shared)))

    def forget(self, answer: Answer) -> None:
        """The answer is shown, or will not be shown by this process."""
        for file in answer.files:
            self._held.pop(file.sha256, None)

    async def _upload(self, question: Question, files: Sequence[FileRef]) -> tuple[FileRef, ...]:
        words = without_flags(apart(question.text)[0])
        made = [
            MadeFile(
                name=file.name,
                alt=alt_text(words, file.version) if file.version else "",
                mimetype=file.mimetype,
                data=await self._bytes(file),
                sha256=file.sha256,
            )
            for file in files
        ]
        ids = await self._uploads.upload(made)
        await self._journal.note_uploads(question, ids)
        return tuple(replace(file, id=given) for file, given in zip(files, ids, strict=True))

    async def _bytes(self, file: FileRef) -> bytes:
        data = self._held.get(file.sha256) or await self._outbox.get(file.sha256)
        if data is None:
            raise GiveUp("a picture's bytes are gone", said=_LOST)
        return data

    async def _settled(self, file: FileRef) -> FileRef:
        """Leave a working copy in the place of the original, which is in Slack now."""
        copy = ""
        if file.version:
            data = self._held.get(file.sha256) or await self._outbox.get(file.sha256)
            copy = "" if data is None else await self._copies.keep_made(file.name, data)
        await self._outbox.drop(file.sha256)
        return replace(file, copy_sha256=copy)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


_LOST = "I made a picture and could not keep it. Please ask again."
