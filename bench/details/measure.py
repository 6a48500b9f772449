"""Measures how large pictures are seen: time, tokens, and the words that can be read.

The plain way sends one picture of at most 2048 pixels. With `--ocr` and the extra `ocr`, what is
sent is also read back, and the file itself, which tells how much the OCR reads of such letters at
best: `python -m bench.details.measure --ocr 6`.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import io
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image as PilImage

from bench.run import compute_median
from bench.table import print_head, print_row
from bot.domain.files import Image
from bot.domain.pictures.closeup import ViewOptions
from bot.files.detail.plan import ViewPlan, plan_views
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.sandbox import Sandbox
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.prompt.estimate import sum_picture_tokens
from tests.support.golden_pictures import (
    GoldenPicture,
    count_readable,
    count_words_as_drawn,
    list_golden_pictures,
)
from tests.support.pages import Page, draw_text
from tests.support.pictures import encode_picture

HEADS = ("large pictures", "easel", "plain way, or shortest script", "ratio")
_ROUNDS = 9
_OWNER = TaskOwner("U0ALEX", "details")
_MILLION = 1_000_000
# Pieces for the OCR, which shrinks what is longer than 2,000 pixels.
_PIECE, _OVERLAP = 1_600, 200


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is sent of a golden picture, and of the same in the plain way."""

    golden: GoldenPicture
    page: Page
    source: bytes
    sent: Sequence[Image]
    plain: Image

    @property
    def readable_share(self) -> float:
        return count_readable(self.page, self.sent) / len(self.page.words)


@dataclass(slots=True)
class _Totals:
    """The words, tokens and worst picture of the golden set."""

    words: int = 0
    readable: int = 0
    as_drawn: int = 0
    plainly_readable: int = 0
    tokens: int = 0
    plain_tokens: int = 0
    worst: tuple[float, str] = (2.0, "")

    def add(self, seen: _Seen) -> None:
        self.words += len(seen.page.words)
        self.readable += count_readable(seen.page, seen.sent)
        self.as_drawn += count_words_as_drawn(seen.page, seen.source, seen.sent)
        self.plainly_readable += count_readable(seen.page, [seen.plain])
        self.tokens += sum_picture_tokens(seen.sent)
        self.plain_tokens += sum_picture_tokens([seen.plain])
        self.worst = min(self.worst, (seen.readable_share, seen.golden.name))


async def measure_details() -> None:
    """Measure the time of a long page, and words and tokens of the golden set both ways."""
    await _measure_time()
    goldens = list_golden_pictures()
    for takes_original, way in ((False, "in parts"), (True, "as they are, or in parts")):
        totals = _Totals()
        async with Sandbox() as sandbox:
            for golden in goldens:
                totals.add(await _show(sandbox, golden, takes_original=takes_original))
        _print_totals(f"{len(goldens)} pictures {way}", len(goldens), totals)


def _print_totals(name: str, count: int, totals: _Totals) -> None:
    price = GPT_5_4_IMAGE_2.price
    assert price is not None
    tokens, plain_tokens = totals.tokens / count, totals.plain_tokens / count
    costs = [one * float(price.input) / _MILLION for one in (tokens, plain_tokens)]
    shares = [100 * one / totals.words for one in (totals.readable, totals.plainly_readable)]
    print_row(f"{name}: words at full size, %", f"{shares[0]:.2f}", f"{shares[1]:.2f}", "")
    print_row(
        "… with the pixels of the file, %", f"{100 * totals.as_drawn / totals.words:.2f}", "", ""
    )
    print_row(f"… the worst, {totals.worst[1]}", f"{100 * totals.worst[0]:.1f}", "", "")
    ratio = f"{tokens / plain_tokens:.1f}"
    print_row("… tokens of a picture", f"{tokens:,.0f}", f"{plain_tokens:,.0f}", ratio)
    print_row("… cost of a picture", f"${costs[0]:.3f}", f"${costs[1]:.3f}", ratio)


