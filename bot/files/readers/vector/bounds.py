"""Limits how much work a drawing takes: levels, references, text, effects.

Draws nothing. The caller still has to limit the time.
"""

from __future__ import annotations

import functools
import re
from xml.etree.ElementTree import Element

MAX_SIDE, MIN_SIDE = 2048, 1024
# The renderer recurses for each level, and a stack overflow ends the process.
MAX_DEPTH = 64
# Elements that are drawn when every reference is followed.
_MAX_DRAWN_ELEMENTS = 100_000
_MAX_TEXT_ELEMENTS, _MAX_TEXT_CHARS = 3_000, 50_000
_MAX_STYLE_CHARS = 50_000_000
# Effects on whole areas take the renderer hundreds of times longer than shapes do.
_MAX_FILTERED_ELEMENTS, _MAX_LAYERS = 12, 20
_SHAPE_ATTRIBUTES = ("d", "points")
# Attributes that only place an element, or name it: most of a drawing is of these.
_PLAIN_ATTRIBUTES = frozenset(
    (*_SHAPE_ATTRIBUTES, "x", "y", "width", "height", "rx", "ry", "cx", "cy", "r", "x1", "y1", "x2",
     "y2", "id", "class", "transform", "dx", "dy")
)  # fmt: skip
_FILTER_DECLARATION = re.compile(r"\bfilter\s*:[^;}]*")
HREF_ATTRIBUTES = ("href", "{http://www.w3.org/1999/xlink}href")
_LAYER_PROPERTY = re.compile(r"(?<![\w-])(?:opacity|mask|clip-path|filter|mix-blend-mode)\s*:")
_LAYER_WORDS = ("opacity", "mask", "clip-path", "filter", "mix-blend-mode")
_FILTER_AREA_ATTRIBUTES = ("x", "y", "width", "height", "filterUnits")
_FILTER_LENGTH = re.compile(r"(-?\d*\.?\d+)(%|px)?")
_MAX_FILTER_SHARE, _MAX_FILTER_UNITS = 4.0, 20_000.0
_MAX_ATTRIBUTE_VALUES = {"stdDeviation": 50.0, "numOctaves": 4.0}
# For each pixel, these take time in proportion to their own area.
_SLOW_FILTERS = ("feMorphology", "feConvolveMatrix")
# Possessive quantifiers, so that a hostile drawing cannot cause backtracking.
_REFERENCE = re.compile(r"url\(\s*+['\"]?+\s*+#([^)'\"\s]++)")
_SELECTOR_NAME = re.compile(r"[.#][\w-]+")
NUMBER = re.compile(r"-?\d*\.?\d+(?:e[+-]?\d{1,3})?", re.IGNORECASE)


class DrawingLimitError(Exception):
    """The drawing exceeds a limit."""


def get_local_name(element: Element) -> str:
    """Return an element's name without its namespace."""
    return _strip_namespace(str(element.tag))


@functools.lru_cache(maxsize=2_000)
def _strip_namespace(tag: str) -> str:
    """Drawings have thousands of elements, and few names for them."""
    return tag.rpartition("}")[2]


def limit_drawing(root: Element) -> int:
    """Return the longer side to draw with, and shrink effects. Raises `DrawingLimitError`."""
    elements = list(root.iter())
    texts = [element for element in elements if get_local_name(element) == "text"]
    char_count = sum(len(part) for element in texts for part in element.itertext())
    if len(texts) > _MAX_TEXT_ELEMENTS or char_count > _MAX_TEXT_CHARS:
        raise DrawingLimitError("text")
    styles, size = dict[Element, str](), 0
    rules = _parse_rules(
        [element.text or "" for element in elements if get_local_name(element) == "style"]
    )
    targets = dict[str, list[Element]]()
    for element in elements:
        targets.setdefault(element.get("id", ""), []).append(element)
        styles[element] = _collect_style(element, rules)
        size += len(styles[element])
        if size > _MAX_STYLE_CHARS:
            raise DrawingLimitError("style")
    _count_drawn_elements(root, 0, targets, styles, {})
    filter_count = sum(1 for style in styles.values() if "filter:" in style)
    for element in elements:
        _limit_effects(element, drop_filters=filter_count > _MAX_FILTERED_ELEMENTS)
    layer_count = sum(1 for style in styles.values() if has_layer(style))
    return MIN_SIDE if filter_count or layer_count > _MAX_LAYERS else MAX_SIDE


