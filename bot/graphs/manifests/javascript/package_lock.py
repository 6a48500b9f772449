"""`package-lock.json` and `npm-shrinkwrap.json`, versions 2 and 3: who gets which copy. Pure.

Each entry is a folder of `node_modules`, and a need is met by the nearest folder above, as Node
finds it: https://nodejs.org/api/modules.html#loading-from-node_modules-folders. Version 1 is read
by `package_lock_1.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.graphs.graph import Graph
from bot.graphs.manifests import kinds, refusals
from bot.graphs.manifests.draft import GraphDraft
from bot.graphs.manifests.file_names import is_named
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.javascript.names import get_scope
from bot.graphs.manifests.javascript.needs import Need, list_needs
from bot.graphs.manifests.javascript.package_lock_1 import read_first_version
from bot.graphs.manifests.javascript.workspaces import is_member, list_workspaces
from bot.graphs.manifests.places import describe_place
from bot.graphs.manifests.texts import read_json
from bot.graphs.manifests.values import get_table, get_text

_NAME = "package-lock.json"
_MODULES = "node_modules/"
_MAX_FOLDERS = 200


def read_package_lock(name: str, text: str) -> Graph:
    """Return the whole graph. Raises `GraphError` for what npm would not read either."""
    lock = read_json(name, text, _NAME)
    version = lock.get("lockfileVersion", 1)
    if isinstance(version, bool) or version not in (1, 2, 3):
        raise refusals.refuse_version(name, version, "1, 2, 3")
    if "packages" not in lock:
        return read_first_version(name, lock)
    if not isinstance(lock["packages"], dict):
        raise refusals.refuse_shape(name, _NAME, "packages")
    return _PackageLock(name, lock).read()


class _PackageLock:
    """One lock; `_ids` knows the node of each folder."""

    def __init__(self, file: str, lock: dict[str, Any]) -> None:
        self._draft = GraphDraft(file)
        self._lock = lock
        self._ids: dict[str, str] = {}
        # A link is followed to the folder that it leads to.
        self._entries = get_table(lock, "packages")

    def read(self) -> Graph:
        self._check()
        folders = {key: one for key, one in self._entries.items() if one.get("link") is not True}
        for folder, entry in folders.items():
            self._ids[folder] = self._add(folder, entry)
        for folder, entry in self._entries.items():
            if folder not in folders:
                self._ids[folder] = self._follow(folder, entry)
        for folder, entry in folders.items():
            self._connect(folder, entry)
        return self._draft.build(is_whole=True)

    def _check(self) -> None:
        for folder, entry in self._entries.items():
            if not isinstance(entry, dict):
                raise refusals.refuse_shape(self._draft.file, _NAME, folder or "packages")
            if folder.count("/") > _MAX_FOLDERS:
                raise refusals.refuse_depth(self._draft.file)

    def _add(self, folder: str, entry: dict[str, Any]) -> str:
        name, version = _name_entry(folder, entry), get_text(entry, "version")
        if folder == "":
            name = get_text(entry, "name") or get_text(self._lock, "name") or self._draft.file
            version = version or get_text(self._lock, "version")
            return self._draft.add_root(name, version)
        if _MODULES not in f"{folder}/" and "" in self._entries:
            return self._draft.add(name, version, kind=kinds.PROJECT)
        return self._draft.add(name, version, kind=_tell_kind(entry), group=get_scope(name))

    def _follow(self, folder: str, entry: dict[str, Any]) -> str:
        target = get_text(entry, "resolved")
        if target in self._ids:
            return self._ids[target]
        reason = describe_place(self._draft.file, target or folder)
        return self._draft.add_unresolved(_name_entry(folder, entry), reason)

    def _connect(self, folder: str, entry: dict[str, Any]) -> None:
        source = self._ids[folder]
        is_own = _MODULES not in f"{folder}/"
        workspaces = self._list_workspaces() if folder == "" else []
        names = {name for name, _ in workspaces}
        for _, target in workspaces:
            self._draft.connect(source, target, kinds.PRODUCTION, "workspace")
        for need in list_needs(entry, with_development=is_own):
            if need.name not in names:
                self._meet(source, folder, need)

    def _meet(self, source: str, folder: str, need: Need) -> None:
        for place in _list_places(folder):
            if target := self._ids.get(f"{place}{_MODULES}{need.name}"):
                self._draft.connect(source, target, need.kind, need.wanted)
                return
        if need.may_miss:
            self._draft.leave_out()
        else:
            self._draft.connect(source, self._draft.add_gone(need.name), need.kind, need.wanted)

    def _list_workspaces(self) -> list[tuple[str, str]]:
        """Names and ids of the members: folders of the project that `node_modules` links to."""
        patterns = list_workspaces(get_table(self._entries, ""))
        found = []
        for folder, entry in self._entries.items():
            name = folder.removeprefix(_MODULES)
            is_link = entry.get("link") is True and folder.startswith(_MODULES)
            if (
                is_link
                and _MODULES not in name
                and is_member(get_text(entry, "resolved"), patterns)
            ):
                found.append((name, self._ids[folder]))
        return found


def _name_entry(folder: str, entry: dict[str, Any]) -> str:
    last = folder.rpartition(_MODULES)[2]
    return get_text(entry, "name") or (last if _MODULES in folder else folder)


def _tell_kind(entry: dict[str, Any]) -> str:
    """What the lock says of the need; npm writes no flag where production needs it."""
    if entry.get("dev") is True:
        return kinds.DEVELOPMENT
    if entry.get("optional") is True or entry.get("devOptional") is True:
        return kinds.OPTIONAL
    return kinds.PEER if entry.get("peer") is True else ""


def _list_places(folder: str) -> Iterator[str]:
    """Where Node looks, from the folder itself upwards: each ends in “/”, or is “”."""
    parts = folder.split("/") if folder else []
    while parts:
        if parts[-1] != "node_modules":
            yield "/".join(parts) + "/"
        if parts[-1] == "..":
            return
        parts.pop()
    yield ""


def _is_package_lock(name: str, head: str) -> bool:
    if is_named(name, "package-lock.json", "npm-shrinkwrap.json", ".package-lock.json"):
        return True
    return '"lockfileVersion"' in head and '"packages"' in head and head.lstrip()[:1] == "{"


FORMAT = ManifestFormat(_NAME, _is_package_lock, read_package_lock)
