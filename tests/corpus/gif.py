"""GIF, written by hand where Pillow would tidy up: odd frames, odd disposal, odd palettes."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from PIL import Image

from tests.corpus.case import DAMAGED, Case, Expect
from tests.corpus.drawing import FOUR, GREYS, SIZE, file_of, greys, moving, quarters, shades, spots

_PALETTE = b"".join(bytes(colour) for colour in FOUR)


@dataclass(frozen=True)
class Patch:
    """A frame of one colour of `_PALETTE` that covers a part of the screen."""

    colour: int
    box: tuple[int, int, int, int] = (0, 0, *SIZE)
    disposal: int = 0
    hundredths: int = 10
    clear: int | None = None


def gif(frames: Sequence[Patch], size: tuple[int, int] = SIZE) -> bytes:
    screen = b"GIF89a" + struct.pack("<HHBBB", *size, 0x81, 0, 0) + _PALETTE
    return screen + b"".join(map(_frame, frames)) + b";"


def _frame(patch: Patch) -> bytes:
    flags = patch.disposal << 2 | (patch.clear is not None)
    control = struct.pack("<BBHBB", 4, flags, patch.hundredths, patch.clear or 0, 0)
    box = struct.pack("<HHHHB", *patch.box, 0)
    return b"!\xf9" + control + b"," + box + b"\x02" + _blocks(patch)


def _blocks(patch: Patch) -> bytes:
    """Codes of three bits, with a clear code so often that they never grow."""
    pixels = patch.box[2] * patch.box[3]
    codes: list[int] = []
    for start in range(0, pixels, 2):
        codes += [4, *[patch.colour] * min(2, pixels - start)]
    bits = sum(code << 3 * place for place, code in enumerate([*codes, 5]))
    packed = bits.to_bytes((3 * len(codes) + 3 + 7) // 8, "little")
    pieces = [packed[at : at + 255] for at in range(0, len(packed), 255)]
    return b"".join(bytes([len(piece)]) + piece for piece in pieces) + b"\x00"


def cases() -> Iterator[Case]:
    yield from _still()
    yield from _moving()
    yield from _odd()


def _still() -> Iterator[Case]:
    sound = Expect.picture("GIF", SIZE, spots=spots(), transparent=False)
    flat = quarters().quantize(8)
    yield Case("still.gif", lambda: file_of(flat, "GIF"), sound)
    yield Case("interlaced.gif", lambda: file_of(flat, "GIF", interlace=1), sound)
    yield Case("comment.gif", lambda: file_of(flat, "GIF", comment=b"SECRET"), sound)
    yield Case("tail.gif", lambda: file_of(flat, "GIF") + b"SECRET" * 99, sound)
    grey = Expect.picture("GIF", SIZE, spots=spots(GREYS), transparent=False)
    yield Case("grey.gif", lambda: file_of(greys(), "GIF"), grey)
    old = file_of(flat, "GIF").replace(b"GIF89a", b"GIF87a")
    yield Case("of-1987.gif", lambda: old, sound)
    holed = quarters(range(4), "P")
    holed.putpalette(_PALETTE)
    seen = ((*FOUR[0], 255), (0, 0, 0, 0), (*FOUR[2], 255), (*FOUR[3], 255))
    through = Expect.picture("GIF", SIZE, spots=spots(seen), transparent=True)
    yield Case("hole.gif", lambda: file_of(holed, "GIF", transparency=1), through)
    yield Case(
        "1x1.gif", lambda: gif([Patch(0, (0, 0, 1, 1))], (1, 1)), Expect.picture("GIF", (1, 1))
    )


def _moving() -> Iterator[Case]:
    for count in (2, 5, 40, 200):
        expects = Expect.right("GIF", pictures=(min(count, 2), 24), size=SIZE, count=count)
        yield Case(f"moving-{count}.gif", partial(moving, shades(count), "GIF"), expects)
    for disposal in range(4):
        expects = Expect.right("GIF", pictures=(3, 4), size=SIZE, count=4, which=0)
        yield Case(f"disposal-{disposal}.gif", partial(_disposed, disposal), expects)
    corner = (32, 24, 32, 24)
    kept = gif([Patch(0), Patch(2, corner)])
    last = spots([FOUR[0], FOUR[0], FOUR[0], FOUR[2]])
    yield Case(
        "partial-frame.gif",
        lambda: kept,
        Expect.right("GIF", pictures=(2, 2), size=SIZE, count=2, which=1, spots=last),
    )
    forgotten = gif([Patch(0, disposal=1), Patch(1, corner, disposal=3), Patch(2, (0, 0, 32, 24))])
    back = spots([FOUR[2], FOUR[0], FOUR[0], FOUR[0]])
    yield Case(
        "back-to-before.gif",
        lambda: forgotten,
        Expect.right("GIF", pictures=(3, 3), size=SIZE, count=3, which=2, spots=back),
    )


def _disposed(disposal: int) -> bytes:
    boxes = ((0, 0, *SIZE), (10, 10, 20, 20), (30, 20, 34, 28), (0, 0, 64, 10))
    patches = [Patch(number, box, disposal) for number, box in enumerate(boxes)]
    return gif(patches)


def _odd() -> Iterator[Case]:
    sound = Expect.picture("GIF", SIZE, transparent=False)
    spills = gif([Patch(1, (40, 30, 64, 48))])
    # Browsers grow the screen or cut the frame.
    yield Case("spills-over.gif", lambda: spills, Expect.right("GIF", pictures=(1, 1)))
    hasty = gif([Patch(number % 4, hundredths=0) for number in range(6)])
    yield Case("no-delay.gif", lambda: hasty, Expect.right("GIF", size=SIZE, count=6))
    slow = gif([Patch(number % 4, hundredths=65_535) for number in range(3)])
    yield Case("slow.gif", lambda: slow, Expect.right("GIF", size=SIZE, count=3))
    empty = gif([])
    yield Case("no-frames.gif", lambda: empty, Expect.refused(DAMAGED))
    no_end = gif([Patch(0)])[:-1]
    yield Case("no-end.gif", lambda: no_end, Expect.either(sound, DAMAGED))
    unseen = gif([Patch(1, clear=1), Patch(0)])
    yield Case("first-unseen.gif", lambda: unseen, Expect.right("GIF", size=SIZE, count=2))
    many = gif([Patch(number % 4, (0, 0, 2, 2)) for number in range(20_000)], (2, 2))
    yield Case("20000-frames.gif", lambda: many, Expect.right("GIF", size=(2, 2)))
    widest = Image.new("P", (3000, 40), 1)
    yield Case("wide.gif", lambda: file_of(widest, "GIF"), Expect.picture("GIF", (2048, 27)))
