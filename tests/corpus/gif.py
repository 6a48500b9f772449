"""GIF, built by hand where Pillow would tidy up: odd frames, disposals and palettes."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from PIL import Image

from tests.corpus.case import DAMAGED, Case, Expectation
from tests.corpus.drawing import (
    FOUR,
    GREYS,
    SIZE,
    build_animation,
    draw_greys,
    draw_quarters,
    list_shades,
    list_spots,
)
from tests.support.pictures import encode_picture

_PALETTE = b"".join(bytes(colour) for colour in FOUR)


@dataclass(frozen=True)
class Frame:
    """A frame of one colour of `_PALETTE` that covers a part of the screen."""

    colour: int
    box: tuple[int, int, int, int] = (0, 0, *SIZE)
    disposal: int = 0
    hundredths: int = 10
    clear: int | None = None


def build_gif(frames: Sequence[Frame], size: tuple[int, int] = SIZE) -> bytes:
    screen = b"GIF89a" + struct.pack("<HHBBB", *size, 0x81, 0, 0) + _PALETTE
    return screen + b"".join(map(_encode_frame, frames)) + b";"


def _encode_frame(frame: Frame) -> bytes:
    flags = frame.disposal << 2 | (frame.clear is not None)
    control = struct.pack("<BBHBB", 4, flags, frame.hundredths, frame.clear or 0, 0)
    box = struct.pack("<HHHHB", *frame.box, 0)
    return b"!\xf9" + control + b"," + box + b"\x02" + _encode_blocks(frame)


def _encode_blocks(frame: Frame) -> bytes:
    """Encode as codes of three bits, with enough clear codes that they never grow."""
    pixels = frame.box[2] * frame.box[3]
    codes: list[int] = []
    for start in range(0, pixels, 2):
        codes += [4, *[frame.colour] * min(2, pixels - start)]
    bits = sum(code << 3 * place for place, code in enumerate([*codes, 5]))
    packed = bits.to_bytes((3 * len(codes) + 3 + 7) // 8, "little")
    pieces = [packed[at : at + 255] for at in range(0, len(packed), 255)]
    return b"".join(bytes([len(piece)]) + piece for piece in pieces) + b"\x00"


def list_cases() -> Iterator[Case]:
    yield from _list_still()
    yield from _list_moving()
    yield from _list_odd()


def _list_still() -> Iterator[Case]:
    sound = Expectation.expect_picture("GIF", SIZE, spots=list_spots(), transparent=False)
    flat = draw_quarters().quantize(8)
    yield Case("still.gif", lambda: encode_picture(flat, "GIF"), sound)
    yield Case("interlaced.gif", lambda: encode_picture(flat, "GIF", interlace=1), sound)
    yield Case("comment.gif", lambda: encode_picture(flat, "GIF", comment=b"SECRET"), sound)
    yield Case("tail.gif", lambda: encode_picture(flat, "GIF") + b"SECRET" * 99, sound)
    grey = Expectation.expect_picture("GIF", SIZE, spots=list_spots(GREYS), transparent=False)
    yield Case("grey.gif", lambda: encode_picture(draw_greys(), "GIF"), grey)
    old = encode_picture(flat, "GIF").replace(b"GIF89a", b"GIF87a")
    yield Case("of-1987.gif", lambda: old, sound)
    holed = draw_quarters(range(4), "P")
    holed.putpalette(_PALETTE)
    seen = ((*FOUR[0], 255), (0, 0, 0, 0), (*FOUR[2], 255), (*FOUR[3], 255))
    through = Expectation.expect_picture("GIF", SIZE, spots=list_spots(seen), transparent=True)
    yield Case("hole.gif", lambda: encode_picture(holed, "GIF", transparency=1), through)
    yield Case(
        "1x1.gif",
        lambda: build_gif([Frame(0, (0, 0, 1, 1))], (1, 1)),
        Expectation.expect_picture("GIF", (1, 1)),
    )


def _list_moving() -> Iterator[Case]:
    for count in (2, 5, 40, 200):
        expects = Expectation.expect_file(
            "GIF", pictures=(min(count, 2), 24), size=SIZE, count=count
        )
        yield Case(
            f"moving-{count}.gif", partial(build_animation, list_shades(count), "GIF"), expects
        )
    for disposal in range(4):
        expects = Expectation.expect_file("GIF", pictures=(3, 4), size=SIZE, count=4, which=0)
        yield Case(f"disposal-{disposal}.gif", partial(_build_disposed, disposal), expects)
    corner = (32, 24, 32, 24)
    partial_frame = build_gif([Frame(0), Frame(2, corner)])
    last = list_spots([FOUR[0], FOUR[0], FOUR[0], FOUR[2]])
    yield Case(
        "partial-frame.gif",
        lambda: partial_frame,
        Expectation.expect_file("GIF", pictures=(2, 2), size=SIZE, count=2, which=1, spots=last),
    )
    restored_frame = build_gif(
        [Frame(0, disposal=1), Frame(1, corner, disposal=3), Frame(2, (0, 0, 32, 24))]
    )
    back = list_spots([FOUR[2], FOUR[0], FOUR[0], FOUR[0]])
    yield Case(
        "back-to-before.gif",
        lambda: restored_frame,
        Expectation.expect_file("GIF", pictures=(3, 3), size=SIZE, count=3, which=2, spots=back),
    )


def _build_disposed(disposal: int) -> bytes:
    boxes = ((0, 0, *SIZE), (10, 10, 20, 20), (30, 20, 34, 28), (0, 0, 64, 10))
    patches = [Frame(number, box, disposal) for number, box in enumerate(boxes)]
    return build_gif(patches)


def _list_odd() -> Iterator[Case]:
    sound = Expectation.expect_picture("GIF", SIZE, transparent=False)
    spills = build_gif([Frame(1, (40, 30, 64, 48))])
    # Browsers enlarge the screen or crop the frame, so both are accepted.
    yield Case("spills-over.gif", lambda: spills, Expectation.expect_file("GIF", pictures=(1, 1)))
    hasty = build_gif([Frame(number % 4, hundredths=0) for number in range(6)])
    yield Case("no-delay.gif", lambda: hasty, Expectation.expect_file("GIF", size=SIZE, count=6))
    slow = build_gif([Frame(number % 4, hundredths=65_535) for number in range(3)])
    yield Case("slow.gif", lambda: slow, Expectation.expect_file("GIF", size=SIZE, count=3))
    empty = build_gif([])
    yield Case("no-frames.gif", lambda: empty, Expectation.expect_refusal(DAMAGED))
    no_end = build_gif([Frame(0)])[:-1]
    yield Case("no-end.gif", lambda: no_end, Expectation.expect_either(sound, DAMAGED))
    unseen = build_gif([Frame(1, clear=1), Frame(0)])
    yield Case(
        "first-unseen.gif", lambda: unseen, Expectation.expect_file("GIF", size=SIZE, count=2)
    )
    many = build_gif([Frame(number % 4, (0, 0, 2, 2)) for number in range(20_000)], (2, 2))
    yield Case("20000-frames.gif", lambda: many, Expectation.expect_file("GIF", size=(2, 2)))
    widest = Image.new("P", (3000, 40), 1)
    yield Case(
        "wide.gif",
        lambda: encode_picture(widest, "GIF"),
        Expectation.expect_picture("GIF", (2048, 27)),
    )
