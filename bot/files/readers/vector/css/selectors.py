"""Reads CSS selectors, and tells which elements they match. Pure.

States of a pointer, and parts that are no elements (`::before`), never match.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from bot.files.readers.vector.bounds import DrawingLimitError, get_local_name

_MAX_STEPS, _MAX_PARTS = 3_000_000, 12
_PIECE = re.compile(
    r"(?P<combinator>\s*[>+~]\s*|\s+)|(?P<tag>\*|[\w-]+(?:\\?\|[\w*-]+)?)|(?P<mark>[.#])"
    r"(?P<name>(?:[\w-]|[^\x00-\x7f]|\\.)+)|\[(?P<attribute>[^\]]*)\]"
    r"|:(?P<pseudo>:?[\w-]+)(?:\((?P<inside>(?:[^()]|\([^()]*\))*)\))?"
)
_ATTRIBUTE = re.compile(r"([\w:|-]+)\s*(?:([~|^$*]?=)\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s]+)))?\s*i?")
_NTH = re.compile(r"([+-]?\d*)n\s*([+-]\s*\d+)?")
_ALTERNATIVES = ("is", "where", "any", "-webkit-any", "matches")
_Test = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compound:
    """What one element has to be. `relation` ties it to the compound before: " ", > + ~."""

    tag: str = ""
    id: str = ""
    classes: tuple[str, ...] = ()
    tests: tuple[_Test, ...] = ()
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Selector:
    """Compounds from left to right, and how specific they are together."""

    parts: tuple[Compound, ...]
    specificity: tuple[int, int, int]


class Tree:
    """Knows the places of elements, and limits how much matching takes."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.parents = {child: parent for parent in root.iter() for child in parent}
        self._places = dict[Element, dict[Element, int]]()
        self._steps = 0

    def get_place(self, element: Element) -> tuple[int, int, Element | None]:
        """Return an element's place among its siblings, their number, and the one before."""
        parent = self.parents.get(element)
        if parent is None:
            return 0, 1, None
        if parent not in self._places:
            self._places[parent] = {child: place for place, child in enumerate(parent)}
        place = self._places[parent][element]
        return place, len(parent), parent[place - 1] if place else None

    def take_step(self) -> None:
        """Count one comparison. Raises `DrawingLimitError` after too many."""
        self._steps += 1
        if self._steps > _MAX_STEPS:
            raise DrawingLimitError("style")


def parse_selectors(text: str) -> list[Selector]:
    """Return the selectors of a list that are understood; the others match nothing."""
    found = list[Selector]()
    for one in _split(text):
        selector = _parse_selector(one.strip())
        found += [selector] if selector is not None else []
    return found


def is_match(selector: Selector, element: Element, tree: Tree) -> bool:
    """Whether the selector means the element."""
    return _is_match_from(selector.parts, len(selector.parts) - 1, element, tree)


def _split(text: str) -> list[str]:
    parts, level, start = list[str](), 0, 0
    for match in re.finditer(r"[(),\[\]]", text):
        level += (match[0] in "([") - (match[0] in ")]")
        if match[0] == "," and level == 0:
            parts.append(text[start : match.start()])
            start = match.end()
    return [*parts, text[start:]]


def _parse_selector(text: str) -> Selector | None:
    parts, position, draft = list[Compound](), 0, _Draft()
    while position < len(text):
        match = _PIECE.match(text, position)
        if match is None or match.end() == position:
            return None
        position = match.end()
        if match["combinator"] is not None:
            if not draft.is_used and match["combinator"].strip() == "":
                continue
            parts.append(draft.build())
            draft = _Draft(relation=match["combinator"].strip() or " ")
        elif not draft.add(match):
            return None
    parts.append(draft.build())
    if not 0 < len(parts) <= _MAX_PARTS or not draft.is_used:
        return None
    return Selector(tuple(parts), _compute_specificity(parts))


def _compute_specificity(parts: list[Compound]) -> tuple[int, int, int]:
    ids = sum(bool(part.id) for part in parts)
    marks = sum(
        len(part.classes) + sum(test[0] != "where" for test in part.tests) for part in parts
    )
    return ids, marks, sum(part.tag not in ("", "*") for part in parts)


