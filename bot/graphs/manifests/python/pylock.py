"""`pylock.toml`, the lock of all tools (PEP 751): versions, and needs if stated. Pure."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from bot.domain.messages import Message
from bot.graphs.graph import Graph, clean_label
from bot.graphs.manifests import kinds, refusals
from bot.graphs.manifests.draft import MAX_VERSIONS, GraphDraft
from bot.graphs.manifests.file_names import match_pattern
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.python.requirement import normalize
from bot.graphs.manifests.reasons import NO_CONNECTIONS_MESSAGE
from bot.graphs.manifests.texts import read_toml
from bot.graphs.manifests.values import get_tables, get_text

_NAME = "pylock.toml"


def read_pylock(name: str, text: str) -> Graph:
    """Return what is installed, with the connections that are stated. Raises `GraphError`."""
    lock = read_toml(name, text, _NAME)
    if "lock-version" not in lock:
        raise refusals.refuse_shape(name, _NAME, "lock-version")
    draft = GraphDraft(name)
    packages = get_tables(lock, "packages")
    found: defaultdict[str, list[tuple[dict[str, Any], str]]] = defaultdict(list)
    for package in packages:
        own_name = normalize(get_text(package, "name"))
        if not own_name:
            raise refusals.refuse_shape(name, _NAME, "name")
        found[own_name].append((package, draft.add(own_name, get_text(package, "version"))))
    has_connections = any(get_tables(package, "dependencies") for package in packages)
    everything = [item for versions in found.values() for item in versions]
    if has_connections:
        for package, node_id in everything:
            for need in get_tables(package, "dependencies"):
                _resolve_need(draft, node_id, need, found)
    else:
        root = draft.add_root(name)
        draft.note(Message(NO_CONNECTIONS_MESSAGE, file=clean_label(name)))
        for package, node_id in everything:
            draft.connect(root, node_id, kinds.PRODUCTION, get_text(package, "marker"))
    return draft.build(is_whole=has_connections)


def _resolve_need(
    draft: GraphDraft,
    source: str,
    need: dict[str, Any],
    found: dict[str, list[tuple[dict[str, Any], str]]],
) -> None:
    """A need has as many keys of the package as tell it apart: PEP 751, `packages.dependencies`."""
    name = normalize(get_text(need, "name"))
    targets = [
        node_id
        for package, node_id in found.get(name, [])[:MAX_VERSIONS]
        if all(package.get(key) == value for key, value in need.items() if key != "name")
    ]
    if not targets:
        draft.connect(source, draft.add_gone(name or "?"), kinds.PRODUCTION)
    for target in targets:
        draft.connect(source, target, kinds.PRODUCTION, is_open=len(targets) > 1)


FORMAT = ManifestFormat(_NAME, match_pattern(r"pylock(?:\.[^.]+)?\.toml"), read_pylock)
