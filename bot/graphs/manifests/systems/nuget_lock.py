"""`packages.lock.json` of NuGet: for each framework the packages, and what they need. Pure."""

from __future__ import annotations

from typing import Any

from bot.graphs.graph import Graph
from bot.graphs.manifests import kinds, refusals
from bot.graphs.manifests.draft import GraphDraft
from bot.graphs.manifests.file_names import match_pattern
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.texts import read_json
from bot.graphs.manifests.values import get_table, get_text, make_text

_NAME = "packages.lock.json"


def read_nuget_lock(name: str, text: str) -> Graph:
    """Return the whole graph; a package with one version in all frameworks is one box.

    Raises `GraphError`.
    """
    lock = read_json(name, text, _NAME)
    if not isinstance(lock.get("dependencies"), dict):
        raise refusals.refuse_shape(name, _NAME, "dependencies")
    draft = GraphDraft(name)
    root = draft.add_root(name)
    for framework in lock["dependencies"]:
        packages = get_table(lock, "dependencies", framework)
        ids = {own.casefold(): _add(draft, own, facts) for own, facts in packages.items()}
        for own, facts in packages.items():
            source = ids[own.casefold()]
            if get_text(facts, "type") in ("Direct", "Project"):
                requested = get_text(facts, "requested")
                draft.connect(root, source, kinds.PRODUCTION, requested)
            for needed, wanted in get_table(facts, "dependencies").items():
                target = ids.get(needed.casefold()) or draft.add_gone(needed)
                draft.connect(source, target, kinds.PRODUCTION, make_text(wanted))
    return draft.build(is_whole=True)


def _add(draft: GraphDraft, name: str, facts: Any) -> str:
    kind = kinds.PROJECT if get_text(facts, "type") == "Project" else ""
    return draft.add(name, get_text(facts, "resolved"), kind=kind)


FORMAT = ManifestFormat(_NAME, match_pattern(r"packages(?:\.[\w-]+)?\.lock\.json"), read_nuget_lock)
