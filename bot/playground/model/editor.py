"""Edits a sent picture as the question asks: grey, rotate, tint, caption and the like. Pure."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from bot.playground.model.colours import COLOURS
from bot.playground.model.painter import write_caption

PictureEdit = Callable[[Image.Image, str], Image.Image]

_QUOTED_PATTERN = re.compile(r"[\"“«„']([^\"”»“']{1,60})[\"”»“']")
_CAPTION_PATTERN = re.compile(
    r"(?:caption|words?|text|title|write)\W+(?:it\W+|says?\W+|saying\W+)?(.{1,60})", re.IGNORECASE
)
_DEGREES_PATTERN = re.compile(r"(-?\d{1,3})\s*(?:°|deg)")


def edit(data: bytes, words: str) -> tuple[bytes, list[str]]:
    """Return the edited picture as PNG, and a few words for each edit that was made."""
    with Image.open(io.BytesIO(data)) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    edit_names = []
    for pattern, name, change in _EDITS:
        if re.search(pattern, words, re.IGNORECASE):
            picture = change(picture, words)
            edit_names.append(name)
    if not edit_names:
        picture = ImageEnhance.Color(ImageEnhance.Contrast(picture).enhance(1.15)).enhance(1.25)
        edit_names.append("livelier colours")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue(), edit_names


def _convert_to_grey(picture: Image.Image, _words: str) -> Image.Image:
    return ImageOps.grayscale(picture).convert("RGB")


def _rotate(picture: Image.Image, words: str) -> Image.Image:
    degrees = _DEGREES_PATTERN.search(words)
    angle = int(degrees[1]) if degrees else 180 if "upside" in words else 90
    counterclockwise = "left" in words or "counter" in words
    return picture.rotate(
        angle if counterclockwise else -angle, expand=True, fillcolor=(255, 255, 255)
    )


def _tint(picture: Image.Image, words: str) -> Image.Image:
    colour_word = next(word for word in re.findall(r"[a-z]+", words.lower()) if word in COLOURS)
    grey = ImageOps.grayscale(picture)
    tint = ImageOps.colorize(grey, (12, 12, 16), (255, 255, 250), mid=COLOURS[colour_word])
    return Image.blend(picture, tint, 0.7)


def _add_caption(picture: Image.Image, words: str) -> Image.Image:
    quoted = _QUOTED_PATTERN.search(words) or _CAPTION_PATTERN.search(words)
    captioned = picture.copy()
    write_caption(captioned, (quoted[1] if quoted else "Easel").strip(" .\"'“”"))
    return captioned


def _apply_sepia(picture: Image.Image, _words: str) -> Image.Image:
    return ImageOps.colorize(ImageOps.grayscale(picture), (40, 26, 13), (255, 240, 210))


def _crop_to_square(picture: Image.Image, _words: str) -> Image.Image:
    side = min(picture.size)
    return ImageOps.fit(picture, (side, side))


def _halve(picture: Image.Image, _words: str) -> Image.Image:
    return picture.resize((max(1, picture.width // 2), max(1, picture.height // 2)))


def _add_border(picture: Image.Image, _words: str) -> Image.Image:
    return ImageOps.expand(picture, max(8, min(picture.size) // 25), (250, 250, 245))


_COLOUR_WORDS = "|".join(COLOURS)
_EDITS: list[tuple[str, str, PictureEdit]] = [
    (r"\bcrop|\bsquare\b", "cropped to a square", _crop_to_square),
    (r"\brotate|\bturn it\b(?! (into|to|black|gr[ae]y))|upside", "rotated", _rotate),
    (r"\bmirror|\bflip", "mirrored", lambda picture, _: ImageOps.mirror(picture)),
    (r"black[- ]and[- ]white|gr[ae]y|monochrome", "grey", _convert_to_grey),
    (r"\bsepia|\bold photo|vintage", "sepia", _apply_sepia),
    (
        rf"\b(make|tint|colou?r|paint|turn)\b.*\b(?!black.and)(?!gr[ae]y)({_COLOUR_WORDS})\b(?!.and.white)",
        "tinted",
        _tint,
    ),
    (r"\bbright", "brighter", lambda picture, _: ImageEnhance.Brightness(picture).enhance(1.35)),
    (r"\bdark", "darker", lambda picture, _: ImageEnhance.Brightness(picture).enhance(0.65)),
    (r"\bblur|\bsoft", "blurred", lambda picture, _: picture.filter(ImageFilter.GaussianBlur(6))),
    (r"\binvert|negative", "inverted", lambda picture, _: ImageOps.invert(picture)),
    (r"\bsharp", "sharper", lambda picture, _: picture.filter(ImageFilter.SHARPEN)),
    (r"\bsmall|\bhalf|\bshrink", "half the size", _halve),
    (r"\bborder|\bframe", "with a border", _add_border),
    (r"\bcaption|\bwords?\b|\btitle|\bwrite\b", "with a caption", _add_caption),
]
