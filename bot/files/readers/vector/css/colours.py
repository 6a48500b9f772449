"""Computes colours as CSS writes them; gives them as every renderer knows them. Pure.

The formulas are those of CSS Color 4 and 5 (https://www.w3.org/TR/css-color-4/ and -5/).
"""

from __future__ import annotations

import colorsys
import math
import re
from collections.abc import Callable
from typing import TypeAlias

from PIL import ImageColor

# Red, green, blue and alpha, each from 0 to 1.
Colour: TypeAlias = tuple[float, float, float, float]

# What is longer is no colour.
MAX_COLOUR_CHARS = 400

_HEX = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)
_FUNCTION = re.compile(r"([a-z-]+)\(([^()]*)\)", re.IGNORECASE)
_MIX = re.compile(r"in\s+([\w-]+)(?:\s+\w+\s+hue)?", re.IGNORECASE)
_PERCENT = re.compile(r"\s*([\d.]+)%\s*")
_TURNS = {"deg": 1.0, "grad": 0.9, "rad": 180 / math.pi, "turn": 360.0}
# As in a light theme.
_SYSTEM_COLOURS = {
    "transparent": "#00000000",
    "canvas": "#ffffff", "canvastext": "#000000", "linktext": "#0000ee", "visitedtext": "#551a8b",
    "graytext": "#808080", "highlight": "#b5d5ff", "highlighttext": "#000000", "field": "#ffffff",
    "fieldtext": "#000000", "buttonface": "#efefef", "buttontext": "#000000",
    "windowtext": "#000000", "window": "#ffffff", "activetext": "#ff0000",
}  # fmt: skip


def parse_colour(text: str) -> Colour | None:
    """Return a colour that needs nothing around it; None for what is none, or depends on it."""
    text = text.strip().lower()[:MAX_COLOUR_CHARS]
    named = text if _HEX.fullmatch(text) else _SYSTEM_COLOURS.get(text)
    if named:
        return _parse_hex(named[1:])
    if text in ImageColor.colormap:
        red, green, blue = ImageColor.getrgb(text)[:3]
        return red / 255, green / 255, blue / 255, 1.0
    if text.startswith("color-mix(") and text.endswith(")"):
        return _parse_mix(text[len("color-mix(") : -1])
    function = _FUNCTION.fullmatch(text)
    if function is None:
        return None
    try:
        return _parse_function(function[1], function[2])
    except (ValueError, ArithmeticError, LookupError):
        return None


def format_colour(colour: Colour) -> str:
    """Write a colour as SVG 1.1 knows it, or with its alpha as all renderers do."""
    red, green, blue = [round(255 * _limit(part)) for part in colour[:3]]
    alpha = _limit(colour[3])
    if alpha > 0.9995:
        return f"#{red:02x}{green:02x}{blue:02x}"
    return f"rgba({red},{green},{blue},{alpha:.4g})"


def split_at_commas(text: str) -> list[str]:
    """Split at the commas that stand in no brackets."""
    parts, level, start = list[str](), 0, 0
    for match in re.finditer(r"[(),]", text):
        sign = match[0]
        level += (sign == "(") - (sign == ")")
        if sign == "," and level == 0:
            parts.append(text[start : match.start()])
            start = match.end()
    return [*parts, text[start:]]


def _limit(part: float) -> float:
    return min(1.0, max(0.0, part)) if math.isfinite(part) else 0.0


def _parse_hex(digits: str) -> Colour:
    if len(digits) < 6:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in range(0, len(digits), 2)]
    return parts[0], parts[1], parts[2], parts[3] if len(parts) > 3 else 1.0


def _parse_function(name: str, inside: str) -> Colour | None:
    if inside.strip().startswith("from "):
        return None
    body, _, after_slash = inside.partition("/")
    words = body.replace(",", " ").split()
    space = words.pop(0) if name == "color" else ""
    if not after_slash and len(words) == 4:
        after_slash = words.pop()
    if len(words) != 3:
        return None
    alpha = _read(after_slash.strip(), 1.0) if after_slash.strip() else 1.0
    read = _READERS.get(name) or (_read_space if name == "color" else None)
    if read is None:
        return None
    return *(read([space, *words] if space else words)), _limit(alpha)  # type: ignore[return-value] # 3 and 1


def _read(word: str, whole: float, *, unit: float = 1.0) -> float:
    """Return a number over `unit`, or a percentage of `whole`."""
    if word == "none":
        return 0.0
    return float(word[:-1]) / 100 * whole if word.endswith("%") else float(word) / unit


def _read_angle(word: str) -> float:
    match = re.fullmatch(r"([-+.\de]+)(deg|grad|rad|turn)?", word)
    return 0.0 if match is None else float(match[1]) * _TURNS[match[2] or "deg"]


def _read_rgb(words: list[str]) -> tuple[float, ...]:
    return tuple(_read(word, 1.0, unit=255) for word in words)


def _read_hsl(words: list[str]) -> tuple[float, ...]:
    hue = _read_angle(words[0]) / 360 % 1
    saturation, light = (_limit(_read(word, 1.0, unit=100)) for word in words[1:])
    return colorsys.hls_to_rgb(hue, light, saturation)


