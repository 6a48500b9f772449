"""Measures how well marked areas are found: `python -m bench masks`."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence

import numpy as np
from PIL import Image

from bench.masks.drawings import KINDS, build_drawing
from bot.files.masking.finder import FoundArea, find_by_colour, find_by_original

HEADS = ("marks", "drawings", "with the original: IoU mean / least", "by colour: IoU mean / least",
         "ms with / without")  # fmt: skip
_COUNT = 40


async def measure_masks() -> None:
    """Print one row for each kind of mark, and one for all forty drawings."""
    rows = [(number, *_measure_one(number)) for number in range(_COUNT)]
    for kind in (*KINDS, "all"):
        chosen = [row for row in rows if kind == "all" or KINDS[row[0] % len(KINDS)] == kind]
        values = np.array([row[1:] for row in chosen])
        means, least = values.mean(axis=0), values.min(axis=0)
        print(
            f"| {kind} | {len(chosen)} | {means[0]:.3f} / {least[0]:.3f}"
            f" | {means[1]:.3f} / {least[1]:.3f} | {means[2]:.0f} / {means[3]:.0f} |"
        )


def _measure_one(number: int) -> tuple[float, float, float, float]:
    drawing = build_drawing(number)
    base, marked = (
        Image.open(io.BytesIO(data)).convert("RGB") for data in (drawing.base, drawing.marked)
    )
    started_at = time.perf_counter()
    by_original = find_by_original(base, marked)
    between = time.perf_counter()
    by_colour = find_by_colour(marked)
    ended_at = time.perf_counter()
    return (
        measure_overlap(by_original, drawing.area),
        measure_overlap(by_colour, drawing.area),
        1_000 * (between - started_at),
        1_000 * (ended_at - between),
    )


def measure_overlap(areas: Sequence[FoundArea], truth: Image.Image) -> float:
    """Return the intersection over the union of found areas and the true one."""
    if not areas:
        return 0.0
    together = np.zeros_like(areas[0].area)
    for area in areas:
        together |= area.area
    drawn = np.asarray(truth) > 127
    return float((together & drawn).sum() / (together | drawn).sum())
