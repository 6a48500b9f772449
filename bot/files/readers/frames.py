"""Chooses the frames of an animation, or pages of a TIFF, that the model sees, and labels them.

See `pictures.py` for turning each frame into a picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass

from PIL import Image

from bot.domain.messages import Message
from bot.domain.pages import format_ranges
from bot.files.unreadable import UnreadableError, build_unreadable_error

# Frames of an animation, and pages of a TIFF, that are shown.
MAX_FRAMES, MAX_PAGES = 6, 10
# Files of these formats may hold several pictures of one moment; viewers show the first one.
SINGLE_FRAME_FORMATS = ("JPEG", "HEIF", "BMP", "PSD", "ICO", "JPEG2000")
# Frames beyond these limits are not reached: every frame has to be decoded to reach the next one.
_MAX_SEEK_FRAMES, _MAX_SEEK_PIXELS = 600, 500_000_000
_MAX_FRAME_SIDE, _MAX_PAGE_SIDE = 768, 1_600
_REFUSED_PAGE = "page {pages}, which is larger or thinner than I can show"
_REFUSED_PAGES = "pages {pages}, which are larger or thinner than I can show"


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame that is shown: its number from 1, and its time in seconds from the start."""

    number: int
    seconds: float


def count_frames(picture: Image.Image) -> int:
    """Count the frames of an opened picture. Reads its structure, decodes nothing."""
    return int(getattr(picture, "n_frames", 1))


def get_max_side(*, is_paged: bool) -> int:
    """Return the maximum side of a shown frame, in pixels."""
    return _MAX_PAGE_SIDE if is_paged else _MAX_FRAME_SIDE


def select_frames(picture: Image.Image, frame_count: int) -> set[int]:
    """Return which frames to show, from 0.

    In an animation these are the first frame, the last one within the limits, and some evenly
    between; in a TIFF the first pages.
    """
    if picture.format == "TIFF":
        return set(range(min(frame_count, MAX_PAGES)))
    return _select_evenly(min(frame_count, _count_reachable_frames(picture)), MAX_FRAMES)


def open_frame(name: str, picture: Image.Image, number: int) -> None:
    """Open a frame by its number from 1, or the last one by -1. Raises `UnreadableError`."""
    count = count_frames(picture)
    place = count if number < 0 else number
    is_paged = picture.format == "TIFF"
    if picture.format in SINGLE_FRAME_FORMATS or (count == 1 and not is_paged):
        raise build_unreadable_error(name, "no pages")
    if place > count:
        raise build_unreadable_error(name, "no such page" if is_paged else "no such frame", count)
    if not is_paged and place > _count_reachable_frames(picture):
        raise build_unreadable_error(name, "took too long")
    picture.seek(place - 1)


def sample_frames(
    picture: Image.Image,
    selected: Set[int],
    check: Callable[[Image.Image], None],
    refused: dict[int, UnreadableError],
) -> Iterator[Frame]:
    """Yield the frames to show, in order, each with `picture` decoded at that frame.

    `check` refuses a frame before it is decoded: a page is passed over and put into `refused` by
    its number, from 1; other frames need the one before, so that the file is refused. A file that
    ends early yields the frames that it has.
    """
    seconds = 0.0
    for number in range(max(selected) + 1):
        if picture.format == "TIFF" and number not in selected:
            continue  # a page needs none before it
        try:
            picture.seek(number)
            check(picture)
            picture.load()
        except UnreadableError as error:
            if picture.format != "TIFF":
                raise
            refused[number + 1] = error
            continue
        except (EOFError, OSError):
            if number == 0:
                raise
            return
        if number in selected:
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
    """Labels the frames of a file that has `count` frames."""

    pillow_format: str
    count: int

    @property
    def is_paged(self) -> bool:
        """Whether the frames are pages, not moments of an animation."""
        return self.pillow_format == "TIFF"

    def format_part(self, frame: Frame) -> str:
        """Return the label of one frame."""
        if self.is_paged:
            return f"page {frame.number} of {self.count}"
        return f"frame {frame.number} of {self.count}, at {frame.seconds:.1f} s"

    def format_left_out(self, shown_count: int, refused: Sequence[int] = ()) -> str:
        """Say how many frames are not shown, and which pages were `refused`; "" for none.

        Other pages that are not shown have numbers.
        """
        if refused:
            pages, count = format_ranges(refused), len(refused)
            return Message(_REFUSED_PAGE, plural=_REFUSED_PAGES, pages=pages, count=count)
        if shown_count >= self.count or self.is_paged:
            return ""
        return Message(
            "{count:,} of {total:,} frames", count=self.count - shown_count, total=self.count
        )
