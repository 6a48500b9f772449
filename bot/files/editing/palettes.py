"""Finds the main colours of a picture with their shares, and draws them. Runs in a sandbox process.

Flat colours are found exactly, as a designer needs them; of a photo, each is the middle of many.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence

from PIL import Image, ImageDraw

from bot.domain.pictures.operations import PaletteColour
from bot.domain.pictures.sizes import limit_sides
from bot.files.readers.fonts import load_label_font

RGB = tuple[int, int, int]
_SAMPLE_SIDE = 200
# Colours this near to each other, by the sum of their differences, are one to the eye.
_SAME_COLOUR = 60
# A colour that makes up this share of its neighbourhood stands for it exactly.
_FLAT_SHARE = 0.3
_MIN_SHARE = 0.002
_PARTS = 1_000
_MIN_ALPHA = 32
_SWATCH_WIDTH, _SWATCH_HEIGHT, _GAP = 240, 72, 12
_BACKGROUND, _INK = (250, 250, 252), (40, 40, 50)


def find_palette(picture: Image.Image, count: int) -> list[PaletteColour]:
    """Return up to `count` colours, the one with the largest share first.

    Shares are of all that can be seen, in thousandths; with that of the rest they add up to 1.
    """
    colours = _count_colours(picture)
    total = sum(colours.values())
    groups: list[list[tuple[RGB, int]]] = []
    for colour, amount in _merge_bins(colours):
        near = (group for group in groups if _measure(group[0][0], colour) < _SAME_COLOUR)
        group = next(near, None)
        if group is None:
            groups.append([(colour, amount)])
        else:
            group.append((colour, amount))
    weighed = [(sum(amount for _, amount in group), group[0][0]) for group in groups]
    weighed = sorted((one for one in weighed if one[0] >= _MIN_SHARE * total), reverse=True)
    chosen = weighed[:count]
    shares = round_shares([amount for amount, _ in chosen], total)
    return [
        PaletteColour("#{:02x}{:02x}{:02x}".format(*colour), share)
        for (_, colour), share in zip(chosen, shares, strict=True)
    ]


def round_shares(amounts: Sequence[int], total: int) -> list[float]:
    """Return the shares of `amounts` in `total` in thousandths, which add up with the rest."""
    whole = [*amounts, total - sum(amounts)]
    parts = [amount * _PARTS // total for amount in whole] if total else []
    # The largest remainders are rounded up.
    order = sorted(range(len(parts)), key=lambda at: whole[at] * _PARTS % total, reverse=True)
    for at in order[: _PARTS - sum(parts)]:
        parts[at] += 1
    return [part / _PARTS for part in parts[: len(amounts)]]


def draw_palette(colours: Sequence[PaletteColour]) -> bytes:
    """Draw a PNG with one row for each colour: a swatch, its hex code, its share."""
    row = _SWATCH_HEIGHT + _GAP
    sheet = Image.new("RGB", (2 * _SWATCH_WIDTH + 3 * _GAP, len(colours) * row + _GAP), _BACKGROUND)
    pen, font = ImageDraw.Draw(sheet), load_label_font(28)
    for number, colour in enumerate(colours):
        top = _GAP + number * row
        box = (_GAP, top, _GAP + _SWATCH_WIDTH, top + _SWATCH_HEIGHT)
        pen.rectangle(box, fill=colour.hex, outline=(200, 200, 206))
        label = f"{colour.hex}  {colour.share:.1%}"
        pen.text((2 * _GAP + _SWATCH_WIDTH, top + 20), label, fill=_INK, font=font)
    out = io.BytesIO()
    sheet.save(out, "PNG", compress_level=6)
    return out.getvalue()


def _count_colours(picture: Image.Image) -> Counter[RGB]:
    size = limit_sides(picture.size, _SAMPLE_SIDE)
    # The nearest pixel: a mixture of two is a colour that the picture does not have.
    small = picture.resize(size, Image.Resampling.NEAREST).convert("RGBA")
    colours = Counter[RGB]()
    for amount, (red, green, blue, alpha) in small.getcolors(size[0] * size[1]):  # type: ignore[union-attr, misc] # RGBA
        if alpha >= _MIN_ALPHA:
            colours[red, green, blue] += amount
    return colours


def _merge_bins(colours: Counter[RGB]) -> list[tuple[RGB, int]]:
    """Return a colour for each small cube of the colour space, the commonest first."""
    cubes: dict[RGB, list[tuple[int, RGB]]] = {}
    for colour, amount in colours.items():
        red, green, blue = (part >> 4 for part in colour)
        cubes.setdefault((red, green, blue), []).append((amount, colour))
    merged = []
    for members in cubes.values():
        amount = sum(part for part, _ in members)
        most, commonest = max(members)
        is_flat = most >= _FLAT_SHARE * amount
        merged.append((commonest if is_flat else _compute_average(members, amount), amount))
    return sorted(merged, key=lambda one: one[1], reverse=True)


def _compute_average(members: Sequence[tuple[int, RGB]], amount: int) -> RGB:
    red, green, blue = (
        round(sum(part * colour[channel] for part, colour in members) / amount)
        for channel in range(3)
    )
    return red, green, blue


def _measure(one: RGB, other: RGB) -> int:
    return sum(abs(first - second) for first, second in zip(one, other, strict=True))
