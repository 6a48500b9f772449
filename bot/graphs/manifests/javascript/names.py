"""Names and specifiers of npm's packages, which all of its lock files share. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ALIAS = re.compile(r"npm:(@[^/@]+/[^@]+|[^@]+)(?:@(.*))?", re.DOTALL)
# What names a place and no version: a folder, a link, an archive, a repository.
_PLACE = re.compile(
    r"(?:file|link|portal|workspace|patch|exec|git|git\+\w+|https?|ssh|github|gitlab|bitbucket|gist"
    r"|catalog|jsr):|\.{0,2}/|~/|[\w.-]+/[\w.-]+(?:#|$)",
    re.IGNORECASE,
)
_EXACT = re.compile(r"[v=]?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?")


@dataclass(frozen=True, slots=True)
class Specifier:
    """What a manifest asks for: the real name of the package, a version if exact, and the words."""

    name: str
    version: str
    label: str


def get_scope(name: str) -> str:
    """Return “@babel” of “@babel/core”, and “” of a name without a scope."""
    return name.partition("/")[0] if name.startswith("@") and "/" in name else ""


def read_specifier(name: str, wanted: str) -> Specifier:
    """Return what `"name": "wanted"` of a manifest asks for; an alias by its real name."""
    if alias := _ALIAS.fullmatch(wanted):
        return Specifier(alias[1], _get_exact(alias[2] or ""), f"{name}: {wanted}")
    return Specifier(name, _get_exact(wanted), wanted)


def _get_exact(wanted: str) -> str:
    """Return “1.0.0” of “v1.0.0”, and “” of a range."""
    words = wanted.strip()
    return words.lstrip("v=") if _EXACT.fullmatch(words) else ""


def is_place(wanted: str) -> bool:
    """Whether the words name a folder, an address or a list elsewhere, and no range of versions."""
    return bool(_PLACE.match(wanted)) and not wanted.startswith("npm:")


def split_last_at(text: str) -> tuple[str, str]:
    """Return name and rest of “@scope/name@rest”; the rest is “” where there is none."""
    name, _, rest = text[1:].partition("@")
    return text[:1] + name, rest
