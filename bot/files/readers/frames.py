"""Animations and files of several pages: which frames are looked at, and what they are called.

Decodes nothing by itself: `pictures.py` does, frame by frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

# So many frames of an animation, so many pages of a TIFF.
MOST_FRAMES, MOST_PAGES = 6, 6
# Frames beyond so many, or so many pixels, are not looked for: each has to be decoded to reach the
# next.
_REACH, _REACH_PIXELS = 600, 500_000_000
_FRAME_SIDE, _PAGE_SIDE = 768, 1_600


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame that is looked at: its number from 1, and its time in seconds from the start."""

    number: int
    at: float


def count(picture: Image.Image) -> int:
    """How many frames an opened picture has. Reads its structure, decodes nothing."""
    return int(getattr(picture, "n_frames", 1))


def side(*, paged: bool) -> int:
    """The longer side, in pixels, at which each frame is looked at."""
    return _PAGE_SIDE if paged else _FRAME_SIDE


def sampled(picture: Image.Image, of: int) -> Iterator[Frame]:
    """Go to each frame that is to be looked at, in order, with `picture` decoded at it.

    Of an animation the first, the last within reach and those evenly between; of pages the first.
    A file that ends early gives the frames there are.
    """
    paged = picture.format == "TIFF"
    wanted = (
        set(range(min(of, MOST_PAGES))) if paged else _evenly(min(of, _reach(picture)), MOST_FRAMES)
    )
    seconds = 0.0
    for number in range(max(wanted) + 1):
        try:
            picture.seek(number)
            picture.load()
        except (EOFError, OSError):
            if number == 0:
                raise
            return
        if number in wanted:
            yield Frame(number + 1, seconds)
        duration = picture.info.get("duration", 0)
        seconds += duration / 1000 if isinstance(duration, int | float) else 0.0


def _reach(picture: Image.Image) -> int:
    width, height = picture.size
    return max(1, min(_REACH, _REACH_PIXELS // max(1, width * height)))


def _evenly(of: int, most: int) -> set[int]:
    if of <= most:
        return set(range(of))
    return {round(step * (of - 1) / (most - 1)) for step in range(most)}


@dataclass(frozen=True, slots=True)
class Told:
    """How the frames of a file of `count` are spoken of."""

    form: str
    count: int

    @property
    def paged(self) -> bool:
        """Whether its frames are pages, not moments."""
        return self.form == "TIFF"

    def part(self, frame: Frame) -> str:
        if self.paged:
            return f"page {frame.number} of {self.count}"
        return f"frame {frame.number} of {self.count}, at {frame.at:.1f} s"

    def left_out(self, shown: int) -> str:
        if shown >= self.count:
            return ""
        what = "pages" if self.paged else "frames"
        return f"{self.count - shown:,} of {self.count:,} {what}"
