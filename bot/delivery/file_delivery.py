"""Delivers the files of an answer: keeps their bytes until Slack has them, uploads, shares once.

The caller makes the files and computes `title`: what was asked for, in the person's own words. It
becomes part of the pictures' file names and alt texts.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeAlias

import structlog

from bot.delivery.escaper import escape_plain
from bot.delivery.file_names import (
    build_alt_text,
    build_file_alt_text,
    build_picture_file_name,
)
from bot.delivery.long_answers import FILE_NAME
from bot.delivery.snippets.names import CODE_MIMETYPE
from bot.domain.errors import EaselError, NotUploaded, OperatorError, StoreError
from bot.domain.files import FileRef, GeneratedFile, Provenance
from bot.domain.llm import ImageOutput
from bot.domain.messages import Message, render
from bot.domain.ports import Uploads
from bot.domain.posts import Upload
from bot.domain.questions import Answer, Question
from bot.domain.safe_text import NO_TEXT
from bot.domain.stores.files import Outbox
from bot.domain.stores.questions import Journal
from bot.i18n.catalog import ENGLISH
from bot.observability.error_codes import get_error_code

log = structlog.get_logger(__name__)

# Keeps a working copy of a picture (its name, its bytes); returns the copy's sha256, or "".
KeepCopy: TypeAlias = Callable[[str, bytes], Awaitable[str]]

_LOST_PICTURE_MESSAGE = Message("I made a picture and could not keep it. Please ask again.")


class FileDelivery:
    """Brings the files of answers into their threads. An interrupted delivery can be repeated."""

    def __init__(
        self, uploads: Uploads, journal: Journal, outbox: Outbox, keep_copy: KeepCopy
    ) -> None:
        self._uploads = uploads
        self._journal = journal
        self._outbox = outbox
        self._keep_copy = keep_copy
        self._data_by_sha256: dict[str, bytes] = {}  # saves reading the outbox again
        # Of files that are not shared yet, by question and name: they hold the asker's own words.
        self._alt_texts: dict[tuple[int, str], str] = {}
        self._refused_by_disk: set[str] = set()  # by sha256: their bytes are nowhere else
        # By sha256, the ids of the questions that need the bytes: two people may get the same ones.
        self._holders: dict[str, set[int]] = {}

    def __len__(self) -> int:
        """Return the number of files whose bytes are in memory."""
        return len(self._data_by_sha256)

    async def store(
        self,
        question: Question,
        title: str,
        pictures: Sequence[ImageOutput],
        other_files: Sequence[GeneratedFile],
        provenance: Provenance,
    ) -> tuple[FileRef, ...]:
        """Keep what was paid for before anything else happens to it.

        Return the pictures, then the other files. None of them has a Slack id yet.
        """
        picture_refs = [
            replace(
                await self._store_file(
                    question, _name_picture(picture, title, version, len(pictures))
                ),
                version=version,
                made_from=picture.made_from or provenance.made_from,
                revised_prompt=picture.revised_prompt,
            )
            for version, picture in enumerate(pictures, provenance.next_version)
        ]
        return (*picture_refs, *[await self._store_file(question, file) for file in other_files])

    async def share(
        self, question: Question, answer: Answer, title: str, language: str = ENGLISH
    ) -> tuple[FileRef, ...]:
        """Share the answer's files in its thread; return them with their Slack ids.

        `title` and `language` are those of the alt texts.

        Raises `EaselError`.
        """
        files = answer.files
        fresh = not all(file.id for file in files)
        try:
            if fresh:
                files = await self._upload(question, files, title, language)
            shared = await self._uploads.share(question.thread, files, fresh=fresh)
        except NotUploaded:
            files = await self._upload(question, files, title, language)
            shared = await self._uploads.share(question.thread, files, fresh=True)
        return tuple(
            await asyncio.gather(*(self._replace_with_copy(question, file) for file in shared))
        )

    async def wait_until_shared(self, question: Question, files: Sequence[FileRef]) -> None:
        """Return once people see what was shared, so that what is posted next stands below it.
        Never raises `EaselError`."""
        try:
            await self._uploads.wait_until_shared(question.thread, files)
        except EaselError as error:
            log.info("share_not_seen", error=type(error).__name__, code=error.recorded_code)

    async def share_text(self, question: Question, text: str) -> None:
        """Share an answer's words as a file, where Slack takes them in no message.

        Raises `EaselError`.
        """
        data = text.encode()
        upload = Upload(
            escape_plain(FILE_NAME), NO_TEXT, "text/markdown", data, _compute_sha256(data)
        )
        (file_id,) = await self._uploads.upload([upload])
        file = FileRef(file_id, FILE_NAME, upload.mimetype, len(data))
        await self._uploads.share(question.thread, [file], fresh=True)

    async def delete_earlier(self, question: Question) -> None:
        """Delete words and code of earlier answers to `question` that are in files. Never raises
        `EaselError`: what stays is older, and says what it said."""
        try:
            for file_id in await self._journal.take_earlier_files(
                question, name=FILE_NAME, mimetype=CODE_MIMETYPE
            ):
                await self._uploads.delete(file_id)
        except EaselError as error:
            log.info("earlier_file_stays", error=type(error).__name__, code=error.recorded_code)

    def release(self, question: Question, answer: Answer, *, is_over: bool = True) -> None:
        """Free the memory of an answer that is shown, or that this process will not show.

        Unless it `is_over`, another attempt may show it: then what the disk did not take stays.
        What another question's answer holds as well stays, too.
        """
        for file in answer.files:
            if is_over:
                self._alt_texts.pop((question.id, file.name), None)
            elif file.sha256 in self._refused_by_disk:
                continue
            self._drop_holder(file.sha256, question)
            if file.sha256 in self._holders:
                continue
            self._data_by_sha256.pop(file.sha256, None)
            if is_over:
                self._refused_by_disk.discard(file.sha256)

    def _is_held_for_others(self, sha256: str, question: Question) -> bool:
        return not self._holders.get(sha256, set()) <= {question.id}

    def _drop_holder(self, sha256: str, question: Question) -> None:
        holders = self._holders.get(sha256, set())
        holders.discard(question.id)
        if not holders:
            self._holders.pop(sha256, None)

    @contextmanager
    def release_on_failure(
        self, question: Question, answer: Answer, *, for_good: type[Exception]
    ) -> Iterator[None]:
        """Free the memory of the answer's files where the block fails.

        After an error of the kind `for_good`, no other attempt will show the answer.
        """
        try:
            yield
        except BaseException as error:
            self.release(question, answer, is_over=isinstance(error, for_good))
            raise

    async def _store_file(self, question: Question, file: GeneratedFile) -> FileRef:
        sha256 = file.sha256 or await asyncio.to_thread(_compute_sha256, file.data)
        self._holders.setdefault(sha256, set()).add(question.id)
        self._data_by_sha256[sha256] = file.data
        self._alt_texts[question.id, file.name] = file.alt_text
        try:
            await self._outbox.put(file.data)
        except EaselError as error:
            # Without the outbox a crash before the share loses the file; giving up here would
            # lose it for certain.
            log.warning("picture_not_kept", code=get_error_code(error))
            self._refused_by_disk.add(sha256)
        return FileRef(
            id="", name=file.name, mimetype=file.mimetype, size=len(file.data), sha256=sha256
        )

    async def _upload(
        self, question: Question, files: Sequence[FileRef], title: str, language: str
    ) -> tuple[FileRef, ...]:
        uploads = [
            Upload(
                name=escape_plain(file.name),
                alt_text=escape_plain(render(self._find_alt_text(question, file, title), language)),
                mimetype=file.mimetype,
                data=await self._load_data(file),
                sha256=file.sha256,
            )
            for file in files
        ]
        file_ids = await self._uploads.upload(uploads)
        await self._journal.record_uploads(question, file_ids)
        return tuple(
            replace(file, id=file_id) for file, file_id in zip(files, file_ids, strict=True)
        )

    def _find_alt_text(self, question: Question, file: FileRef, title: str) -> str:
        known = self._alt_texts.get((question.id, file.name))
        return known or _build_lost_alt_text(file, title)

    async def _load_data(self, file: FileRef) -> bytes:
        data = await self._find_data(file)
        if data is None:
            raise OperatorError("a picture's bytes are gone", user_message=_LOST_PICTURE_MESSAGE)
        return data

    async def _find_data(self, file: FileRef) -> bytes | None:
        return self._data_by_sha256.get(file.sha256) or await self._outbox.get(file.sha256)

    async def _replace_with_copy(self, question: Question, file: FileRef) -> FileRef:
        """Delete the original, which is in Slack now; keep a working copy of a picture.

        Where another answer waits to share the same bytes, they stay for that one.
        """
        copy_sha256 = ""
        if file.version:
            # It is shared: what fails from here on costs a copy, and Slack has the original.
            with contextlib.suppress(StoreError):
                data = await self._find_data(file)
                copy_sha256 = "" if data is None else await self._keep_copy(file.name, data)
        with contextlib.suppress(StoreError):  # the next start tidies the outbox
            is_awaited = await self._journal.is_file_awaited(question, file.sha256)
            if not is_awaited and not self._is_held_for_others(file.sha256, question):
                await self._outbox.delete(file.sha256)
        return replace(file, copy_sha256=copy_sha256)


def _name_picture(picture: ImageOutput, title: str, version: int, count: int) -> GeneratedFile:
    name = build_picture_file_name(picture.subject or title, picture.mimetype, version)
    # One with a subject of its own is no variation of the others.
    alt_text = build_alt_text(picture.subject or title, version, 1 if picture.subject else count)
    return GeneratedFile(name, picture.mimetype, picture.data, picture.sha256, alt_text)


def _build_lost_alt_text(file: FileRef, title: str) -> str:
    """Return the alt text of a file that an earlier process made."""
    if file.version:
        return build_alt_text(title, file.version)
    return build_file_alt_text(file.name, file.mimetype) or ""


def _compute_sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
