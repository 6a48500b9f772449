"""Finds what an expression of Terraform refers to: `aws_vpc.main.id`, `var.name`. Pure.

From https://developer.hashicorp.com/terraform/language/expressions/references. Words in texts count
only within `${…}` and `%{…}`. Nothing is calculated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_PIECE = re.compile(
    r"(?P<heredoc><<[-~]?\s*(?P<tag>[A-Za-z_][\w-]*)[ \t]*\n)"
    r"|(?P<text>\")|(?P<comment>#[^\n]*|//[^\n]*|/\*.*?\*/)"
    r"|(?P<call>[A-Za-z_][\w-]*(?:::[A-Za-z_][\w-]*)*\s*\()"
    r"|(?P<name>(?<![.\w-])[A-Za-z_][\w-]*(?:\s*(?:\.\s*[A-Za-z_*][\w-]*|\.\d+|\[[\d*]+\]))*)"
    r"|(?P<open>\{)|(?P<close>\})|(?P<other>.)",
    re.DOTALL,
)
_IN_TEXT = re.compile(r"\\.|\$\$\{|%%\{|(?P<hole>[$%]\{)|(?P<quote>\")|[^\\$%\"]+|.", re.DOTALL)
_IN_HEREDOC = re.compile(r"\$\$\{|%%\{|(?P<hole>[$%]\{)|[^$%]+|.", re.DOTALL)
_FOR = re.compile(r"\bfor\s+([A-Za-z_][\w-]*)(?:\s*,\s*([A-Za-z_][\w-]*))?\s+in\b")
# What belongs to no other block.
_OWN = {"each", "count", "self", "path", "terraform", "true", "false", "null", "for", "in", "if"}
_MAX_NAMES = 20_000


def find_references(expression: str) -> list[tuple[str, ...]]:
    """Return the addresses that an expression names, each as its parts without indices, once."""
    own = {name for found in _FOR.findall(expression) for name in found if name} | _OWN
    found: dict[tuple[str, ...], None] = {}
    for name in _list_names(expression):
        parts = tuple(re.sub(r"\[[^\]]*\]|\s", "", name).split("."))
        if len(parts) > 1 and parts[0] not in own:
            found.setdefault(parts)
            if len(found) >= _MAX_NAMES:
                break
    return list(found)


def _list_names(expression: str) -> Iterator[str]:
    """Yield dotted names outside of texts. A stack remembers what a `}` goes back to."""
    # “text” and “heredoc” are read as words of people, “code” as an expression.
    stack = ["code"]
    at = 0
    while at < len(expression):
        pattern = {"text": _IN_TEXT, "heredoc": _IN_HEREDOC}.get(stack[-1], _PIECE)
        found = pattern.match(expression, at)
        if found is None:
            return
        at = found.end()
        kind = found.lastgroup
        if kind == "name":
            yield found[0]
        _turn(stack, kind or "")


def _turn(stack: list[str], kind: str) -> None:
    """Change what is read next."""
    if kind in ("hole", "open"):
        stack.append("code")
    elif kind == "text":
        stack.append("text")
    elif kind == "heredoc":
        stack.append("heredoc")
    elif kind in ("close", "quote") and len(stack) > 1:
        stack.pop()
