"""Shows a drawing that moves as it is at its first moment (SMIL, SVG 1.1, chapter 19)."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from bot.files.readers.vector.bounds import HREF_ATTRIBUTES, get_local_name

_ANIMATIONS = ("animate", "set", "animateColor")
_OTHERS = ("animateTransform", "animateMotion", "mpath")
# What is faded in and stays is shown.
_FADES = ("opacity", "fill-opacity", "stroke-opacity", "visibility", "display")
_MAX_NAME, _MAX_VALUE = 60, 100_000


def apply_first_moment(root: Element) -> None:
    """Give animated elements the values with which they begin, and remove the animations."""
    for element in root.iter():
        for child in list(element):
            name = get_local_name(child)
            if name in _ANIMATIONS:
                _apply(child, element)
            if name in (*_ANIMATIONS, *_OTHERS):
                element.remove(child)


def _apply(animation: Element, element: Element) -> None:
    begin = animation.get("begin", "0s").strip()
    attribute = animation.get("attributeName", "")
    values = animation.get("values", "").strip("; ").split(";")
    first = values[0].strip() or animation.get("from", "")
    if attribute in _FADES and animation.get("fill") == "freeze":
        first = values[-1].strip() or animation.get("to", "")
    if get_local_name(animation) == "set":
        first = animation.get("to", "")
    is_at_once = begin.rstrip("s") in ("0", "0.0", "")
    is_plain = attribute.replace("-", "").isalnum() and len(attribute) <= _MAX_NAME
    refers = any(animation.get(key) for key in HREF_ATTRIBUTES) or "href" in attribute.lower()
    if is_at_once and is_plain and first and not refers and len(first) < _MAX_VALUE:
        element.set(attribute, first)
