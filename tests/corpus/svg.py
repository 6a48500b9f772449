"""SVG: drawings, and everything that has been tried with a drawing that is a program as well."""

from __future__ import annotations

import base64
import gzip
import zlib
from collections.abc import Iterator

from tests.corpus.case import COSTLY, DAMAGED, ENTITIES, PIXELS, Case, Expect, Spot
from tests.corpus.drawing import FOUR, file_of, quarters, spots

_HREF = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
_NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'
_QUARTERS = "".join(
    f'<rect x="{32 * (n % 2)}" y="{24 * (n // 2)}" width="32" height="24"'
    f' fill="rgb({c[0]},{c[1]},{c[2]})"/>'
    for n, c in enumerate(FOUR)
)
_SIZED = 'width="64" height="48" viewBox="0 0 64 48"'
# A drawing has no size of its own that would count: how large it is shown is the reader's choice.
_SOUND = Expect.picture("SVG", None, spots=spots(), transparent=False)
_ANY = Expect.picture("SVG", None)
_SHOWN = Expect.either(_SOUND, DAMAGED)


def svg(body: str = _QUARTERS, attributes: str = _SIZED, before: str = "") -> bytes:
    return f"{before}<svg {_NAMESPACE} {_HREF} {attributes}>{body}</svg>".encode()


def cases() -> Iterator[Case]:
    yield from _drawings()
    yield from _written()
    yield from _sized()
    yield from _pretenders()
    yield from _heavy()


def _case(name: str, data: bytes, expects: Expect) -> Case:
    return Case(name, lambda: data, expects)


def _drawings() -> Iterator[Case]:
    yield _case("quarters.svg", svg(), _SOUND)
    clear = svg('<circle cx="32" cy="24" r="10" fill="rgb(220,40,40)"/>')
    middle = (Spot((0.5, 0.5), FOUR[0]), Spot((0.02, 0.02), (0, 0, 0, 0)))
    yield _case("clear.svg", clear, Expect.picture("SVG", None, spots=middle, transparent=True))
    fade = (
        '<linearGradient id="a"><stop offset="0" stop-color="#000"/><stop offset="1"'
        ' stop-color="#fff"/></linearGradient><rect width="64" height="48" fill="url(#a)"/>'
    )
    ends = (Spot((0.02, 0.5), (4, 4, 4)), Spot((0.5, 0.5), (128, 128, 128)))
    yield _case("gradient.svg", svg(fade), Expect.picture("SVG", None, spots=ends, tolerance=16))
    text = '<rect width="64" height="48" fill="white"/><text x="5" y="30">Hello</text>'
    yield _case("text.svg", svg(text), Expect.picture("SVG", None, transparent=False))
    styled = '<style>.a{fill:rgb(40,70,200)}</style><rect class="a" width="64" height="48"/>'
    blue = Expect.picture("SVG", None, spots=spots([FOUR[2]] * 4))
    yield _case("styled.svg", svg(styled), blue)
    used = '<defs><rect id="r" width="64" height="48" fill="rgb(40,70,200)"/></defs>'
    yield _case("used.svg", svg(used + '<use xlink:href="#r"/>'), blue)
    inside = base64.b64encode(file_of(quarters(), "PNG")).decode()
    embedded = f'<image width="64" height="48" xlink:href="data:image/png;base64,{inside}"/>'
    yield _case("picture-inside.svg", svg(embedded), _SOUND)
    nested = base64.b64encode(svg()).decode()
    deeper = f'<image width="64" height="48" xlink:href="data:image/svg+xml;base64,{nested}"/>'
    yield _case("drawing-inside.svg", svg(deeper), _ANY)
    yield _case("nothing-drawn.svg", svg(""), Expect.picture("SVG", None, transparent=True))


