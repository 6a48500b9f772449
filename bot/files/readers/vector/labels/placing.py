"""Finds the room of a label, wraps its lines, and draws them as text of the drawing."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element, SubElement

from PIL import ImageFont

from bot.files.readers.fonts import find_measuring_font
from bot.files.readers.vector.labels.lines import Line, Words
from bot.files.readers.vector.labels.looks import Look

_SVG = "{http://www.w3.org/2000/svg}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_MEASURED_SIZE, _MAX_WORDS = 100, 5_000
# A box that is narrower marks a point, at which the label is not wrapped.
_POINT, _CELL_GAP = 8.0, 10.0
# Where letters are wider here than where the drawing was made, they are drawn this much smaller.
_SCALES = (1.0, 0.93, 0.86, 0.78, 0.7)
_ANCHORS = {"center": "middle", "right": "end", "left": "start"}


@dataclass(frozen=True, slots=True)
class Room:
    """Where a label stands. `vertical` is top, middle or bottom; `fits`: the box is its size."""

    x: float
    y: float
    width: float
    height: float
    vertical: str = "top"
    horizontal: str = ""
    fits: bool = True


def draw_label(lines: Sequence[Line], room: Room, parent: Element) -> None:
    """Add the lines of a label as text to `parent`."""
    if not lines:
        return
    placed = _fit(lines, room)
    height = sum(_measure_height(line) for line in placed)
    spare = room.height - height
    y = room.y + {"middle": spare / 2, "bottom": spare}.get(room.vertical, 0.0)
    columns = _measure_columns(placed)
    for line in placed:
        y += line.space
        line_height = _measure_height(line) - line.space
        _draw_line(line, room, y, line_height, columns, parent)
        y += line_height


def _fit(lines: Sequence[Line], room: Room) -> list[Line]:
    """Wrap lines to the room's width, in smaller letters if they need more room than there is."""
    placed = list[Line]()
    for scale in _SCALES:
        placed = [one for line in lines for one in _split_line(_scale(line, scale), room.width)]
        if not room.fits or room.width < _POINT:
            break
        widest = max((measure_cells(line) for line in placed), default=0.0)
        height = sum(_measure_height(line) for line in placed)
        room_height = room.height if room.height >= _POINT else height
        last = _measure_height(placed[-1]) if placed else 0.0
        if widest <= room.width * 1.02 and height <= room_height + last * 0.5:
            break
    return placed


def _scale(line: Line, scale: float) -> Line:
    if scale == 1.0:
        return line

    def shrink(look: Look) -> Look:
        return replace(look, size=look.size * scale)

    cells = [[Words(one.text, shrink(one.look)) for one in cell] for cell in line.cells]
    return replace(line, cells=cells, look=shrink(line.look), space=line.space * scale)


def _split_line(line: Line, width: float) -> Iterator[Line]:
    if len(line.cells) > 1 or not line.look.wraps or width < _POINT or line.is_rule:
        yield line
        return
    room = max(_POINT, width - line.look.indent) * 1.01
    if measure_cells(line) <= room:
        yield line
        return
    row, used, space = list[Words](), 0.0, line.space
    for piece in _list_breakable(line.cells[0]):
        word, size = piece, measure(piece.text, piece.look)
        if row and used + measure(word.text.rstrip(), word.look) > room:
            yield Line([row], line.look, space)
            row, used, space = [], 0.0, 0.0
            word = Words(word.text.lstrip(), word.look)
        row.append(word)
        used += size
    yield Line([row], line.look, space)


def _list_breakable(cell: Sequence[Words]) -> Iterator[Words]:
    """Yield the pieces between which a line may end: words, and single letters of East Asia."""
    count = 0
    for words in cell:
        start = 0
        for place, sign in enumerate(words.text):
            ends = sign in " \u200b-" or unicodedata.east_asian_width(sign) in "WF"
            if ends and count < _MAX_WORDS:
                yield Words(words.text[start : place + 1], words.look)
                start, count = place + 1, count + 1
        if start < len(words.text):
            yield Words(words.text[start:], words.look)


def measure_cells(line: Line) -> float:
    """Return the width of a line in pixels."""
    widths = [sum(measure(one.text, one.look) for one in cell) for cell in line.cells]
    return sum(widths) + _CELL_GAP * (len(widths) - 1) + line.look.indent


