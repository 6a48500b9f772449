"""SVG drawings as tools write them: each is drawn as a browser shows it, with its words."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image as PilImage

from bot.files.readers import fonts
from bot.files.readers.vector import glyphs
from bot.files.readers.vector.svg import read_svg
from tests.corpus.drawings import (
    HELD_KINDS,
    build_holder,
    build_letters,
    list_tools,
    load_drawing,
    pack,
)
from tests.support.drawings import build_svg

RED, GREEN, BLUE, WHITE, CLEAR = (
    (255, 0, 0, 255), (0, 255, 0, 255), (0, 0, 255, 255), (255, 255, 255, 255), (0, 0, 0, 0),
)  # fmt: skip
XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'


def read_pixel(data: bytes, x: float, y: float) -> tuple[int, ...]:
    """Return the colour at a share of the width and height."""
    picture = draw(data)
    found = picture.getpixel((int(picture.width * x), int(picture.height * y)))
    assert isinstance(found, tuple)
    return found


def draw(data: bytes) -> PilImage.Image:
    (picture,) = read_svg("a.svg", data).pictures
    return PilImage.open(io.BytesIO(picture.data)).convert("RGBA")


def count_ink(data: bytes, box: tuple[float, float, float, float]) -> int:
    """Return how many dark pixels are in a part, told in shares."""
    picture = draw(data)
    white = PilImage.new("RGBA", picture.size, WHITE)
    white.alpha_composite(picture)
    sides = (*picture.size, *picture.size)
    part = white.convert("L").crop(
        tuple(int(share * side) for share, side in zip(box, sides, strict=True))  # type: ignore[arg-type] # four
    )
    return sum(part.histogram()[:100])


# What of each is seen in Chromium: colours at shares of the sides.
SEEN = {
    "drawio": [
        (0.1, 0.15, (218, 232, 252, 255)), (0.7, 0.15, WHITE), (0.22, 0.6, (213, 232, 212, 255)),
    ],
    "mermaid": [(0.2, 0.1, (236, 236, 255, 255)), (0.3, 0.9, (236, 236, 255, 255))],
    "illustrator": [(0.25, 0.5, RED), (0.75, 0.5, CLEAR)],
    "inkscape": [(0.1, 0.2, GREEN), (0.7, 0.2, GREEN), (0.5, 0.2, CLEAR)],
    "matplotlib": [(0.5, 0.5, (31, 119, 180, 255)), (0.05, 0.05, WHITE)],
    "graphviz": [(0.68, 0.8, RED), (0.5, 0.02, WHITE)],
    "plantuml": [(0.08, 0.1, (226, 226, 240, 255))],
    "d3": [(0.1, 0.05, RED), (0.45, 0.05, GREEN), (0.8, 0.05, BLUE)],
    "figma": [(0.5, 0.4, (103, 80, 164, 255))],
    "excalidraw": [(0.02, 0.02, WHITE)],
    "icon": [(0.5, 0.5, (0, 0, 0, 255)), (0.1, 0.1, CLEAR)],
    "card": [(0.1, 0.5, GREEN), (0.9, 0.5, (255, 254, 254, 255))],
    "themed": [((2 * n + 1) / 22, 0.5, RED) for n in range(11)],
    "path-text": [(0.05, 0.05, CLEAR)],
}  # fmt: skip
WORDS = {
    "drawio": "Order placed\nby customer\nPay now\na rather long label that has to be wrapped",
    "mermaid": "if paid\nReceive order\nShip it",
    "inkscape": "flowing words\nsecond line",
    "matplotlib": "Revenue 2026",
    "graphviz": "API\nStore\nG\ndb\napi->db",
    "plantuml": "Alice\nBob\nhello",
    "d3": "1\n2\n3",
    "excalidraw": "sketch",
    "card": "Total stars: 1.2k\nStars of the project",
    "path-text": "words along a curve",
}


def test_every_drawing_of_a_tool_is_looked_at() -> None:
    assert sorted(SEEN) == list_tools()


@pytest.mark.parametrize("tool", list_tools())
def test_a_drawing_looks_as_in_a_browser_and_its_words_are_its_page(tool: str) -> None:
    parsed_file = read_svg("a.svg", load_drawing(tool))
    picture = PilImage.open(io.BytesIO(parsed_file.pictures[0].data)).convert("RGBA")
    for x, y, expected in SEEN[tool]:
        found = picture.getpixel((int(picture.width * x), int(picture.height * y)))
        assert isinstance(found, tuple)
        assert all(abs(a - b) <= 3 for a, b in zip(found, expected, strict=True)), (x, y, found)
    assert parsed_file.pages == ((WORDS[tool],) if tool in WORDS else ())
    assert parsed_file.left_out == ""


def test_labels_of_html_stand_where_they_belong() -> None:
    drawio = load_drawing("drawio")
    for box in ((0.1, 0.15, 0.35, 0.31), (0.68, 0.18, 0.9, 0.28), (0.1, 0.62, 0.35, 0.85)):
        assert count_ink(drawio, box) > 100, box
    assert count_ink(drawio, (0.08, 0.32, 0.36, 0.35)) == 0
    # The fallback, and the sentence for programs that know no HTML, are not drawn too.
    assert count_ink(drawio, (0.3, 0.95, 0.7, 1.0)) == 0
    assert count_ink(load_drawing("mermaid"), (0.25, 0.1, 0.75, 0.2)) > 100


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>one<br/>two</p>", "one\ntwo"),
        ("<ul><li>a</li><li>b</li></ul><ol><li>c</li></ol>", "• a\n• b\n1. c"),
        ("<table><tr><th>Id</th><td>Name</td></tr><tr><td>1</td><td>x</td></tr></table>",
         "Id  Name\n1  x"),
        ("a<hr/>b", "a\nb"),
        ("<b>bold</b> and <i>slanted</i>", "bold and slanted"),
        ("<div style='display:none'>no</div>yes<script>no</script>", "yes"),
        ("<pre>  two\n  lines</pre>", "two\nlines"),
        ("<div>a<div>b</div>c</div>", "a\nb\nc"),
    ],
)  # fmt: skip
def test_html_becomes_lines(html: str, words: str) -> None:
    label = f'<foreignObject width="90" height="45"><div {XHTML}>{html}</div></foreignObject>'
    data = build_svg(f'<rect width="100" height="50" fill="#fff"/>{label}')
    assert read_svg("a.svg", data).pages == (words,)
    assert count_ink(data, (0, 0, 1, 1)) > 20


@pytest.mark.parametrize(
    ("body", "chosen"),
    [
        ('<g systemLanguage="xx"><text>no</text></g><text>yes</text>', "yes"),
        ('<g requiredExtensions="http://a.b"><text>no</text></g><text>yes</text>', "yes"),
        ("<foreignObject><p/></foreignObject><text>yes</text>", "yes"),
        ("<text>yes</text><text>no</text>", "yes"),
    ],
)
def test_of_alternatives_the_one_is_drawn_that_browsers_draw(body: str, chosen: str) -> None:
    assert read_svg("a.svg", build_svg(f"<switch>{body}</switch>")).pages == (chosen,)


@pytest.mark.parametrize("kind", HELD_KINDS)
def test_a_picture_in_a_drawing_is_drawn_whatever_its_format(kind: str) -> None:
    data = build_holder(kind)
    found = read_pixel(data, 0.5, 0.5)
    assert all(abs(a - b) < 12 for a, b in zip(found, BLUE, strict=True)), found
    assert read_svg("a.svg", data).left_out == ""


def test_the_words_of_a_drawing_in_a_drawing_are_words_of_the_page() -> None:
    inner = build_svg("<text x='5' y='20'>inner words</text>")
    address = f"data:image/svg+xml;base64,{base64.b64encode(inner).decode()}"
    outer = build_svg(
        f"<text y='9'>outer words</text><image href='{address}' width='9' height='9'/>"
    )
    assert read_svg("a.svg", outer).pages == ("outer words\ninner words",)


def test_a_packed_drawing_is_the_same() -> None:
    assert draw(pack(load_drawing("themed"))) == draw(load_drawing("themed"))


@pytest.mark.parametrize(
    ("style", "colour"),
    [
        ("fill: light-dark(red, blue)", RED),
        ("fill: nonsense", GREEN),
        ("fill: var(--no)", GREEN),
        ("fill: var(--no, var(--no, light-dark(#f00, #00f)))", RED),
        ("--a: red; fill: var(--a)", RED),
        ("--a: var(--b); --b: var(--a); fill: var(--a)", GREEN),
        ("fill: currentColor; color: light-dark(red, blue)", RED),
        ("fill: rgb(255 0 0 / 1)", RED),
        ("fill: rgba(100% 0% 0% / 100%)", RED),
        ("fill: RED !important", RED),
        ("fill: initial", GREEN),
        ("fill: url(#no) red", RED),
        ("fill: hsl(0turn 100% 50%)", RED),
        ("fill: color-mix(in oklab, red, red)", RED),
        ("fill: oklch(from red l c h)", GREEN),
        ("fill: red; fill: from-the-future(1)", RED),
    ],
)
def test_colours_are_those_of_a_light_theme_and_unknown_ones_are_the_attributes(
    style: str, colour: tuple[int, ...]
) -> None:
    data = build_svg(f'<rect width="100" height="50" fill="#0f0" style="{style}"/>')
    assert read_pixel(data, 0.5, 0.5) == colour


@pytest.mark.parametrize(
    "sheet",
    [
        ".a{fill:red}",
        "g > .a{fill:red}",
        "g .b + .a{fill:red}",
        ":root{--x:red} rect.a{fill:var(--x)}",
        "@media screen and (prefers-color-scheme: light){.a{fill:red}} @media print{.a{fill:blue}}",
        "@media (prefers-color-scheme: dark){.a{fill:blue}} .a{fill:red}",
        ".g{.a{fill:red}}",
        "@layer base{[data-k='v']{fill:red}} rect{fill:blue}",
        "#i{fill:red} .a{fill:blue}",
        ".a:nth-child(2){fill:red} .a:hover{fill:blue} .a::before{fill:blue}",
        ".a{fill:red} .no{fill:blue} /* .a{fill:blue} */",
        ":is(.a,.no){fill:red}",
        ".a:not(.b){fill:red}",
        ".a{fill:red!important} #i{fill:blue}",
    ],
)
def test_style_sheets_hold_as_in_a_browser(sheet: str) -> None:
    data = build_svg(
        f"<style>{sheet.replace('>', '&gt;')}</style><g class='g'><rect class='b' width='1'"
        " height='1'/><rect id='i' class='a c' data-k='v' width='100' height='50'/></g>"
    )
    assert read_pixel(data, 0.5, 0.5) == RED, sheet


def test_animations_show_their_first_moment_and_what_fades_in_is_there() -> None:
    moving = '<rect width="0" height="50" fill="red"><animate attributeName="width" from="100"/>'
    assert read_pixel(build_svg(f"{moving}</rect>"), 0.5, 0.5) == RED
    fading = (
        '<rect width="100" height="50" fill="red" opacity="0"><animate attributeName="opacity"'
        ' values="0;1" fill="freeze"/></rect>'
    )
    assert read_pixel(build_svg(fading), 0.5, 0.5) == RED


def test_words_written_from_the_right_end_where_they_begin() -> None:
    text = '<text x="95" y="30" direction="rtl" font-size="20">שלום</text>'
    data = build_svg(f'<rect width="100" height="50" fill="#fff"/>{text}')
    assert count_ink(data, (0.3, 0, 0.96, 1)) > 100


def test_hidden_words_are_no_words() -> None:
    hidden = (
        '<text display="none">a</text><g style="visibility:hidden"><text>b</text></g>'
        "<defs><text>c</text></defs><style>.x{display:none}</style><text class='x'>d</text>"
        '<symbol id="s"><text>seen</text></symbol><use href="#s"/>'
    )
    assert read_svg("a.svg", build_svg(hidden)).pages == ("seen",)


def test_letters_without_a_font_are_told_and_their_words_are_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    only = tuple(path for path in fonts.list_packaged_fonts() if "DejaVuSans.ttf" in path)
    monkeypatch.setattr(glyphs, "list_font_files", lambda: only)
    parsed_file = read_svg("a.svg", build_letters("한국어 a"))
    assert parsed_file.pages == ("한국어 a",)
    assert str(parsed_file.left_out).startswith("the shapes of 3 letters for which no font")
    assert read_svg("a.svg", build_letters("é → ß")).left_out == ""


@pytest.mark.parametrize(
    "words", ["简体中文", "한국어", "日本語", "مرحبا", "שלום", "हिन्दी", "ไทย", "🎉"]
)
def test_all_scripts_are_drawn_where_their_fonts_are_installed(words: str) -> None:
    if not any("NotoSansCJK" in path for path in fonts.list_packaged_fonts()):
        pytest.skip("the extra `fonts` is not installed")
    data = build_letters(words)
    assert read_svg("a.svg", data).left_out == ""
    assert count_ink(data, (0, 0, 1, 1)) > 100
