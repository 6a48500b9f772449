"""Finds ways to keep a drawn picture small and sharp: a palette, the tables of its own JPEG, and
whether its colours change as quickly as its shapes. Runs in a sandbox process.
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageChops, JpegImagePlugin

from bot.files.readers.detail.palettes import Colour, index_colours

_MAX_COLOURS, _FEW_COLOURS = 256, 16
# A JPEG holds at most this many tables for what is seen on screens: lightness and colour.
_MAX_TABLES, _TABLE_LENGTH, _MAX_STEP = 2, 64, 255
# Where colour is kept for each four pixels only, thin strokes lose theirs: a loss of as many
# levels is seen, and photos lose as much in few places.
_WINDOW, _MAX_ACROSS, _LOST_LEVELS, _MIN_LOST_SHARE = 128, 5, 24, 0.03


@dataclass(frozen=True, slots=True)
class JpegSource:
    """How the pixels of a JPEG were rounded: the steps, and how colour was thinned out.

    `subsampling` is Pillow's number, -1 for a picture in grey. `own` is a file with its pixels
    alone, as they came; empty where they cannot be taken over.
    """

    tables: tuple[tuple[int, ...], ...]
    subsampling: int
    own: bytes = b""

    @property
    def coarseness(self) -> int:
        """The sum of the steps of lightness: the larger, the smaller the file."""
        return sum(self.tables[0])


def find_jpeg_source(picture: Image.Image) -> JpegSource | None:
    """Return how an opened JPEG was rounded; None for other formats and unusual JPEGs."""
    if not isinstance(picture, JpegImagePlugin.JpegImageFile) or picture.layers not in (1, 3):
        return None
    found = picture.quantization
    if sorted(found) not in ([0], [0, 1]):
        return None
    tables = tuple(tuple(found[key]) for key in sorted(found))
    is_plain = all(
        len(table) == _TABLE_LENGTH and all(0 < step <= _MAX_STEP for step in table)
        for table in tables
    )
    subsampling = JpegImagePlugin.get_sampling(picture)
    if not is_plain or len(tables) > _MAX_TABLES or (subsampling < 0 and picture.layers != 1):
        return None
    return JpegSource(tables, subsampling)


def convert_to_palette(picture: Image.Image) -> Image.Image | None:
    """Return a picture in RGB with a palette and the same pixels; None if it has too many colours.

    With one byte a pixel it takes a half to a third of its size as PNG, or less.
    """
    red, green, blue = picture.split()
    is_grey = _is_same(red, green) and _is_same(red, blue)
    if is_grey and red.getcolors(_FEW_COLOURS) is None:
        red.putpalette([level for level in range(256) for _ in range(3)])
        return red
    counted: list[tuple[int, Colour]] | None = picture.getcolors(_MAX_COLOURS)  # type: ignore[assignment] # RGB
    if counted is None:
        return None
    # What is most common first, which compresses best.
    counted.sort(reverse=True)
    return index_colours(picture, [colour for _, colour in counted])


def has_sharp_colours(picture: Image.Image) -> bool:
    """Whether thin strokes of a picture in RGB would lose their colour in a JPEG of a photo.

    It looks at windows at full scale, spread evenly.
    """
    lost = total = 0
    for box in _list_windows(*picture.size):
        window = picture.crop(box)
        for band in window.convert("YCbCr").split()[1:]:
            thinned = band.resize(
                ((band.width + 1) // 2, (band.height + 1) // 2), Image.Resampling.BOX
            ).resize(band.size, Image.Resampling.BILINEAR)
            steps = ImageChops.difference(band, thinned).histogram()
            lost += sum(steps[_LOST_LEVELS:])
            total += sum(steps)
    return lost > _MIN_LOST_SHARE * total


def _list_windows(width: int, height: int) -> list[tuple[int, int, int, int]]:
    columns, rows = (max(1, min(_MAX_ACROSS, side // _WINDOW)) for side in (width, height))
    wide, high = min(width, _WINDOW), min(height, _WINDOW)
    corners = [
        (
            (width - wide) * (2 * column + 1) // (2 * columns),
            (height - high) * (2 * row + 1) // (2 * rows),
        )
        for row in range(rows)
        for column in range(columns)
    ]
    return [(left, top, left + wide, top + high) for left, top in corners]


def _is_same(one: Image.Image, other: Image.Image) -> bool:
    return ImageChops.difference(one, other).getbbox() is None
