"""Decides what stands for the marks of a link, in a text that is read piece by piece. Pure.

See `links.py` for which links mislead. `[text](url)`, `<url|text>`, `[text][name]` with
`[name]: url` and pictures are links; a mark in code is none.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from bot.delivery.escaping.code_reader import CodeReader
from bot.delivery.escaping.controls import CONTROL_PATTERN
from bot.delivery.escaping.links import (
    Target,
    choose_shown_host,
    find_label,
    is_plain_link,
    list_named_hosts,
    read_target,
)

_MAX_ADDRESS_CHARS = 700
_MAX_ANGLE_CHARS = 2_500
_MAX_NAMES = 200
# So much of what was read before can matter to what follows.
MAX_BEFORE_CHARS = 600
_ADDRESS_PATTERN = re.compile(r"\(\s{0,80}(<[^<>\n]*+>?|(?:[^\s()]++|\([^\s()]*+\))*+)")
# The end of a text in which an address, or the parentheses in it, may go on.
_OPEN_PATTERN = re.compile(r"(?:\([^\s()]*)?")
_NAME_PATTERN = re.compile(r"\[([^\[\]]{0,200})\]")
_DEFINED_PATTERN = re.compile(r":[ \t]{0,80}\n?[ \t]{0,80}(<[^<>\n]*+>?|\S*+)")
_DEFINITION_START_PATTERN = re.compile(r"[ \t>]{0,20}\[((?:[^\[\]\n]|\\[\[\]]){1,500})")
# Letters of a scheme may be written as entities, or with percent signs.
_SCHEME = r"[A-Za-z&%][A-Za-z0-9+.&#;%-]{0,60}"
_ANGLE_LINK_PATTERN = re.compile(rf"<({_SCHEME}:[^\s<>|]*)(?:\|([^<>\n\r]*))?>", re.ASCII)
_ANGLE_PREFIX_PATTERN = re.compile(rf"<(?:{_SCHEME}(?::[^\s<>|]*(?:\|[^<>\n\r]*)?)?)?", re.ASCII)
_ANGLE_SCHEME_PATTERN = re.compile(rf"<{_SCHEME}:", re.ASCII)
_ADDRESS_END_PATTERN = re.compile(r"[\s<>\"'`]|&[lg]t;")
_USER_PATTERN = re.compile(r"https?:[\\/]*([^/?#\\]*)\Z")
_DOT_PATTERN = re.compile("\\.|%2e|\u3002|\uff0e|\uff61", re.IGNORECASE)

# What stands for a mark, and where that ends; None if more text has to be known.
Decision: TypeAlias = tuple[str, int] | None


class LinkJudge:
    """Judges the links of one text. `code` has read the text up to the mark that is judged."""

    def __init__(self, code: CodeReader) -> None:
        self._code = code
        self._targets: dict[str, Target] = {}  # of links by name
        self._labels: dict[str, list[str]] = {}  # that name hosts, of links without a target yet

    def judge_bracket(self, before: str, text: str, start: int, *, is_end: bool) -> Decision:
        """Judge a `]`, which `before` ends at."""
        tail = text[start + 1 : start + 1 + _MAX_ADDRESS_CHARS]
        if not tail:
            return ("]", start + 1) if is_end else None
        if tail[0] not in "([:":
            return "]", start + 1
        is_code = self._code.is_code(text, start, is_end)
        if is_code is None or is_code:
            return None if is_code is None else ("]", start + 1)
        is_whole = is_end or len(tail) == _MAX_ADDRESS_CHARS
        if tail[0] == ":":
            return self._judge_definition(before, tail, start, is_whole=is_whole)
        label = find_label(before)
        if label is None:
            return "]", start + 1
        judge = self._judge_name if tail[0] == "[" else self._judge_address
        return judge(label, tail, start, is_whole=is_whole)

    def _judge_address(self, label: str, tail: str, start: int, *, is_whole: bool) -> Decision:
        """Judge the `]` of `[text](url)`."""
        found = _ADDRESS_PATTERN.match(tail)
        if found is not None and not is_whole and _OPEN_PATTERN.fullmatch(tail, found.end()):
            return None
        address = _strip_brackets(found[1]) if found else ""
        if not address or is_plain_link(label, address):
            return "]", start + 1
        target = read_target(address)
        if target.is_text or _has_angle(address):
            return "]\\(", start + 2
        return _close_label(label, target), start + 1

    def _judge_definition(self, before: str, tail: str, start: int, *, is_whole: bool) -> Decision:
        """Judge the `]` of `[name]: url`. One that would mislead is shown as text."""
        begun = _DEFINITION_START_PATTERN.fullmatch(before, before.rfind("\n") + 1)
        if begun is None:
            return "]", start + 1
        found = _DEFINED_PATTERN.match(tail)
        if found is None or (found.end() == len(tail) and not is_whole):
            return None if found is not None else ("]", start + 1)
        address = _strip_brackets(found[1])
        name, target = _normalize_name(begun[1]), read_target(address)
        # Those of a definition that is shown as text would be links by a later one of that name.
        labels = [begun[1], *self._labels.get(name, [])]
        is_text = target.is_text or _has_angle(address)
        if is_text or any(choose_shown_host(label, target) for label in labels):
            return "]\\", start + 1
        if len(self._targets) < _MAX_NAMES:
            self._targets.setdefault(name, target)
            return "]", start + 1
        return "]\\", start + 1

    def _judge_name(self, label: str, tail: str, start: int, *, is_whole: bool) -> Decision:
        """Judge the `]` of `[text][name]`."""
        found = _NAME_PATTERN.match(tail)
        if found is None:
            is_open = not is_whole and "]" not in tail and len(tail) < 202
            return None if is_open else ("]", start + 1)
        name = _normalize_name(found[1] or label)
        target = self._targets.get(name)
        if target is not None:
            return _close_label(label, target), start + 1
        if not list_named_hosts(label):
            return "]", start + 1
        if len(self._labels) >= _MAX_NAMES or len(self._labels.get(name, ())) >= _MAX_NAMES:
            return "]\\", start + 1
        self._labels.setdefault(name, []).append(label)
        return "]", start + 1

    def judge_angle(self, text: str, start: int, *, is_end: bool) -> Decision:
        """Judge a `<` that begins no control sequence."""
        tail = text[start : start + _MAX_ANGLE_CHARS]
        found = _ANGLE_LINK_PATTERN.match(tail)
        if found is None:
            is_open = _ANGLE_PREFIX_PATTERN.fullmatch(tail) is not None
            if is_open and not is_end and len(tail) < _MAX_ANGLE_CHARS:
                return None
            is_long = is_open and _ANGLE_SCHEME_PATTERN.match(tail) is not None
            return ("&lt;" if is_long else "<"), start + 1
        target = read_target(found[1])
        host = choose_shown_host(found[2] or "", target)
        is_code = self._code.is_code(text, start, is_end) if host else False
        if is_code is None:
            return None
        if is_code or target.is_text:
            return "&lt;", start + 1
        if not host:
            return "<", start + 1
        return f"<{found[1]}|{found[2]} ({host})>", start + found.end()

    def has_host_in_front(self, before: str) -> bool:
        """Whether `before`, at the end of which comes an `@`, is an address that names a host."""
        words = before[-MAX_BEFORE_CHARS:].rsplit(None, 1)
        token = words[-1].lower() if words and not before[-1].isspace() else ""
        if "http" not in token:
            return len(token) == MAX_BEFORE_CHARS and "<" not in token
        token = _ADDRESS_END_PATTERN.split(token)[-1]
        found = (
            _USER_PATTERN.match(token, at)
            for at in {token.find("http"), token.rfind("http")} - {-1}
        )
        return any(user is not None and _DOT_PATTERN.search(user[1]) for user in found)


def _close_label(label: str, target: Target) -> str:
    """Return the end of a label, which shows the host of the target if it names another."""
    host = choose_shown_host(label, target)
    return f" ({host})]" if host else "]"


def _strip_brackets(address: str) -> str:
    """Return an address without the brackets around it; one that is not closed keeps the first, and
    what Slack would take for a control sequence keeps both."""
    is_bracketed = address.startswith("<") and address.endswith(">")
    return address[1:-1] if is_bracketed and not CONTROL_PATTERN.match(address) else address


def _has_angle(address: str) -> bool:
    """Whether an address has what no address has: readers differ in where such a one ends."""
    return "<" in address or ">" in address


def _normalize_name(name: str) -> str:
    return " ".join(name.casefold().split())
