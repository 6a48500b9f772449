"""Pictures and files out: kept until they are in Slack, uploaded and shared once. Makes none."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.delivery.file_names import build_alt_text, build_picture_file_name
from bot.domain.errors import EaselError, NotUploaded, OperatorError
from bot.domain.files import FileRef, GeneratedFile, Provenance, Upload
from bot.domain.llm import ImageOutput
from bot.domain.ports import Uploads
from bot.domain.questions import Answer, Question
from bot.domain.stores import Journal, Outbox
from bot.files.cache import FileCache

log = structlog.get_logger(__name__)


class FileDelivery:
    """Brings the pictures of an answer into its thread, whatever was done of it before."""

    def __init__(
        self, uploads: Uploads, journal: Journal, outbox: Outbox, file_cache: FileCache
    ) -> None:
        self._uploads = uploads
        self._journal = journal
        self._outbox = outbox
        self._file_cache = file_cache
        self._data_by_sha256: dict[str, bytes] = {}  # what the disk need not be asked for

    async def store(
        self,
        title: str,
        pictures: Sequence[ImageOutput],
        other_files: Sequence[GeneratedFile],
        provenance: Provenance,
    ) -> tuple[FileRef, ...]:
        """Keep what was paid for before anything else is done with it; it has no Slack id yet."""
        made = [
            GeneratedFile(
                build_picture_file_name(title, picture.mimetype, number),
                picture.mimetype,
                picture.data,
                picture.sha256,
            )
            for number, picture in enumerate(pictures, provenance.next_version)
        ]
        numbered = [
            replace(await self._store_file(file), version=number, made_from=provenance.made_from)
            for number, file in enumerate(made, provenance.next_version)
        ]
        return (*numbered, *[await self._store_file(file) for file in other_files])

    async def _store_file(self, file: GeneratedFile) -> FileRef:
        sha256 = file.sha256 or await asyncio.to_thread(_compute_sha256, file.data)
        self._data_by_sha256[sha256] = file.data
        try:
            await self._outbox.put(file.data)
        except EaselError as error:
            # A crash before the share would lose it; not sharing it would lose it now.
            log.warning("picture_not_kept", error=type(error).__name__)
        return FileRef(
            id="", name=file.name, mimetype=file.mimetype, size=len(file.data), sha256=sha256
        )

    async def share(self, question: Question, title: str, answer: Answer) -> tuple[FileRef, ...]:
        """Share the answer's pictures; return them as they stand in Slack. Raises `EaselError`."""
        files = answer.files
        fresh = not all(file.id for file in files)
        try:
            if fresh:
                files = await self._upload(question, title, files)
            shared = await self._uploads.share(question.thread, files, fresh=fresh)
        except NotUploaded:
            files = await self._upload(question, title, files)
            shared = await self._uploads.share(question.thread, files, fresh=True)
        return tuple(await asyncio.gather(*(self._replace_with_copy(file) for file in shared)))

    def release(self, answer: Answer) -> None:
        """The answer is shown, or will not be shown by this process."""
        for file in answer.files:
            self._data_by_sha256.pop(file.sha256, None)

    async def _upload(
        self, question: Question, title: str, files: Sequence[FileRef]
    ) -> tuple[FileRef, ...]:
        made = [
            Upload(
                name=file.name,
                alt_text=build_alt_text(title, file.version) if file.version else "",
                mimetype=file.mimetype,
                data=await self._load_bytes(file),
                sha256=file.sha256,
            )
            for file in files
        ]
        ids = await self._uploads.upload(made)
        await self._journal.record_uploads(question, ids)
        return tuple(replace(file, id=given) for file, given in zip(files, ids, strict=True))

    async def _load_bytes(self, file: FileRef) -> bytes:
        data = self._data_by_sha256.get(file.sha256) or await self._outbox.get(file.sha256)
        if data is None:
            raise OperatorError("a picture's bytes are gone", user_message=_LOST_PICTURE_MESSAGE)
        return data

    async def _replace_with_copy(self, file: FileRef) -> FileRef:
        """Leave a working copy in the place of the original, which is in Slack now."""
        copy = ""
        if file.version:
            data = self._data_by_sha256.get(file.sha256) or await self._outbox.get(file.sha256)
            copy = "" if data is None else await self._file_cache.keep_copy(file.name, data)
        await self._outbox.delete(file.sha256)
        return replace(file, copy_sha256=copy)


def _compute_sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


_LOST_PICTURE_MESSAGE = "I made a picture and could not keep it. Please ask again."
