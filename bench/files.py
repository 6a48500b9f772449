"""What reading files takes: a large photo beside the shortest script, many at once, one again.

Run as a program it is the service's side of it, in a process of its own, so that memory is its.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from PIL import Image as PilImage

from bench.run import compute_median
from bench.table import print_row
from bot.domain.conversation import Person, Thread
from bot.domain.files import FileRef, Image
from bot.domain.questions import Question
from bot.files.cache import FileCache
from bot.files.preparer import FilePreparer, ReadOptions
from bot.files.sandbox.sandbox import Sandbox
from storage.blobs import BlobFolder
from storage.conversations import SqliteConversationStore
from storage.deletion import SqliteDeletionStore
from storage.engine.sqlite import open_database
from storage.files import SqliteFileStore

_ROUNDS = 9
_MB = 1024 * 1024
_THREAD = Thread("T0EASEL", "C0GENERAL", "1700000000.000100")


def build_photo(width: int, height: int) -> bytes:
    """A JPEG with as much in it as a phone's: noise in large grains, as light makes it."""
    grain = PilImage.effect_noise((width // 4, height // 4), 60).resize((width, height))
    out = io.BytesIO()
    PilImage.merge("RGB", (grain, grain.rotate(180), grain)).save(out, "JPEG", quality=88)
    return out.getvalue()


def prepare_with_pillow(data: bytes) -> bytes:
    """The shortest Pillow script that makes a picture ready."""
    picture = PilImage.open(io.BytesIO(data))
    picture.draft("RGB", (2048, 2048))
    picture.thumbnail((2048, 2048))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()


class _FolderFiles:
    """Implements `bot.domain.ports.Files` over a folder: Slack's part takes no time here."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def look_up(self, file: FileRef) -> FileRef:
        return file

    async def fetch(self, file: FileRef) -> bytes:
        return await asyncio.to_thread((self._folder / file.id).read_bytes)


async def measure_large_photo() -> None:
    """48 megapixels: ready for the model, in turns with the shortest script."""
    data = await asyncio.to_thread(build_photo, 8_000, 6_000)
    ours, theirs = list[float](), list[float]()
    async with Sandbox() as decoders:
        await decoders.read("warm.jpg", data)
        for _ in range(_ROUNDS):
            started = time.perf_counter()
            await decoders.read("photo.jpg", data)
            ours.append((time.perf_counter() - started) * 1000)
            started = time.perf_counter()
            await asyncio.to_thread(prepare_with_pillow, data)
            theirs.append((time.perf_counter() - started) * 1000)
    ratio = compute_median([one / other for one, other in zip(ours, theirs, strict=True)])
    size = f"{len(data) / _MB:.0f} MB"
    print_row(
        f"48 megapixels, {size}: ready",
        f"{compute_median(ours):.0f}",
        f"{compute_median(theirs):.0f}",
        f"{ratio:.2f}",
    )


async def measure_many_files() -> None:
    """50 pictures of 12 megapixels, and one of them once more; the memory of all processes."""
    with tempfile.TemporaryDirectory() as folder:
        data = await asyncio.to_thread(build_photo, 4_000, 3_000)
        for number in range(50):
            # Each has other bytes: equal ones would be read once.
            (Path(folder) / f"F{number}").write_bytes(data + number.to_bytes(4, "big"))
        line = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.files", folder, stdout=asyncio.subprocess.PIPE
        )
        told, _ = await line.communicate()
    found = json.loads(told)
    print_row("50 of 12 megapixels at once: all ready", f"{found['all_ms']:,.0f}", "", "")
    print_row("… most memory, all processes, MB", f"{found['peak_mb']:.0f}", "", "")
    print_row("… longest stall of the loop", f"{found['stall_ms']:.1f}", "", "")
    print_row("one of them again", f"{found['again_ms']:.2f}", "", "")


async def _measure_service(folder: Path) -> dict[str, float]:
    import bot.app.service  # noqa: F401 - as much as the service has in memory

    with tempfile.TemporaryDirectory() as home:
        async with open_database(Path(home) / "easel.db") as database, Sandbox() as decoders:
            blobs = BlobFolder(Path(home) / "blobs", max_bytes=1 << 30)
            readings = SqliteFileStore(database)
            intake = FilePreparer(
                FileCache(
                    _FolderFiles(folder), blobs, readings, SqliteDeletionStore(database), decoders
                ),
                decoders,
            )
            refs = [FileRef(f"F{number}", f"{number}.jpg", "image/jpeg") for number in range(50)]
            memory = asyncio.create_task(_watch_peak_memory())
            stalls = asyncio.create_task(_watch_stalls())
            await asyncio.sleep(0.1)
            started = time.perf_counter()
            await asyncio.gather(*(_prepare_file(intake, ref) for ref in refs))
            took = (time.perf_counter() - started) * 1000
            memory.cancel()
            stalls.cancel()
            again = await _measure_repeat(intake, database, refs[0])
            return {
                "all_ms": took,
                "peak_mb": await _wait_for_result(memory),
                "stall_ms": await _wait_for_result(stalls),
                "again_ms": again,
            }


async def _prepare_file(intake: FilePreparer, ref: FileRef) -> None:
    person = Person("U0ALEX", "T0EASEL")
    question = Question(1, _THREAD, _THREAD.root, person, "see", (ref,))
    material = await intake.prepare(question, [], ReadOptions())
    assert material.new_images, material.unreadable


async def _measure_repeat(intake: FilePreparer, database: object, ref: FileRef) -> float:
    """The same picture with the next question of its thread, in ms."""
    from bot.domain.conversation import Speaker, Turn
    from storage.engine.sqlite import Database

    assert isinstance(database, Database)
    history = SqliteConversationStore(database)
    turn = Turn(Speaker.PERSON, "1700000000.000200", "see", "U0ALEX", (ref,))
    await history.save_earlier(_THREAD, [turn])
    await _prepare_file(intake, ref)
    (kept,) = (await history.load(_THREAD, before="9", limit=9)).files
    times = []
    for _ in range(30):
        started = time.perf_counter()
        found: Image | None = await intake.load_picture(_THREAD, kept)
        times.append((time.perf_counter() - started) * 1000)
        assert found is not None
    return compute_median(times)


async def _wait_for_result(task: asyncio.Task[float]) -> float:
    return await task


async def _watch_peak_memory() -> float:
    """The most megabytes that this process and its children have had, until it is cancelled."""
    most = 0.0
    try:
        while True:
            most = max(most, await asyncio.to_thread(_read_resident_mb))
            await asyncio.sleep(0.05)
    except asyncio.CancelledError:
        return most


def _read_resident_mb() -> float:
    pids = [os.getpid()]
    for task in Path(f"/proc/{os.getpid()}/task").iterdir():
        pids += [int(pid) for pid in (task / "children").read_text().split()]
    total = 0
    for pid in pids:
        try:
            told = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue  # it has just ended
        # What several processes share is counted once.
        shares = (line for line in told.splitlines() if line.startswith("Pss:"))
        total += sum(int(line.split()[1]) for line in shares)
    return total / 1024


async def _watch_stalls() -> float:
    """The longest that the loop came late to a timer, in ms, until it is cancelled."""
    most = 0.0
    try:
        while True:
            started = time.perf_counter()
            await asyncio.sleep(0.001)
            most = max(most, (time.perf_counter() - started) * 1000 - 1)
    except asyncio.CancelledError:
        return most


Measure = Callable[[], Awaitable[None]]


async def measure_files() -> None:
    await measure_large_photo()
    await measure_many_files()


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_measure_service(Path(sys.argv[1])))))
