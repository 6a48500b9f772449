"""Marks the tracked changes of OpenDocument texts, as those of Word are marked. Pure.

A text holds them once, in front of all else, and says where each stands (OpenDocument 1.3, part 3,
5.5).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.files.readers.documents.parts import get_attribute, get_tag

CHANGE_MARKS = frozenset(("change", "change-start", "change-end"))
_KINDS = ("insertion", "deletion")
# What ends a word by itself, and what is followed by another paragraph.
_GAPS = frozenset(("s", "tab", "line-break"))
_BLOCKS = frozenset(("p", "h", "list-item", "table-cell", "note", "annotation"))
_SKIPPED = frozenset(("change-info", "note-citation", "creator", "date"))
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
    author = ""
    for child in part:
        if get_tag(child) == "change-info":
            names = [one.text or "" for one in child.iter() if get_tag(one) == "creator"]
            author = " ".join(names)[:100]
    words, size = list[str](), 0
    for piece in _iterate_words(part):
        words.append(piece)
        size += len(piece)
        if size > _MAX_CHARS:
            break
    return Change(get_tag(part), author, " ".join("".join(words)[:_MAX_CHARS].split()))


def _iterate_words(root: Any) -> Iterator[str]:
    """Yield the text of an element as it is read, with a space between paragraphs and cells."""
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        element, is_open = stack.pop()
        tag = get_tag(element)
        if is_open:
            yield f"{' ' if tag in _BLOCKS else ''}{element.tail or ''}"
            continue
        stack.append((element, True))
        # What is no element, such as a comment, has no tag and text that is not read.
        if tag and tag not in _SKIPPED:
            yield f"{' ' if tag in _GAPS | _BLOCKS else ''}{element.text or ''}"
            stack.extend((child, False) for child in reversed(element))


def mark_change(element: Any, tag: str, changes: dict[str, Change]) -> str:
    """Return what stands where a change begins, ends, or took text away; "" for other changes.

    Each stands once, however often the text names it: it is taken out of `changes` at its end.
    """
    name = get_attribute(element, "change-id")
    change = changes.get(name)
    if change is None:
        return ""
    if tag == ("change" if change.kind == "deletion" else "change-end"):
        del changes[name]
    by = f" ({change.author})" if change.author else ""
    if change.kind == "deletion":
        return f"[deleted {change.text}{by}]" if tag == "change" and change.text else ""
    return {"change-start": "[inserted ", "change-end": f"{by}]"}.get(tag, "")
