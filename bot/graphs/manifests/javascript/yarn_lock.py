"""`yarn.lock` of yarn 1: which version each range got. Later ones: `yarn_berry.py`. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import islice

from bot.graphs.graph import Graph
from bot.graphs.manifests import kinds, refusals
from bot.graphs.manifests.draft import GraphDraft
from bot.graphs.manifests.file_names import is_named
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.javascript.meeting import meet_by_name
from bot.graphs.manifests.javascript.names import get_scope, read_specifier, split_last_at
from bot.graphs.manifests.javascript.syml import read_syml
from bot.graphs.manifests.javascript.yarn_berry import read_berry
from bot.graphs.manifests.values import get_table, get_text, make_text

_NAME = "yarn.lock"


def read_yarn_lock(name: str, text: str) -> Graph:
    """Return the whole graph of a lock of any yarn. Raises `GraphError`."""
    tables = read_syml(name, text)
    if "__metadata" in tables:
        return read_berry(name, tables)
    draft = GraphDraft(name)
    ids: dict[str, str] = {}
    by_name: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for key, entry in tables.items():
        node_id = _add(draft, key, entry)
        for pattern in key.split(", "):
            ids[pattern] = node_id
            by_name[split_last_at(pattern)[0]][node_id] = None
    for key, entry in tables.items():
        source = ids[key.split(", ")[0]]
        for kind, field in (
            (kinds.PRODUCTION, "dependencies"),
            (kinds.OPTIONAL, "optionalDependencies"),
        ):
            for needed, wanted in get_table(entry, field).items():
                _meet(draft, source, (needed, make_text(wanted), kind), ids, by_name)
    return draft.build(is_whole=True)


def _add(draft: GraphDraft, key: str, entry: object) -> str:
    if not isinstance(entry, dict) or not get_text(entry, "version"):
        raise refusals.refuse_shape(draft.file, _NAME, key)
    name, wanted = split_last_at(key.split(", ")[0])
    real = read_specifier(name, wanted).name
    return draft.add(real, get_text(entry, "version"), group=get_scope(real))


def _meet(
    draft: GraphDraft,
    source: str,
    need: tuple[str, str, str],
    ids: Mapping[str, str],
    by_name: Mapping[str, Mapping[str, None]],
) -> None:
    name, wanted, kind = need
    if target := ids.get(f"{name}@{wanted}"):
        draft.connect(source, target, kind, wanted)
        return
    meet_by_name(draft, source, (name, wanted, kind), list(islice(by_name.get(name, ()), 2)))


def _is_yarn_lock(name: str, head: str) -> bool:
    return is_named(name, _NAME) or "# yarn lockfile v1" in head or head.startswith("__metadata:\n")


FORMAT = ManifestFormat(_NAME, _is_yarn_lock, read_yarn_lock)
