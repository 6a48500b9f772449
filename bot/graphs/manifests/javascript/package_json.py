"""`package.json`: what a project of JavaScript asks for directly. Pure."""

from __future__ import annotations

import re
from typing import Any

from bot.domain.messages import Message
from bot.graphs.graph import Graph
from bot.graphs.manifests import kinds
from bot.graphs.manifests.draft import GraphDraft
from bot.graphs.manifests.file_names import match_names
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.javascript.names import get_scope, is_place, read_specifier
from bot.graphs.manifests.javascript.needs import list_needs
from bot.graphs.manifests.javascript.workspaces import list_workspaces
from bot.graphs.manifests.places import describe_place
from bot.graphs.manifests.texts import read_json
from bot.graphs.manifests.values import get_table, get_texts, join_labels, make_text

_NAME = "package.json"
_MEMBERS_MESSAGE = "The members of the workspace have files of their own, which say what they need."
_MAX_OVERRIDE_DEPTH = 20
_MAX_KEY_CHARS = 500


def read_package_json(name: str, text: str) -> Graph:
    """Return the project and what it needs directly. Raises `GraphError`."""
    manifest = read_json(name, text, _NAME)
    draft = GraphDraft(name)
    root = draft.add_root(
        make_text(manifest.get("name")) or name, make_text(manifest.get("version"))
    )
    bundled = set(
        get_texts(manifest, "bundleDependencies") or get_texts(manifest, "bundledDependencies")
    )
    for need in list_needs(manifest, with_development=True):
        label = "bundled" if need.name in bundled else ""
        _add(draft, root, need.name, need.wanted, (need.kind, label))
        # A peer is often there for development, too: the file states both.
        peer = make_text(get_table(manifest, "peerDependencies").get(need.name))
        if peer and need.kind != kinds.PEER:
            _add(draft, root, need.name, peer, (kinds.PEER, ""))
    for program, wanted in get_table(manifest, "engines").items():
        draft.connect(
            root, draft.add(program, kind=kinds.PLATFORM), kinds.PLATFORM, make_text(wanted)
        )
    for pattern in list_workspaces(manifest):
        if pattern.startswith("!"):
            continue
        member = draft.add_unresolved(pattern, Message(_MEMBERS_MESSAGE))
        draft.connect(root, member, kinds.PRODUCTION, "workspace", is_open=True)
    for table in (
        get_table(manifest, "overrides"),
        get_table(manifest, "resolutions"),
        get_table(manifest, "pnpm", "overrides"),
    ):
        _add_overrides(draft, root, table)
    return draft.build(is_whole=False)


def _add(
    draft: GraphDraft, root: str, name: str, wanted: str, kind_and_label: tuple[str, str]
) -> None:
    kind, label = kind_and_label
    if is_place(wanted):
        target = draft.add_unresolved(name, describe_place(draft.file, wanted))
        draft.connect(root, target, kind, join_labels(wanted, label), is_open=True)
        return
    asked = read_specifier(name, wanted)
    target = draft.add(asked.name, asked.version, group=get_scope(asked.name))
    draft.connect(root, target, kind, join_labels(asked.label, label))


def _add_overrides(draft: GraphDraft, root: str, table: dict[str, Any]) -> None:
    """Add the versions that are prescribed for whoever needs the package: also in tables of these.

    A `$name` repeats what the project itself asks for, and adds nothing.
    """
    waiting = [(table, "", 0)]
    while waiting:
        overrides, outer, depth = waiting.pop()
        for key, wanted in overrides.items():
            name = outer if key == "." else _read_overridden(key)
            if isinstance(wanted, dict) and depth < _MAX_OVERRIDE_DEPTH:
                waiting.append((get_table(wanted), name, depth + 1))
            elif isinstance(wanted, str) and not wanted.startswith("$") and name:
                _add(draft, root, name, wanted, (kinds.CONSTRAINT, "override"))


def _read_overridden(key: str) -> str:
    """Return “b” of `b@1`, npm; of `**/b` and `a/b`, yarn; and of `a@1>b@>=2 <3`, pnpm.

    A “>” that parts names has no space, “|” or “@” in front of it, as pnpm reads it.
    """
    last = re.split(r"(?<=[^ |@])>", key[:_MAX_KEY_CHARS])[-1]
    bare = last[:1] + last[1:].partition("@")[0] if "/@" not in last else last
    names = re.findall(r"@[^/]+/[^/@]+|[^/@]+", bare)
    return names[-1] if names else ""


FORMAT = ManifestFormat(_NAME, match_names("package.json"), read_package_json)
