"""Replaces `foreignObject`, `flowRoot` and `switch` by what the renderer draws.

Browsers draw HTML in drawings, and tools write it for them. `lines.py` reads its words, and
`placing.py` sets them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from xml.etree.ElementTree import Element, SubElement

from bot.files.readers.vector.bounds import DrawingLimitError, get_local_name
from bot.files.readers.vector.labels.lines import Line, read_lines
from bot.files.readers.vector.labels.looks import Look, read_length, read_style
from bot.files.readers.vector.labels.placing import Room, draw_label

_SVG = "{http://www.w3.org/2000/svg}"
_MAX_LABELS, _MAX_CHARS = 3_000, 50_000
_KEPT = ("transform", "opacity", "display", "visibility", "clip-path")
_INHERITED = ("font-size", "font-family", "font-weight", "font-style", "color", "text-align",
              "line-height", "white-space")  # fmt: skip
_SIDES = ("top", "right", "bottom", "left")
_XHTML = "http://www.w3.org/1999/xhtml"
_VERTICAL = {"center": "middle", "end": "bottom", "flex-end": "bottom", "middle": "middle",
             "bottom": "bottom"}  # fmt: skip
_HORIZONTAL = {"center": "center", "end": "right", "flex-end": "right", "right": "right",
               "start": "left", "flex-start": "left", "left": "left"}  # fmt: skip
_NO_WORDS_OF_ITS_OWN = ("text is not svg", "viewer does not support full svg")


def draw_labels(root: Element, size: tuple[float, float]) -> dict[Element, str]:
    """Replace labels by text; return the words of each group that stands for one.

    `size` is that of the drawing in its own units. Raises `DrawingLimitError` for too many.
    """
    parents = {child: parent for parent in root.iter() for child in parent}
    _choose_alternatives(root)
    words, char_count = dict[Element, str](), 0
    labels = [one for one in root.iter() if get_local_name(one) in ("foreignObject", "flowRoot")]
    if len(labels) > _MAX_LABELS:
        raise DrawingLimitError("text")
    for label in labels:
        parent = parents.get(label)
        if parent is None or label not in list(parent):
            continue
        group, text = _draw(label, _find_look(label, parents), size)
        char_count += len(text)
        if char_count > _MAX_CHARS:
            raise DrawingLimitError("text")
        parent[list(parent).index(label)] = group
        if text:
            words[group] = text
    return words


def list_linked_pictures(root: Element) -> Iterator[str]:
    """Yield where the pictures are that labels in HTML show: these are not drawn."""
    for label in root.iter(f"{_SVG}foreignObject"):
        for element in label.iter():
            if get_local_name(element) == "img" and element.get("src"):
                yield str(element.get("src"))


def _choose_alternatives(root: Element) -> None:
    """Keep that child of each `switch` that a browser draws."""
    for switch in [one for one in root.iter() if get_local_name(one) == "switch"]:
        fitting = [child for child in switch if _is_supported(child)]
        worded = [child for child in fitting if not _is_wordless_label(child)]
        chosen = (worded or fitting)[:1]
        if chosen and _is_apology(chosen[0]):
            chosen = []
        for child in list(switch):
            if child not in chosen:
                switch.remove(child)
        switch.tag = f"{_SVG}g"
    for element in root.iter():
        for key in ("requiredFeatures", "requiredExtensions", "systemLanguage"):
            element.attrib.pop(key, None)


def _is_supported(child: Element) -> bool:
    extensions = child.get("requiredExtensions")
    languages = child.get("systemLanguage")
    if extensions is not None and extensions.strip() != _XHTML:
        return False
    return languages is None or any(
        one.strip().lower().startswith("en") for one in languages.split(",")
    )


def _is_wordless_label(child: Element) -> bool:
    return get_local_name(child) == "foreignObject" and not "".join(child.itertext()).strip()


def _is_apology(child: Element) -> bool:
    text = "".join(child.itertext()).strip().lower()
    return len(text) < 100 and any(words in text for words in _NO_WORDS_OF_ITS_OWN)


def _draw(label: Element, look: Look, size: tuple[float, float]) -> tuple[Element, str]:
    """Return a group with the label's words as text, and the words."""
    style = read_style(label)
    group = Element(f"{_SVG}g", {key: label.attrib[key] for key in _KEPT if key in label.attrib})
    kept = ";".join(f"{key}:{style[key]}" for key in _KEPT if key in style)
    if kept:
        group.set("style", kept)
    if get_local_name(label) == "flowRoot":
        room = _find_flow_room(label)
        lines = read_lines(label, replace(look, colour=style.get("fill", look.colour)))
    else:
        room, entered = _follow_boxes(label, _read_box(label, size), look, group)
        lines = read_lines(label, look, entered)
    draw_label(lines, room, group)
    return group, "\n".join(text for line in lines if (text := line.text))


