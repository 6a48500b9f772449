"""Animations and files of several pages: which frames are looked at, and what they are called.

Decodes nothing by itself: `pictures.py` does, frame by frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

# So many frames of an animation, so many pages of a TIFF.
MAX_FRAMES, MAX_PAGES = 6, 6
# Frames beyond so many, or so many pixels, are not looked for: each has to be decoded to reach the
# next.
_MAX_SEEK_FRAMES, _MAX_SEEK_PIXELS = 600, 500_000_000
_MAX_FRAME_SIDE, _MAX_PAGE_SIDE = 768, 1_600


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame that is looked at: its number from 1, and its time in seconds from the start."""

    number: int
    seconds: float


def count_frames(picture: Image.Image) -> int:
    """How many frames an opened picture has. Reads its structure, decodes nothing."""
    return int(getattr(picture, "n_frames", 1))


def get_max_side(*, is_paged: bool) -> int:
    """The longer side, in pixels, at which each frame is looked at."""
    return _MAX_PAGE_SIDE if is_paged else _MAX_FRAME_SIDE


def sample_frames(picture: Image.Image, frame_count: int) -> Iterator[Frame]:
    """Go to each frame that is to be looked at, in order, with `picture` decoded at it.

    Of an animation the first, the last within reach and those evenly between; of pages the first.
    A file that ends early gives the frames there are.
    """
    paged = picture.format == "TIFF"
    wanted = (
        set(range(min(frame_count, MAX_PAGES)))
        if paged
        else _select_evenly(min(frame_count, _count_reachable_frames(picture)), MAX_FRAMES)
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


def _count_reachable_frames(picture: Image.Image) -> int:
    width, height = picture.size
    return max(1, min(_MAX_SEEK_FRAMES, _MAX_SEEK_PIXELS // max(1, width * height)))


def _select_evenly(frame_count: int, max_frames: int) -> set[int]:
    if frame_count <= max_frames:
        return set(range(frame_count))
    return {round(step * (frame_count - 1) / (max_frames - 1)) for step in range(max_frames)}


@dataclass(frozen=True, slots=True)
class FrameLabels:
    """How the frames of a file of `count` are spoken of."""

    pillow_format: str
    count: int

    @property
    def is_paged(self) -> bool:
        """Whether its frames are pages, not moments."""
        return self.pillow_format == "TIFF"

    def format_part(self, frame: Frame) -> str:
        if self.is_paged:
            return f"page {frame.number} of {self.count}"
        return f"frame {frame.number} of {self.count}, at {frame.seconds:.1f} s"

    def format_left_out(self, shown_count: int) -> str:
        if shown_count >= self.count:
            return ""
        what = "pages" if self.is_paged else "frames"
        return f"{self.count - shown_count:,} of {self.count:,} {what}"
