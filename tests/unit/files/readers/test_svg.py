"""SVG drawings, valid and hostile: each ends soon, in a picture or in a sentence."""

from __future__ import annotations

import base64
import gzip
import http.server
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image as PilImage

from bot.domain.errors import UserError
from bot.domain.files import Image
from bot.files.readers.svg import is_svg, read_svg
from tests.support.pictures import build_picture, build_png_header, open_picture

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
    began = time.monotonic()
    with pytest.raises(UserError) as caught:
        read_svg("logo.svg", data)
    assert time.monotonic() - began < 10
    return caught.value.user_message


def test_a_drawing_becomes_a_picture_large_enough_to_be_read() -> None:
    parsed_file = read_svg("my logo.svg", build_svg(RED))
    assert (parsed_file.kind, parsed_file.count, parsed_file.pages) == ("SVG drawing", 1, ())
    (picture,) = parsed_file.pictures
    assert (picture.name, picture.mimetype) == ("my logo.svg", "image/jpeg")
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
        ('viewBox="0,0,400,100" width="100%"', (1024, 256)),
        ("", (1024, 512)),
        ('width="1e9" height="1e9"', (2048, 2048)),
        ('width="99999999999" height="1"', (2048, 1)),
        ('width="1" height="1e38"', (1, 2048)),
        ('viewBox="0 0 1e30 1e30"', (2048, 2048)),
        ('viewBox="0 0 1e999 1"', (1024, 512)),
        ('viewBox="0 0 nan -5" width="-3"', (1024, 512)),
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


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """The address of a local server, followed by the paths that were requested from it."""
    paths = list[str]()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        paths.append(f"http://127.0.0.1:{server.server_port}")
        yield paths
        server.shutdown()


def test_nothing_outside_of_the_file_is_read_or_asked_for(asked: list[str], tmp_path: Path) -> None:
    PilImage.new("RGB", (50, 50), "lime").save(tmp_path / "secret.png")
    for where in (f"{asked[0]}/x.png", f"file://{tmp_path}/secret.png", f"{tmp_path}/secret.png"):
        data = build_svg(
            f'<style>@import url("{where}"); rect {{ fill: url({where}#a) }}</style>'
            f'<image href="{where}" width="100" height="50"/><use xlink:href="{where}#a"/>'
            f'<image xlink:href="{where}" width="100" height="50"/>'
            f'<circle r="9" fill="url({where}#a)" style="mask:url(\'{where}#b\')"/>'
            f"<script href='{where}'>alert(1)</script><a href='javascript:alert(1)'/>"
            f'<foreignObject><img src="{where}"/></foreignObject>'
        )
        parsed_file = read_svg("a.svg", data)
        seen = open_picture(parsed_file.pictures[0].data).convert("RGB").getcolors(9)
        assert parsed_file.left_out == "2 pictures that it does not hold itself"
        assert seen is not None and all(green < 200 for _, (_, green, _) in seen)  # type: ignore[misc]
    assert len(asked) == 1


def test_a_picture_held_by_the_drawing_is_drawn_by_what_it_is() -> None:
    held = base64.b64encode(build_picture("PNG", "blue")).decode()
    image = f'<image width="75" height="50" href="data:image/jpeg;base64,{held}"/>'
    assert read_colour(build_svg(image)) == (0, 0, 1, 1)


@pytest.mark.parametrize(
    "held",
    [
        base64.b64encode(build_svg(RED)).decode(),
        "!!!!",
        base64.b64encode(build_png_header(0, 0)).decode(),
        base64.b64encode(b"\x89PNG\r\n\x1a\n").decode(),
    ],
)
def test_drawings_in_drawings_and_damaged_pictures_are_left_out(held: str) -> None:
    data = build_svg(RED + f'<image width="9" height="9" href="data:image/svg+xml;base64,{held}"/>')
    assert read_colour(data) == (1, 0, 0, 1)
    assert read_svg("a.svg", data).left_out == "1 pictures that it does not hold itself"


def test_a_picture_in_it_that_claims_gigantic_sizes_is_refused() -> None:
    held = base64.b64encode(build_png_header(60_000, 60_000)).decode()
    message = expect_refusal(
        build_svg(f'<image width="9" height="9" href="data:image/png;base64,{held}"/>')
    )
    assert "larger than I can hold" in message


