"""Lets text begin at its right where it is written from there: the renderer begins at the left."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from bot.files.readers.vector.bounds import get_local_name
from bot.files.readers.vector.labels.looks import read_style

_TURNED = {"start": "end", "end": "start"}


def turn_anchors(root: Element) -> None:
    """Turn the anchor of all text whose direction is from the right."""
    if not any("rtl" in f"{e.get('direction')} {e.get('style')}" for e in root.iter()):
        return
    stack = [(root, False, "start")]
    while stack:
        element, was_turned, anchor = stack.pop()
        style = read_style(element, "direction", "text-anchor")
        direction = style.get("direction") or element.get("direction")
        is_turned = direction == "rtl" if direction in ("rtl", "ltr") else was_turned
        anchor = style.get("text-anchor") or element.get("text-anchor") or anchor
        if is_turned and get_local_name(element) in ("text", "tspan") and anchor in _TURNED:
            element.set("text-anchor", _TURNED[anchor])
            kept = {key: value for key, value in style.items() if key != "text-anchor"}
            if kept:
                element.set("style", ";".join(f"{key}:{value}" for key, value in kept.items()))
        stack += [(child, is_turned, anchor) for child in element]
