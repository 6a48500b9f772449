"""`pdm.lock`: each version, what it needs, and for which groups it is there. Pure."""

from __future__ import annotations

from collections import defaultdict

from bot.graphs.graph import Graph
from bot.graphs.manifests import kinds, refusals
from bot.graphs.manifests.draft import GraphDraft
from bot.graphs.manifests.file_names import match_names
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.python.requirement import (
    Asked,
    choose_versions,
    normalize,
    read_requirement,
)
from bot.graphs.manifests.texts import read_toml
from bot.graphs.manifests.values import get_tables, get_text, get_texts, join_labels

_NAME = "pdm.lock"


def read_pdm_lock(name: str, text: str) -> Graph:
    """Return the whole graph. Raises `GraphError`."""
    lock = read_toml(name, text, _NAME)
    if "package" not in lock and "metadata" not in lock:
        raise refusals.refuse_shape(name, _NAME, "package")
    draft = GraphDraft(name)
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    ids = []
    for package in get_tables(lock, "package"):
        own_name = normalize(get_text(package, "name"))
        if not own_name:
            raise refusals.refuse_shape(name, _NAME, "name")
        groups = get_texts(package, "groups")
        # Extras and groups for development look the same in the lock.
        kind = kinds.OPTIONAL if groups and "default" not in groups else ""
        node_id = draft.add(own_name, get_text(package, "version"), kind=kind)
        found[own_name][get_text(package, "version")] = node_id
        ids.append((node_id, package))
    for node_id, package in ids:
        # An extra is an entry of its own, which needs the package itself: that is no connection.
        extra = ",".join(get_texts(package, "extras"))
        for text_of_need in get_texts(package, "dependencies"):
            asked = read_requirement(text_of_need) or Asked(text_of_need, "", "", "")
            _meet(draft, node_id, (asked, extra), found.get(normalize(asked.name), {}))
    return draft.build(is_whole=True)


def _meet(
    draft: GraphDraft, source: str, need: tuple[Asked, str], versions: dict[str, str]
) -> None:
    asked, extra = need
    label = join_labels(f"extra {extra}" if extra else "", asked.label)
    if not versions:
        if asked.marker:
            draft.leave_out()
        else:
            draft.connect(source, draft.add_gone(normalize(asked.name)), kinds.PRODUCTION, label)
        return
    targets, is_open = choose_versions(versions, asked.specifier)
    for target in targets:
        if target != source:
            draft.connect(source, target, kinds.PRODUCTION, label, is_open=is_open)


FORMAT = ManifestFormat(_NAME, match_names(_NAME), read_pdm_lock)
