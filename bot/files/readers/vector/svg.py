"""Reads SVG drawings: draws a picture as a browser shows it, and returns the words in it.

Uses nothing but the file itself. See `bounds.py` for the limits of a drawing, and `css/` and
`labels/` for what tools write that the renderer does not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from xml.etree.ElementTree import Element

from PIL import Image as PilImage

from bot.domain.files import ParsedFile
from bot.domain.messages import Message
from bot.domain.pictures.sight import Sight
from bot.domain.safe_text import clean_name
from bot.files.readers.detail.content import find_content
from bot.files.readers.detail.encoding import encode_picture
from bot.files.readers.detail.keeping import OwnPixels
from bot.files.readers.detail.seeking import compute_origin
from bot.files.readers.pictures import convert_to_rgb
from bot.files.readers.vector.animation import apply_first_moment
from bot.files.readers.vector.bounds import (
    HREF_ATTRIBUTES,
    MIN_SIDE,
    DrawingLimitError,
    get_local_name,
    limit_drawing,
)
from bot.files.readers.vector.css.cascade import apply_styles
from bot.files.readers.vector.detection import is_svg
from bot.files.readers.vector.direction import turn_anchors
from bot.files.readers.vector.drawing import Drawn, draw_pixels
from bot.files.readers.vector.glyphs import find_missing_letters
from bot.files.readers.vector.inner_pictures import InnerPictures
from bot.files.readers.vector.labels.foreign import draw_labels, list_linked_pictures
from bot.files.readers.vector.parsing import drop_acting_elements, parse_drawing
from bot.files.readers.vector.sizes import find_units
from bot.files.readers.vector.words import collect_words
from bot.files.unreadable import build_unreadable_error, refuse_unreadable

# Possessive quantifiers, so that a hostile drawing cannot cause backtracking.
_EXTERNAL_REFERENCE = re.compile(
    r"url\(\s*+['\"]?+\s*+(?!#)[^)]*+\)?|@import[^;]*+;?", re.IGNORECASE
)
_PICTURES = ("image", "feImage")
_UNDRAWN = Message("its picture, which holds too much to be drawn")


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A drawing that holds only what the renderer knows, its words, and what it leaves out."""

    root: Element
    words: str
    linked_count: int
    unread_count: int


def read_svg(name: str, data: bytes) -> ParsedFile:
    """Draw a picture of 1,024 to 2,048 pixels on its longer side, with the words as a page.

    Raises `UnreadableError` for a file that is damaged, declares entities that hold more than text,
    or exceeds the limits.
    """
    origin = compute_origin(name, data)
    with _guard_drawing(name):
        drawing = _prepare(name, data)
        drawn = _draw_unless_wordy(name, drawing)
        if drawn is None:
            parsed_file = ParsedFile(clean_name(name), "SVG drawing", (), (drawing.words,))
            return parsed_file.add_left_out(_UNDRAWN)
        missing = find_missing_letters(drawing.words)
    sight = Sight(content=find_content(drawn.pixels, convert_to_rgb))
    own = OwnPixels(drawn.png, "image/png")
    picture = replace(encode_picture(name, drawn.pixels, sight, own), origin=origin)
    pages = (drawing.words,) if drawing.words.strip() else ()
    parsed_file = ParsedFile(clean_name(name), "SVG drawing", (picture,), pages)
    for left_out in _list_left_out(drawing, len(missing), drawn.thinned_count):
        parsed_file = parsed_file.add_left_out(left_out)
    return parsed_file


def _draw_unless_wordy(name: str, drawing: _Drawing) -> Drawn | None:
    """Draw a drawing; None where that would take too much and its words can be told alone.
    Raises as `read_svg`, and `DrawingLimitError`."""
    try:
        return draw_pixels(name, drawing.root, limit_drawing(drawing.root))
    except DrawingLimitError:
        if not drawing.words.strip():
            raise
        return None


@contextmanager
def _guard_drawing(name: str) -> Iterator[None]:
    with refuse_unreadable(name):
        try:
            yield
        except DrawingLimitError as error:
            raise build_unreadable_error(name, "too large inside", detail=str(error)) from error


def draw_svg(name: str, data: bytes) -> Drawn:
    """Draw an SVG alone, as `read_svg` does. Raises as it does."""
    with _guard_drawing(name):
        root = _prepare(name, data).root
        return draw_pixels(name, root, limit_drawing(root))


def draw_on_white(name: str, data: bytes) -> PilImage.Image:
    """Draw an SVG as `draw_svg` does, on white."""
    drawn = draw_svg(name, data).pixels
    white = PilImage.new("RGB", drawn.size, (255, 255, 255))
    white.paste(drawn, mask=drawn.getchannel("A"))
    return white


def _list_left_out(drawing: _Drawing, missing_count: int, thinned_count: int) -> list[Message]:
    """Say what of a drawing is not seen in its picture."""
    left_out = list[Message]()
    if thinned_count:
        left_out.append(
            Message(
                "{count:,} point of its lines that would change nothing at this size",
                plural="{count:,} points of its lines that would change nothing at this size",
                count=thinned_count,
            )
        )
    if drawing.linked_count:
        left_out.append(
            Message(
                "{count:,} picture that it does not hold itself",
                plural="{count:,} pictures that it does not hold itself",
                count=drawing.linked_count,
            )
        )
    if drawing.unread_count:
        left_out.append(
            Message(
                "{count:,} picture in it that I could not read",
                plural="{count:,} pictures in it that I could not read",
                count=drawing.unread_count,
            )
        )
    if missing_count:
        left_out.append(
            Message(
                "the shape of {count:,} letter for which no font is installed here: it is a box in"
                " the picture and right in the text beside it",
                plural="the shapes of {count:,} letters for which no font is installed here: they"
                " are boxes in the picture and right in the text beside it",
                count=missing_count,
            )
        )
    return left_out


def _prepare(name: str, data: bytes, level: int = 0) -> _Drawing:
    """Read a drawing and write it again as the renderer knows it. Raises as `read_svg`, and
    `DrawingLimitError`."""
    root = parse_drawing(name, data)
    drop_acting_elements(root)
    for element in root.iter():
        element.text = _EXTERNAL_REFERENCE.sub("none", element.text or "")
    apply_first_moment(root)
    apply_styles(root)
    turn_anchors(root)
    inner_words = list[str]()
    pictures = InnerPictures(is_svg, partial(_draw_inner, words=inner_words), level)
    for source in list_linked_pictures(root):
        pictures.count_unseen(source)
    labels = draw_labels(root, find_units(root))
    for element in root.iter():
        is_picture = get_local_name(element) in _PICTURES
        for key, value in element.attrib.items():
            if key in HREF_ATTRIBUTES:
                element.set(key, pictures.replace(value, is_picture=is_picture))
            elif "(" in value or "@" in value:
                element.set(key, _EXTERNAL_REFERENCE.sub("none", value))
    words = "\n".join(filter(None, [collect_words(root, labels), *inner_words]))
    return _Drawing(root, words, pictures.linked_count, pictures.unread_count)


def _draw_inner(data: bytes, level: int, words: list[str]) -> PilImage.Image:
    """Draw a drawing that is a picture in another one, and add its words."""
    drawing = _prepare("picture", data, level)
    words.append(drawing.words.strip())
    root = drawing.root
    return draw_pixels("picture", root, min(MIN_SIDE + 1, limit_drawing(root))).pixels
