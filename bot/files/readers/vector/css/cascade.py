"""Writes what style sheets say into each element's `style`, resolved, and removes the sheets.

The renderer knows few selectors, no variables and no new colours; after this it needs none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from bot.files.readers.vector.bounds import DrawingLimitError, get_local_name
from bot.files.readers.vector.css.properties import apply_shapes, complete_family, expand_shorthands
from bot.files.readers.vector.css.selectors import Selector, Tree, is_match, parse_selectors
from bot.files.readers.vector.css.sheets import Declaration, parse_declarations, parse_sheet
from bot.files.readers.vector.css.values import (
    COLOUR_PROPERTIES,
    PAINT_PROPERTIES,
    replace_calls,
    resolve_value,
)

_MAX_STYLE_CHARS, _MAX_SELECTORS = 50_000_000, 40_000
_MAX_PLAIN_STYLES, _MAX_PLAIN_CHARS = 5_000, 1_000
_PAINTS = PAINT_PROPERTIES | COLOUR_PROPERTIES
# Attributes are the weakest rules; what is important stands above each element's own style.
_PLAIN, _OWN, _IMPORTANT, _OWN_IMPORTANT = range(4)
# A rule's specificity and order, and what it declares.
_Match = tuple[tuple[int, int, int], int, tuple[Declaration, ...]]


@dataclass(slots=True)
class _Book:
    """All rules, by a name that what they match has to bear: an id, a class or a tag."""

    by_name: dict[str, list[tuple[Selector, int, tuple[Declaration, ...]]]] = field(
        default_factory=dict
    )
    animation_ends: dict[str, tuple[Declaration, ...]] = field(default_factory=dict)
    # Styles that depend on nothing but rules and an element's own: thousands have the same.
    known: dict[tuple[tuple[int, ...], str], Mapping[str, str]] = field(default_factory=dict)
    has_variables: bool = False
    count: int = 0

    def add_sheet(self, text: str) -> None:
        sheet = parse_sheet(text)
        self.animation_ends |= sheet.animation_ends
        for rule in sheet.rules:
            self.has_variables |= any(one.name.startswith("--") for one in rule.declarations)
            for selector in parse_selectors(rule.selector):
                self.count += 1
                if self.count > _MAX_SELECTORS:
                    raise DrawingLimitError("style")
                last = selector.parts[-1]
                name = (
                    f"#{last.id}" if last.id
                    else f".{last.classes[0]}" if last.classes
                    else last.tag if last.tag != "*" else ""
                )  # fmt: skip
                self.by_name.setdefault(name, []).append((selector, self.count, rule.declarations))

    def list_matches(self, element: Element, tree: Tree) -> list[_Match]:
        """Return what the sheets declare for an element, the weakest rule first."""
        names = ["", get_local_name(element).lower()]
        names += [f"#{element.get('id')}"] if element.get("id") else []
        names += [f".{name}" for name in dict.fromkeys(element.get("class", "").split())]
        found = list[_Match]()
        for name in names:
            for selector, order, declarations in self.by_name.get(name, ()):
                if is_match(selector, element, tree):
                    found.append((selector.specificity, order, declarations))
        found.sort(key=lambda one: one[:2])
        return found

    def is_plain(self, inherited: Mapping[str, str], own: str) -> bool:
        """Whether an element's style follows from the rules and its own alone."""
        is_bound = inherited or self.animation_ends or self.has_variables or "--" in own
        return not is_bound and len(own) <= _MAX_PLAIN_CHARS


def apply_styles(root: Element) -> None:
    """Resolve the styles of all elements. Raises `DrawingLimitError` if that takes too much."""
    book = _Book()
    for element in root.iter():
        if get_local_name(element) == "style":
            book.add_sheet("".join(element.itertext()))
    for parent in list(root.iter()):
        for child in [child for child in parent if get_local_name(child) == "style"]:
            parent.remove(child)
    tree = Tree(root)
    variables = dict[Element, Mapping[str, str]]()
    size = 0
    for element in root.iter():
        above = tree.parents.get(element)
        inherited = variables[above] if above is not None else {}
        size += _apply(element, inherited, variables, book, tree)
        if size > _MAX_STYLE_CHARS:
            raise DrawingLimitError("style")


