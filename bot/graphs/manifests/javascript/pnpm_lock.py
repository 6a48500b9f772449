"""`pnpm-lock.yaml`, versions 5 to 9: members of the workspace, and who gets which version. Pure.

A package that pnpm installs several times, once for each set of peers, is one node: name and
version are the same, and its needs are joined. How keys are written: `pnpm_keys.py`.
"""

from __future__ import annotations

import posixpath
from typing import Any

from bot.graphs.graph import Graph
from bot.graphs.manifests import kinds, refusals
from bot.graphs.manifests.bounded_yaml import load_documents
from bot.graphs.manifests.draft import GraphDraft
from bot.graphs.manifests.file_names import is_named
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.javascript.names import get_scope
from bot.graphs.manifests.javascript.pnpm_keys import list_keys, read_key, strip_peers
from bot.graphs.manifests.places import describe_place
from bot.graphs.manifests.texts import clean_text
from bot.graphs.manifests.values import get_table, get_text, make_text

_NAME = "pnpm-lock.yaml"
_FIELDS = (
    (kinds.PRODUCTION, "dependencies"),
    (kinds.OPTIONAL, "optionalDependencies"),
    (kinds.DEVELOPMENT, "devDependencies"),
)


def read_pnpm_lock(name: str, text: str) -> Graph:
    """Return the whole graph. Raises `GraphError`."""
    documents = [one for one in load_documents(name, clean_text(name, text)) if one is not None]
    if not documents:
        raise refusals.refuse_empty(name)
    # pnpm 10 may write what it needs for itself as a document of its own, first.
    lock = documents[-1]
    if not isinstance(lock, dict) or "lockfileVersion" not in lock:
        raise refusals.refuse_shape(name, _NAME, "lockfileVersion")
    version = make_text(lock["lockfileVersion"])
    if version.partition(".")[0] not in ("5", "6", "7", "9"):
        raise refusals.refuse_version(name, version, "5, 6, 9")
    return _PnpmLock(name, lock).read()


class _PnpmLock:
    """One lock; `_ids` knows the node of each key, `_members` that of each folder."""

    def __init__(self, file: str, lock: dict[str, Any]) -> None:
        self._draft = GraphDraft(file)
        self._lock = lock
        self._packages = get_table(lock, "packages")
        self._snapshots = get_table(lock, "snapshots") or self._packages
        self._is_fifth = make_text(lock["lockfileVersion"]).startswith("5")
        self._ids: dict[str, str] = {}
        self._members: dict[str, str] = {}

    def read(self) -> Graph:
        importers = get_table(self._lock, "importers") or {".": self._lock}
        for folder in importers:
            name = self._draft.file if folder == "." else folder
            self._members[posixpath.normpath(folder)] = self._draft.add_root(name)
        for key in self._snapshots:
            self._ids[key] = self._add(key)
        for folder, importer in importers.items():
            self._connect_member(folder, get_table(importer))
        for key in self._snapshots:
            self._connect_package(key)
        return self._draft.build(is_whole=True)

    def _get_facts(self, key: str) -> dict[str, Any]:
        """What is the same for each set of peers."""
        facts = get_table(self._packages, key)
        return facts or get_table(self._packages, strip_peers(key))

    def _add(self, key: str) -> str:
        facts = self._get_facts(key)
        name, version = read_key(key, is_fifth=self._is_fifth)
        name = get_text(facts, "name") or name
        version = get_text(facts, "version") or version
        if not name:
            raise refusals.refuse_shape(self._draft.file, _NAME, key or "packages")
        kind = ""
        if facts.get("dev") is True:
            kind = kinds.DEVELOPMENT
        elif get_table(self._snapshots, key).get("optional") is True:
            kind = kinds.OPTIONAL
        return self._draft.add(name, version, kind=kind, group=get_scope(name))

    def _connect_member(self, folder: str, importer: dict[str, Any]) -> None:
        source = self._members[posixpath.normpath(folder)]
        specifiers = get_table(importer, "specifiers")
        for kind, field in _FIELDS:
            for name, entry in get_table(importer, field).items():
                reference = make_text(entry) or get_text(entry, "version")
                label = get_text(entry, "specifier") or get_text(specifiers, name)
                self._meet(source, (folder, name, reference), kind, label)

    def _connect_package(self, key: str) -> None:
        peers = get_table(self._get_facts(key), "peerDependencies")
        entry = get_table(self._snapshots, key)
        for kind, field in _FIELDS[:2]:
            for name, value in get_table(entry, field).items():
                kind_here = kinds.PEER if name in peers else kind
                label = get_text(peers, name)
                self._meet(self._ids[key], ("", name, make_text(value)), kind_here, label)

    def _meet(self, source: str, need: tuple[str, str, str], kind: str, label: str) -> None:
        folder, name, reference = need
        if reference.startswith("link:"):
            place = posixpath.normpath(posixpath.join(folder, reference.removeprefix("link:")))
            target = self._members.get(place) or self._draft.add_unresolved(
                name, describe_place(self._draft.file, place)
            )
            self._draft.connect(source, target, kind, label)
            return
        found = (self._ids[key] for key in list_keys(name, reference) if key in self._ids)
        target = next(found, "") or self._draft.add_gone(name)
        self._draft.connect(source, target, kind, label)


def _is_pnpm_lock(name: str, head: str) -> bool:
    if is_named(name, _NAME, "pnpm-lock.yml"):
        return True
    return head.startswith("lockfileVersion:") and ("importers:" in head or "specifiers:" in head)


FORMAT = ManifestFormat(_NAME, _is_pnpm_lock, read_pnpm_lock)
