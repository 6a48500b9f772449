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
from bot.domain.files import Attachment, FileRef, Reading
from bot.domain.ports import Files
from bot.domain.safe_text import tidy_name
from bot.domain.stores import Blobs, Deletions, Readings
from bot.files.kinds import Sort, sort_of
from bot.files.sandbox.packing import NotPacked, pack, unpack
from bot.files.sandbox.sandbox import Decoders
from bot.files.unreadable import Unreadable, unreadable

log = structlog.get_logger(__name__)

# Files in memory at once, each from the first byte fetched to the last one read; of one thread
# fewer, so that nobody's heavy ones hold up everybody's.
_AT_ONCE, _PER_THREAD = 4, 2
# Files of these kinds have ended a decoder, which holds up everybody for a moment.
_HARMFUL, _HARMFUL_SECONDS, _MOST_HARMFUL = ("took too long", "too heavy"), 3_600.0, 1_000


class WorkingCopies:
    """Reads files of Slack, each bytes once."""

    def __init__(
        self,
        files: Files,
        blobs: Blobs,
        readings: Readings,
        deletions: Deletions,
        decoders: Decoders,
    ) -> None:
        self._files = files
        self._blobs = blobs
        self._readings = readings
        self._deletions = deletions
        self._decoders = decoders
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._same: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        # Why, and until when on the monotonic clock.
        self._harmful: OrderedDict[str, tuple[str, float]] = OrderedDict()

    async def kept(self, ref: FileRef) -> Reading | None:
        """What a file is, from its working copy; None where there is none."""
        found = await self._kept(ref.copy_sha256)
        return None if found is None else _named(found, ref)

    async def reading(self, thread: Thread, ref: FileRef) -> Reading:
        """What a file of the thread is, from its working copy if there is one, else from Slack.

        Raises `EaselError`.
        """
        reading, _ = await self.opened(thread, ref)
        return reading

    async def opened(self, thread: Thread, ref: FileRef) -> tuple[Reading, bytes | None]:
        """As `reading`, with the file's original bytes where they had to be fetched for it."""
        found = await self.kept(ref)
        return (found, None) if found is not None else await self._read(thread, ref)

    async def _read(self, thread: Thread, ref: FileRef) -> tuple[Reading, bytes]:
        whose = "/".join((thread.team, thread.channel, thread.root))
        turn = self._turns.setdefault(whose, asyncio.Semaphore(_PER_THREAD))
        async with turn, self._at_once:
            ref, data = await self._fetched(ref)
            called = f"{ref.name}.html" if ref.is_canvas else ref.name
            key = await asyncio.to_thread(_key, called, data)
            async with self._same.setdefault(key, asyncio.Lock()):
                reading = await self._kept(await self._readings.copy_of(key))
                if reading is None:
                    reading = await self._decoded(called, data, key, whose)
                await self._keep(thread, ref, key, reading)
        return _named(reading, ref), data

    async def _decoded(self, name: str, data: bytes, key: str, whose: str) -> Reading:
        """What the bytes are. What took a decoder with it is not tried again for a while."""
        refused = self._harmful.get(key)
        if refused is not None and time.monotonic() < refused[1]:
            raise unreadable(name, refused[0])
        try:
            return await self._decoders.read(name, data, whose=whose)
        except Unreadable as error:
            if error.why in _HARMFUL or str(error) == "died":
                self._harmful[key] = (error.why, time.monotonic() + _HARMFUL_SECONDS)
                while len(self._harmful) > _MOST_HARMFUL:
                    self._harmful.popitem(last=False)
            raise

    async def original(self, ref: FileRef) -> bytes:
        """The bytes of a file as they are in Slack. Raises `EaselError`."""
        async with self._at_once:
            _, data = await self._fetched(ref)
        return data

    async def _fetched(self, ref: FileRef) -> tuple[FileRef, bytes]:
        """The file as Slack describes it, and its bytes."""
        try:
            known = await self._files.look_up(ref)
            return known, await self._files.fetch(known)
        except FileGone:
            if not ref.is_gone:
                await self.forget_file(ref.id)
            raise

    async def keep_made(self, name: str, data: bytes) -> str:
        """Keep a working copy of a picture Easel made; return its sha256, "" if it cannot be."""
        try:
            reading = await self._decoders.read(name, data)
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
            await self._blobs.drop(sha256)
            log.info("erased")

    async def _kept(self, sha256: str) -> Reading | None:
        if not sha256:
            return None
        packed = await self._blobs.get(sha256)
        if packed is None:
            return None
        try:
            return await asyncio.to_thread(unpack, packed)
        except NotPacked:
            return None

    async def _keep(self, thread: Thread, ref: FileRef, key: str, reading: Reading) -> None:
        """Keep a working copy. Without one the file is fetched again next time, no more."""
        try:
            copy = await self._blobs.put(await asyncio.to_thread(pack, reading))
        except EaselError as error:
            log.warning("no_working_copy", error=type(error).__name__)
            return
        picture = bool(reading.pictures) and not reading.pages
        if picture and not ref.claims_picture:
            # Its bytes have proved what nobody claimed: later questions find it among the pictures.
            ref = replace(ref, mimetype="image/*")
        if not await self._readings.note(thread, ref, key, copy):
            # It was deleted while it was read.
            await self._blobs.drop(copy)


def _named(reading: Reading, ref: FileRef) -> Reading:
    """The reading under the name that the file has here; equal bytes may have others elsewhere."""

    def named(picture: Attachment) -> Attachment:
        inside = picture.name != reading.name  # a picture in an archive has a name of its own
        name = f"{ref.name}: {tidy_name(picture.name)}" if inside else ref.name
        return replace(picture, name=name, file=ref.id)

    pictures = tuple(named(picture) for picture in reading.pictures)
    return replace(reading, name=ref.name, pictures=pictures)


def _key(name: str, data: bytes) -> str:
    """What equal files have in common: their bytes, and their ending where that tells the kind."""
    digest = hashlib.sha256(data).hexdigest()
    told_by_name = sort_of(name, data) in (Sort.OTHER, Sort.HTML, Sort.MAIL)
    return f"{digest}.{name.rpartition('.')[2].lower()[:10]}" if told_by_name else digest