def has_layer(style: str) -> bool:
    """Whether what styles an element lets the renderer make a layer for it."""
    # Looked for in the thousands of styles that name none, a pattern takes ten times as long.
    return any(word in style for word in _LAYER_WORDS) and bool(_LAYER_PROPERTY.search(style))


def _parse_rules(sheets: list[str]) -> dict[str, str]:
    """Return the rules for each class and id that style sheets name; other rules under "*"."""
    rules, size = dict[str, str](), 0
    for rule in "".join(sheets).split("}"):
        selector, _, body = rule.rpartition("{")
        for name in _SELECTOR_NAME.findall(selector) or ["*"]:
            rules[name] = f"{rules.get(name, '')}{body};"
            size += len(rules[name])
        if size > _MAX_STYLE_CHARS:
            raise DrawingLimitError("style")
    return rules


def _collect_style(element: Element, rules: dict[str, str]) -> str:
    """Join everything that styles an element: its attributes, and rules of style sheets."""
    attributes = [
        f"{key}:{value}" for key, value in element.attrib.items() if key not in _PLAIN_ATTRIBUTES
    ]
    if rules:
        names = ["*", f"#{element.get('id')}", *(f".{x}" for x in element.get("class", "").split())]
        attributes += [rules.get(name, "") for name in dict.fromkeys(names)]
    return ";".join(attributes)


def _count_drawn_elements(
    element: Element,
    level: int,
    targets: dict[str, list[Element]],
    styles: dict[Element, str],
    cache: dict[Element, tuple[int, int]],
) -> tuple[int, int]:
    """Return how many elements are drawn for one element, and on how many levels."""
    if level > MAX_DEPTH:
        raise DrawingLimitError("levels")
    if element not in cache:
        style = styles[element]
        names = _REFERENCE.findall(style) if "url(" in style else []
        names += [element.attrib[key][1:] for key in HREF_ATTRIBUTES if key in element.attrib]
        referenced = [part for name in names if name for part in targets.get(name, ())]
        counts = [
            _count_drawn_elements(part, level + 1, targets, styles, cache)
            for part in [*element, *referenced]
        ]
        times = 1
        if "marker" in style:
            # It is drawn at each point of its line.
            times += sum(len(NUMBER.findall(element.get(key, ""))) for key in _SHAPE_ATTRIBUTES)
        levels = 1 + max((levels for _, levels in counts), default=0)
        cache[element] = (1 + times * sum(count for count, _ in counts), levels)
    count, levels = cache[element]
    if count > _MAX_DRAWN_ELEMENTS or level + levels > 2 * MAX_DEPTH:
        raise DrawingLimitError("references")
    return count, levels


def _has_bounded_area(element: Element) -> bool:
    """Whether a filter's own area is no larger than a few times what it filters."""
    is_share = element.get("filterUnits", "objectBoundingBox") == "objectBoundingBox"
    largest = _MAX_FILTER_SHARE if is_share else _MAX_FILTER_UNITS
    for key in ("x", "y", "width", "height"):
        text = element.get(key, "0").strip()
        number = _FILTER_LENGTH.fullmatch(text[:30])
        if number is None:
            return False
        size = abs(float(number[1])) / (100 if number[2] == "%" else 1)
        if size > (_MAX_FILTER_SHARE if number[2] == "%" else largest):
            return False
    return True


def _limit_effects(element: Element, *, drop_filters: bool) -> None:
    """Shrink the effects of an element; remove its filters if there are too many in all."""
    name = get_local_name(element)
    if name == "filter" and not _has_bounded_area(element):
        for key in _FILTER_AREA_ATTRIBUTES:
            element.attrib.pop(key, None)
    if name in _SLOW_FILTERS:
        element.tag = str(element.tag).replace(name, "feOffset")
    for key, maximum in _MAX_ATTRIBUTE_VALUES.items():
        if key in element.attrib:
            numbers = NUMBER.findall(element.get(key, ""))[:2]
            element.set(key, " ".join(f"{min(float(number), maximum):g}" for number in numbers))
    if drop_filters:
        element.attrib.pop("filter", None)
        element.set("style", _FILTER_DECLARATION.sub("", element.get("style", "")))
        element.text = _FILTER_DECLARATION.sub("", element.text) if element.text else None
