"""Marks the tracked changes of OpenDocument texts, as those of Word are marked. Pure.

A text holds them once, in front of all else, and says where each stands (OpenDocument 1.3, part 3,
5.5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.files.readers.documents.parts import get_attribute, get_tag

CHANGE_MARKS = frozenset(("change", "change-start", "change-end"))
_KINDS = ("insertion", "deletion")
_MAX_CHANGES, _MAX_CHARS = 5_000, 2_000


@dataclass(frozen=True, slots=True)
class Change:
    """What was inserted or deleted, by whom; `text` is what was deleted."""

    kind: str
    author: str
    text: str


def list_changes(body: Any) -> dict[str, Change]:
    """Return the changes of a text by their names."""
    changes = dict[str, Change]()
    for region in body.iter():
        if get_tag(region) != "changed-region" or len(changes) >= _MAX_CHANGES:
            continue
        for part in region:
            if get_tag(part) in _KINDS:
                changes[get_attribute(region, "id")] = _read_change(part)
    return changes


def _read_change(part: Any) -> Change:
    author, words = "", list[str]()
    for child in part:
        if get_tag(child) == "change-info":
            names = [one.text or "" for one in child.iter() if get_tag(one) == "creator"]
            author = " ".join(names)[:100]
        else:
            words.append("".join(map(str, child.itertext())))
    text = " ".join(" ".join(words)[:_MAX_CHARS].split())
    return Change(get_tag(part), author, text)


def mark_change(element: Any, tag: str, changes: Mapping[str, Change]) -> str:
    """Return what stands where a change begins, ends, or took text away; "" for other changes."""
    change = changes.get(get_attribute(element, "change-id"))
    if change is None:
        return ""
    by = f" ({change.author})" if change.author else ""
    if change.kind == "deletion":
        return f"[deleted {change.text}{by}]" if tag == "change" and change.text else ""
    return {"change-start": "[inserted ", "change-end": f"{by}]"}.get(tag, "")