class _Draft:
    """A compound that is being read."""

    def __init__(self, relation: str = "") -> None:
        self.is_used = False
        self._relation, self._tag, self._id = relation, "", ""
        self._classes, self._tests = list[str](), list[_Test]()

    def add(self, match: re.Match[str]) -> bool:
        self.is_used = True
        if match["tag"] is not None:
            self._tag = match["tag"].rpartition("|")[2].lower()
        elif match["mark"] == "#":
            self._id = match["name"].replace("\\", "")
        elif match["mark"] == ".":
            self._classes.append(match["name"].replace("\\", ""))
        elif match["attribute"] is not None:
            return self._add_attribute(match["attribute"].strip())
        else:
            self._tests.append((match["pseudo"].lower(), match["inside"] or ""))
        return True

    def _add_attribute(self, inside: str) -> bool:
        found = _ATTRIBUTE.fullmatch(inside)
        if found is None:
            return False
        value = next((one for one in found.groups()[2:] if one is not None), "")
        name = found[1].replace("|", ":").rpartition(":")[2]
        self._tests.append(("[", name, found[2] or "", value))
        return True

    def build(self) -> Compound:
        return Compound(
            self._tag, self._id, tuple(self._classes), tuple(self._tests), self._relation
        )


def _is_match_from(
    parts: tuple[Compound, ...], index: int, element: Element | None, tree: Tree
) -> bool:
    tree.take_step()
    if element is None or not _is_fitting(parts[index], element, tree):
        return False
    if index == 0:
        return True
    relation = parts[index].relation
    if relation in (">", " "):
        above = tree.parents.get(element)
        while above is not None:
            if _is_match_from(parts, index - 1, above, tree):
                return True
            above = tree.parents.get(above) if relation == " " else None
        return False
    _, _, before = tree.get_place(element)
    while before is not None:
        if _is_match_from(parts, index - 1, before, tree):
            return True
        before = tree.get_place(before)[2] if relation == "~" else None
    return False


def _is_fitting(compound: Compound, element: Element, tree: Tree) -> bool:
    if compound.tag not in ("", "*") and get_local_name(element).lower() != compound.tag:
        return False
    if compound.id and element.get("id") != compound.id:
        return False
    if compound.classes:
        classes = element.get("class", "").split()
        if not all(name in classes for name in compound.classes):
            return False
    return all(_is_true(test, element, tree) for test in compound.tests)


def _is_true(test: _Test, element: Element, tree: Tree) -> bool:
    tree.take_step()
    name = test[0]
    if name == "[":
        return _has_attribute(test, element)
    if name == "root":
        return element is tree.root
    if name in (*_ALTERNATIVES, "not"):
        inner = list(parse_selectors(test[1][:400]))
        return any(is_match(one, element, tree) for one in inner) is (name != "not")
    place, count, _ = tree.get_place(element)
    places = {"first-child": place == 0, "last-child": place == count - 1, "only-child": count == 1}
    if name.startswith("nth-"):
        return name in ("nth-child", "nth-of-type") and _is_nth(place + 1, test[1])
    return places.get(name.replace("of-type", "child"), name == "link")


def _has_attribute(test: _Test, element: Element) -> bool:
    _, name, sign, wanted = test
    value = next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == name), None)
    if value is None or not sign:
        return value is not None
    tests = {
        "=": value == wanted,
        "~=": wanted in value.split(),
        "|=": value == wanted or value.startswith(f"{wanted}-"),
        "^=": bool(wanted) and value.startswith(wanted),
        "$=": bool(wanted) and value.endswith(wanted),
        "*=": bool(wanted) and wanted in value,
    }
    return tests[sign]


def _is_nth(place: int, text: str) -> bool:
    text = {"odd": "2n+1", "even": "2n"}.get(text.strip().lower(), text.strip().lower())
    if text.isdecimal():
        return place == int(text[:9])
    found = _NTH.fullmatch(text[:40])
    if found is None:
        return False
    step = int(found[1]) if found[1] not in ("", "+", "-") else int(f"{found[1]}1")
    rest = place - int((found[2] or "0").replace(" ", ""))
    return rest == 0 if step == 0 else rest % step == 0 and rest // step >= 0
