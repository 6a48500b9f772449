"""Reads style sheets into rules: what holds for a light screen, with nothing that is fetched. Pure.

Time and memory grow with the text alone, whatever it is.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field

from bot.files.readers.vector.bounds import DrawingLimitError

_MAX_RULES, _MAX_SELECTOR_CHARS, _MAX_BLOCKS = 20_000, 4_000, 64
# Programs write the same few styles at thousands of shapes: each is read once.
_MAX_KNOWN_STYLES, _MAX_KNOWN_STYLE_CHARS = 5_000, 1_000
# What a block may end or begin with, but not within a string or an address.
_SIGN = re.compile(r"[{};]|\"[^\"\n]*+\"?|'[^'\n]*+'?|url\([^)]*+\)?", re.IGNORECASE)
_LENGTH_QUERY = re.compile(r"(min|max)-width\s*:\s*([\d.]+)\s*(px|em|rem)?")
# People's windows are about this wide.
_WIDTH = 1280.0
_ALWAYS = ("@layer", "@supports", "@scope", "@container", "@starting-style")


@dataclass(frozen=True, slots=True)
class Declaration:
    """One property with its value."""

    name: str
    value: str
    is_important: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """Selectors, as they are written, and what they set."""

    selector: str
    declarations: tuple[Declaration, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rules in their order, and what each animation comes to at its end."""

    rules: tuple[Rule, ...]
    animation_ends: dict[str, tuple[Declaration, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class _Block:
    """`kind`: open, rule, frames, frame or skipped; `text` is its selector or name."""

    kind: str
    text: str = ""
    declarations: list[Declaration] = field(default_factory=list)


def parse_declarations(text: str) -> tuple[Declaration, ...]:
    """Read the text of a `style` attribute."""
    is_short = len(text) <= _MAX_KNOWN_STYLE_CHARS
    return _parse_known_style(text) if is_short else _parse_style(text)


@functools.lru_cache(_MAX_KNOWN_STYLES)
def _parse_known_style(text: str) -> tuple[Declaration, ...]:
    return _parse_style(text)


def _parse_style(text: str) -> tuple[Declaration, ...]:
    parts, start = list[str](), 0
    if '"' not in text and "'" not in text and "(" not in text:
        parts = text.split(";")
    else:
        for match in re.finditer(_SIGN, text):
            if match[0] == ";":
                parts.append(text[start : match.start()])
                start = match.end()
        parts.append(text[start:])
    return tuple(found for part in parts if (found := _parse_declaration(part)) is not None)


def parse_sheet(text: str) -> Sheet:
    """Read a style sheet. Raises `DrawingLimitError` for one with too many rules."""
    text = _drop_comments(text)
    rules, ends = list[Rule](), dict[str, tuple[Declaration, ...]]()
    stack, start = [_Block("open")], 0
    for match in _SIGN.finditer(text):
        if match[0] not in "{};":
            continue
        piece, start = text[start : match.start()].strip(), match.end()
        top = stack[-1]
        if match[0] == "{":
            stack.append(_open_block(piece, stack))
            continue
        if top.kind in ("rule", "frame") and (found := _parse_declaration(piece)) is not None:
            top.declarations.append(found)
        if match[0] == "}" and len(stack) > 1:
            _close_block(stack.pop(), stack[-1], rules, ends)
            if len(rules) > _MAX_RULES:
                raise DrawingLimitError("style")
    return Sheet(tuple(rules), ends)


def _drop_comments(text: str) -> str:
    parts, start = list[str](), 0
    while (begin := text.find("/*", start)) >= 0:
        parts.append(text[start:begin])
        end = text.find("*/", begin + 2)
        start = end + 2 if end >= 0 else len(text)
    return " ".join([*parts, text[start:]]).replace("<!--", " ").replace("-->", " ")


def _parse_declaration(piece: str) -> Declaration | None:
    name, colon, value = piece.partition(":")
    name = name.strip()
    if not colon or not name or len(name) > 100:
        return None
    before, _, mark = value.rpartition("!")
    is_important = mark.strip().lower() == "important"
    value = before if is_important else value
    name = name if name.startswith("--") else name.lower()
    return Declaration(name, value.strip(), is_important)


def _open_block(prelude: str, stack: list[_Block]) -> _Block:
    parent = stack[-1]
    if parent.kind in ("skipped", "frame") or len(stack) > _MAX_BLOCKS:
        return _Block("skipped")
    if parent.kind == "frames":
        return _Block("frame", prelude.lower())
    if not prelude or len(prelude) > _MAX_SELECTOR_CHARS:
        return _Block("skipped")
    if prelude.startswith("@"):
        return _open_at_block(prelude, parent)
    return _Block("rule", _join_selectors(parent.text, prelude))


def _open_at_block(prelude: str, parent: _Block) -> _Block:
    word, _, rest = prelude.partition(" ")
    word = word.lower()
    if word.endswith("keyframes"):
        return _Block("frames", rest.strip())
    if word.startswith("@media"):
        is_open = any(map(_is_for_screen, prelude[len("@media") :].split(",")))
    else:
        is_open = word.startswith(_ALWAYS) and not rest.strip().lower().startswith("not")
    # Within a rule, what it sets still belongs to it.
    kind = "skipped" if not is_open else "rule" if parent.kind == "rule" else "open"
    return _Block(kind, parent.text)


def _close_block(
    block: _Block, parent: _Block, rules: list[Rule], ends: dict[str, tuple[Declaration, ...]]
) -> None:
    if block.kind == "rule" and block.declarations and block.text:
        rules.append(Rule(block.text, tuple(block.declarations)))
    if block.kind == "frame" and ("to" in block.text or "100%" in block.text):
        ends[parent.text] = tuple(block.declarations)


def _join_selectors(outer: str, inner: str) -> str:
    """Return the selectors of a rule in a rule."""
    if not outer:
        return inner
    nested = [
        one.replace("&", above) if "&" in one else f"{above} {one}"
        for above in outer.split(",")[:8]
        for one in inner.split(",")[:8]
    ]
    joined = ",".join(nested)
    return joined if len(joined) <= _MAX_SELECTOR_CHARS else ""


def _is_for_screen(query: str) -> bool:
    """Whether a media query holds for a light screen of a usual width."""
    words = query.lower()
    if "not " in words or "print" in words or "speech" in words or "forced-colors: active" in words:
        return False
    if re.search(r"prefers-color-scheme\s*:\s*dark|prefers-[\w-]+\s*:\s*(?:reduce|more)", words):
        return False
    for bound, number, unit in _LENGTH_QUERY.findall(words):
        length = float(number) * (16 if unit in ("em", "rem") else 1) if _is_number(number) else 0
        if (bound == "min" and length > _WIDTH) or (bound == "max" and length < _WIDTH):
            return False
    return True


def _is_number(text: str) -> bool:
    return text.count(".") <= 1 and text != "."
