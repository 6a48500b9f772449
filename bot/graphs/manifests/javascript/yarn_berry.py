"""`yarn.lock` of yarn 2 and later: which version each range got, and the workspace. Pure.

It does not tell development from production, and it does not say which version a peer is.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from urllib.parse import quote, unquote

from bot.domain.messages import Message
from bot.graphs.graph import Graph, clean_label
from bot.graphs.manifests import kinds, refusals
from bot.graphs.manifests.draft import GraphDraft
from bot.graphs.manifests.javascript.meeting import meet_by_name
from bot.graphs.manifests.javascript.names import get_scope, split_last_at
from bot.graphs.manifests.javascript.syml import Table
from bot.graphs.manifests.values import get_table, get_text, make_text

_NO_KINDS_MESSAGE = "{file} does not tell what is for development only."
_PEERS_MESSAGE = (
    "{count:,} peer dependency is left out: {file} has several versions of it, or none, and whoever"
    " asks for the package decides."
)
_PEERS_PLURAL = (
    "{count:,} peer dependencies are left out: {file} has several versions of them, or none, and"
    " whoever asks for the package decides."
)
_LOCAL_VERSION = "0.0.0-use.local"


def read_berry(file: str, tables: Table) -> Graph:
    """Return the whole graph of a lock that was read into tables. Raises `GraphError`."""
    return _BerryLock(file, tables).read()


class _BerryLock:
    """One lock; `_ids` knows the node of each descriptor, such as `lodash@npm:^4`."""

    def __init__(self, file: str, tables: Table) -> None:
        self._draft = GraphDraft(file)
        self._entries = {key: entry for key, entry in tables.items() if key != "__metadata"}
        self._ids: dict[str, str] = {}
        self._by_name: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._open_peers = 0

    def read(self) -> Graph:
        sources = [self._add(key, entry) for key, entry in self._entries.items()]
        for source, entry in zip(sources, self._entries.values(), strict=True):
            locator = quote(get_text(entry, "resolution"), safe="", errors="replace")
            meta = get_table(entry, "dependenciesMeta")
            for name, wanted in get_table(entry, "dependencies").items():
                is_optional = get_text(meta, name, "optional") == "true"
                kind = kinds.OPTIONAL if is_optional else kinds.PRODUCTION
                self._meet(source, locator, (name, make_text(wanted), kind))
            self._add_peers(source, entry)
        self._draft.note(Message(_NO_KINDS_MESSAGE, file=clean_label(self._draft.file)))
        if self._open_peers:
            self._draft.note(
                Message(
                    _PEERS_MESSAGE,
                    plural=_PEERS_PLURAL,
                    count=self._open_peers,
                    file=clean_label(self._draft.file),
                )
            )
        return self._draft.build(is_whole=True)

    def _add(self, key: str, entry: object) -> str:
        resolution = get_text(entry, "resolution")
        if not resolution:
            raise refusals.refuse_shape(self._draft.file, "yarn.lock", key)
        name, place = split_last_at(resolution)
        version = get_text(entry, "version")
        if place.startswith("workspace:"):
            node_id = self._draft.add_root(name, "" if version == _LOCAL_VERSION else version)
        else:
            node_id = self._draft.add(name, version, group=get_scope(name))
        for descriptor in map(str.strip, key.split(",")):
            self._ids[descriptor] = node_id
            self._by_name[split_last_at(descriptor)[0]][node_id] = None
        return node_id

    def _meet(self, source: str, locator: str, need: tuple[str, str, str]) -> None:
        name, wanted, kind = need
        plain = f"{name}@{wanted}"
        # A folder is written with the package from which the way to it begins.
        for descriptor in (plain, f"{name}@npm:{wanted}", f"{plain}::locator={locator}"):
            if target := self._ids.get(descriptor):
                self._draft.connect(source, target, kind, unquote(wanted).removeprefix("npm:"))
                return
        others = list(islice(self._by_name.get(name, ()), 2))
        meet_by_name(self._draft, source, (name, wanted.removeprefix("npm:"), kind), others)

    def _add_peers(self, source: str, entry: object) -> None:
        """Connect to the peer, dashed, where there is only one that it can be."""
        meta = get_table(entry, "peerDependenciesMeta")
        for name, wanted in get_table(entry, "peerDependencies").items():
            found = list(islice(self._by_name.get(name, ()), 2))
            if len(found) == 1:
                label = make_text(wanted)
                self._draft.connect(source, found[0], kinds.PEER, label, is_open=True)
            elif get_text(meta, name, "optional") != "true":
                self._open_peers += 1
