"""Reads what is sent of large pictures back with an OCR, next to the file itself and the plain way.

`python -m bench.details.read_back`, with the extra `ocr`. The OCR takes a second of a processor for
fifty words, and the golden set has hundreds of thousands: of each picture some windows are read.
One lies where two parts meet, if there are parts: there a word would be lost first.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import io
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

from PIL import Image as PilImage

from bench.details.seen import Seen, show_golden
from bench.table import print_head, print_row
from bot.domain.files import Image
from bot.files.sandbox.sandbox import Sandbox
from tests.support.golden_pictures import list_golden_pictures

Box: TypeAlias = tuple[int, int, int, int]
HEADS = (
    "read back by OCR", "words", "in the file itself, %", "in what is sent, %",
    "of what it reads in the file, %", "in the plain way, %",
)  # fmt: skip
# A window in heights of its letters, and the margin in which words are seen but not counted.
_WIDTH, _HEIGHT, _MARGIN = 26, 9, 2
# Small pictures are made larger before an OCR looks for text, and then it finds less.
_MIN_SHEET, _GAP = 640, 24
# An OCR loses spaces and takes one letter for another: shorter words are found in others.
_MIN_LETTERS = 4


@dataclass(slots=True)
class Score:
    """How many words there were, and how many were read in each of the three ways."""

    words: int = 0
    in_file: int = 0
    in_sent: int = 0
    in_both: int = 0
    in_plain: int = 0

    def add(self, wanted: Sequence[str], texts: Sequence[str]) -> None:
        """Count `wanted` words in what was read of the file, of what is sent, and plainly."""
        file, sent, plain = (_count_found(wanted, text) for text in texts)
        self.words += len(wanted)
        self.in_file += file.total()
        self.in_sent += sent.total()
        self.in_both += (file & sent).total()
        self.in_plain += plain.total()

    def merge(self, other: Score) -> None:
        """Count what another one has counted as well."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))

    def print(self, name: str) -> None:
        """Print a row of the table."""
        shares = [100 * one / max(1, self.words) for one in (self.in_file, self.in_sent)]
        kept = 100 * self.in_both / max(1, self.in_file)
        plain = 100 * self.in_plain / max(1, self.words)
        print_row(name, str(self.words), *(f"{share:.1f}" for share in (*shares, kept, plain)))


