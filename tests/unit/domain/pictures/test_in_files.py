"""What people call the pictures of files."""

from __future__ import annotations

import pytest

from bot.domain.files import Image
from bot.domain.messages import render
from bot.domain.pictures.in_files import (
    build_inner_name,
    get_inner_name,
    name_inner_picture,
    name_picture,
)


def build_picture(name: str, part: str = "") -> Image:
    return Image(name, "image/png", b"", "", 9, 9, part, "F1")


@pytest.mark.parametrize(
    ("name", "part", "called", "german"),
    [
        ("a.tif", "", "a.tif", "a.tif"),
        ("a.tif", "page 3 of 5", "page 3 of a.tif", "Seite 3 von a.tif"),
        ("a.tif", "frame 2 of 9, at 0.3 s", "frame 2 of a.tif", "Bild 2 von a.tif"),
        ("a.tif", "picture 4 (slide 2)", "picture 4 of a.tif", "Bild 4 in a.tif"),
        ("a.tif: b.png", "", "b.png in a.tif", "b.png in a.tif"),
        ("a.tif: b.PNG", "picture 2", "picture 2 of a.tif", "Bild 2 in a.tif"),
        ("a.tif: b.odt", "picture 2", "picture 2 of b.odt in a.tif", "Bild 2 in b.odt in a.tif"),
        ("a.tif: b.tif", "page 2 of 3", "page 2 of b.tif in a.tif", "Seite 2 von b.tif in a.tif"),
    ],
)
def test_a_picture_is_called_by_where_it_comes_from(
    name: str, part: str, called: str, german: str
) -> None:
    picture = build_picture(name, part)
    found = name_picture(picture, "a.tif")
    assert found == called and render(found, "de") == german
    assert name_inner_picture(picture, "a.tif") == called.removesuffix(" in a.tif")


@pytest.mark.parametrize(
    ("file_name", "inner"),
    [("a: b.zip", "c.png"), ("a.zip", "b: c.png"), ("a.zip", "a.zip"), ("a.zip", "x/a.zip: y.png")],
)
def test_names_with_colons_in_them_stay_apart(file_name: str, inner: str) -> None:
    picture = build_picture(build_inner_name(file_name, inner))
    assert get_inner_name(picture, file_name) == inner
    assert get_inner_name(build_picture(file_name), file_name) == ""