def _written() -> Iterator[Case]:
    declared = '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
    doctype = (
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"'
        ' "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    )
    yield _case("declared.svg", svg(before=declared), _SOUND)
    yield _case("doctype.svg", svg(before=declared + doctype), Expect.either(_SOUND, ENTITIES))
    yield _case("commented.svg", svg(before="<!-- made by\n hand -->\n\n"), _SOUND)
    yield _case("with-a-mark.svg", b"\xef\xbb\xbf" + svg(), _SOUND)
    yield _case("space-before.svg", b"\r\n  \n" + svg(), _SOUND)
    wide = '<?xml version="1.0" encoding="UTF-16"?>'
    yield _case("wide-letters.svg", svg(before=wide).decode().encode("utf-16"), _SHOWN)
    yield _case("prefixed.svg", _prefixed(), _SOUND)
    yield _case("named-otherwise.xml", svg(), _SOUND)
    yield _case("packed.svgz", gzip.compress(svg(), mtime=0), _SOUND)
    yield _case("packed-but-named.svg", gzip.compress(svg(), mtime=0), _SOUND)
    yield _case("twice.svgz", gzip.compress(gzip.compress(svg(), mtime=0), mtime=0), _refused())
    yield _case("cut.svgz", gzip.compress(svg(), mtime=0)[:-30], Expect.refused(DAMAGED))
    yield _case("not-closed.svg", svg()[:-6], Expect.refused(DAMAGED))
    yield _case("crossed.svg", svg("<g><a></g></a>"), Expect.refused(DAMAGED))


def _refused() -> Expect:
    return Expect.refused(DAMAGED, "of archives I read only ZIP", *COSTLY)


def _prefixed() -> bytes:
    body = _QUARTERS.replace("<rect", "<s:rect")
    return f'<s:svg xmlns:s="http://www.w3.org/2000/svg" {_SIZED}>{body}</s:svg>'.encode()


def _sized() -> Iterator[Case]:
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
            expects = Expect.either(expects, DAMAGED, PIXELS)
        yield _case(f"size-{name}.svg", svg(attributes=attributes), expects)


def _pretenders() -> Iterator[Case]:
    yield _case("script.svg", svg("<script>alert(1)</script>" + _QUARTERS), _SOUND)
    yield _case("handler.svg", svg(attributes=_SIZED + ' onload="alert(1)"'), _SOUND)
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
        yield _case(f"outside-{name}.svg", svg(_QUARTERS + image), _SHOWN)
    imported = "<style>@import url('http://192.0.2.1/a.css');</style>" + _QUARTERS
    yield _case("imported-style.svg", svg(imported), _SHOWN)
    sheet = '<?xml-stylesheet href="http://192.0.2.1/a.css" type="text/css"?>'
    yield _case("style-sheet.svg", svg(before=sheet), _SHOWN)
    foreign = "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'>x</body></foreignObject>"
    yield _case("foreign.svg", svg(_QUARTERS + foreign), _SHOWN)
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
        data = svg("<text>&l9;</text>", before=before)
        yield _case(f"entities-{name}.svg", data, Expect.refused(ENTITIES))


def _heavy() -> Iterator[Case]:
    costly = Expect.either(_ANY, DAMAGED, *COSTLY)
    layers = "".join(
        f'<g id="g{n}">' + f'<use xlink:href="#g{n - 1}"/>' * 10 + "</g>" for n in range(1, 10)
    )
    bomb = f'<defs><g id="g0"><rect width="1" height="1"/></g>{layers}</defs>'
    yield _case("used-a-billion-times.svg", svg(bomb + '<use xlink:href="#g9"/>'), costly)
    itself = '<g id="a"><use xlink:href="#b"/></g><g id="b"><use xlink:href="#a"/></g>'
    yield _case("uses-itself.svg", svg(_QUARTERS + itself), costly)
    for depth in (500, 20_000):
        yield _case(f"deep-{depth}.svg", svg("<g>" * depth + "</g>" * depth), costly)
    blur = (
        '<filter id="f" x="-1000%" width="9999%"><feGaussianBlur stdDeviation="9000"/></filter>'
        '<rect width="64" height="48" filter="url(#f)"/>'
    )
    yield _case("blurred.svg", svg(blur * 3), costly)
    many = svg('<circle cx="9" cy="9" r="5"/>' * 20_000)
    yield _case("many-shapes.svg", many, costly)
    path = "M0 0" + "L64 48L0 9" * 30_000
    yield _case("long-path.svg", svg(f'<path d="{path}" stroke="red"/>'), costly)
    tiny = '<pattern id="p" width="0.001" height="0.001" patternUnits="userSpaceOnUse">'
    tiny += '<rect width="1" height="1"/></pattern><rect width="64" height="48" fill="url(#p)"/>'
    yield _case("tiny-pattern.svg", svg(tiny), costly)
    yield Case("bomb.svgz", _mostly_room, Expect.refused(*COSTLY, DAMAGED))


def _mostly_room() -> bytes:
    """120 MB of spaces between two tags, never held at once."""
    packer = zlib.compressobj(6, wbits=31)
    start, _, end = svg("<g>|</g>").partition(b"|")
    packed = packer.compress(start)
    for _ in range(120):
        packed += packer.compress(b" " * 1_000_000)
    return packed + packer.compress(end) + packer.flush()
