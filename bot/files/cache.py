"""What files are, fetched and read once: a working copy is kept, found again, and erased.

Bytes come from Slack through a port and are read in the decoders' processes; this knows only the
order of the steps. What of a file is sent, `intake.py` and `bot.asking` decide.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from weakref import WeakValueDictionary

import structlog

from bot.domain.conversation import Thread
from bot.domain.errors import EaselError, FileGone
from bot.domain.files import FileRef, Image, ParsedFile
from bot.domain.ports import Files
from bot.domain.safe_text import normalize_file_name
from bot.domain.stores import BlobStore, DeletionStore, FileStore
from bot.files.kinds import FileType, detect_file_type
from bot.files.sandbox.packing import UnpackError, pack, unpack
from bot.files.sandbox.sandbox import Sandbox
from bot.files.unreadable import UnreadableError, build_unreadable_error

log = structlog.get_logger(__name__)

# Files in memory at once, each from the first byte fetched to the last one read; of one thread
# fewer, so that nobody's heavy ones hold up everybody's.
_MAX_CONCURRENT, _MAX_CONCURRENT_PER_THREAD = 4, 2
# Files of these kinds have ended a decoder, which holds up everybody for a moment.
_HARMFUL_REASONS, _HARMFUL_SECONDS, _MAX_HARMFUL_FILES = (
    ("took too long", "too heavy"),
    3_600.0,
    1_000,
)


class FileCache:
    """Reads files of Slack, each bytes once."""

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
        self._slots = asyncio.Semaphore(_MAX_CONCURRENT)
        self._thread_slots: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._key_locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        # Why, and until when on the monotonic clock.
        self._harmful: OrderedDict[str, tuple[str, float]] = OrderedDict()

    async def load(self, ref: FileRef) -> ParsedFile | None:
        """What a file is, from its working copy; None where there is none."""
        found = await self._load_copy(ref.copy_sha256)
        return None if found is None else _apply_name(found, ref)

    async def read(self, thread: Thread, ref: FileRef) -> ParsedFile:
        """What a file of the thread is, from its working copy if there is one, else from Slack.

        Raises `EaselError`.
        """
        reading, _ = await self.read_with_bytes(thread, ref)
        return reading

    async def read_with_bytes(
        self, thread: Thread, ref: FileRef
    ) -> tuple[ParsedFile, bytes | None]:
        """As `reading`, with the file's original bytes where they had to be fetched for it."""
        found = await self.load(ref)
        return (found, None) if found is not None else await self._read_from_slack(thread, ref)

    async def _read_from_slack(self, thread: Thread, ref: FileRef) -> tuple[ParsedFile, bytes]:
        whose = "/".join((thread.team, thread.channel, thread.root))
        turn = self._thread_slots.setdefault(whose, asyncio.Semaphore(_MAX_CONCURRENT_PER_THREAD))
        async with turn, self._slots:
            ref, data = await self._fetch(ref)
            called = f"{ref.name}.html" if ref.is_canvas else ref.name
            key = await asyncio.to_thread(_compute_key, called, data)
            async with self._key_locks.setdefault(key, asyncio.Lock()):
                reading = await self._load_copy(await self._file_store.find_copy(key))
                if reading is None:
                    reading = await self._parse(called, data, key, whose)
                await self._store_copy(thread, ref, key, reading)
        return _apply_name(reading, ref), data

    async def _parse(self, name: str, data: bytes, key: str, owner: str) -> ParsedFile:
        """What the bytes are. What took a decoder with it is not tried again for a while."""
        refused = self._harmful.get(key)
        if refused is not None and time.monotonic() < refused[1]:
            raise build_unreadable_error(name, refused[0])
        try:
            return await self._sandbox.read(name, data, owner=owner)
        except UnreadableError as error:
            if error.why in _HARMFUL_REASONS or str(error) == "died":
                self._harmful[key] = (error.why, time.monotonic() + _HARMFUL_SECONDS)
                while len(self._harmful) > _MAX_HARMFUL_FILES:
                    self._harmful.popitem(last=False)
            raise

    async def fetch_original(self, ref: FileRef) -> bytes:
        """The bytes of a file as they are in Slack. Raises `EaselError`."""
        async with self._slots:
            _, data = await self._fetch(ref)
        return data

    async def _fetch(self, ref: FileRef) -> tuple[FileRef, bytes]:
        """The file as Slack describes it, and its bytes."""
        try:
            known = await self._files.look_up(ref)
            return known, await self._files.fetch(known)
        except FileGone:
            if not ref.is_gone:
                await self.forget_file(ref.id)
            raise

    async def keep_copy(self, name: str, data: bytes) -> str:
        """Keep a working copy of a picture Easel made; return its sha256, "" if it cannot be."""
        try:
            reading = await self._sandbox.read(name, data)
            return await self._blobs.put(await asyncio.to_thread(pack, reading))
        except EaselError as error:
            log.warning("no_working_copy", error=type(error).__name__)
            return ""

    async def forget_file(self, file_id: str) -> None:
        """The file was deleted in Slack: nothing of it stays here. Raises `StoreFailed`."""
        await self._erase(await self._deletions.forget_file(file_id))

    async def forget_message(self, team: str, channel: str, ts: str) -> None:
        """The message was deleted in Slack: neither its words nor its files stay here."""
        await self._erase(await self._deletions.forget_message(team, channel, ts))

    async def _erase(self, copies: Iterable[str]) -> None:
        for sha256 in copies:
            await self._blobs.delete(sha256)
            log.info("erased")

    async def _load_copy(self, sha256: str) -> ParsedFile | None:
        if not sha256:
            return None
        packed = await self._blobs.get(sha256)
        if packed is None:
            return None
        try:
            return await asyncio.to_thread(unpack, packed)
        except UnpackError:
            return None

    async def _store_copy(
        self, thread: Thread, ref: FileRef, key: str, parsed_file: ParsedFile
    ) -> None:
        """Keep a working copy. Without one the file is fetched again next time, no more."""
        try:
            copy = await self._blobs.put(await asyncio.to_thread(pack, parsed_file))
        except EaselError as error:
            log.warning("no_working_copy", error=type(error).__name__)
            return
        picture = bool(parsed_file.pictures) and not parsed_file.pages
        if picture and not ref.is_declared_picture:
            # Its bytes have proved what nobody claimed: later questions find it among the pictures.
            ref = replace(ref, mimetype="image/*")
        if not await self._file_store.record_file(thread, ref, key, copy):
            # It was deleted while it was read.
            await self._blobs.delete(copy)


def _apply_name(parsed_file: ParsedFile, ref: FileRef) -> ParsedFile:
    """The reading under the name that the file has here; equal bytes may have others elsewhere."""

    def rename_picture(picture: Image) -> Image:
        inside = picture.name != parsed_file.name  # a picture in an archive has a name of its own
        name = f"{ref.name}: {normalize_file_name(picture.name)}" if inside else ref.name
        return replace(picture, name=name, file=ref.id)

    pictures = tuple(rename_picture(picture) for picture in parsed_file.pictures)
    return replace(parsed_file, name=ref.name, pictures=pictures)


def _compute_key(name: str, data: bytes) -> str:
    """What equal files have in common: their bytes, and their ending where that tells the kind."""
    digest = hashlib.sha256(data).hexdigest()
    told_by_name = detect_file_type(name, data) in (FileType.OTHER, FileType.HTML, FileType.MAIL)
    return f"{digest}.{name.rpartition('.')[2].lower()[:10]}" if told_by_name else digest
