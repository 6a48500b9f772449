"""A table of dependencies as poetry and pipenv write it: words, or a table with more. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.graphs.manifests.values import get_table, get_text, get_texts, join_labels, make_text

_PLACES = ("git", "path", "url", "file", "hg", "svn", "bzr")
_EXACT = re.compile(r"(?:==?=?\s*)?(\d[\w.+!-]*)")


@dataclass(frozen=True, slots=True)
class PoetryNeed:
    """What one entry asks for. `address` is a repository, a folder or an archive.

    `has_condition`: it holds for some systems only; `label` is all of it in words.
    """

    name: str
    wanted: str
    label: str
    address: str = ""
    is_optional: bool = False
    has_condition: bool = False

    @property
    def version(self) -> str:
        """The version, where the words allow one alone."""
        exact = _EXACT.fullmatch(self.wanted.strip())
        return exact[1] if exact else ""


def read_poetry_needs(table: dict[str, Any]) -> list[PoetryNeed]:
    """Return the needs; an entry that is a list asks for several, each under its condition."""
    needs = []
    for name, value in table.items():
        for item in value if isinstance(value, list) else [value]:
            needs.append(_read_need(name, item))
    return needs


def _read_need(name: str, value: Any) -> PoetryNeed:
    if not isinstance(value, dict):
        wanted = make_text(value)
        return PoetryNeed(name, wanted, wanted)
    facts = get_table(value)
    wanted = get_text(facts, "version")
    address = next((get_text(facts, key) for key in _PLACES if get_text(facts, key)), "")
    reference = next(
        (get_text(facts, key) for key in ("rev", "tag", "branch", "ref") if get_text(facts, key)),
        "",
    )
    if address and reference:
        address = f"{address}@{reference}"
    markers = get_text(facts, "markers")
    condition = join_labels(
        markers,
        f"python {get_text(facts, 'python')}" if get_text(facts, "python") else "",
        get_text(facts, "platform") or get_text(facts, "sys_platform"),
    )
    extras = get_texts(facts, "extras")
    label = join_labels(f"[{','.join(extras)}]" if extras else "", wanted, address, condition)
    is_optional = facts.get("optional") is True
    return PoetryNeed(name, wanted, label, address, is_optional, bool(condition))