def measure(text: str, look: Look) -> float:
    """Return the width of words in pixels, about as wide as they are drawn."""
    family = look.family.lower()
    is_mono = "mono" in family or "courier" in family or "consolas" in family
    path = find_measuring_font(is_bold=look.is_bold, is_mono=is_mono)
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text[:_MAX_WORDS])
    plain = "".join(c for c in text[:_MAX_WORDS] if unicodedata.east_asian_width(c) not in "WF")
    if path is None:
        return (wide + 0.55 * len(plain)) * look.size
    length = _load_font(path).getlength(plain.replace("\n", " "))
    return wide * look.size + length * look.size / _MEASURED_SIZE


@functools.cache
def _load_font(path: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, _MEASURED_SIZE, layout_engine=ImageFont.Layout.BASIC)


def _measure_height(line: Line) -> float:
    if line.is_rule:
        return line.space + 8.0
    looks = [words.look for cell in line.cells for words in cell] or [line.look]
    return line.space + max(look.size * look.line_height for look in looks)


def _measure_columns(lines: Sequence[Line]) -> list[float]:
    """Return where the columns of a table begin, from its left."""
    widths = list[float]()
    for line in lines:
        for place, cell in enumerate(line.cells if len(line.cells) > 1 else ()):
            widths += [0.0] * (place + 1 - len(widths))
            widths[place] = max(widths[place], sum(measure(one.text, one.look) for one in cell))
    starts, x = list[float](), 0.0
    for width in widths:
        starts.append(x)
        x += width + _CELL_GAP
    return [*starts, x]


def _draw_line(
    line: Line, room: Room, y: float, height: float, columns: list[float], parent: Element
) -> None:
    if line.is_rule:
        place = {"x": _write(room.x), "y": _write(y + height / 2), "width": _write(room.width)}
        SubElement(parent, f"{_SVG}rect", place | {"height": "1", "fill": line.look.colour})
        return
    biggest = max((one.look.size for cell in line.cells for one in cell), default=line.look.size)
    baseline = y + height / 2 + biggest * 0.35
    if len(line.cells) > 1:
        left = _find_left(room, columns[-1], line.look)
        for start, cell in zip(columns, line.cells, strict=False):
            _draw_words(cell, left + start, baseline, "start", parent)
        return
    width = measure_cells(line)
    left = _find_left(room, width, line.look)
    anchor = _ANCHORS[_find_align(room, line.look)]
    x = {"start": left + line.look.indent, "middle": left + width / 2, "end": left + width}[anchor]
    _draw_background(line.cells[0], left, y, height, parent)
    _draw_words(line.cells[0], x, baseline, anchor, parent)


def _find_align(room: Room, look: Look) -> str:
    is_point = room.width < _POINT
    return (room.horizontal or look.align) if is_point else look.align


def _find_left(room: Room, width: float, look: Look) -> float:
    spare = room.width - width
    share = {"center": 0.5, "right": 1.0}.get(_find_align(room, look), 0.0)
    return room.x + spare * share


def _draw_background(
    cell: Sequence[Words], left: float, y: float, height: float, parent: Element
) -> None:
    x = left
    for words in cell:
        width = measure(words.text, words.look)
        if words.look.background:
            box = {"x": _write(x), "y": _write(y), "width": _write(width), "height": _write(height)}
            SubElement(parent, f"{_SVG}rect", box | {"fill": words.look.background})
        x += width


def _draw_words(cell: Sequence[Words], x: float, y: float, anchor: str, parent: Element) -> None:
    shown = [words for words in cell if words.look.size > 0]
    if not "".join(words.text for words in shown).strip():
        return
    place = {"x": _write(x), "y": _write(y), "text-anchor": anchor, _SPACE: "preserve"}
    text = SubElement(parent, f"{_SVG}text", place)
    for place_in_line, words in enumerate(shown):
        is_last = place_in_line == len(shown) - 1
        look = words.look
        part = SubElement(text, f"{_SVG}tspan", _write_look(look))
        part.text = words.text.rstrip() if is_last else words.text


def _write_look(look: Look) -> dict[str, str]:
    written = {"fill": look.colour, "font-size": _write(look.size), "font-family": look.family}
    written |= {"font-weight": "bold"} if look.is_bold else {"font-weight": "normal"}
    written |= {"font-style": "italic"} if look.is_italic else {}
    return written | ({"text-decoration": look.decoration} if look.decoration else {})


def _write(number: float) -> str:
    return f"{min(1e7, max(-1e7, number)):.2f}"
