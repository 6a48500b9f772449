"""Draws the pictures that the corpus saves in every format: four quarters of different colours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PIL import Image

from tests.corpus.case import Colour, Spot
from tests.support.pictures import encode_picture

# Multiples of 16, so that no block of a lossy format contains two colours.
SIZE = (64, 48)
RED, GREEN, BLUE, YELLOW = (220, 40, 40), (40, 180, 60), (40, 70, 200), (240, 220, 60)
FOUR: tuple[Colour, ...] = (RED, GREEN, BLUE, YELLOW)
GREYS: tuple[Colour, ...] = ((0,) * 3, (85,) * 3, (170,) * 3, (255,) * 3)
_QUARTER_CENTRES = ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75))


def draw_quarters(
    colours: Iterable[Any] = FOUR, mode: str = "RGB", size: tuple[int, int] = SIZE
) -> Image.Image:
    """Draw quarters in the order top left, top right, bottom left, bottom right."""
    picture = Image.new(mode, size)
    half = (size[0] // 2, size[1] // 2)
    for number, colour in enumerate(colours):
        left, top = (number % 2) * half[0], (number // 2) * half[1]
        picture.paste(Image.new(mode, half, colour), (left, top))
    return picture


def encode_quarters() -> bytes:
    return encode_picture(draw_quarters())


def list_spots(colours: Iterable[Colour] = FOUR) -> tuple[Spot, ...]:
    """List the centres of the quarters with their colours."""
    return tuple(
        Spot(place, colour) for place, colour in zip(_QUARTER_CENTRES, colours, strict=False)
    )


def add_alpha(colours: Iterable[Colour]) -> tuple[Colour, ...]:
    """Make the colours that have no alpha opaque."""
    return tuple(colour if len(colour) == 4 else (*colour, 255) for colour in colours)


def draw_greys(mode: str = "L", *, size: tuple[int, int] = SIZE) -> Image.Image:
    return draw_quarters([grey[0] for grey in GREYS], mode, size)


def build_exif(orientation: int) -> bytes:
    """Build EXIF with an orientation of the camera."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()


def turn_spots(spots: Iterable[Spot], orientation: int) -> tuple[Spot, ...]:
    """Move the spots of a stored picture to where they are once it is upright."""
    moves = {
        1: lambda x, y: (x, y),
        2: lambda x, y: (1 - x, y),
        3: lambda x, y: (1 - x, 1 - y),
        4: lambda x, y: (x, 1 - y),
        5: lambda x, y: (y, x),
        6: lambda x, y: (1 - y, x),
        7: lambda x, y: (1 - y, 1 - x),
        8: lambda x, y: (y, 1 - x),
    }
    return tuple(Spot(moves[orientation](*spot.at), spot.colour) for spot in spots)


def turn_size(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    return size if orientation < 5 else (size[1], size[0])


def build_animation(
    colours: Iterable[Colour], kind: str, size: tuple[int, int] = SIZE, **options: Any
) -> bytes:
    """Build an animation with one frame per colour."""
    first, *rest = (Image.new("RGB", size, colour) for colour in colours)
    return encode_picture(first, kind, save_all=True, append_images=rest, duration=100, **options)


def list_shades(count: int) -> list[Colour]:
    """List `count` different colours."""
    return [(40 + step * 200 // count, 90, 255 - step * 200 // count) for step in range(count)]
