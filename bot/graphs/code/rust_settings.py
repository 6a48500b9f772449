"""Reads from `Cargo.toml` what crates of a repository are called, and what each asks for. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from bot.graphs.code.imports import list_parents

_TABLES = ("dependencies", "dev-dependencies", "build-dependencies")


class Crates:
    """The crates of a repository: their folders by name, and what foreign names mean in each."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._folders: dict[str, str] = {}
        self._needs: dict[str, dict[str, str]] = {}
        self._shared: dict[str, str] = {}
        for folder, text in texts.items():
            manifest = _read(text)
            for name in _list_names(manifest):
                self._folders.setdefault(name, folder)
            if manifest:
                self._needs[folder] = dict(_list_needs(manifest))
            shared = _get_table(_get_table(manifest, "workspace"), "dependencies")
            self._shared |= dict(_read_needs(shared))

    def find_folder(self, name: str, path: str) -> str | None:
        """Return the folder of the crate that a file names, also by a name of its own; else None.

        Such a name is given by `name = { package = "other" }`, or in the workspace.
        """
        real = self._get_needs(path).get(name, name)
        return self._folders.get(self._shared.get(real, real), self._folders.get(name))

    def is_foreign(self, name: str, path: str) -> bool:
        """Whether the name can be a foreign crate: where a manifest is there, it asks for it.

        Other names are things of the file itself: `use self::inner as x; use x::y;`.
        """
        needs = self._get_needs(path)
        return not needs or name in needs

    def _get_needs(self, path: str) -> dict[str, str]:
        return next(
            (self._needs[parent] for parent in list_parents(path) if parent in self._needs), {}
        )


def _read(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}


def _list_names(manifest: dict[str, Any]) -> Iterator[str]:
    for table in ("lib", "package"):
        name = _get_table(manifest, table).get("name")
        if isinstance(name, str):
            yield name.replace("-", "_")


def _list_needs(manifest: dict[str, Any]) -> Iterator[tuple[str, str]]:
    places = [manifest, *_get_table(manifest, "target").values()]
    for place in places:
        for table in _TABLES:
            yield from _read_needs(_get_table(place, table))
            yield from _read_needs(_get_table(place, table.replace("-", "_")))


def _read_needs(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for alias, value in table.items():
        package = value.get("package") if isinstance(value, dict) else None
        name = package if isinstance(package, str) else alias
        yield alias.replace("-", "_"), name.replace("-", "_")


def _get_table(table: object, key: str) -> dict[str, Any]:
    value = table.get(key) if isinstance(table, dict) else None
    return value if isinstance(value, dict) else {}
