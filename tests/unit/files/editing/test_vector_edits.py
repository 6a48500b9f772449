"""Drawings in vectors are changed as pictures are; hostile ones are one sentence."""

from __future__ import annotations

import gzip
import io

import pytest
from PIL import Image

from bot.domain.pictures.operations import (
    Operation,
)
from bot.files.editing.comparisons import (
    draw_difference,
    open_both,
)
from bot.files.editing.opening import open_picture
from bot.files.editing.palettes import find_palette
from bot.files.readers.conversion import convert
from bot.files.unreadable import UnreadableError
from tests.support.picture_edits import (
    CONVERT,
    CROP,
    FLIP,
    RESIZE,
    load,
    run,
)

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="600">'
    b'<rect x="100" y="100" width="500" height="400" fill="#d01020"/></svg>'
)


def test_a_drawing_in_vectors_is_drawn_and_then_changed_as_any_picture() -> None:
    cropped = run(SVG, Operation(CROP, shape=(1, 1)))
    assert cropped.extension == "png" and load(cropped).size == (600, 600)
    assert load(cropped).mode == "RGBA", "what was transparent stays so"
    half = run(SVG, Operation(RESIZE, percent=50), Operation(CONVERT, extension="webp"))
    assert half.extension == "webp" and load(half).size == (600, 300)
    (colour,) = find_palette(open_picture("a.svg", gzip.compress(SVG)).picture, 6)
    assert colour.hex == "#d01020"
    one, other = open_both("a", SVG, SVG.replace(b"#d01020", b"#1020d0"))
    _, share = draw_difference("a", one, other)
    assert 0.25 < share < 0.31
    with Image.open(io.BytesIO(convert("a.svg", SVG, "jpg", 400))) as picture:
        assert (picture.format, picture.size) == ("JPEG", (400, 200))


@pytest.mark.parametrize(
    "data",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><g',
        b'<!DOCTYPE svg [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><svg>&c;</svg>',
        b'<svg xmlns="http://www.w3.org/2000/svg">'
        + b"<g>" * 60_000
        + b"</g>" * 60_000
        + b"</svg>",
        b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1e9"><rect/></svg>',
    ],
)
def test_a_hostile_drawing_is_one_sentence_or_a_picture(data: bytes) -> None:
    try:
        made = run(data, Operation(FLIP))
    except UnreadableError as refused:
        assert refused.user_message and "I read pictures" not in str(refused.user_message)
    else:
        assert max(load(made).size) <= 2048
