"""`composer.lock`: each package, what it needs, and whom it replaces. Pure.

It does not say what the project asks for itself. A need that no package of that name meets is met
by those that provide or replace it.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from typing import Any

from bot.graphs.graph import Graph
from bot.graphs.manifests import kinds, refusals
from bot.graphs.manifests.draft import MAX_VERSIONS, GraphDraft
from bot.graphs.manifests.file_names import is_named
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.systems.composer_names import get_vendor, is_platform
from bot.graphs.manifests.texts import read_json
from bot.graphs.manifests.values import get_table, get_tables, get_text, join_labels, make_text

_NAME = "composer.lock"


def read_composer_lock(name: str, text: str) -> Graph:
    """Return the whole graph. Raises `GraphError`."""
    lock = read_json(name, text, _NAME)
    if not isinstance(lock.get("packages"), list):
        raise refusals.refuse_shape(name, _NAME, "packages")
    draft = GraphDraft(name)
    ids: dict[str, str] = {}
    stand_ins: defaultdict[str, dict[str, None]] = defaultdict(dict)
    found: list[tuple[str, dict[str, Any]]] = []
    for field, kind in (("packages", ""), ("packages-dev", kinds.DEVELOPMENT)):
        for package in get_tables(lock, field):
            own_name = get_text(package, "name")
            if not own_name:
                raise refusals.refuse_shape(name, _NAME, "name")
            version = get_text(package, "version")
            node_id = draft.add(own_name, version, kind=kind, group=get_vendor(own_name))
            ids.setdefault(own_name.casefold(), node_id)
            found.append((node_id, package))
            for other in [*get_table(package, "provide"), *get_table(package, "replace")]:
                stand_ins[other.casefold()][node_id] = None
    for node_id, package in found:
        for needed, value in get_table(package, "require").items():
            targets = [ids[needed.casefold()]] if needed.casefold() in ids else []
            _connect(
                draft,
                node_id,
                (needed, make_text(value)),
                targets or list(islice(stand_ins.get(needed.casefold(), ()), MAX_VERSIONS)),
            )
    return draft.build(is_whole=True)


def _connect(draft: GraphDraft, source: str, need: tuple[str, str], targets: list[str]) -> None:
    name, wanted = need
    if is_platform(name):
        node_id = draft.add(name, kind=kinds.PLATFORM)
        draft.connect(source, node_id, kinds.PLATFORM, wanted)
        return
    if not targets:
        draft.connect(source, draft.add_gone(name), kinds.PRODUCTION, wanted)
    for target in targets:
        if target != source:
            is_other = not target.startswith(f"{name}@")
            label = join_labels(f"as {name}" if is_other else "", wanted)
            is_open = len(targets) > 1
            draft.connect(source, target, kinds.PRODUCTION, label, is_open=is_open)


def _is_composer_lock(name: str, head: str) -> bool:
    return is_named(name, _NAME) or "getcomposer.org/doc/01-basic-usage.md" in head


FORMAT = ManifestFormat(_NAME, _is_composer_lock, read_composer_lock)
