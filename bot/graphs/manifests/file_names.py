"""Tells files apart by their names, as people and browsers leave them. Pure."""

from __future__ import annotations

import re

# What a browser adds to the second download of a name: “package-lock (1).json”.
_COPY = re.compile(r" ?\(\d{1,3}\)(?=\.[a-z0-9]+$|$)| - copy(?=\.[a-z0-9]+$|$)")


def clean_name(name: str) -> str:
    """Return a file's own name in small letters, without its folders and marks of copies."""
    base = re.split(r"[/\\]", name)[-1].strip().casefold()
    base = _COPY.sub("", base[-300:])
    return base.removesuffix(".txt") if base.count(".") > 1 else base


def is_named(name: str, *wanted: str) -> bool:
    """Whether the file has one of these names, which are in small letters."""
    return clean_name(name) in wanted
