"""A sandbox process that was taken over may return anything: people get one sentence."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from bot.domain.files import ParsedFile
from bot.files.detail.plan import ViewPlan
from bot.files.sandbox.packing import pack
from bot.files.sandbox.pipe import PipeError, receive
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.sandbox import Sandbox
from bot.files.sandbox.turns import LIGHT_SECONDS
from bot.files.unreadable import UnreadableError
from tests.support.easel import build_png

GOOD = pack(ParsedFile("a.txt", "text", pages=("hello",)))


def pack_lies(**lies: Any) -> bytes:
    """A packed file with forged values in its header."""
    signature, rest = GOOD[:16], GOOD[16:]
    size = int.from_bytes(rest[:8], "big")
    header = {**json.loads(rest[8 : 8 + size]), **lies}
    encoded = json.dumps(header).encode()
    return signature + len(encoded).to_bytes(8, "big") + encoded + rest[8 + size :]


PICTURE = {"name": "a", "size": 0, "type": "image/png", "sha256": "", "width": 1, "height": 1,
           "part": ""}  # fmt: skip
SIGHT = {"width": 5, "height": 5, "content": "text", "box": None, "detail": "high"}
LIES: list[tuple[str, dict[str, Any], Sequence[bytes]]] = [
    ("read", {}, []),
    ("read", {}, [b""]),
    ("read", {}, [pack_lies(count=float("inf"))]),
    ("read", {}, [pack_lies(count=-1)]),
    ("read", {}, [pack_lies(pages=[10**400])]),
    ("read", {}, [pack_lies(pages=[-5])]),
    ("read", {}, [pack_lies(pages=[0] * 9_000 + [5], tokens=[])]),
    ("read", {}, [pack_lies(tokens=[float("inf")])]),
    ("read", {}, [pack_lies(pictures=[{**PICTURE, "width": float("inf")}])]),
    ("read", {}, [pack_lies(pictures=[{**PICTURE, "width": 10**400}])]),
    ("read", {}, [pack_lies(pictures=[{**PICTURE, "type": "text/html"}])]),
    ("read", {}, [pack_lies(pictures=[PICTURE] * 500)]),
    ("read", {}, [GOOD[:24] + b"[" * 200_000]),
    ("read", {}, [GOOD[:16] + (1 << 40).to_bytes(8, "big")]),
    ("read", {"why": "<!channel>", "figures": [], "detail": "x"}, []),
    ("read", {"why": "too many pixels", "figures": ["x"], "detail": "x"}, []),
    ("read", {"why": "too many pixels", "figures": [], "detail": "x"}, []),
    ("read", {"why": {"a": 1}, "figures": 5, "detail": None}, []),
    ("cut_out", {"numbers": 5}, [GOOD, b"%PDF-"]),
    ("cut_out", {"numbers": ["a"]}, [GOOD, b"%PDF-"]),
    ("cut_out", {"numbers": [1, 2, 3]}, [GOOD, b"%PDF-"]),
    ("marks", {"box": ["a", None, 1, 2]}, []),
    ("marks", {"box": [float("nan")] * 4}, []),
    ("marks", {"box": [0, 0, 99, 99]}, []),
    ("marks", {"box": 7}, []),
    ("sheet", {}, [b"a", b"b"]),
    ("cut", {}, []),
    ("find", {}, [b"another picture"]),
    ("find", {}, []),
    ("cut", {}, [GOOD]),
    ("cut", {}, [pack_lies(pictures=[PICTURE] * 40)]),
    *(
        ("cut", {}, [pack_lies(pictures=[{**PICTURE, "sight": {**SIGHT, **lie}}])])
        for lie in (
            {"width": -1},
            {"height": float("inf")},
            {"content": "<!channel>"},
            {"detail": "everything"},
            {"box": [0, 0, 9, 9]},
            {"box": [3, 0, 2, 1]},
            {"box": ["a", None]},
            {"box": 7},
        )
    ),
    ("cut", {}, [pack_lies(pictures=[{**PICTURE, "sight": None}])]),
    # An older copy of a picture that was made smaller does not say from what.
    ("read", {}, [pack_lies(pictures=[{**PICTURE, "width": 2048}])]),
]


@pytest.mark.parametrize(("task", "header", "blobs"), LIES)
async def test_no_lie_is_more_than_a_file_that_cannot_be_read(
    task: str, header: dict[str, Any], blobs: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Sandbox() as sandbox:

        async def return_lies(*_: object) -> tuple[dict[str, Any], list[bytes]]:
            return dict(header), list(blobs)

        monkeypatch.setattr(sandbox.pool, "run_task", return_lies)
        asks: dict[str, Callable[[], Any]] = {
            "read": lambda: sandbox.read("a.png", build_png()),
            "cut_out": lambda: sandbox.extract_pages("a.png", b"", [1]),
            "marks": lambda: sandbox.find_marks(build_png(), build_png()),
            "cut": lambda: sandbox.cut_picture("a.png", build_png(), ViewPlan()),
            "find": lambda: sandbox.find_pictures("a.zip", b"", ["0" * 64]),
            "sheet": lambda: sandbox.draw_sheet(["a"], [build_png()]),
        }
        with pytest.raises(UnreadableError) as refused:
            await asks[task]()
    assert "damaged" in refused.value.user_message and "<!" not in refused.value.user_message


async def test_a_converted_picture_is_named_by_us(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Sandbox() as sandbox:

        async def return_lies(*_: object) -> tuple[dict[str, Any], list[bytes]]:
            return {"name": "../../etc/passwd\n<!channel>", "type": "text/html"}, [b"x"]

        monkeypatch.setattr(sandbox.pool, "run_task", return_lies)
        converted = await sandbox.convert("fox.png", build_png(), "webp", 64)
    assert converted == ("fox-64.webp", "image/webp", b"x")


@pytest.mark.parametrize(
    "header",
    [b"[" * 200_000, b"{", b"[]", b'{"blobs":[Infinity]}', b'{"blobs":[-1]}', b'{"blobs":[1e99]}'],
)
def test_a_header_of_another_kind_breaks_the_pipe(header: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        sending = threading.Thread(
            target=theirs.sendall, args=(len(header).to_bytes(4, "big") + header,)
        )
        sending.start()
        with pytest.raises(PipeError):
            receive(ours)
        sending.join()


def test_what_is_only_claimed_takes_no_memory() -> None:
    import tracemalloc

    ours, theirs = socket.socketpair()
    with ours:
        head = json.dumps({"blobs": [900 * 1024 * 1024]}).encode()
        theirs.sendall(len(head).to_bytes(4, "big") + head)
        theirs.close()
        tracemalloc.start()
        with pytest.raises(PipeError):
            receive(ours)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 8 * 1024 * 1024


async def test_one_persons_heavy_files_do_not_hold_up_anothers() -> None:
    """Whoever has used some time gets one of the two processes; a second owner gets the other."""
    async with Sandbox(max_processes=2) as sandbox:
        sandbox.pool.uses.record("one", LIGHT_SECONDS + 1)

        async def read_files(person: str) -> None:
            names = [f"{number}.png" for number in range(6)]
            owner = TaskOwner(person, person)
            await asyncio.gather(*(sandbox.read(name, build_png(), owner=owner) for name in names))

        await read_files("one")
        assert len(sandbox.pool.idle_processes) == 1
        await asyncio.gather(read_files("one"), read_files("two"))
        assert len(sandbox.pool.idle_processes) == 2