def _read_box(label: Element, size: tuple[float, float]) -> Room:
    sides = [
        read_length(label.get(key, ""), whole) or 0.0
        for key, whole in zip(("x", "y", "width", "height"), size * 2, strict=True)
    ]
    return Room(sides[0], sides[1], sides[2], sides[3])


def _find_flow_room(label: Element) -> Room:
    """Return the first rectangle that Inkscape's text flows into."""
    for element in label.iter():
        if get_local_name(element) == "rect":
            x, y, width, height = (
                read_length(element.get(key, ""), 0) or 0.0 for key in ("x", "y", "width", "height")
            )
            return Room(x, y, width, height, fits=False)
    return Room(0, 0, 0, 0, fits=False)


def _follow_boxes(
    label: Element, room: Room, look: Look, group: Element
) -> tuple[Room, frozenset[Element]]:
    """Follow boxes that hold one other box; return the room in the last, and all of them."""
    element, entered = label, set[Element]()
    for _ in range(12):
        children = list(element)
        if len(children) != 1 or (element.text or "").strip() or (children[0].tail or "").strip():
            break
        child, style = children[0], read_style(children[0])
        is_box = get_local_name(child) in ("div", "body", "section", "article", "p", "html")
        if not is_box or style.get("display", "block").startswith("inline"):
            break
        outer, room = room, _reduce_room(room, style, look.size)
        _draw_box(style, outer, room, group, look.size)
        entered.add(child)
        element = child
    return room, frozenset(entered)


def _reduce_room(room: Room, style: Mapping[str, str], em: float) -> Room:
    """Return the room within a box of this style."""

    def read(name: str, whole: float = 0.0) -> float:
        return read_length(style.get(name, ""), whole, em) or 0.0

    sides = {
        side: sum(_read_side(style, name, side, em) for name in ("margin", "padding"))
        for side in _SIDES
    }
    given_width, given_height = read("width", room.width), read("height", room.height)
    width = given_width or max(0.0, room.width - sides["left"] - sides["right"])
    height = given_height or max(0.0, room.height - sides["top"] - sides["bottom"])
    align, justify = (
        style.get(key, "").replace("unsafe", "").replace("safe", "").strip()
        for key in ("align-items", "justify-content")
    )
    if style.get("flex-direction", "").startswith("column"):
        align, justify = justify, align
    vertical = room.vertical
    if "flex" in style.get("display", ""):
        vertical = _VERTICAL.get(align, "top" if align else vertical)
    elif style.get("display") == "table-cell":
        vertical = _VERTICAL.get(style.get("vertical-align", ""), vertical)
    horizontal = _HORIZONTAL.get(justify, room.horizontal)
    return Room(
        room.x + sides["left"], room.y + sides["top"], width, height, vertical, horizontal,
        fits=room.fits,
    )  # fmt: skip


def _read_side(style: Mapping[str, str], name: str, side: str, em: float) -> float:
    """Return the margin or padding of one side, which may be said for all sides together."""
    own = style.get(f"{name}-{side}")
    if own is not None:
        return read_length(own, 0, em) or 0.0
    parts = style.get(name, "").split()[:4]
    if not parts:
        return 0.0
    chosen = {1: (0, 0, 0, 0), 2: (0, 1, 0, 1), 3: (0, 1, 2, 1), 4: (0, 1, 2, 3)}[len(parts)]
    return read_length(parts[chosen[_SIDES.index(side)]], 0, em) or 0.0


def _draw_box(
    style: Mapping[str, str], outer: Room, inner: Room, group: Element, em: float
) -> None:
    """Draw the area of a box that has a colour and a size, as far as its margin."""
    colour = style.get("background-color", "")
    if not colour or colour.endswith(",0)") or min(inner.width, inner.height) < 2:
        return
    margins = {side: _read_side(style, "margin", side, em) for side in _SIDES}
    paddings = {side: _read_side(style, "padding", side, em) for side in _SIDES}
    place = {
        "x": outer.x + margins["left"],
        "y": outer.y + margins["top"],
        "width": inner.width + paddings["left"] + paddings["right"],
        "height": inner.height + paddings["top"] + paddings["bottom"],
    }
    box = {key: f"{min(1e7, max(-1e7, value)):.2f}" for key, value in place.items()}
    SubElement(group, f"{_SVG}rect", box | {"fill": colour})


def _find_look(label: Element, parents: Mapping[Element, Element]) -> Look:
    """Return what the words of a label inherit from the drawing around it."""
    found, element, levels = dict[str, str](), label, 0
    while levels < 200:
        style = read_style(element)
        for name in _INHERITED:
            value = style.get(name) or element.get(name)
            if value and value != "inherit":
                found.setdefault(name, value)
        if element not in parents:
            break
        element, levels = parents[element], levels + 1
    holder = Element("span", {"style": ";".join(f"{k}:{v}" for k, v in found.items())})
    holder.text = "x"
    outer = Element("div")
    outer.append(holder)
    lines: list[Line] = read_lines(outer, Look())
    return lines[0].cells[0][0].look if lines else Look()