async def read_back(count: int, windows: int) -> None:
    """Read `windows` places of `count` golden pictures, and print what was read of each kind."""
    # Its threads wait for each other by turning in a circle, which takes the time of the others.
    engine = importlib.import_module("rapidocr").RapidOCR(
        params={"EngineConfig.onnxruntime.intra_op_num_threads": 1, "Global.use_cls": False}
    )
    print_head(*HEADS)
    goldens = list_golden_pictures()
    total, kinds = Score(), dict[str, Score]()
    pictures = 0
    async with Sandbox() as sandbox:
        for number, golden in enumerate(goldens[:: max(1, len(goldens) // count)][:count]):
            seen = await show_golden(sandbox, golden, takes_original=False)
            score = await asyncio.to_thread(_read_windows, engine, seen, windows, number)
            kind = re.match(r"(?:A3)?[^\d,]*", golden.name)
            name = kind[0].strip() if kind else golden.name
            total.merge(score)
            kinds.setdefault(name, Score()).merge(score)
            pictures += 1
    for name, score in kinds.items():
        score.print(name)
    total.print(f"all {pictures} pictures")


def _read_windows(engine: Any, seen: Seen, count: int, seed: int) -> Score:
    with PilImage.open(io.BytesIO(seen.source)) as opened:
        whole = opened.convert("RGB")
    letters = max(box[3] - box[1] for _, box in seen.page.words)
    windows = list(choose_windows(seen, letters, count, seed))
    inner = [_grow(window, -_MARGIN * letters) for window in windows]
    wanted = [
        word
        for word, box in seen.page.words
        if len(word) >= _MIN_LETTERS and any(_has_inside(window, box) for window in inner)
    ]
    ways = (
        [whole.crop(window) for window in windows],
        [one for window in windows for one in crop_sent(seen.sent, window, is_plain=False)],
        [one for window in windows for one in crop_sent([seen.plain], window, is_plain=True)],
    )
    score = Score()
    score.add(wanted, [_read(engine, way) for way in ways])
    return score


def choose_windows(seen: Seen, letters: int, count: int, seed: int) -> Iterator[Box]:
    """Yield windows of a picture: the first around a place where two parts meet."""
    rng, (width, height) = random.Random(seed), seen.page.picture.size
    wide, high = min(width, _WIDTH * letters), min(height, _HEIGHT * letters)
    parts = [one.sight.box for one in seen.sent if one.sight.box is not None]
    meetings = [
        ((left + right) // 2, bottom) for left, _, right, bottom in parts if bottom < height
    ] + [(right, (top + bottom) // 2) for _, top, right, bottom in parts if right < width]
    for number in range(count):
        middle = (rng.randrange(width), rng.randrange(height))
        if number == 0 and meetings:
            middle = rng.choice(meetings)
        left = min(max(0, middle[0] - wide // 2), width - wide)
        top = min(max(0, middle[1] - high // 2), height - high)
        yield left, top, left + wide, top + high


def crop_sent(sent: Sequence[Image], window: Box, *, is_plain: bool) -> Iterator[PilImage.Image]:
    """Yield what each picture that was sent shows of a window, as the model sees it.

    What is not seen at full size is left out, but for the only picture of the plain way.
    """
    for one in sent:
        box = one.sight.shown_box
        common = (
            max(box[0], window[0]), max(box[1], window[1]),
            min(box[2], window[2]), min(box[3], window[3]),
        )  # fmt: skip
        is_seen = common[0] < common[2] and common[1] < common[3]
        if not is_seen or (one.percent < 100 and not is_plain):
            continue
        with PilImage.open(io.BytesIO(one.data)) as opened:
            picture = opened.convert("RGB")
        across = picture.width / (box[2] - box[0])
        down = picture.height / (box[3] - box[1])
        yield picture.crop(
            (
                round((common[0] - box[0]) * across),
                round((common[1] - box[1]) * down),
                max(1, round((common[2] - box[0]) * across)),
                max(1, round((common[3] - box[1]) * down)),
            )
        )


def _read(engine: Any, pictures: Sequence[PilImage.Image]) -> str:
    """Return all text of some pictures, without its spaces."""
    if not pictures:
        return ""
    width = max(_MIN_SHEET, *(one.width + 2 * _GAP for one in pictures))
    height = max(_MIN_SHEET, sum(one.height + _GAP for one in pictures) + _GAP)
    sheet, top = PilImage.new("RGB", (width, height), pictures[0].getpixel((0, 0))), _GAP
    for one in pictures:
        sheet.paste(one, (_GAP, top))
        top += one.height + _GAP
    out = io.BytesIO()
    sheet.save(out, "PNG", compress_level=1)
    result = engine(out.getvalue())
    return "\n".join(result.txts or ()).replace(" ", "").lower()


def _count_found(wanted: Sequence[str], text: str) -> Counter[str]:
    """Count each word as often as it was read, and no more often than it is there."""
    return Counter(
        {word: min(count, text.count(word.lower())) for word, count in Counter(wanted).items()}
    )


def _has_inside(window: Box, box: Box) -> bool:
    return (
        window[0] <= box[0] and window[1] <= box[1] and box[2] <= window[2] and box[3] <= window[3]
    )


def _grow(window: Box, pixels: int) -> Box:
    return (
        window[0] - pixels, window[1] - pixels // 2, window[2] + pixels, window[3] + pixels // 2,
    )  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.details.read_back", description=__doc__)
    parser.add_argument("--pictures", type=int, metavar="COUNT", default=999)
    parser.add_argument("--windows", type=int, metavar="COUNT", default=2, help="of each picture")
    options = parser.parse_args()
    asyncio.run(read_back(options.pictures, options.windows))
