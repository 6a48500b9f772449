"""SVG drawings, and what their pictures look like."""

from __future__ import annotations

import pytest

from bot.domain.errors import UserError
from bot.domain.files import Image
from bot.files.readers.vector.svg import read_svg
from tests.support.pictures import open_picture
from tests.support.processor_time import hold_to

SVG_NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


RED = '<rect width="100%" height="100%" fill="red"/>'


def build_svg(body: str, size: str = 'width="100" height="50"') -> bytes:
    return f"<svg {SVG_NAMESPACES} {size}>{body}</svg>".encode()


def render_svg(data: bytes) -> Image:
    (picture,) = read_svg("logo.svg", data).pictures
    return picture


def read_colour(data: bytes, part: tuple[float, float] = (0.5, 0.5)) -> tuple[int, ...]:
    picture = open_picture(render_svg(data).data).convert("RGBA")
    found = picture.getpixel((int(picture.width * part[0]), int(picture.height * part[1])))
    assert isinstance(found, tuple)
    return tuple(round(value / 255) for value in found)


def expect_refusal(data: bytes) -> str:
    with hold_to(10), pytest.raises(UserError) as caught:
        read_svg("logo.svg", data)
    return caught.value.user_message
