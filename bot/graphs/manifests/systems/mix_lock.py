"""`mix.lock` of Elixir: each package, and what it needs. Pure.

The file is a term of Elixir, which nothing but Elixir reads; mix writes one package a line.
"""

from __future__ import annotations

import re

from bot.graphs.graph import Graph
from bot.graphs.manifests import kinds, refusals
from bot.graphs.manifests.draft import GraphDraft
from bot.graphs.manifests.file_names import match_names
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.texts import split_lines

_NAME = "mix.lock"
_HEX = re.compile(r'"([^"]+)":\s*\{:hex, :"?([^,"]+)"?, "([^"]+)"')
_GIT = re.compile(r'"([^"]+)":\s*\{:git, "([^"]+)", "([^"]+)"')
_NEED = re.compile(r'\{:"?([\w.]+)"?, "([^"]*)", \[([^\]]*)\]\}')


def read_mix_lock(name: str, text: str) -> Graph:
    """Return the whole graph. Raises `GraphError`."""
    draft = GraphDraft(name)
    ids: dict[str, str] = {}
    lines: list[tuple[str, str]] = []
    for number, line in enumerate(split_lines(name, text), 1):
        content = line.strip()
        if content in ("", "%{", "}", "%{}") or content.startswith("#"):
            continue
        package, git = _HEX.match(content), _GIT.match(content)
        if package:
            ids[package[1]] = draft.add(package[2], package[3])
            lines.append((ids[package[1]], content[package.end() :]))
        elif git:
            ids[git[1]] = draft.add(git[1], git[3][:7], group=git[2])
        else:
            raise refusals.refuse_line(name, _NAME, number)
    for source, rest in lines:
        for need in _NEED.finditer(rest):
            _connect(draft, source, (need[1], need[2], need[3]), ids)
    return draft.build(is_whole=True)


def _connect(
    draft: GraphDraft, source: str, need: tuple[str, str, str], ids: dict[str, str]
) -> None:
    name, wanted, options = need
    is_optional = "optional: true" in options
    if name not in ids and is_optional:
        draft.count_unmet()
        return
    kind = kinds.OPTIONAL if is_optional else kinds.PRODUCTION
    draft.connect(source, ids.get(name) or draft.add_gone(name), kind, wanted)


FORMAT = ManifestFormat(_NAME, match_names("mix.lock"), read_mix_lock)
