"""SVG: drawings, and the known attacks with scripts, entities and outside files in them."""

from __future__ import annotations

import base64
import gzip
import zlib
from collections.abc import Iterator

from tests.corpus.case import COSTLY, DAMAGED, ENTITIES, PIXELS, Case, Expectation, Spot
from tests.corpus.drawing import FOUR, draw_quarters, list_spots
from tests.corpus.drawings import HELD_KINDS, build_holder, list_tools, load_drawing
from tests.support.pictures import encode_picture

_HREF = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
_NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'
_QUARTERS = "".join(
    f'<rect x="{32 * (n % 2)}" y="{24 * (n // 2)}" width="32" height="24"'
    f' fill="rgb({c[0]},{c[1]},{c[2]})"/>'
    for n, c in enumerate(FOUR)
)
_SIZE_ATTRIBUTES = 'width="64" height="48" viewBox="0 0 64 48"'
# The size of a drawing is not checked, because the reader chooses how large to draw it.
_SOUND = Expectation.expect_picture("SVG", None, spots=list_spots(), transparent=False)
_ANY = Expectation.expect_picture("SVG", None)
_SOUND_OR_DAMAGED = Expectation.expect_either(_SOUND, DAMAGED)


def build_svg(body: str = _QUARTERS, attributes: str = _SIZE_ATTRIBUTES, prefix: str = "") -> bytes:
    return f"{prefix}<svg {_NAMESPACE} {_HREF} {attributes}>{body}</svg>".encode()


def list_cases() -> Iterator[Case]:
    yield from _list_drawings()
    yield from _list_written()
    yield from _list_sized()
    yield from _list_pretenders()
    yield from _list_heavy()
    for tool in list_tools():
        yield _build_case(f"by-{tool}.svg", load_drawing(tool), _ANY)
    for kind in HELD_KINDS:
        yield _build_case(f"holds-{kind.replace(' ', '-')}.svg", build_holder(kind), _ANY)


def _build_case(name: str, data: bytes, expects: Expectation) -> Case:
    return Case(name, lambda: data, expects)


def _list_drawings() -> Iterator[Case]:
    yield _build_case("quarters.svg", build_svg(), _SOUND)
    clear = build_svg('<circle cx="32" cy="24" r="10" fill="rgb(220,40,40)"/>')
    middle = (Spot((0.5, 0.5), FOUR[0]), Spot((0.02, 0.02), (0, 0, 0, 0)))
    yield _build_case(
        "clear.svg", clear, Expectation.expect_picture("SVG", None, spots=middle, transparent=True)
    )
    fade = (
        '<linearGradient id="a"><stop offset="0" stop-color="#000"/><stop offset="1"'
        ' stop-color="#fff"/></linearGradient><rect width="64" height="48" fill="url(#a)"/>'
    )
    ends = (Spot((0.02, 0.5), (4, 4, 4)), Spot((0.5, 0.5), (128, 128, 128)))
    yield _build_case(
        "gradient.svg",
        build_svg(fade),
        Expectation.expect_picture("SVG", None, spots=ends, tolerance=16),
    )
    text = '<rect width="64" height="48" fill="white"/><text x="5" y="30">Hello</text>'
    yield _build_case(
        "text.svg", build_svg(text), Expectation.expect_picture("SVG", None, transparent=False)
    )
    styled = '<style>.a{fill:rgb(40,70,200)}</style><rect class="a" width="64" height="48"/>'
    blue = Expectation.expect_picture("SVG", None, spots=list_spots([FOUR[2]] * 4))
    yield _build_case("styled.svg", build_svg(styled), blue)
    used = '<defs><rect id="r" width="64" height="48" fill="rgb(40,70,200)"/></defs>'
    yield _build_case("used.svg", build_svg(used + '<use xlink:href="#r"/>'), blue)
    inside = base64.b64encode(encode_picture(draw_quarters(), "PNG")).decode()
    embedded = f'<image width="64" height="48" xlink:href="data:image/png;base64,{inside}"/>'
    yield _build_case("picture-inside.svg", build_svg(embedded), _SOUND)
    nested = base64.b64encode(build_svg()).decode()
    deeper = f'<image width="64" height="48" xlink:href="data:image/svg+xml;base64,{nested}"/>'
    yield _build_case("drawing-inside.svg", build_svg(deeper), _ANY)
    yield _build_case(
        "nothing-drawn.svg",
        build_svg(""),
        Expectation.expect_picture("SVG", None, transparent=True),
    )


