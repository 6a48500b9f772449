"""`composer.json`: what a PHP project asks for directly. Pure."""

from __future__ import annotations

import re

from bot.graphs.graph import Graph
from bot.graphs.manifests import kinds
from bot.graphs.manifests.draft import GraphDraft
from bot.graphs.manifests.file_names import match_names
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.systems.composer_names import get_vendor, is_platform
from bot.graphs.manifests.texts import read_json
from bot.graphs.manifests.values import get_table, make_text

_NAME = "composer.json"
_EXACT = re.compile(r"v?\d+(?:\.\d+){1,3}(?:-?(?:alpha|beta|RC|p|patch)\.?\d*)?", re.IGNORECASE)


def read_composer_json(name: str, text: str) -> Graph:
    """Return the project and what it asks for. Raises `GraphError`."""
    manifest = read_json(name, text, _NAME)
    draft = GraphDraft(name)
    version = make_text(manifest.get("version"))
    root = draft.add_root(make_text(manifest.get("name")) or name, version)
    for field, kind in (("require", kinds.PRODUCTION), ("require-dev", kinds.DEVELOPMENT)):
        for needed, value in get_table(manifest, field).items():
            wanted = make_text(value)
            if is_platform(needed):
                node_id = draft.add(needed, kind=kinds.PLATFORM)
                draft.connect(root, node_id, kinds.PLATFORM, wanted)
                continue
            exact = wanted if _EXACT.fullmatch(wanted.strip()) else ""
            draft.connect(root, draft.add(needed, exact, group=get_vendor(needed)), kind, wanted)
    return draft.build(is_whole=False)


FORMAT = ManifestFormat(_NAME, match_names("composer.json"), read_composer_json)
