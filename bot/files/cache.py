"""Fetches and reads each file once: keeps a working copy, finds it again, and erases it.

Bytes come from Slack through the port `bot.domain.ports.Files` and are read in the sandbox.
See `preparer.py` for what is sent to the model.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar
from weakref import WeakValueDictionary

import structlog

from bot.domain.conversation import Thread
from bot.domain.errors import EaselError, FileGone, MachineShort, StoreError, UserError
from bot.domain.files import FileRef, Image, ParsedFile
from bot.domain.messages import Message
from bot.domain.pages import find_place
from bot.domain.pictures.in_files import build_inner_name
from bot.domain.ports import Files
from bot.domain.safe_text import normalize_file_name
from bot.domain.stores.conversations import DeletionStore
from bot.domain.stores.files import BlobStore, FileStore
from bot.files.kind_names import name_kind
from bot.files.kinds import FileType, detect_file_type, is_drawing, is_mislabelled
from bot.files.sandbox.packing import UnpackError, pack, unpack
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.sandbox import Sandbox
from bot.files.sandbox.turns import FairSlots
from bot.files.unreadable import UnreadableError, build_unreadable_error
from bot.observability.error_codes import get_error_code
from bot.observability.shortages import wait_out_shortage

log = structlog.get_logger(__name__)

# Files in memory at once, each from the first byte fetched to the last one read. The limit for one
# person is lower, so that their heavy files do not hold up those of others.
_MAX_CONCURRENT, _MAX_CONCURRENT_PER_PERSON = 4, 2
# A file that fails for one of these reasons, or ends its sandbox process, delays all other files:
# it is not tried again for this long.
_HARMFUL_REASONS = ("took too long", "too heavy", "crashed")
# Left out of a file whose name promises something else.
_MISLABELLED = "what its name promises, as its content is: {kind}"
# Left out of a clip that Slack has written down.
_TRANSCRIPT = Message("its sound and pictures: I read the transcript that Slack made of it")
_HARMFUL_SECONDS, _MAX_HARMFUL_FILES = 3_600.0, 1_000

T = TypeVar("T")


class FileCache:
    """Reads files from Slack; equal bytes are read only once."""

    def __init__(
        self,
        files: Files,
        blobs: BlobStore,
        file_store: FileStore,
        deletions: DeletionStore,
        sandbox: Sandbox,
    ) -> None:
        self._files = files
        self._blobs = blobs
        self._file_store = file_store
        self._deletions = deletions
        self._sandbox = sandbox
        # What counts is the use of decoders: the time that somebody waits for one is none.
        self._slots = FairSlots(
            _MAX_CONCURRENT, _MAX_CONCURRENT_PER_PERSON, sandbox.pool.uses, records_use=False
        )
        self._key_locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        # By key: the reason, and the end of the ban on the monotonic clock.
        self._harmful: OrderedDict[str, tuple[str, float]] = OrderedDict()

    async def load(self, ref: FileRef) -> ParsedFile | None:
        """Return a file from its working copy; None if it has no working copy."""
        parsed_file = await self._load_copy(ref.copy_sha256)
        return None if parsed_file is None else _apply_name(parsed_file, ref)

    async def read(
        self, thread: Thread, ref: FileRef, owner: TaskOwner | None = None
    ) -> ParsedFile:
        """Return a file of the thread from its working copy if it has one, else from Slack.

        `owner` says whose turn it takes; without one it takes the thread's. Raises `EaselError`.
        """
        parsed_file, _ = await self.read_with_bytes(thread, ref, owner)
        return parsed_file

    async def read_with_bytes(
        self, thread: Thread, ref: FileRef, owner: TaskOwner | None = None
    ) -> tuple[ParsedFile, bytes | None]:
        """Like `read`, with the file's original bytes, or None if they were not fetched for it."""
        parsed_file = await self.load(ref)
        if parsed_file is not None:
            return parsed_file, None
        if owner is None:
            owner = TaskOwner("/".join((thread.team, thread.channel, thread.root)))
        return await self._read_from_slack(thread, ref, owner)

    async def _read_from_slack(
        self, thread: Thread, ref: FileRef, owner: TaskOwner
    ) -> tuple[ParsedFile, bytes]:
        async with self._slots.hold(owner.person):
            ref, data = await self._fetch(ref)
            name = f"{ref.name}.html" if ref.is_web_page else ref.name
            key, kept_name = await asyncio.to_thread(_compute_key, name, data)
            async with self._key_locks.setdefault(key, asyncio.Lock()):
                parsed_file = await self._load_copy(await self._file_store.find_copy(key))
                if parsed_file is None:
                    read = partial(self._sandbox.read, name, data, kept_name=kept_name)
                    parsed_file = await self.try_once(partial(read, owner=owner), name, key)
                await self._store_copy(thread, ref, key, parsed_file)
        return _apply_name(parsed_file, ref), data

    async def try_once(self, read: Callable[[], Awaitable[T]], name: str, key: str) -> T:
        """Run a task of the sandbox; refuse one whose `key` proved harmful a short while ago."""
        reason, banned_until = self._harmful.get(key, ("", 0.0))
        if reason and time.monotonic() < banned_until:
            raise build_unreadable_error(name, reason)
        try:
            return await read()
        except UnreadableError as error:
            if error.why in _HARMFUL_REASONS:
                self._harmful[key] = (error.why, time.monotonic() + _HARMFUL_SECONDS)
                while len(self._harmful) > _MAX_HARMFUL_FILES:
                    self._harmful.popitem(last=False)
            raise

    async def fetch_original(self, ref: FileRef) -> bytes:
        """Return the bytes of a file as they are in Slack. Raises `EaselError`."""
        async with self._slots.hold(""):
            _, data = await self._fetch(ref)
        return data

    async def fetch_originals(self, refs: Sequence[FileRef]) -> list[tuple[FileRef, bytes]]:
        """Return files with their bytes, in order; one that is gone is passed over.

        Raises `EaselError` where all of them are, or where one may come later.
        """
        results = await asyncio.gather(*map(self.fetch_original, refs), return_exceptions=True)
        errors = [result for result in results if isinstance(result, BaseException)]
        if any(not isinstance(error, UserError) for error in errors) or len(errors) == len(refs):
            raise next((one for one in errors if not isinstance(one, UserError)), errors[0])
        pairs = zip(refs, results, strict=True)
        return [(ref, data) for ref, data in pairs if not isinstance(data, BaseException)]

    async def _fetch(self, ref: FileRef) -> tuple[FileRef, bytes]:
        """Return the file as Slack describes it now, and its bytes.

        Waits while this machine has no room for a connection; then raises `MachineShort`.
        """
        return await wait_out_shortage(
            partial(self._fetch_once, ref),
            may_pass=lambda error: isinstance(error, MachineShort),
            max_seconds=self._sandbox.patience_seconds,
        )

    async def _fetch_once(self, ref: FileRef) -> tuple[FileRef, bytes]:
        try:
            current = await self._files.look_up(ref)
            return current, await self._files.fetch(current)
        except FileGone:
            if not ref.is_gone:
                await self.forget_file(ref.id)
            raise

    async def keep_copy(self, name: str, data: bytes) -> str:
        """Keep a working copy of a picture Easel made; return its sha256, or "" if that fails."""
        try:
            _, kept_name = await asyncio.to_thread(_compute_key, name, data)
            parsed_file = await self._sandbox.read(name, data, kept_name=kept_name)
            return await self._blobs.put(await asyncio.to_thread(pack, parsed_file))
        except EaselError as error:
            log.warning("no_working_copy", code=get_error_code(error))
            return ""

    async def forget_file(self, file_id: str) -> None:
        """Erase all data of a file that was deleted in Slack. Raises `StoreError`."""
        await self._erase(await self._deletions.forget_file(file_id))

    async def forget_message(self, team: str, channel: str, ts: str) -> None:
        """Erase the text and the files of a message that was deleted in Slack.

        Raises `StoreError`.
        """
        await self._erase(await self._deletions.forget_message(team, channel, ts))

    async def forget_answer(self, thread: Thread, ts: str, file_ids: Sequence[str]) -> None:
        """Erase what one of Easel's own messages said, and the files in it. Raises `StoreError`."""
        await self._erase(await self._deletions.forget_answer(thread, ts, file_ids))

    async def _erase(self, copies: Iterable[str]) -> None:
        for sha256 in copies:
            await self._blobs.delete(sha256)
            log.info("erased")

    async def _load_copy(self, sha256: str) -> ParsedFile | None:
        if not sha256:
            return None
        try:
            packed = await self._blobs.get(sha256)
            return None if packed is None else await asyncio.to_thread(unpack, packed)
        except (UnpackError, StoreError):
            return None

    async def _store_copy(
        self, thread: Thread, ref: FileRef, key: str, parsed_file: ParsedFile
    ) -> None:
        """Keep a working copy. If that fails, the file is fetched again next time."""
        try:
            copy = await self._blobs.put(await asyncio.to_thread(pack, parsed_file))
        except EaselError as error:
            log.warning("no_working_copy", code=get_error_code(error))
            return
        is_picture = bool(parsed_file.pictures) and (
            not parsed_file.pages or is_drawing(parsed_file)
        )
        if is_picture and not ref.is_declared_picture:
            # Its bytes prove that it is a picture: later questions find it among the pictures.
            ref = replace(ref, mimetype="image/*")
        if not await self._file_store.record_file(thread, ref, key, copy):
            # It was deleted in Slack while it was read.
            await self._blobs.delete(copy)


