"""Tells files apart by their names, as people and browsers leave them. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

# What browsers and desktops add to the second file of a name: “package-lock (1).json”, “pom 2.xml”.
_COPY = re.compile(
    r"(?: ?\(\d{1,3}\)| \d{1,2}| (?:- )?(?:copy|kopie|copie|copia|コピー)(?: ?\(?\d{1,3}\)?)?)"
    r"(?=(?:\.[a-z0-9]+)*$)"
)
_COPY_IN_FRONT = re.compile(r"(?:copy of|kopie von|copie de|copia de) ")


def clean_name(name: str) -> str:
    """Return a file's own name in small letters, without its folders and marks of copies."""
    base = re.split(r"[/\\]", name)[-1].strip().casefold()
    base = _COPY_IN_FRONT.sub("", _COPY.sub("", base[-300:]), count=1)
    return base.removesuffix(".txt") if base.count(".") > 1 else base


def is_named(name: str, *wanted: str) -> bool:
    """Whether the file has one of these names, which are in small letters."""
    return clean_name(name) in wanted


def match_names(*wanted: str) -> Callable[[str, str], bool]:
    """Return a test for `ManifestFormat`: one of these names, in small letters."""
    return lambda name, _head: is_named(name, *wanted)


def match_pattern(pattern: str) -> Callable[[str, str], bool]:
    """Return a test for `ManifestFormat`: the whole own name, in small letters, is of this form."""
    compiled = re.compile(pattern)
    return lambda name, _head: bool(compiled.fullmatch(clean_name(name)))
