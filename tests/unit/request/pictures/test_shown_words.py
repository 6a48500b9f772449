"""What only shows something of pictures is a whole message, in five languages."""

from __future__ import annotations

import pytest

from bot.request.commands import parse_command
from tests.support.edit_meanings import describe_command


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("palette", "palette"),
        ("v2 palette", "palette v2"),
        ("what are the colours of v2?", "palette v2"),
        ("difference between v1 and v2", "difference (1, 2)"),
        ("diff v1 v2", "difference (1, 2)"),
        ("overlay v1 on v3", "overlay (1, 3)"),
        ("zeig mir die Farbpalette", "palette"),
        ("Unterschied zwischen v1 und v2", "difference (1, 2)"),
        ("palette de couleurs", "palette"),
        ("v1とv2の差分", "difference (1, 2)"),
        ("palette of the second picture", "palette at 1"),
        ("palette 8", "palette of 8"),
        ("what are the 5 main colours?", "palette of 5"),
        ("get the dominant colours", "palette"),
        ("which colours are in this picture?", "palette"),
        ("difference", "difference"),
        ("show what changed", "difference"),
        ("difference between the last two versions", "difference"),
        ("difference between the first and the second picture", "difference at (0, 1)"),
        ("Unterschied zwischen den beiden Bildern", "difference"),
        ("différence entre les deux images", "difference"),
        ("2つの画像の差分", "difference"),
        ("overlay them", "overlay"),
        ("overlay the two pictures", "overlay"),
        ("superpón las dos imágenes", "overlay"),
    ],
)
def test_colours_and_differences_are_shown(text: str, meaning: str) -> None:
    assert describe_command(parse_command(text)) == meaning
