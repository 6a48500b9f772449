"""Reads rich text, the form in which Slack's clients write, as Markdown. Pure.

The elements: docs.slack.dev, "Rich text block". Their texts are as typed: nothing is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from handlers.parsing.content.mrkdwn import (
    format_broadcast,
    format_channel,
    format_date,
    format_group,
    format_link,
)
from handlers.parsing.content.state import ReadState
from handlers.parsing.fields import read_mapping, read_text

_ID_PATTERN = re.compile(r"[A-Z][A-Z0-9]{1,40}")
_LANGUAGE_PATTERN = re.compile(r"[A-Za-z0-9+#._-]{1,20}")
_FENCE_PATTERN = re.compile(r"`{3,}")
_MAX_INDENT = 8
_STYLE_MARKS = (("italic", "_"), ("bold", "**"), ("strike", "~~"))

Element = Mapping[str, Any]


def read_rich_text(block: Element, state: ReadState) -> str:
    """Return a block of rich text: paragraphs, lists, code and quotes."""
    parts: list[str] = []
    previous = ""
    for element in state.take_parts(block.get("elements")):
        kind = read_text(element.get("type"))
        state.depth += 1
        text = _read_element(kind, element, state)
        state.depth -= 1
        if not text.strip():
            # Clients end a paragraph with an empty section.
            parts.append("\n" if parts else "")
            continue
        if parts:
            parts.append("\n\n" if "rich_text_quote" in (kind, previous) else "\n")
        parts.append(text)
        previous = kind
    return "".join(parts).strip("\n")


def read_inline(elements: object, state: ReadState) -> str:
    """Return the words of one paragraph; neighbouring pieces of code are one."""
    pieces: list[str] = []
    code: list[str] = []
    for element in state.take_parts(elements):
        style = read_mapping(element, "style")
        if style.get("code") is True:
            code.append(_read_piece(element, state, is_code=True))
            continue
        pieces += [_format_code("".join(code)), _read_styled(element, style, state)]
        code = []
    return "".join([*pieces, _format_code("".join(code))])


def _read_element(kind: str, element: Element, state: ReadState) -> str:
    if kind == "rich_text_list":
        return _read_list(element, state)
    if kind == "rich_text_preformatted":
        return _read_preformatted(element, state)
    if kind == "rich_text_quote":
        quoted = read_inline(element.get("elements"), state).strip("\n")
        return state.cut_text(format_quote(quoted))
    if "elements" in element:
        return read_inline(element.get("elements"), state).removesuffix("\n")
    return _read_piece(element, state)


def _read_list(element: Element, state: ReadState) -> str:
    """Return a list. A list within a list is a list of its own in Slack, with an indent."""
    indent = "    " * _read_count(element.get("indent"), _MAX_INDENT)
    number = _read_count(element.get("offset"), 1_000_000) + 1
    is_ordered = element.get("style") == "ordered"
    lines = []
    for item in state.take_parts(element.get("elements")):
        state.depth += 1
        text = _read_element(read_text(item.get("type")), item, state).strip("\n")
        state.depth -= 1
        mark = f"{number}. " if is_ordered else "- "
        lines.append(indent + mark + text.replace("\n", "\n" + indent + " " * len(mark)))
        number += 1
    return state.cut_text("\n".join(lines))


def _read_preformatted(element: Element, state: ReadState) -> str:
    pieces = [
        _read_piece(piece, state, is_code=True)
        for piece in state.take_parts(element.get("elements"))
    ]
    language = read_text(element.get("language"))
    return format_code_block(
        "".join(pieces), language if _LANGUAGE_PATTERN.fullmatch(language) else ""
    )


def format_code_block(code: str, language: str = "") -> str:
    """Return code in a fence that nothing in it ends."""
    if not code.strip():
        return ""
    longest = max((len(found) for found in _FENCE_PATTERN.findall(code)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{code.rstrip(chr(10))}\n{fence}"


def format_quote(text: str) -> str:
    """Return every line of `text` as a line of a quote, by every sign that can end a line."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines()) if text.strip() else ""


def _format_code(code: str) -> str:
    if not code:
        return ""
    return f"`` {code} ``" if "`" in code else f"`{code}`"


def _read_styled(element: Element, style: Element, state: ReadState) -> str:
    text = _read_piece(element, state)
    for name, mark in _STYLE_MARKS:
        if style.get(name) is True:
            text = "\n".join(_format_styled(line, mark) for line in text.split("\n"))
    return text


def _format_styled(line: str, mark: str) -> str:
    """Return the line between marks; Markdown allows no space next to one."""
    words = line.strip()
    if not words:
        return line
    start = line.index(words)
    return f"{line[:start]}{mark}{words}{mark}{line[start + len(words) :]}"


def _read_piece(element: Element, state: ReadState, *, is_code: bool = False) -> str:
    kind = read_text(element.get("type"))
    if kind == "link":
        url, label = state.take_text(element.get("url")), state.take_text(element.get("text"))
        return (label or url) if is_code else format_link(url, label)
    reader = _PIECE_READERS.get(kind)
    if reader is not None:
        return reader(element, state)
    for name in ("text", "fallback", "name", "title", "url"):
        if text := state.take_text(element.get(name)):
            return text
    state.depth += 1
    inner = read_inline(element.get("elements"), state)
    state.depth -= 1
    return inner


def _read_text_piece(element: Element, state: ReadState) -> str:
    return state.take_text(element.get("text"))


def _read_person(element: Element, state: ReadState) -> str:
    user_id = _read_id(element.get("user_id"))
    return state.note_person(user_id) if user_id else ""


def _read_channel(element: Element, state: ReadState) -> str:
    channel_id = _read_id(element.get("channel_id"))
    return format_channel(channel_id, state.take_text(element.get("name"))) if channel_id else ""


def _read_group(element: Element, state: ReadState) -> str:
    group_id = _read_id(element.get("usergroup_id"))
    return format_group(group_id, state.take_text(element.get("name")), state) if group_id else ""


def _read_emoji(element: Element, state: ReadState) -> str:
    name, tone = state.take_text(element.get("name")), element.get("skin_tone")
    if not name:
        return ""
    is_tone = isinstance(tone, int) and not isinstance(tone, bool) and 1 <= tone <= 6
    has_tone = "skin-tone" in name or not is_tone
    return f":{name}:" if has_tone else f":{name}::skin-tone-{tone}:"


def _read_date(element: Element, state: ReadState) -> str:
    text = state.take_text(element.get("fallback"))
    text = text or format_date(_read_count(element.get("timestamp"), 10**12))
    url = state.take_text(element.get("url"))
    return format_link(url, text) if url and text else text


def _read_broadcast(element: Element, state: ReadState) -> str:
    name = state.take_text(element.get("range"))
    return format_broadcast(name, state) if name else ""


def _read_colour(element: Element, state: ReadState) -> str:
    return state.take_text(element.get("value"))


def _read_id(value: object) -> str:
    text = read_text(value)
    return text if _ID_PATTERN.fullmatch(text) else ""


def _read_count(value: object, limit: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        return 0
    return min(value, limit)


_PIECE_READERS: dict[str, Callable[[Element, ReadState], str]] = {
    "text": _read_text_piece,
    "user": _read_person,
    "channel": _read_channel,
    "usergroup": _read_group,
    "emoji": _read_emoji,
    "date": _read_date,
    "broadcast": _read_broadcast,
    "color": _read_colour,
}
