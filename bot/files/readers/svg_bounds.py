"""How much a drawing may ask of whoever draws it: levels, references, text, effects.

Knows no file and draws nothing; a limit of time is still needed around it.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

MOST_SIDE, LEAST_SIDE = 2048, 1024
# The renderer calls itself for each level, on a stack that ends the process when it is used up.
MOST_DEPTH = 64
# Elements drawn once every reference is followed.
_MOST_DRAWN = 100_000
_MOST_TEXTS, _MOST_LETTERS = 3_000, 50_000
_MOST_STYLE = 50_000_000
# Effects on whole areas cost the renderer hundreds of times what shapes do.
_MOST_FILTERED, _MOST_LAYERS = 12, 20
_SHAPES = ("d", "points")
_FILTER = re.compile(r"\bfilter\s*:[^;}]*")
HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
_LAYERED = re.compile(r"(?<![\w-])(?:opacity|mask|clip-path|filter|mix-blend-mode)\s*:")
_FILTER_AREA = ("x", "y", "width", "height", "filterUnits")
_CLAMPED = {"stdDeviation": 50.0, "numOctaves": 4.0}
# Each pixel of these costs as much as their area.
_SLOW = ("feMorphology", "feConvolveMatrix")
# Possessive, so that no drawing makes it go back.
_REFERENCE = re.compile(r"url\(\s*+['\"]?+\s*+#([^)'\"\s]++)")
_NAMED = re.compile(r"[.#][\w-]+")
NUMBER = re.compile(r"-?\d*\.?\d+(?:e[+-]?\d{1,3})?", re.IGNORECASE)


class TooMuch(Exception):
    """More than is drawn here."""


def local(element: Element) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def bounded(root: Element) -> int:
    """The longest side that it may be drawn with. Raises `TooMuch` where none is short enough."""
    everything = list(root.iter())
    texts = [element for element in everything if local(element) == "text"]
    letters = sum(len(part) for element in texts for part in element.itertext())
    if len(texts) > _MOST_TEXTS or letters > _MOST_LETTERS:
        raise TooMuch("text")
    styled, size = dict[Element, str](), 0
    rules = _rules([element.text or "" for element in everything if local(element) == "style"])
    targets = dict[str, list[Element]]()
    for element in everything:
        targets.setdefault(element.get("id", ""), []).append(element)
        styled[element] = _style(element, rules)
        size += len(styled[element])
        if size > _MOST_STYLE:
            raise TooMuch("style")
    _weigh(root, 0, targets, styled, {})
    filtered = sum(1 for style in styled.values() if "filter:" in style)
    for element in everything:
        _calm(element, unfiltered=filtered > _MOST_FILTERED)
    layers = sum(1 for style in styled.values() if _LAYERED.search(style))
    return LEAST_SIDE if filtered or layers > _MOST_LAYERS else MOST_SIDE


def _rules(sheets: list[str]) -> dict[str, str]:
    """What sheets say about each class and id that they name; about anything else under "*"."""
    rules, size = dict[str, str](), 0
    for rule in "".join(sheets).split("}"):
        selector, _, body = rule.rpartition("{")
        for named in _NAMED.findall(selector) or ["*"]:
            rules[named] = f"{rules.get(named, '')}{body};"
            size += len(rules[named])
        if size > _MOST_STYLE:
            raise TooMuch("style")
    return rules


def _style(element: Element, rules: dict[str, str]) -> str:
    """All that is said about how an element looks, wherever it is said."""
    said = [f"{key}:{value}" for key, value in element.attrib.items() if key not in _SHAPES]
    names = ["*", f"#{element.get('id')}", *(f".{x}" for x in element.get("class", "").split())]
    return ";".join([*said, *(rules.get(name, "") for name in dict.fromkeys(names))])


def _weigh(
    element: Element,
    level: int,
    targets: dict[str, list[Element]],
    styled: dict[Element, str],
    known: dict[Element, tuple[int, int]],
) -> tuple[int, int]:
    """How many elements one comes to when it is drawn, and on how many levels."""
    if level > MOST_DEPTH:
        raise TooMuch("levels")
    if element not in known:
        style = styled[element]
        names = [*_REFERENCE.findall(style), *(element.get(key, "")[1:] for key in HREFS)]
        named = [part for name in names if name for part in targets.get(name, ())]
        found = [_weigh(part, level + 1, targets, styled, known) for part in [*element, *named]]
        # A marker is drawn at each point of its line.
        points = sum(len(NUMBER.findall(element.get(key, ""))) for key in _SHAPES)
        times = 1 + points if "marker" in style else 1
        levels = 1 + max((levels for _, levels in found), default=0)
        known[element] = (1 + times * sum(count for count, _ in found), levels)
    count, levels = known[element]
    if count > _MOST_DRAWN or level + levels > 2 * MOST_DEPTH:
        raise TooMuch("references")
    return count, levels


def _calm(element: Element, *, unfiltered: bool) -> None:
    """Makes effects small enough to be computed; takes them out where there are too many."""
    if local(element) == "filter":
        for key in _FILTER_AREA:
            element.attrib.pop(key, None)
    if local(element) in _SLOW:
        element.tag = str(element.tag).replace(local(element), "feOffset")
    for key, most in _CLAMPED.items():
        if key in element.attrib:
            numbers = NUMBER.findall(element.get(key, ""))[:2]
            element.set(key, " ".join(f"{min(float(number), most):g}" for number in numbers))
    if unfiltered:
        element.attrib.pop("filter", None)
        element.set("style", _FILTER.sub("", element.get("style", "")))
        element.text = _FILTER.sub("", element.text) if element.text else None
