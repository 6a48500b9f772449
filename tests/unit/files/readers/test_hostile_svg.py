"""Hostile SVG drawings: each ends soon, in a picture or in a sentence, and asks for nothing."""

from __future__ import annotations

import base64
import gzip
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image as PilImage

from bot.files.readers.vector.svg import read_svg
from tests.support.drawings import (
    RED,
    build_svg,
    expect_refusal,
    read_colour,
    render_svg,
)
from tests.support.pictures import build_png_header, open_picture
from tests.support.processor_time import hold_to


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
        assert parsed_file.left_out == "3 pictures that it does not hold itself"
        assert seen is not None and all(green < 200 for _, (_, green, _) in seen)  # type: ignore[misc]
    assert len(asked) == 1


@pytest.mark.parametrize(
    "held",
    [
        "!!!!",
        base64.b64encode(b"<svg><g></svg>").decode(),
        base64.b64encode(b"GIF89a").decode(),
        base64.b64encode(build_png_header(0, 0)).decode(),
        base64.b64encode(b"\x89PNG\r\n\x1a\n").decode(),
    ],
)
def test_damaged_pictures_in_drawings_are_left_out_and_counted(held: str) -> None:
    data = build_svg(RED + f'<image width="9" height="9" href="data:image/svg+xml;base64,{held}"/>')
    assert read_colour(data) == (1, 0, 0, 1)
    assert read_svg("a.svg", data).left_out == "1 picture in it that I could not read"


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
    ],
    ids=str.__len__,
)
def test_drawings_that_never_end_are_refused_soon(inside: str) -> None:
    assert "larger than I can hold" in expect_refusal(build_svg(inside))


_CLIPPED = "".join(
    f'<clipPath id="c{n}"><rect x="{n}" width="3" height="9"/></clipPath>'
    f'<g clip-path="url(#c{n})"><rect width="999" height="999"/></g>'
    for n in range(9_000)
)


@pytest.mark.parametrize(
    "inside",
    [
        "<text>" + "word " * 100_000 + "</text>",
        "<text>word</text>" * 20_000,
        "<text>word</text>" + build_nested_uses(20, 10),
        f"<text>word</text>{_CLIPPED}",
    ],
    ids=["one", "many", "uses", "clipped"],
)
def test_of_a_drawing_that_holds_too_much_to_be_drawn_the_words_are_told(inside: str) -> None:
    with hold_to(15):
        drawing = read_svg("a.svg", build_svg(inside))
        assert drawing.pictures == () and drawing.pages[0].startswith("word")
        assert drawing.left_out == "its picture, which holds too much to be drawn"


def test_shapes_with_styles_of_their_own_are_drawn_as_sheets_and_they_say() -> None:
    """Resolved once for all that are alike: neither rules nor what is inherited are mixed up."""
    style = ".a{fill:#f00}.b{fill:#00f}.a.b{fill:#0f0}.v{--c:#ff0}.u{fill:var(--c)}"
    shapes = "".join(
        f'<rect class="{name}" style="{own}" x="{place * 10}" width="10" height="10"/>'
        for place, (name, own) in enumerate(
            [("a", ""), ("b", ""), ("a b", ""), ("a", "fill:#00f"), ("", "fill:#f00"), ("", "")]
        )
    )
    held = '<g class="v"><rect class="u" x="60" width="10" height="10"/></g>'
    size = 'viewBox="0 0 70 10"'
    plain = build_svg(f"<style>{style.partition('.v')[0]}</style>{shapes}", size)
    bound = build_svg(f"<style>{style}</style>{shapes}{held}", size)
    wanted = [(1, 0, 0), (0, 0, 1), (0, 1, 0), (0, 0, 1), (1, 0, 0), (0, 0, 0)]
    for drawing in (plain, bound):
        found = [read_colour(drawing, ((n + 0.5) / 7, 0.5))[:3] for n in range(6)]
        assert found == wanted
    assert read_colour(bound, (6.5 / 7, 0.5))[:3] == (1, 1, 0)


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
    data = build_svg(f'<style>{sheet}</style><g style="{sheet}"/>{RED}')
    with hold_to(5):
        assert read_colour(data) == (1, 0, 0, 1)


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
    with hold_to(8):
        assert render_svg(data).width == 1024


def test_a_drawing_with_effects_everywhere_is_drawn_without_them() -> None:
    blurred = '<rect width="100" height="50" fill="red" filter="url(#f)"/>' * 500
    data = build_svg(f'<filter id="f"><feGaussianBlur stdDeviation="9"/></filter>{blurred}')
    with hold_to(8):
        assert read_colour(data, (0.01, 0.02)) == (1, 0, 0, 1)


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
