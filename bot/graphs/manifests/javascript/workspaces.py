"""The patterns by which a `package.json` names the members of its workspace. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from bot.graphs.manifests.values import get_texts

_MAX_PATTERNS, _MAX_PATTERN_CHARS = 100, 200


def list_workspaces(manifest: Mapping[str, Any]) -> list[str]:
    """Return the patterns, of npm's form (a list) or yarn's (a table with `packages`)."""
    patterns = get_texts(manifest, "workspaces") or get_texts(manifest, "workspaces", "packages")
    return patterns[:_MAX_PATTERNS]


def is_member(folder: str, patterns: Sequence[str]) -> bool:
    """Whether the patterns take the folder in; a later one that begins with “!” takes it out."""
    answer = False
    for pattern in patterns:
        is_exclusion = pattern.startswith("!")
        if answer == is_exclusion and _matches(folder, pattern.removeprefix("!")):
            answer = not is_exclusion
    return answer


def _matches(folder: str, pattern: str) -> bool:
    pattern = pattern.removeprefix("./").strip("/")[:_MAX_PATTERN_CHARS]
    folder = folder.removeprefix("./").strip("/")
    if "**" in pattern:
        return fnmatchcase(folder, pattern.replace("/**", "/*")) or fnmatchcase(
            folder, pattern.replace("**/", "")
        )
    return pattern.count("/") == folder.count("/") and fnmatchcase(folder, pattern)
