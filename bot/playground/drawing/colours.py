"""Names of colours: from a word to its colour, and from a colour to the nearest word. Pure."""

from __future__ import annotations

from collections import Counter

from PIL import Image

RGB = tuple[int, int, int]

COLOURS: dict[str, RGB] = {
    "red": (214, 48, 49),
    "orange": (240, 128, 40),
    "yellow": (250, 204, 40),
    "green": (52, 160, 84),
    "teal": (22, 150, 150),
    "blue": (52, 110, 220),
    "purple": (128, 70, 190),
    "violet": (138, 80, 200),
    "pink": (240, 120, 170),
    "brown": (128, 84, 48),
    "black": (32, 32, 36),
    "white": (246, 246, 242),
    "grey": (136, 140, 146),
    "gray": (136, 140, 146),
    "gold": (222, 176, 52),
    "silver": (190, 196, 204),
    "turquoise": (64, 200, 190),
}
_DISTINCT_COLOURS = {
    name: rgb for name, rgb in COLOURS.items() if name not in ("gray", "violet", "gold")
}


def find_colour_name(colour: RGB) -> str:
    """Return the nearest colour word."""
    red, green, blue = colour
    if max(colour) - min(colour) < 18:
        return "black" if max(colour) < 60 else "white" if min(colour) > 215 else "grey"

    def compute_distance(other: RGB) -> int:
        return 2 * (red - other[0]) ** 2 + 4 * (green - other[1]) ** 2 + 3 * (blue - other[2]) ** 2

    return min(_DISTINCT_COLOURS, key=lambda name: compute_distance(_DISTINCT_COLOURS[name]))


def find_main_colours(picture: Image.Image) -> list[str]:
    """Return the names of the three colours that cover most of a picture, the largest first."""
    small = picture.convert("RGB").resize((48, 48))
    pixels_by_colour: Counter[str] = Counter()
    pixels = small.tobytes()
    for start in range(0, len(pixels), 3):
        pixels_by_colour[
            find_colour_name((pixels[start], pixels[start + 1], pixels[start + 2]))
        ] += 1
    return [name for name, count in pixels_by_colour.most_common(3) if count > 48]


def mix(first: RGB, second: RGB, share: float) -> RGB:
    """Mix a `share` of `second` (0 to 1) into `first`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue
