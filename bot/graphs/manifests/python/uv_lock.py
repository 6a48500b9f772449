"""`uv.lock`: members of the workspace, each version of each package, and for what. Pure."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from bot.graphs.graph import Graph
from bot.graphs.manifests import kinds, refusals
from bot.graphs.manifests.draft import MAX_VERSIONS, GraphDraft
from bot.graphs.manifests.file_names import match_names
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.texts import read_toml
from bot.graphs.manifests.values import (
    get_list,
    get_table,
    get_tables,
    get_text,
    get_texts,
    join_labels,
)

_NAME = "uv.lock"
_LOCAL_SOURCES = ("editable", "virtual", "directory")


def read_uv_lock(name: str, text: str) -> Graph:
    """Return the whole graph. Raises `GraphError`."""
    lock = read_toml(name, text, _NAME)
    if not isinstance(lock.get("version"), int):
        raise refusals.refuse_shape(name, _NAME, "version")
    if lock["version"] != 1:
        raise refusals.refuse_version(name, lock["version"], "1")
    return _UvLock(name, lock).read()


class _UvLock:
    """One lock; `_found` knows the versions of each name, with their sources."""

    def __init__(self, file: str, lock: dict[str, Any]) -> None:
        self._draft = GraphDraft(file)
        self._packages = get_tables(lock, "package") or get_tables(lock, "distribution")
        self._members = set(get_texts(lock, "manifest", "members"))
        self._found: defaultdict[str, list[tuple[dict[str, Any], str]]] = defaultdict(list)
        self._by_version: defaultdict[tuple[str, str], list[tuple[dict[str, Any], str]]]
        self._by_version = defaultdict(list)

    def read(self) -> Graph:
        ids = [self._add(package) for package in self._packages]
        for node_id, package in zip(ids, self._packages, strict=True):
            self._connect(node_id, package)
        return self._draft.build(is_whole=True)

    def _add(self, package: dict[str, Any]) -> str:
        name, version = get_text(package, "name"), get_text(package, "version")
        if not name:
            raise refusals.refuse_shape(self._draft.file, _NAME, "name")
        if self._is_member(package):
            node_id = self._draft.add_root(name, version)
        else:
            node_id = self._draft.add(name, version, source=self._tell_source(package))
        self._found[name].append((package, node_id))
        self._by_version[name, version].append((package, node_id))
        return node_id

    def _is_member(self, package: dict[str, Any]) -> bool:
        if self._members:
            return get_text(package, "name") in self._members
        source = get_table(package, "source")
        return any(source.get(key) == "." for key in _LOCAL_SOURCES)

    def _tell_source(self, package: dict[str, Any]) -> str:
        """A version from elsewhere is another one than the registry's of the same number."""
        source = get_table(package, "source")
        key = (get_text(package, "name"), get_text(package, "version"))
        return next(iter(map(str, source.values())), "") if self._by_version[key] else ""

    def _connect(self, node_id: str, package: dict[str, Any]) -> None:
        is_member = self._is_member(package)
        for need in get_tables(package, "dependencies"):
            self._meet(node_id, need, kinds.PRODUCTION, "")
        for extra in get_table(package, "optional-dependencies"):
            # The lock has an extra of a package only because it was asked for.
            kind = kinds.OPTIONAL if is_member else kinds.PRODUCTION
            for need in get_tables(package, "optional-dependencies", extra):
                self._meet(node_id, need, kind, f"extra {extra}")
        for field in ("dev-dependencies", "dependency-groups"):
            for group in get_table(package, field):
                for need in get_tables(package, field, group):
                    self._meet(node_id, need, kinds.DEVELOPMENT, f"group {group}")

    def _list_versions(self, name: str, need: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
        key = (name, get_text(need, "version"))
        return (self._by_version[key] if key[1] else self._found.get(name, []))[:MAX_VERSIONS]

    def _meet(self, source: str, need: dict[str, Any], kind: str, where: str) -> None:
        name = get_text(need, "name")
        extras = get_list(need, "extra")
        words = f"[{','.join(map(str, extras))}]" if extras else ""
        label = join_labels(where, words, get_text(need, "marker"))
        targets = [
            node_id
            for package, node_id in self._list_versions(name, need)
            if all(need[key] == package.get(key) for key in ("version", "source") if key in need)
        ]
        if not targets:
            self._draft.connect(source, self._draft.add_gone(name or "?"), kind, label)
        for target in targets:
            # Several fit only where the file leaves open which.
            self._draft.connect(source, target, kind, label, is_open=len(targets) > 1)


FORMAT = ManifestFormat(_NAME, match_names(_NAME), read_uv_lock)