def _apply_name(parsed_file: ParsedFile, ref: FileRef) -> ParsedFile:
    """Return the file under the name it has here; equal bytes may have other names elsewhere."""

    def rename_picture(picture: Image) -> Image:
        # A picture in an archive has its own name, which may be the one of a working copy.
        is_numbered = find_place(picture)[0] == "picture"
        is_inside = bool(picture.origin.sha256 and not is_numbered)
        is_inside = is_inside or picture.name != parsed_file.name
        inner = "/".join(map(normalize_file_name, picture.name.split("/")))
        name = build_inner_name(ref.name, inner) if is_inside else ref.name
        return replace(picture, name=name, file_id=ref.id)

    pictures = tuple(rename_picture(picture) for picture in parsed_file.pictures)
    if is_mislabelled(ref.name, parsed_file):
        promised = Message(_MISLABELLED, kind=name_kind(parsed_file.kind))
        parsed_file = parsed_file.add_left_out(promised)
    if ref.is_transcript:
        parsed_file = parsed_file.add_left_out(_TRANSCRIPT)
    return replace(parsed_file, name=ref.name, pictures=pictures)


def _compute_key(name: str, data: bytes) -> tuple[str, str]:
    """Return a key that equal files share, and the name under which their copy is kept.

    Both hold the extension if the type needs it, and nothing else of where the file comes from:
    who sends equal bytes elsewhere gets the same copy.
    """
    digest = hashlib.sha256(data).hexdigest()
    _, dot, extension = name.rpartition(".")
    needs_extension = detect_file_type(name, data) in (FileType.OTHER, FileType.HTML, FileType.MAIL)
    if not dot or not needs_extension or not extension.isalnum():
        return digest, "file"
    suffix = f".{extension.lower()[:10]}"
    return f"{digest}{suffix}", f"file{suffix}"
