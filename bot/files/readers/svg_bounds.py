"""How much a drawing may ask of whoever draws it: levels, references, text, effects.

Knows no file and draws nothing; a limit of time is still needed around it.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

MAX_SIDE, MIN_SIDE = 2048, 1024
# The renderer calls itself for each level, on a stack that ends the process when it is used up.
MAX_DEPTH = 64
# Elements drawn once every reference is followed.
_MAX_DRAWN_ELEMENTS = 100_000
_MAX_TEXT_ELEMENTS, _MAX_TEXT_CHARS = 3_000, 50_000
_MAX_STYLE_CHARS = 50_000_000
# Effects on whole areas cost the renderer hundreds of times what shapes do.
_MAX_FILTERED_ELEMENTS, _MAX_LAYERS = 12, 20
_SHAPE_ATTRIBUTES = ("d", "points")
_FILTER_DECLARATION = re.compile(r"\bfilter\s*:[^;}]*")
HREF_ATTRIBUTES = ("href", "{http://www.w3.org/1999/xlink}href")
_LAYER_PROPERTY = re.compile(r"(?<![\w-])(?:opacity|mask|clip-path|filter|mix-blend-mode)\s*:")
_FILTER_AREA_ATTRIBUTES = ("x", "y", "width", "height", "filterUnits")
_MAX_ATTRIBUTE_VALUES = {"stdDeviation": 50.0, "numOctaves": 4.0}
# Each pixel of these costs as much as their area.
_SLOW_FILTERS = ("feMorphology", "feConvolveMatrix")
# Possessive, so that no drawing makes it go back.
_REFERENCE = re.compile(r"url\(\s*+['\"]?+\s*+#([^)'\"\s]++)")
_SELECTOR_NAME = re.compile(r"[.#][\w-]+")
NUMBER = re.compile(r"-?\d*\.?\d+(?:e[+-]?\d{1,3})?", re.IGNORECASE)


class DrawingLimitError(Exception):
    """More than is drawn here."""


def get_local_name(element: Element) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def limit_drawing(root: Element) -> int:
    """The longest side that it may be drawn with. Raises `TooMuch` where none is short enough."""
    everything = list(root.iter())
    texts = [element for element in everything if get_local_name(element) == "text"]
    letters = sum(len(part) for element in texts for part in element.itertext())
    if len(texts) > _MAX_TEXT_ELEMENTS or letters > _MAX_TEXT_CHARS:
        raise DrawingLimitError("text")
    styled, size = dict[Element, str](), 0
    rules = _parse_rules(
        [element.text or "" for element in everything if get_local_name(element) == "style"]
    )
    targets = dict[str, list[Element]]()
    for element in everything:
        targets.setdefault(element.get("id", ""), []).append(element)
        styled[element] = _collect_style(element, rules)
        size += len(styled[element])
        if size > _MAX_STYLE_CHARS:
            raise DrawingLimitError("style")
    _weigh(root, 0, targets, styled, {})
    filtered = sum(1 for style in styled.values() if "filter:" in style)
    for element in everything:
        _limit_effects(element, drop_filters=filtered > _MAX_FILTERED_ELEMENTS)
    layers = sum(1 for style in styled.values() if _LAYER_PROPERTY.search(style))
    return MIN_SIDE if filtered or layers > _MAX_LAYERS else MAX_SIDE


def _parse_rules(sheets: list[str]) -> dict[str, str]:
    """What sheets say about each class and id that they name; about anything else under "*"."""
    rules, size = dict[str, str](), 0
    for rule in "".join(sheets).split("}"):
        selector, _, body = rule.rpartition("{")
        for named in _SELECTOR_NAME.findall(selector) or ["*"]:
            rules[named] = f"{rules.get(named, '')}{body};"
            size += len(rules[named])
        if size > _MAX_STYLE_CHARS:
            raise DrawingLimitError("style")
    return rules


def _collect_style(element: Element, rules: dict[str, str]) -> str:
    """All that is said about how an element looks, wherever it is said."""
    said = [
        f"{key}:{value}" for key, value in element.attrib.items() if key not in _SHAPE_ATTRIBUTES
    ]
    names = ["*", f"#{element.get('id')}", *(f".{x}" for x in element.get("class", "").split())]
    return ";".join([*said, *(rules.get(name, "") for name in dict.fromkeys(names))])


def _weigh(
    element: Element,
    level: int,
    targets: dict[str, list[Element]],
    styles: dict[Element, str],
    cache: dict[Element, tuple[int, int]],
) -> tuple[int, int]:
    """How many elements one comes to when it is drawn, and on how many levels."""
    if level > MAX_DEPTH:
        raise DrawingLimitError("levels")
    if element not in cache:
        style = styles[element]
        names = [*_REFERENCE.findall(style), *(element.get(key, "")[1:] for key in HREF_ATTRIBUTES)]
        named = [part for name in names if name for part in targets.get(name, ())]
        found = [_weigh(part, level + 1, targets, styles, cache) for part in [*element, *named]]
        # A marker is drawn at each point of its line.
        points = sum(len(NUMBER.findall(element.get(key, ""))) for key in _SHAPE_ATTRIBUTES)
        times = 1 + points if "marker" in style else 1
        levels = 1 + max((levels for _, levels in found), default=0)
        cache[element] = (1 + times * sum(count for count, _ in found), levels)
    count, levels = cache[element]
    if count > _MAX_DRAWN_ELEMENTS or level + levels > 2 * MAX_DEPTH:
        raise DrawingLimitError("references")
    return count, levels


def _limit_effects(element: Element, *, drop_filters: bool) -> None:
    """Makes effects small enough to be computed; takes them out where there are too many."""
    if get_local_name(element) == "filter":
        for key in _FILTER_AREA_ATTRIBUTES:
            element.attrib.pop(key, None)
    if get_local_name(element) in _SLOW_FILTERS:
        element.tag = str(element.tag).replace(get_local_name(element), "feOffset")
    for key, most in _MAX_ATTRIBUTE_VALUES.items():
        if key in element.attrib:
            numbers = NUMBER.findall(element.get(key, ""))[:2]
            element.set(key, " ".join(f"{min(float(number), most):g}" for number in numbers))
    if drop_filters:
        element.attrib.pop("filter", None)
        element.set("style", _FILTER_DECLARATION.sub("", element.get("style", "")))
        element.text = _FILTER_DECLARATION.sub("", element.text) if element.text else None