async def _measure_time() -> None:
    data = encode_picture(draw_text((1200, 8000), 12).picture)
    easel_times, script_times = list[float](), list[float]()
    async with Sandbox() as sandbox:
        await sandbox.read("warm.png", data, owner=_OWNER)
        for _ in range(_ROUNDS):
            started = time.perf_counter()
            await sandbox.read("page.png", data, owner=_OWNER)
            await sandbox.cut_picture("page.png", data, ViewPlan(), owner=_OWNER)
            easel_times.append((time.perf_counter() - started) * 1000)
            started = time.perf_counter()
            await asyncio.to_thread(cut_with_pillow, data)
            script_times.append((time.perf_counter() - started) * 1000)
    pairs = zip(easel_times, script_times, strict=True)
    print_row("1200 × 8000: overview and parts ready, ms", f"{compute_median(easel_times):.0f}",
              f"{compute_median(script_times):.0f}",
              f"{compute_median([one / other for one, other in pairs]):.2f}")  # fmt: skip


def cut_with_pillow(data: bytes) -> list[bytes]:
    """Make an overview and five parts with the shortest Pillow script."""
    picture = PilImage.open(io.BytesIO(data)).convert("RGB")
    small = picture.copy()
    small.thumbnail((2048, 2048))
    pieces = [small, *(picture.crop((0, top, 1200, top + 1650)) for top in range(0, 8000, 1600))]
    files = []
    for piece in pieces:
        out = io.BytesIO()
        piece.save(out, "PNG")
        files.append(out.getvalue())
    return files


async def _show(sandbox: Sandbox, golden: GoldenPicture, *, takes_original: bool) -> _Seen:
    page = await asyncio.to_thread(golden.draw)
    data = await asyncio.to_thread(golden.encode, page)
    (plain,) = (await sandbox.read("a.png", data, owner=_OWNER)).pictures
    plans = plan_views([plain], [], ViewOptions(takes_original=takes_original))
    sent: Sequence[Image] = [plain]
    for plan in filter(None, plans.values()):
        sent = await sandbox.cut_picture("a.png", data, plan, owner=_OWNER)
    return _Seen(golden, page, data, sent, plain)


async def read_back(count: int) -> None:
    """Read `count` of the golden pictures with an OCR: the file, what is sent, the plain way."""
    engine = importlib.import_module("rapidocr").RapidOCR()
    print_head("read back by OCR", "words", "in the file itself, %", "in what is sent, %",
               "of what it reads in the file, %", "in the plain way, %")  # fmt: skip
    goldens = list_golden_pictures()
    async with Sandbox() as sandbox:
        for golden in goldens[:: max(1, len(goldens) // count)][:count]:
            seen = await _show(sandbox, golden, takes_original=False)
            # An OCR loses spaces, and shorter words are found in others.
            wanted = {word for word, _ in seen.page.words if len(word) > 3}
            ways = (cut_to_read(seen.source), [one.data for one in seen.sent], [seen.plain.data])
            texts = [await asyncio.to_thread(_read, engine, pictures) for pictures in ways]
            read = [{word for word in wanted if word in text} for text in texts]
            shares = [100 * len(words) / len(wanted) for words in read]
            kept = 100 * len(read[0] & read[1]) / max(1, len(read[0]))
            print_row(golden.name, str(len(wanted)), *(f"{share:.1f}" for share in shares[:2]),
                      f"{kept:.1f}", f"{shares[2]:.1f}")  # fmt: skip


def cut_to_read(data: bytes) -> list[bytes]:
    """Return a picture in pieces that an OCR does not shrink, each overlapping the next."""
    pieces = list[bytes]()
    with PilImage.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGB")
    for top in range(0, picture.height, _PIECE - _OVERLAP):
        for left in range(0, picture.width, _PIECE - _OVERLAP):
            out = io.BytesIO()
            picture.crop(
                (left, top, min(picture.width, left + _PIECE), min(picture.height, top + _PIECE))
            ).save(out, "PNG", compress_level=1)
            pieces.append(out.getvalue())
    return pieces


def _read(engine: Any, pictures: Sequence[bytes]) -> str:
    """Return all text without its spaces."""
    results = [engine(picture) for picture in pictures]
    return "\n".join("".join(result.txts or ()) for result in results).replace(" ", "").lower()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.details.measure", description=__doc__)
    parser.add_argument("--ocr", type=int, metavar="COUNT", default=6)
    asyncio.run(read_back(parser.parse_args().ocr))
