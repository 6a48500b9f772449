"""`bun.lock`, the text form: members of the workspace, and who gets which copy. Pure.

A key is the way through folders, as in `node_modules`: “webpack/schema-utils” is the copy that
webpack alone gets. The binary `bun.lockb` is no text: `bun install --save-text-lockfile` renews it.
"""

from __future__ import annotations

import re
from typing import Any

from bot.graphs.graph import Graph
from bot.graphs.manifests import refusals
from bot.graphs.manifests.draft import GraphDraft
from bot.graphs.manifests.file_names import is_named
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.javascript.names import get_scope, split_last_at
from bot.graphs.manifests.javascript.needs import Need, list_needs
from bot.graphs.manifests.texts import clean_text, read_json
from bot.graphs.manifests.values import get_table, get_text, get_texts

_NAME = "bun.lock"
_MAX_FOLDERS = 30
_BEGINNING = re.compile(r'"lockfileVersion"[^{}]*"workspaces"\s*:\s*\{\s*""\s*:')
# What is not closed ends with the text: it is looked at once, and refused by the reader of JSON.
_STRING = r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)'
_COMMENTS = re.compile(_STRING + r"|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_COMMAS = re.compile(_STRING + r"|,(?=\s*[}\]])", re.DOTALL)


def read_bun_lock(name: str, text: str) -> Graph:
    """Return the whole graph. Raises `GraphError`."""
    plain = _COMMENTS.sub(_keep_strings, clean_text(name, text))
    lock = read_json(name, _COMMAS.sub(_keep_strings, plain), _NAME)
    version = lock.get("lockfileVersion")
    if isinstance(version, bool) or version not in (0, 1, 2):
        raise refusals.refuse_version(name, version, "0, 1, 2")
    return _BunLock(name, lock).read()


class _BunLock:
    """One lock; `_ids` knows the node of each key."""

    def __init__(self, file: str, lock: dict[str, Any]) -> None:
        self._draft = GraphDraft(file)
        self._members = get_table(lock, "workspaces")
        self._packages = get_table(lock, "packages")
        self._ids: dict[str, str] = {}

    def read(self) -> Graph:
        names = {}
        for folder, member in self._members.items():
            name = get_text(member, "name") or folder or self._draft.file
            names[folder] = name
            self._ids[f"workspace:{folder}"] = self._draft.add_root(
                name, get_text(member, "version")
            )
        for key, entry in self._packages.items():
            self._ids[key] = self._add(key, entry)
        for folder, member in self._members.items():
            place = names[folder] if folder else ""
            for need in _list_needs(get_table(member), with_development=True):
                self._resolve_need(self._ids[f"workspace:{folder}"], place, need)
        for key, entry in self._packages.items():
            for need in _list_needs(_get_facts(entry), with_development=False):
                self._resolve_need(self._ids[key], key, need)
        return self._draft.build(is_whole=True)

    def _add(self, key: str, entry: Any) -> str:
        if not isinstance(entry, list) or not entry or not isinstance(entry[0], str):
            raise refusals.refuse_shape(self._draft.file, _NAME, key)
        if key.count("/") > _MAX_FOLDERS:
            raise refusals.refuse_depth(self._draft.file)
        name, version = split_last_at(entry[0])
        if version.startswith("workspace:"):
            member = self._ids.get(f"workspace:{version.removeprefix('workspace:')}")
            return member or self._draft.add(name)
        return self._draft.add(name, version, group=get_scope(name))

    def _resolve_need(self, source: str, place: str, need: Need) -> None:
        parts = re.findall(r"@[^/]*/[^/]*|[^/]+", place)
        for count in range(len(parts), -1, -1):
            if target := self._ids.get("/".join([*parts[:count], need.name])):
                self._draft.connect(source, target, need.kind, need.wanted)
                return
        if need.may_miss:
            self._draft.count_unmet()
        else:
            self._draft.connect(source, self._draft.add_gone(need.name), need.kind, need.wanted)


def _get_facts(entry: list[Any]) -> dict[str, Any]:
    return next((get_table(item) for item in entry if isinstance(item, dict)), {})


def _list_needs(facts: dict[str, Any], *, with_development: bool) -> list[Need]:
    may_miss = set(get_texts(facts, "optionalPeers"))
    needs = list_needs(facts, with_development=with_development)
    return [
        Need(need.name, need.wanted, need.kind, need.may_miss or need.name in may_miss)
        for need in needs
    ]


def _keep_strings(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith('"') else ""


def _is_bun_lock(name: str, head: str) -> bool:
    return is_named(name, _NAME) or bool(_BEGINNING.search(head[:300]))


FORMAT = ManifestFormat(_NAME, _is_bun_lock, read_bun_lock)
