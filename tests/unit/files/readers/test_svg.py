"""SVG drawings as people send them: each becomes a picture."""

from __future__ import annotations

import base64
import gzip

import pytest

from bot.files.readers.vector.detection import is_svg
from bot.files.readers.vector.svg import read_svg
from tests.support.drawings import (
    RED,
    SVG_NAMESPACES,
    build_svg,
    expect_refusal,
    read_colour,
    render_svg,
)
from tests.support.pictures import build_picture, open_picture


def test_a_drawing_becomes_a_picture_large_enough_to_be_read() -> None:
    parsed_file = read_svg("my logo.svg", build_svg(RED))
    assert (parsed_file.kind, parsed_file.count, parsed_file.pages) == ("SVG drawing", 1, ())
    (picture,) = parsed_file.pictures
    assert (picture.name, picture.mimetype) == ("my logo.svg", "image/png")
    assert (picture.width, picture.height) == (1024, 512) == open_picture(picture.data).size


def test_what_is_transparent_stays_so() -> None:
    picture = render_svg(build_svg('<circle cx="50" cy="25" r="20" fill="blue"/>'))
    assert picture.mimetype == "image/png"
    assert open_picture(picture.data).convert("RGBA").getpixel((0, 0)) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("claims", "size"),
    [
        ('width="3000" height="1500"', (2048, 1024)),
        ('width="1500px" height="750px"', (1500, 750)),
        ('width="100mm" height="50mm"', (1024, 512)),
        ('viewBox="0 0 400 100"', (1024, 256)),
        ('viewBox="0 0 400 100" height="50"', (1024, 256)),
        ('viewBox="0 0 400 100" height="2em" width="auto"', (1024, 256)),
        ('viewBox="0 0 400 100" width="80mm" height="100%"', (1024, 256)),
        ('viewBox="-200 -50 400 100" width="10cm"', (1024, 256)),
        ('viewBox="0,0,400,100" width="100%"', (1024, 256)),
        ("", (1280, 720)),
        ('width="1e9" height="1e9"', (2048, 2048)),
        ('width="99999999999" height="1"', (2048, 1)),
        ('width="1" height="1e38"', (1, 2048)),
        ('viewBox="0 0 1e30 1e30"', (2048, 2048)),
        ('viewBox="0 0 1e999 1"', (1280, 720)),
        ('viewBox="0 0 nan -5" width="-3"', (1280, 720)),
        (f'width="{"1" * 99_999}!"', (2048, 1)),
    ],
)
def test_whatever_size_a_drawing_claims_its_picture_has_a_usual_one(
    claims: str, size: tuple[int, int]
) -> None:
    picture = render_svg(build_svg(RED, claims))
    assert (picture.width, picture.height) == size


def test_text_is_drawn_on_a_machine_that_has_no_fonts() -> None:
    for family in ("Arial", "serif", "monospace", "No Such Font"):
        words = f'<text x="5" y="30" font-size="30" font-family="{family}">Hello</text>'
        picture = open_picture(render_svg(build_svg(words)).data)
        assert picture.getchannel("A").getextrema() == (0, 255)


def test_a_drawing_without_its_namespace_is_drawn_as_browsers_do() -> None:
    assert read_colour(f'<svg width="9" height="9">{RED}</svg>'.encode()) == (1, 0, 0, 1)


def test_drawings_of_other_encodings_and_packed_ones_are_read() -> None:
    text = (
        f'<?xml version="1.0" encoding="utf-16"?><svg {SVG_NAMESPACES} width="9"'
        f' height="9">{RED}</svg>'
    )
    assert read_colour(text.encode("utf-16")) == (1, 0, 0, 1)
    assert read_colour(gzip.compress(build_svg(RED))) == (1, 0, 0, 1)


@pytest.mark.parametrize(
    "data",
    [
        build_svg(""),
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- made by <hand> -->\n' + build_svg(""),
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/x.dtd">'
        + build_svg(""),
        b'<!DOCTYPE svg [<!ENTITY a "b">]>' + build_svg(""),
        b'<s:svg xmlns:s="http://www.w3.org/2000/svg"/>',
        gzip.compress(build_svg(""), mtime=0),
        build_svg("").decode().encode("utf-16"),
    ],
)
def test_a_drawing_is_known_by_its_first_element(data: bytes) -> None:
    assert is_svg(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<",
        b"<!--",
        b"<html><svg></svg></html>",
        b"<svgs/>",
        b"svg",
        build_picture(),
        b"\x1f\x8bx",
    ],
)
def test_other_files_are_no_drawings(data: bytes) -> None:
    assert not is_svg(data)


def test_a_plain_document_type_is_fine_and_entities_are_not() -> None:
    plain_type = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://127.0.0.1:9/x.dtd">'
    assert read_colour(plain_type + build_svg(RED)) == (1, 0, 0, 1)
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE svg [<!ENTITY a0 "ha">{laughs}]>'.encode() + build_svg("<text>&a9;</text>")
    assert "declares XML entities" in expect_refusal(bomb)
    secret = b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + build_svg(
        "<text>&x;</text>"
    )
    assert "declares XML entities" in expect_refusal(secret)


def test_a_picture_held_by_the_drawing_is_drawn_by_what_it_is() -> None:
    held = base64.b64encode(build_picture("PNG", "blue")).decode()
    image = f'<image width="75" height="50" href="data:image/jpeg;base64,{held}"/>'
    assert read_colour(build_svg(image)) == (0, 0, 1, 1)
