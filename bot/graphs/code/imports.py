"""What a file of source code imports, and what that turns out to be. Values only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Import:
    """One import as it is written. `words` is what is imported, in the words of its language.

    `names` are taken out of it, as in Python's `from words import names`; `level` counts the dots
    of Python, the inline modules around it in Rust, and is 1 for static imports of Java. `kind` is
    a word of the legend.
    """

    words: str
    names: tuple[str, ...] = ()
    level: int = 0
    kind: str = ""


@dataclass(frozen=True, slots=True)
class FileImports:
    """What one file imports; the package that it says to be in, and the words that it uses.

    `computed` are imports of what is only known when the code runs; `has_errors`: some of the file
    was not understood.
    """

    imports: tuple[Import, ...] = ()
    package: str = ""
    words: frozenset[str] = frozenset()
    computed: tuple[str, ...] = ()
    has_errors: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """What an import leads to: files of the repository, a foreign package, or nothing known."""

    paths: tuple[str, ...] = ()
    external: str = ""
    missing: str = ""


class Resolver(Protocol):
    """Finds what the imports of one language lead to, in one repository."""

    def resolve(self, path: str, found: Import) -> Target: ...


@dataclass(frozen=True, slots=True)
class Repository:
    """The paths of all files, and the texts of those that say how modules are found."""

    paths: frozenset[str]
    settings: Mapping[str, str] = field(default_factory=dict)
    read: Mapping[str, FileImports] = field(default_factory=dict)

    def list_settings(self, file_name: str) -> dict[str, str]:
        """Return the texts of all settings with this name, by their folders, from the top."""
        found = {
            path.rpartition("/")[0]: text
            for path, text in self.settings.items()
            if path.rpartition("/")[2] == file_name
        }
        return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Language:
    """One language: the endings of its files, how imports are found, and what they lead to.

    `joins_folders`: its modules are folders, not files.
    """

    name: str
    endings: tuple[str, ...]
    find_imports: Callable[[str, bytes], FileImports]
    build_resolver: Callable[[Repository], Resolver]
    joins_folders: bool = False


def list_parents(path: str) -> list[str]:
    """Return the folders that a path lies in, from the nearest to the top, which is “”."""
    parents = []
    while path:
        path = path.rpartition("/")[0]
        parents.append(path)
    return parents or [""]


def join_path(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def normalize_path(path: str) -> str | None:
    """Return a path without `.` and `..`, or None where it leaves the repository."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
