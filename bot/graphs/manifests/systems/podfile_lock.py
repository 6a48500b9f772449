"""`Podfile.lock` of CocoaPods: each pod and part of one, and what it needs. Pure."""

from __future__ import annotations

import re

from bot.graphs.graph import Graph
from bot.graphs.manifests import kinds, refusals
from bot.graphs.manifests.bounded_yaml import load_documents
from bot.graphs.manifests.draft import GraphDraft
from bot.graphs.manifests.file_names import match_names
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.texts import clean_text
from bot.graphs.manifests.values import get_list, get_table

_NAME = "Podfile.lock"
_POD = re.compile(r"([^\s()]+)(?: \(([^()]*)\))?")


def read_podfile_lock(name: str, text: str) -> Graph:
    """Return the whole graph. Raises `GraphError`."""
    documents = load_documents(name, clean_text(name, text))
    lock = get_table(documents[0]) if documents else {}
    if "PODS" not in lock and "DEPENDENCIES" not in lock:
        raise refusals.refuse_shape(name, _NAME, "PODS")
    draft = GraphDraft(name)
    root = draft.add_root(name)
    ids: dict[str, str] = {}
    needs: list[tuple[str, str]] = []
    for entry in get_list(lock, "PODS"):
        pods = {entry: None} if isinstance(entry, str) else get_table(entry)
        for pod in pods:
            own_name, version = _read_pod(pod)
            group = own_name.partition("/")[0] if "/" in own_name else ""
            ids[own_name] = draft.add(own_name, version, group=group)
            needs += [(ids[own_name], one) for one in get_list(pods, pod) if isinstance(one, str)]
    needs += [(root, one) for one in get_list(lock, "DEPENDENCIES") if isinstance(one, str)]
    for source, need in needs:
        needed, wanted = _read_pod(need)
        target = ids.get(needed) or draft.add_gone(needed)
        draft.connect(source, target, kinds.PRODUCTION, wanted)
    return draft.build(is_whole=True)


def _read_pod(text: str) -> tuple[str, str]:
    """Return name and words of “Firebase/Core (1.0)” or “A (from `../A`)”."""
    found = _POD.match(text.strip())
    return (found[1], found[2] or "") if found else (text.strip() or "?", "")


FORMAT = ManifestFormat(_NAME, match_names("podfile.lock"), read_podfile_lock)
