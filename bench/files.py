"""Measures reading files: a large photo against the shortest script, many at once, one again.

Run as a program, this module is the service's part, in a process whose memory can be measured.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image as PilImage

from bench.run import compute_median
from bench.stalls import watch_stalls
from bench.table import print_row
from bot.domain.conversation import Person, Speaker, Thread, Turn
from bot.domain.files import FileRef, Image
from bot.domain.questions import Question
from bot.files.cache import FileCache
from bot.files.preparer import FilePreparer, ReadOptions
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.sandbox import Sandbox
from storage.blobs import BlobFolder
from storage.conversations import SqlConversationStore
from storage.deletion import SqlDeletionStore
from storage.engine.database import Database
from storage.engine.sqlite import open_database
from storage.files import SqlFileStore

_ROUNDS = 9
_MB = 1024 * 1024
_ALEX = Person("U0ALEX", "T0EASEL")
_THREAD = Thread("T0EASEL", "C0GENERAL", "1700000000.000100")


def build_photo(width: int, height: int) -> bytes:
    """Build a JPEG with as much detail as a phone's: coarse noise."""
    grain = PilImage.effect_noise((width // 4, height // 4), 60).resize((width, height))
    out = io.BytesIO()
    PilImage.merge("RGB", (grain, grain.rotate(180), grain)).save(out, "JPEG", quality=88)
    return out.getvalue()


def prepare_with_pillow(data: bytes) -> bytes:
    """Prepare a picture for the model with the shortest Pillow script."""
    picture = PilImage.open(io.BytesIO(data))
    picture.draft("RGB", (2048, 2048))
    picture.thumbnail((2048, 2048))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()


class _FolderFiles:
    """Implements `bot.domain.ports.Files` over a folder, so that Slack takes no time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def look_up(self, file: FileRef) -> FileRef:
        return file

    async def fetch(self, file: FileRef) -> bytes:
        return await asyncio.to_thread((self._folder / file.id).read_bytes)


async def measure_large_photo() -> None:
    """Measure preparing 48 megapixels for the model, alternating with the shortest script."""
    data = await asyncio.to_thread(build_photo, 8_000, 6_000)
    easel_times, script_times = list[float](), list[float]()
    async with Sandbox() as sandbox:
        owner = TaskOwner("U0ALEX", "photos")
        await sandbox.read("warm.jpg", data, owner=owner)
        for _ in range(_ROUNDS):
            started = time.perf_counter()
            await sandbox.read("photo.jpg", data, owner=owner)
            easel_times.append((time.perf_counter() - started) * 1000)
            started = time.perf_counter()
            await asyncio.to_thread(prepare_with_pillow, data)
            script_times.append((time.perf_counter() - started) * 1000)
    ratio = compute_median(
        [easel / script for easel, script in zip(easel_times, script_times, strict=True)]
    )
    size = f"{len(data) / _MB:.0f} MB"
    print_row(
        f"48 megapixels, {size}: ready",
        f"{compute_median(easel_times):.0f}",
        f"{compute_median(script_times):.0f}",
        f"{ratio:.2f}",
    )


async def measure_many_files() -> None:
    """Measure 50 pictures of 12 megapixels, one of them again, and the memory of all processes."""
    with tempfile.TemporaryDirectory() as folder:
        data = await asyncio.to_thread(build_photo, 4_000, 3_000)
        for number in range(50):
            # Each picture has different bytes, because equal ones would be read only once.
            (Path(folder) / f"F{number}").write_bytes(data + number.to_bytes(4, "big"))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.files", folder, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await process.communicate()
    figures = json.loads(output)
    print_row("50 of 12 megapixels at once: all ready", f"{figures['all_ms']:,.0f}", "", "")
    print_row("… most memory, all processes, MB", f"{figures['peak_mb']:.0f}", "", "")
    print_row("… longest stall of the loop", f"{figures['stall_ms']:.1f}", "", "")
    print_row("one of them again", f"{figures['again_ms']:.2f}", "", "")


async def _measure_service(folder: Path) -> dict[str, float]:
    import bot.app.service  # noqa: F401 - loads what the service has in memory

    with tempfile.TemporaryDirectory() as home:
        async with open_database(Path(home) / "easel.db") as database, Sandbox() as sandbox:
            blobs = BlobFolder(Path(home) / "blobs", max_bytes=1 << 30)
            store, deletions = SqlFileStore(database), SqlDeletionStore(database)
            cache = FileCache(_FolderFiles(folder), blobs, store, deletions, sandbox)
            preparer = FilePreparer(cache, sandbox)
            refs = [FileRef(f"F{number}", f"{number}.jpg", "image/jpeg") for number in range(50)]
            memory = asyncio.create_task(_watch_peak_memory())
            async with watch_stalls() as stalls:
                await asyncio.sleep(0.1)
                started = time.perf_counter()
                await asyncio.gather(*(_prepare_file(preparer, ref) for ref in refs))
                duration = (time.perf_counter() - started) * 1000
            memory.cancel()
            return {
                "all_ms": duration,
                "peak_mb": await memory,
                "stall_ms": stalls.longest_ms,
                "again_ms": await _measure_repeat(preparer, database, refs[0]),
            }


async def _prepare_file(preparer: FilePreparer, ref: FileRef) -> None:
    person = _ALEX
    question = Question(1, _THREAD, _THREAD.root, person, "see", (ref,))
    file_context = await preparer.prepare(question, [], ReadOptions())
    assert file_context.new_images, file_context.unreadable


async def _measure_repeat(preparer: FilePreparer, database: Database, ref: FileRef) -> float:
    """Measure loading the same picture for the next question of its thread, in ms."""
    history = SqlConversationStore(database)
    turn = Turn(Speaker.PERSON, "1700000000.000200", "see", "U0ALEX", (ref,))
    await history.save_earlier(_THREAD, [turn])
    await _prepare_file(preparer, ref)
    (stored_file,) = (await history.load(_THREAD, before="9", limit=9)).files
    times = []
    for _ in range(30):
        started = time.perf_counter()
        picture: Image | None = await preparer.load_picture(_THREAD, stored_file, _ALEX)
        times.append((time.perf_counter() - started) * 1000)
        assert picture is not None
    return compute_median(times)


async def _watch_peak_memory() -> float:
    """Return the peak megabytes of this process and its children until the task is cancelled."""
    peak = 0.0
    try:
        while True:
            peak = max(peak, await asyncio.to_thread(_read_resident_mb))
            await asyncio.sleep(0.05)
    except asyncio.CancelledError:
        return peak


def _read_resident_mb() -> float:
    total, pids = 0, [os.getpid()]
    # Decoders are children of a child, which is appended here.
    for pid in pids:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{pid}/task").iterdir():
                pids += [int(child) for child in (task / "children").read_text().split()]
        try:
            smaps = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue  # the process has just ended
        # Pss counts memory that processes share only once.
        shares = (line for line in smaps.splitlines() if line.startswith("Pss:"))
        total += sum(int(line.split()[1]) for line in shares)
    return total / 1024


async def measure_files() -> None:
    await measure_large_photo()
    await measure_many_files()


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_measure_service(Path(sys.argv[1])))))
