"""Finds the names of files in what people write. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# Slack's markup, which sentences of ours are without, and what people write instead of it.
_MARKS = re.compile(r"[<>@`*_~|&\s]+")


def find_called_names(text: str, names: Iterable[str]) -> set[str]:
    """Return those of `names` that `text` calls.

    “b.png” is not called by “ab.png”, nor by “photo b.png” where there is a file of that name. It
    may be written in other cases, with other marks, or with accents apart from their letters.
    """
    left, called = _normalize(text), set[str]()
    by_form = dict[str, list[str]]()
    for name in names:
        by_form.setdefault(_normalize(name), []).append(name)
    for form in sorted(filter(None, by_form), key=len, reverse=True):
        if form not in left:
            continue
        parts = re.split(rf"(?<![a-z0-9]){re.escape(form)}(?![a-z0-9])", left)
        if len(parts) > 1:
            called.update(by_form[form])
            left = "\n".join(parts)
    return called


def _normalize(text: str) -> str:
    return _MARKS.sub(" ", unicodedata.normalize("NFC", text)).strip().lower()