def _read_hwb(words: list[str]) -> tuple[float, ...]:
    white, black = (_limit(_read(word, 1.0, unit=100)) for word in words[1:])
    if white + black >= 1:
        return (white / (white + black),) * 3
    pure = colorsys.hls_to_rgb(_read_angle(words[0]) / 360 % 1, 0.5, 1)
    return tuple(part * (1 - white - black) + white for part in pure)


def _read_lab(words: list[str]) -> tuple[float, ...]:
    return _convert_lab(_read(words[0], 100), *(_read(word, 125) for word in words[1:]))


def _read_lch(words: list[str]) -> tuple[float, ...]:
    chroma, hue = _read(words[1], 150), math.radians(_read_angle(words[2]))
    return _convert_lab(_read(words[0], 100), chroma * math.cos(hue), chroma * math.sin(hue))


def _read_oklab(words: list[str]) -> tuple[float, ...]:
    return convert_oklab(_read(words[0], 1.0), *(_read(word, 0.4) for word in words[1:]))


def _read_oklch(words: list[str]) -> tuple[float, ...]:
    chroma, hue = _read(words[1], 0.4), math.radians(_read_angle(words[2]))
    return convert_oklab(_read(words[0], 1.0), chroma * math.cos(hue), chroma * math.sin(hue))


def _read_space(words: list[str]) -> tuple[float, ...]:
    parts = tuple(_read(word, 1.0) for word in words[1:])
    if words[0] == "srgb-linear":
        return tuple(map(_encode_gamma, parts))
    if words[0] in ("srgb", "display-p3"):  # the same but for the strongest colours
        return parts
    raise ValueError(words[0])


_READERS: dict[str, Callable[[list[str]], tuple[float, ...]]] = {
    "rgb": _read_rgb,
    "rgba": _read_rgb,
    "hsl": _read_hsl,
    "hsla": _read_hsl,
    "hwb": _read_hwb,
    "lab": _read_lab,
    "lch": _read_lch,
    "oklab": _read_oklab,
    "oklch": _read_oklch,
}


def _encode_gamma(part: float) -> float:
    size = abs(part)
    coded = 12.92 * size if size <= 0.0031308 else 1.055 * size ** (1 / 2.4) - 0.055
    return math.copysign(coded, part)


def _decode_gamma(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _convert_lab(light: float, a: float, b: float) -> tuple[float, ...]:
    middle = (light + 16) / 116
    ratios = [middle + a / 500, middle, middle - b / 200]
    x, y, z = (r**3 if r**3 > 216 / 24389 else (116 * r - 16) * 27 / 24389 for r in ratios)
    x, z = x * 0.96422, z * 0.82521  # the white of daylight at 5,000 kelvin
    linear = (
        3.1338561 * x - 1.6168667 * y - 0.4906146 * z,
        -0.9787684 * x + 1.9161415 * y + 0.0334540 * z,
        0.0719453 * x - 0.2289914 * y + 1.4052427 * z,
    )
    return tuple(map(_encode_gamma, linear))


def convert_oklab(light: float, a: float, b: float) -> tuple[float, ...]:
    """Return red, green and blue for a colour in Oklab, out of range where sRGB lacks it."""
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return tuple(map(_encode_gamma, linear))


def _find_oklab(red: float, green: float, blue: float) -> tuple[float, ...]:
    r, g, b = map(_decode_gamma, map(_limit, (red, green, blue)))
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    medium = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _parse_mix(inside: str) -> Colour | None:
    parts = [part.strip() for part in split_at_commas(inside)]
    space = _MIX.fullmatch(parts[0])
    if space is None or len(parts) != 3:
        return None
    shares = [_PERCENT.search(re.sub(r"\([^()]*\)", "", part)) for part in parts[1:]]
    bare = [re.sub(r"^[\d.]+%\s+|\s+[\d.]+%$", "", part) for part in parts[1:]]
    first, second = map(parse_colour, bare)
    if first is None or second is None:
        return None
    one, two = (float(share[1]) / 100 if share else None for share in shares)
    one = one if one is not None else 1 - two if two is not None else 0.5
    two = two if two is not None else 1 - one
    total = one + two
    if total <= 0:
        return None
    return _mix(space[1].lower(), first, second, one / total, min(1.0, total))


def _mix(space: str, first: Colour, second: Colour, share: float, opacity: float) -> Colour:
    alpha = first[3] * share + second[3] * (1 - share)
    if alpha <= 0:
        return 0, 0, 0, 0
    weight = first[3] * share / alpha
    if space in ("srgb", "hsl", "hwb"):
        sides: list[tuple[float, ...]] = [first[:3], second[:3]]
    elif space == "srgb-linear":
        sides = [tuple(map(_decode_gamma, map(_limit, one[:3]))) for one in (first, second)]
    else:
        sides = [_find_oklab(*first[:3]), _find_oklab(*second[:3])]
    mixed = tuple(a * weight + b * (1 - weight) for a, b in zip(*sides, strict=True))
    if space == "srgb-linear":
        mixed = tuple(map(_encode_gamma, mixed))
    elif space not in ("srgb", "hsl", "hwb"):
        mixed = convert_oklab(*mixed)
    return mixed[0], mixed[1], mixed[2], alpha * opacity