def _list_written() -> Iterator[Case]:
    declared = '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
    doctype = (
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"'
        ' "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    )
    yield _build_case("declared.svg", build_svg(prefix=declared), _SOUND)
    yield _build_case(
        "doctype.svg",
        build_svg(prefix=declared + doctype),
        Expectation.expect_either(_SOUND, ENTITIES),
    )
    yield _build_case("commented.svg", build_svg(prefix="<!-- made by\n hand -->\n\n"), _SOUND)
    yield _build_case("with-a-mark.svg", b"\xef\xbb\xbf" + build_svg(), _SOUND)
    yield _build_case("space-before.svg", b"\r\n  \n" + build_svg(), _SOUND)
    wide = '<?xml version="1.0" encoding="UTF-16"?>'
    yield _build_case(
        "wide-letters.svg", build_svg(prefix=wide).decode().encode("utf-16"), _SOUND_OR_DAMAGED
    )
    yield _build_case("prefixed.svg", _build_prefixed(), _SOUND)
    yield _build_case("named-otherwise.xml", build_svg(), _SOUND)
    yield _build_case("packed.svgz", gzip.compress(build_svg(), mtime=0), _SOUND)
    yield _build_case("packed-but-named.svg", gzip.compress(build_svg(), mtime=0), _SOUND)
    yield _build_case(
        "twice.svgz",
        gzip.compress(gzip.compress(build_svg(), mtime=0), mtime=0),
        Expectation.expect_file("gzip archive", fragments=("- twice.svg",)),
    )
    yield _build_case(
        "cut.svgz", gzip.compress(build_svg(), mtime=0)[:-30], Expectation.expect_refusal(DAMAGED)
    )
    yield _build_case("not-closed.svg", build_svg()[:-6], Expectation.expect_refusal(DAMAGED))
    yield _build_case(
        "crossed.svg", build_svg("<g><a></g></a>"), Expectation.expect_refusal(DAMAGED)
    )


def _expect_refusal() -> Expectation:
    return Expectation.expect_refusal(DAMAGED, "of archives I read only ZIP", *COSTLY)


def _build_prefixed() -> bytes:
    body = _QUARTERS.replace("<rect", "<s:rect")
    return f'<s:svg xmlns:s="http://www.w3.org/2000/svg" {_SIZE_ATTRIBUTES}>{body}</s:svg>'.encode()


def _list_sized() -> Iterator[Case]:
    sizes = {
        "viewbox-only": 'viewBox="0 0 64 48"',
        "percent": 'width="100%" height="100%" viewBox="0 0 64 48"',
        "inches": 'width="2in" height="1.5in" viewBox="0 0 64 48"',
        "no-viewbox": 'width="64" height="48"',
        "small": 'width="6.4" height="4.8" viewBox="0 0 64 48"',
        "huge": 'width="100000" height="75000" viewBox="0 0 64 48"',
        "gigantic": 'width="1e30" height="1e30" viewBox="0 0 64 64"',
        "far-away": 'width="64" height="48" viewBox="1e30 1e30 64 48"',
        "no-size": "",
        "nothing-wide": 'width="0" height="0"',
        "negative": 'width="-64" height="48" viewBox="0 0 64 48"',
        "no-number": 'width="NaN" height="inf" viewBox="a b c d"',
    }
    for name, attributes in sizes.items():
        expects = _SOUND if name in ("viewbox-only", "percent", "inches", "no-viewbox") else _ANY
        odd = name in ("gigantic", "far-away", "nothing-wide", "negative", "no-number", "no-size")
        if odd or name == "huge":
            expects = Expectation.expect_either(expects, DAMAGED, PIXELS)
        yield _build_case(f"size-{name}.svg", build_svg(attributes=attributes), expects)


def _list_pretenders() -> Iterator[Case]:
    yield _build_case("script.svg", build_svg("<script>alert(1)</script>" + _QUARTERS), _SOUND)
    yield _build_case(
        "handler.svg", build_svg(attributes=_SIZE_ATTRIBUTES + ' onload="alert(1)"'), _SOUND
    )
    outside = {
        "web": "http://192.0.2.1/a.png",
        "file": "file:///etc/passwd",
        "path": "/etc/hostname",
        "up": "../../../../etc/passwd",
        "unc": "\\\\192.0.2.1\\share\\a.png",
        "device": "/dev/zero",
    }
    for name, where in outside.items():
        image = f'<image width="64" height="48" xlink:href="{where}"/>'
        yield _build_case(f"outside-{name}.svg", build_svg(_QUARTERS + image), _SOUND_OR_DAMAGED)
    imported = "<style>@import url('http://192.0.2.1/a.css');</style>" + _QUARTERS
    yield _build_case("imported-style.svg", build_svg(imported), _SOUND_OR_DAMAGED)
    sheet = '<?xml-stylesheet href="http://192.0.2.1/a.css" type="text/css"?>'
    yield _build_case("style-sheet.svg", build_svg(prefix=sheet), _SOUND_OR_DAMAGED)
    foreign = "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'>x</body></foreignObject>"
    yield _build_case("foreign.svg", build_svg(_QUARTERS + foreign), _SOUND_OR_DAMAGED)
    entities = {
        "laughs": "".join(
            f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10)
        ),
        "file": '<!ENTITY l9 SYSTEM "file:///etc/passwd">',
        "web": '<!ENTITY % p SYSTEM "http://192.0.2.1/a.dtd"> %p;<!ENTITY l9 "x">',
        "harmless": '<!ENTITY l9 "hello">',
    }
    for name, declared in entities.items():
        before = f"<!DOCTYPE svg [{declared}]>"
        data = build_svg("<text>&l9;</text>", prefix=before)
        expects = _ANY if name == "harmless" else Expectation.expect_refusal(ENTITIES)
        yield _build_case(f"entities-{name}.svg", data, expects)


