"""A heavy drawing is tried in small sizes first: what its root says stays the same in all sizes."""

from __future__ import annotations

import io
from xml.etree.ElementTree import fromstring

import pytest
from PIL import Image as PilImage

from bot.files.readers.vector.css.sheets import parse_declarations
from bot.files.readers.vector.css.values import resolve_value
from bot.files.readers.vector.drawing import list_plain_texts
from bot.files.readers.vector.svg import read_svg

_MANY = "".join(f'<path d="M{n % 100} {n // 100}h1v1z" fill="#00f"/>' for n in range(2_500))
_BAND = '<rect y="50" width="100" height="50" fill="lime"/>'


@pytest.mark.parametrize(
    "attributes",
    [
        'width="300" height="300" viewBox="0 0 100 100"',
        'viewBox="0 0 100 100"',
        'height="50mm" viewBox="0 0 100 100"',
        "viewBox='0 0 100 100' aria-label='a &gt; b width=\"7\" height=\"9\" &lt;c>'",
        'xmlns:x="urn:x" x:width="7" x:height="9" data-width="5" viewBox="0 0 100 100"',
    ],
)
def test_a_heavy_drawing_is_drawn_at_its_full_size(attributes: str) -> None:
    """Whatever other attributes are called like a side, or hold what looks like one."""
    data = f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{_MANY}{_BAND}</svg>'
    (picture,) = read_svg("a.svg", data.encode()).pictures
    with PilImage.open(io.BytesIO(picture.data)) as opened:
        drawn = opened.convert("RGBA")
    assert drawn.width == drawn.height >= 1024
    assert drawn.getpixel((drawn.width // 2, drawn.height * 3 // 4)) == (0, 255, 0, 255)


def test_a_drawing_of_nothing_has_the_shape_that_it_claims() -> None:
    data = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"/>'
    (picture,) = read_svg("a.svg", data).pictures
    assert picture.width == 2 * picture.height


def test_a_colour_that_was_seen_before_is_the_same_again() -> None:
    for _ in range(2):
        assert resolve_value("fill", "  RGB(255 0 0 / 50%) ", {}) == "rgba(255,0,0,0.5)"
        assert resolve_value("fill", "no colour", {}) is None
        assert resolve_value("fill", "red" + " " * 500 + "x", {}) is None


def test_a_style_is_read_alike_however_long_it_is() -> None:
    short = parse_declarations("fill:red;stroke:url(#a;b) !important")
    long = parse_declarations(f"fill:red;stroke:url(#a;b) !important;{' ' * 2_000}")
    assert short == long == parse_declarations("fill:red;stroke:url(#a;b) !important")


def test_a_trial_leaves_out_the_texts_that_no_layer_is_made_for() -> None:
    texts = (
        '<text id="plain"><tspan>a</tspan></text><text id="masked" mask="url(#m)">b</text>'
        '<g clip-path="url(#c)"><text id="clipped">c</text></g>'
        '<text id="faint"><tspan style="fill-opacity:1;opacity:.5">d</tspan></text>'
    )
    root = fromstring(f'<svg xmlns="http://www.w3.org/2000/svg" opacity="0.9">{texts}</svg>')
    assert [element.get("id") for element in list_plain_texts(root)] == ["plain"]
