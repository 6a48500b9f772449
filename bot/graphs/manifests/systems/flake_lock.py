"""`flake.lock` of Nix: each input, where it is from, and the inputs that it has itself. Pure."""

from __future__ import annotations

from typing import Any

from bot.graphs.graph import Graph
from bot.graphs.manifests import kinds, refusals
from bot.graphs.manifests.draft import GraphDraft
from bot.graphs.manifests.file_names import match_names
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.texts import read_json
from bot.graphs.manifests.values import get_table, get_text, make_text

_NAME = "flake.lock"
_MAX_STEPS = 100


def read_flake_lock(name: str, text: str) -> Graph:
    """Return the whole graph. Raises `GraphError`."""
    lock = read_json(name, text, _NAME)
    nodes, root = get_table(lock, "nodes"), make_text(lock.get("root"))
    if root not in nodes:
        raise refusals.refuse_shape(name, _NAME, "root")
    draft = GraphDraft(name)
    ids = {}
    for key, facts in nodes.items():
        locked = get_table(facts, "locked")
        version = get_text(locked, "rev")[:7] or get_text(locked, "narHash")
        owner = get_text(locked, "owner")
        ids[key] = draft.add_root(name) if key == root else draft.add(key, version, group=owner)
    for key, facts in nodes.items():
        for own_name, way in get_table(facts, "inputs").items():
            target = _follow(nodes, root, way)
            label = own_name if own_name != target else ""
            draft.connect(
                ids[key], ids.get(target) or draft.add_gone(own_name), kinds.PRODUCTION, label
            )
    return draft.build(is_whole=True)


def _follow(nodes: dict[str, Any], root: str, way: Any) -> str:
    """Return the key of the node: a name is one, and a list leads to it through inputs."""
    steps = 0
    names = way if isinstance(way, list) else []
    key = make_text(way)
    if names:
        key = root
    while names and steps < _MAX_STEPS:
        steps += 1
        step = get_table(nodes, key, "inputs").get(make_text(names[0]))
        # A step may itself be a list, which begins at the root again.
        names = [*step, *names[1:]] if isinstance(step, list) else names[1:]
        key = root if isinstance(step, list) else make_text(step)
    return "" if names else key


FORMAT = ManifestFormat(_NAME, match_names("flake.lock"), read_flake_lock)
