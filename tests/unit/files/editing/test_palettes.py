"""The main colours of a picture, with shares that add up."""

from __future__ import annotations

import io
import random

from PIL import Image

from bot.files.editing.palettes import draw_palette, find_palette, round_shares
from tests.support.picture_edits import draw


def test_shares_in_thousandths_add_up_to_one_with_the_rest() -> None:
    rng = random.Random(5)
    for _ in range(200):
        amounts = [rng.randrange(1, 10_000) for _ in range(rng.randrange(1, 12))]
        total = sum(amounts) + rng.choice((0, 0, rng.randrange(5_000)))
        shares = round_shares(amounts, total)
        rest = round(1 - sum(shares), 3)
        assert abs(rest - (total - sum(amounts)) / total) < 0.0011
        pairs = zip(shares, amounts, strict=True)
        assert all(abs(share - amount / total) < 0.0011 for share, amount in pairs)


def test_three_equal_stripes_are_a_hundred_percent() -> None:
    picture = Image.new("RGB", (90, 60), (255, 0, 0))
    picture.paste((0, 128, 0), (30, 0, 60, 60))
    picture.paste((0, 0, 255), (60, 0, 90, 60))
    colours = find_palette(picture, 6)
    assert sorted(colour.share for colour in colours) == [0.333, 0.333, 0.334]


def test_a_palette_has_flat_colours_exactly_and_their_shares() -> None:
    colours = find_palette(draw(100, 100), 6)
    assert [(colour.hex, colour.share) for colour in colours] == [
        ("#e6e6f0", 0.75),
        ("#ff0000", 0.25),
    ]
    with Image.open(io.BytesIO(draw_palette(colours))) as sheet:
        assert sheet.format == "PNG"
    assert find_palette(Image.new("RGBA", (10, 10), (0, 0, 0, 0)), 6) == []
