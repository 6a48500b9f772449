"""Reads what JavaScript's settings say of imports: `tsconfig.json` and `package.json`. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.graphs.code.imports import Repository, join_path, list_parents, normalize_path

_MAX_EXTENSIONS = 5
_COMMENTS = re.compile(r'("(?:[^"\\\n]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_LAST_COMMA = re.compile(r'("(?:[^"\\\n]|\\.)*")|,(?=\s*[}\]])')
_MAIN_KEYS = ("source", "types", "typings", "module", "main", "svelte")


@dataclass(frozen=True, slots=True)
class PathRules:
    """`paths` and `baseUrl` of a `tsconfig.json`: patterns with one `*`, and where they lead."""

    base: str | None
    paths: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def list_places(self, words: str) -> Iterator[str]:
        """Yield the places that an import may stand for, the most exact pattern first."""
        for pattern, places in self.paths:
            head, star, tail = pattern.partition("*")
            if words == pattern or (
                star
                and len(words) >= len(head) + len(tail)
                and words.startswith(head)
                and words.endswith(tail)
            ):
                middle = words[len(head) : len(words) - len(tail)] if star else ""
                yield from (place.replace("*", middle, 1) for place in places)
        if self.base is not None:
            yield join_path(self.base, words)


@dataclass(frozen=True, slots=True)
class Packages:
    """The packages of a repository: their folders by name, and what each says of its files."""

    folders: dict[str, str] = field(default_factory=dict)
    manifests: dict[str, dict[str, Any]] = field(default_factory=dict)

    def list_places(self, path: str, words: str) -> Iterator[str]:
        """Yield the places that the name of a package, or `#name` in one, may stand for."""
        if words.startswith("#"):
            yield from self._list_own_places(path, words)
            return
        parts = words.split("/")
        count = 2 if words.startswith("@") else 1
        folder = self.folders.get("/".join(parts[:count]))
        if folder is None:
            return
        inner = "/".join(parts[count:])
        manifest = self.manifests[folder]
        exported = _find_export(manifest.get("exports"), f"./{inner}" if inner else ".")
        yield from (join_path(folder, place) for place in exported)
        if inner:
            yield join_path(folder, inner)
            yield join_path(folder, f"src/{inner}")
            return
        for key in _MAIN_KEYS:
            if isinstance(manifest.get(key), str):
                yield join_path(folder, manifest[key])
        yield from (
            join_path(folder, place) for place in ("src/index", "src", "index", "lib/index")
        )

    def _list_own_places(self, path: str, words: str) -> Iterator[str]:
        for folder in list_parents(path):
            manifest = self.manifests.get(folder)
            if manifest is not None:
                for place in _find_export(manifest.get("imports"), words):
                    yield join_path(folder, place)
                return


def read_packages(repository: Repository) -> Packages:
    """Return the packages that have a `package.json` with a name."""
    packages = Packages()
    for folder, text in repository.list_settings("package.json").items():
        manifest = _read_json(text)
        packages.manifests[folder] = manifest
        if isinstance(manifest.get("name"), str):
            packages.folders.setdefault(manifest["name"], folder)
    return packages


def read_path_rules(repository: Repository) -> dict[str, PathRules]:
    """Return the rules of each folder that has a `tsconfig.json` or a `jsconfig.json`."""
    found: dict[str, PathRules] = {}
    for path in sorted(repository.settings, key=lambda path: not path.endswith("/tsconfig.json")):
        folder, _, name = path.rpartition("/")
        if re.fullmatch(r"[jt]sconfig(?:\.(?:app|base|json))?\.json", name):
            rules = _read_rules(repository, path)
            if rules.paths or rules.base is not None or folder not in found:
                known = found.get(folder)
                if known is None or not known.paths:
                    found[folder] = rules
    return found


def _read_rules(repository: Repository, path: str) -> PathRules:
    """Read a file and those that it extends; what is nearer holds."""
    base: str | None = None
    for _ in range(_MAX_EXTENSIONS):
        settings = _read_json(repository.settings.get(path, ""))
        options = settings.get("compilerOptions")
        options = options if isinstance(options, dict) else {}
        folder = path.rpartition("/")[0]
        if base is None and isinstance(options.get("baseUrl"), str):
            base = normalize_path(join_path(folder, options["baseUrl"]))
        if isinstance(options.get("paths"), dict):
            start = base if base is not None else folder
            return PathRules(base, tuple(_list_rules(start, options["paths"])))
        extended = settings.get("extends")
        names = extended if isinstance(extended, list) else [extended]
        inside = [name for name in names if isinstance(name, str) and name.startswith(".")]
        if not inside:
            break
        target = normalize_path(join_path(folder, inside[-1])) or ""
        path = target if target.endswith(".json") else f"{target}.json"
    return PathRules(base)


def _list_rules(start: str, paths: dict[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    ordered = sorted(paths.items(), key=lambda item: -len(item[0].partition("*")[0]))
    for pattern, places in ordered[:1_000]:
        texts = [place for place in places if isinstance(place, str)] if places else []
        yield pattern, tuple(join_path(start, place) for place in texts[:20])


def _find_export(exports: Any, wanted: str) -> Iterator[str]:
    """Yield the files that `exports` or `imports` has for a name, whatever the conditions."""
    if wanted == "." and isinstance(exports, str):
        yield exports
    if not isinstance(exports, dict):
        return
    if wanted == "." and not any(str(key).startswith((".", "#")) for key in exports):
        yield from _list_conditions(exports)
    for pattern, value in exports.items():
        head, star, tail = str(pattern).partition("*")
        if pattern == wanted:
            yield from _list_conditions(value)
        elif star and wanted.startswith(head) and wanted.endswith(tail):
            middle = wanted[len(head) : len(wanted) - len(tail) if tail else None]
            for place in _list_conditions(value):
                yield place.replace("*", middle, 1)


def _list_conditions(value: Any) -> Iterator[str]:
    waiting = [value]
    for _ in range(200):
        if not waiting:
            return
        current = waiting.pop()
        if isinstance(current, str):
            yield current
        elif isinstance(current, dict):
            waiting.extend(reversed(current.values()))
        elif isinstance(current, list):
            waiting.extend(reversed(current))


def _read_json(text: str) -> dict[str, Any]:
    """Read JSON with comments and commas at the end; what is no such object is empty."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        plain = _COMMENTS.sub(lambda found: found[1] or " ", text)
        plain = _LAST_COMMA.sub(lambda found: found[1] or "", plain)
        try:
            value = json.loads(plain)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}