def _list_heavy() -> Iterator[Case]:
    costly = Expectation.expect_either(_ANY, DAMAGED, *COSTLY)
    layers = "".join(
        f'<g id="g{n}">' + f'<use xlink:href="#g{n - 1}"/>' * 10 + "</g>" for n in range(1, 10)
    )
    bomb = f'<defs><g id="g0"><rect width="1" height="1"/></g>{layers}</defs>'
    yield _build_case(
        "used-a-billion-times.svg", build_svg(bomb + '<use xlink:href="#g9"/>'), costly
    )
    itself = '<g id="a"><use xlink:href="#b"/></g><g id="b"><use xlink:href="#a"/></g>'
    yield _build_case("uses-itself.svg", build_svg(_QUARTERS + itself), costly)
    for depth in (500, 20_000):
        yield _build_case(f"deep-{depth}.svg", build_svg("<g>" * depth + "</g>" * depth), costly)
    blur = (
        '<filter id="f" x="-1000%" width="9999%"><feGaussianBlur stdDeviation="9000"/></filter>'
        '<rect width="64" height="48" filter="url(#f)"/>'
    )
    yield _build_case("blurred.svg", build_svg(blur * 3), costly)
    many = build_svg('<circle cx="9" cy="9" r="5"/>' * 20_000)
    yield _build_case("many-shapes.svg", many, costly)
    path = "M0 0" + "L64 48L0 9" * 30_000
    yield _build_case("long-path.svg", build_svg(f'<path d="{path}" stroke="red"/>'), costly)
    tiny = '<pattern id="p" width="0.001" height="0.001" patternUnits="userSpaceOnUse">'
    tiny += '<rect width="1" height="1"/></pattern><rect width="64" height="48" fill="url(#p)"/>'
    yield _build_case("tiny-pattern.svg", build_svg(tiny), costly)
    yield Case("bomb.svgz", _build_mostly_spaces, Expectation.expect_refusal(*COSTLY, DAMAGED))


def _build_mostly_spaces() -> bytes:
    """Pack 120 MB of spaces between two tags, never in memory at once."""
    packer = zlib.compressobj(6, wbits=31)
    start, _, end = build_svg("<g>|</g>").partition(b"|")
    packed = packer.compress(start)
    for _ in range(120):
        packed += packer.compress(b" " * 1_000_000)
    return packed + packer.compress(end) + packer.flush()