def build_nested_uses(levels: int, count: int, template: str = '<use href="#a{}"/>') -> str:
    groups = "".join(
        f'<g id="a{n}">{template.format(n - 1) * count}</g>' for n in range(1, levels + 1)
    )
    return (
        f'<defs><g id="a0"><rect width="9" height="9"/></g>{groups}</defs><use href="#a{levels}"/>'
    )


@pytest.mark.parametrize(
    "inside",
    [
        "<g>" * 100_000 + "</g>" * 100_000,
        "<g>" * 100 + "</g>" * 100,
        "<rect/>" * 100_000,
        build_nested_uses(20, 10),
        build_nested_uses(500, 1),
        build_nested_uses(9, 9, '<rect width="9" height="9" mask="url(#a{})"/>'),
        '<g id="a"><use href="#a"/></g>',
        '<g id="a"><use href="#b"/><use href="#b"/></g><g id="b"><use href="#a"/></g>',
        '<style>.x{fill:url(#p)}</style><pattern id="p"><rect class="x"/></pattern>',
        '<marker id="m">' + "<rect/>" * 1_000 + "</marker>"
        '<path style="marker-mid:url(#m)" d="M0 0' + " 1 1" * 9_000 + '"/>',
        "<text>" + "word " * 100_000 + "</text>",
        "<text>x</text>" * 20_000,
    ],
    ids=str.__len__,
)
def test_drawings_that_never_end_are_refused_soon(inside: str) -> None:
    assert "larger than I can hold" in expect_refusal(build_svg(inside))


@pytest.mark.parametrize(
    "sheet",
    [
        "a" * 1_000_000,
        "url(" + " " * 500_000 + "#",
        "{" * 500_000,
        "@import" * 200_000,
        "url(" * 200_000,
        "filter" + " " * 500_000,
    ],
)
def test_no_style_makes_reading_it_slow(sheet: str) -> None:
    began = time.monotonic()
    assert read_colour(build_svg(f'<style>{sheet}</style><g style="{sheet}"/>{RED}')) == (
        1,
        0,
        0,
        1,
    )
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "effect",
    [
        '<feGaussianBlur stdDeviation="1e30"/>',
        '<feTurbulence numOctaves="2000000000" baseFrequency="0.05"/>',
        '<feMorphology operator="dilate" radius="1e9"/>',
        f'<feConvolveMatrix order="500" kernelMatrix="{"1 " * 250_000}"/>',
    ],
)
def test_gigantic_effects_are_made_small(effect: str) -> None:
    data = build_svg(
        f'<filter id="f" x="-500" y="-500" width="1000" height="1000">{effect}</filter>'
        '<rect width="20" height="20" fill="red" filter="url(#f)"/>'
    )
    began = time.monotonic()
    assert render_svg(data).width == 1024
    assert time.monotonic() - began < 8


def test_a_drawing_with_effects_everywhere_is_drawn_without_them() -> None:
    blurred = '<rect width="100" height="50" fill="red" filter="url(#f)"/>' * 500
    data = build_svg(f'<filter id="f"><feGaussianBlur stdDeviation="9"/></filter>{blurred}')
    began = time.monotonic()
    assert read_colour(data, (0.01, 0.02)) == (1, 0, 0, 1)
    assert time.monotonic() - began < 8


def test_what_unpacks_to_too_much_is_refused() -> None:
    assert "larger than I can hold" in expect_refusal(gzip.compress(build_svg(" " * 30_000_000)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg",
        build_svg("")[:-3],
        b"<html/>",
        build_svg("&nbsp;"),
        gzip.compress(build_svg(RED), mtime=0)[:20],
        b"\x1f\x8b\x08\x00",
        build_svg("").replace(b"<svg", b"<svg width='1'", 1),
        b"<?xml version='1.0' encoding='nonsense'?><svg/>",
    ],
)
def test_what_is_cut_off_or_no_drawing_is_damaged(data: bytes) -> None:
    assert "it is damaged or cut off" in expect_refusal(data)


@pytest.mark.filterwarnings("ignore")
def test_a_renderer_that_panics_ends_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    import resvg_py

    class PanicException(BaseException):
        pass

    def panic(*_: object, **__: object) -> bytes:
        raise PanicException

    monkeypatch.setattr(resvg_py, "svg_to_bytes", panic)
    assert "it is damaged" in expect_refusal(build_svg(RED))
