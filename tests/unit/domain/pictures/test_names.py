"""Which names of files a message calls."""

from __future__ import annotations

import unicodedata

import pytest

from bot.domain.pictures.names import find_called_names


@pytest.mark.parametrize(
    ("text", "names", "called"),
    [
        ("zoom into B.PNG in trip.zip", ["b.png", "trip.zip", "a.png"], ["b.png", "trip.zip"]),
        ("what is in banana.png?", ["a.png", "na.png"], []),
        ("what is in photo_b.png?", ["b.png", "photo b.png"], ["photo b.png"]),
        ("photo b.png and b.png", ["b.png", "photo_b.png"], ["b.png", "photo_b.png"]),
        ("看 scan.tiffの3ページ", ["scan.tiff"], ["scan.tiff"]),
        ("scan.tiff's third page", ["scan.tif", "scan.tiff"], ["scan.tiff"]),
        ("`draft.png`, please", ["draft.png"], ["draft.png"]),
        (unicodedata.normalize("NFD", "größe.png"), ["Größe.png"], ["Größe.png"]),
        ("anything", ["", "_", "*"], []),
        ("", ["a.png"], []),
        ("a+b (1).png?", ["a+b (1).png"], ["a+b (1).png"]),
    ],
)
def test_a_name_is_called_where_it_stands_for_itself(
    text: str, names: list[str], called: list[str]
) -> None:
    assert find_called_names(text, names) == set(called)
