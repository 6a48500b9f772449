"""Measures how large pictures are seen: time, tokens, and the words that can be read.

The plain way sends one picture of at most 2048 pixels. See `read_back.py` for what an OCR reads.
"""

from __future__ import annotations

import asyncio
import io
import time
from dataclasses import dataclass

from PIL import Image as PilImage

from bench.details.seen import OWNER, Seen, show_golden
from bench.run import compute_median
from bench.table import print_row
from bot.files.detail.plan import ViewPlan
from bot.files.sandbox.sandbox import Sandbox
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.prompt.estimate import sum_picture_tokens
from tests.support.golden_pictures import (
    count_readable,
    count_words_as_drawn,
    list_golden_pictures,
)
from tests.support.pages import draw_text
from tests.support.pictures import encode_picture

HEADS = ("large pictures", "easel", "plain way, or shortest script", "ratio")
_ROUNDS = 9
_MILLION = 1_000_000


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

    def add(self, seen: Seen) -> None:
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
                totals.add(await show_golden(sandbox, golden, takes_original=takes_original))
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
        await sandbox.read("warm.png", data, owner=OWNER)
        for _ in range(_ROUNDS):
            started = time.perf_counter()
            await sandbox.read("page.png", data, owner=OWNER)
            await sandbox.cut_picture("page.png", data, ViewPlan(), owner=OWNER)
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