def _apply(
    element: Element,
    inherited: Mapping[str, str],
    variables: dict[Element, Mapping[str, str]],
    book: _Book,
    tree: Tree,
) -> int:
    """Style one element; return how many characters that took."""
    matches = book.list_matches(element, tree) if book.by_name else []
    own = element.get("style", "")
    if book.is_plain(inherited, own):
        variables[element] = known = inherited
        style = _resolve_plain(matches, own, book) if own or matches else {}
    else:
        declarations = _rank_declarations(matches, own, book)
        variables[element] = known = _collect_variables(declarations, inherited)
        style = _resolve(expand_shorthands(declarations), known)
    _resolve_attributes(element, known)
    if "font-family" in style:
        style["font-family"] = complete_family(style["font-family"])
    if element.get("font-family"):
        element.set("font-family", complete_family(element.attrib["font-family"]))
    apply_shapes(element, style)
    text = ";".join(f"{name}:{value}" for name, value in style.items())
    if text:
        element.set("style", text)
    else:
        element.attrib.pop("style", None)
    return len(text) + sum(map(len, known.values())) * (known is not inherited)


def _resolve_plain(matches: list[_Match], own: str, book: _Book) -> dict[str, str]:
    key = (tuple(order for _, order, _ in matches), own)
    if key not in book.known:
        if len(book.known) >= _MAX_PLAIN_STYLES:
            book.known.clear()
        declarations = _rank_declarations(matches, own, book)
        book.known[key] = _resolve(expand_shorthands(declarations), {})
    return dict(book.known[key])


def _rank_declarations(matches: list[_Match], own: str, book: _Book) -> list[Declaration]:
    """Return what holds for an element, the weakest first."""
    ranked = [
        (_IMPORTANT if one.is_important else _PLAIN, one)
        for _, _, declarations in matches
        for one in declarations
    ]
    ranked += [
        (_OWN_IMPORTANT if one.is_important else _OWN, one) for one in parse_declarations(own)
    ]
    ranked.sort(key=lambda one: one[0])
    declarations = [one for _, one in ranked]
    return declarations + _list_animation_ends(declarations, book)


def _list_animation_ends(declarations: list[Declaration], book: _Book) -> list[Declaration]:
    """Return what an element keeps when its animation is over: it may begin unseen."""
    if not book.animation_ends:
        return []
    said = [one.value.split() for one in declarations if one.name.startswith("animation")]
    words = [word.strip(",") for words in said for word in words]
    if not {"forwards", "both"} & set(words):
        return []
    return [end for word in words for end in book.animation_ends.get(word, ())]


def _collect_variables(
    declarations: Iterable[Declaration], inherited: Mapping[str, str]
) -> Mapping[str, str]:
    own = {one.name: one.value for one in declarations if one.name.startswith("--")}
    if not own:
        return inherited
    known = {**inherited, **own}
    resolved = {
        name: found
        for name, value in own.items()
        if (found := replace_calls(value, known)) is not None
    }
    return {**{k: v for k, v in inherited.items() if k not in own}, **resolved}


def _resolve_attributes(element: Element, variables: Mapping[str, str]) -> None:
    """Resolve the colours that attributes state, and take those away that no browser knows."""
    for name, value in list(element.attrib.items()):
        if name in _PAINTS or ("(" in value and ("var(" in value or "light-dark(" in value)):
            resolved = resolve_value(name, value, variables) if name != "style" else value
            if resolved is None:
                del element.attrib[name]
            else:
                element.set(name, resolved)


def _resolve(declarations: Iterable[Declaration], variables: Mapping[str, str]) -> dict[str, str]:
    """Return the last value of each property that can be resolved."""
    style = dict[str, str]()
    for one in declarations:
        if one.name.startswith("--"):
            continue
        resolved = resolve_value(one.name, one.value, variables)
        if resolved is not None and resolved:
            style.pop(one.name, None)
            style[one.name] = resolved
    return style
