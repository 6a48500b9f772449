"""`package-lock.json` of version 1: packages within packages, and `requires`. Pure.

It does not say what the project asks for. A need is met by the nearest package of that name: among
those that lie in the package itself, else among its neighbours, else further up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.graphs.graph import Graph
from bot.graphs.manifests import kinds, refusals
from bot.graphs.manifests.draft import GraphDraft
from bot.graphs.manifests.javascript.names import get_scope, read_specifier
from bot.graphs.manifests.values import get_table, get_text, make_text

_MAX_DEPTH = 200


@dataclass(frozen=True, slots=True)
class _Place:
    """The packages that lie in one `node_modules`, and the place above."""

    ids: dict[str, str]
    above: _Place | None = None
    depth: int = 0


def read_first_version(file: str, lock: dict[str, Any]) -> Graph:
    """Return the whole graph of a lock that was read as JSON. Raises `GraphError`."""
    draft = GraphDraft(file)
    packages = get_table(lock, "dependencies")
    waiting = [(packages, _open_place(draft, packages, None))]
    while waiting:
        packages, place = waiting.pop()
        for name, entry in packages.items():
            own_place = place
            if inner := get_table(entry, "dependencies"):
                own_place = _open_place(draft, inner, place)
                waiting.append((inner, own_place))
            _meet_needs(draft, place.ids[name], entry, own_place)
    return draft.build(is_whole=True)


def _open_place(draft: GraphDraft, packages: dict[str, Any], above: _Place | None) -> _Place:
    depth = above.depth + 1 if above else 0
    if depth > _MAX_DEPTH:
        raise refusals.refuse_depth(draft.file)
    ids = {}
    for name, entry in packages.items():
        if not isinstance(entry, dict):
            raise refusals.refuse_shape(draft.file, "package-lock.json", name)
        alias = read_specifier(name, get_text(entry, "version"))
        version = alias.version or get_text(entry, "version")
        group = get_scope(alias.name)
        ids[name] = draft.add(alias.name, version, kind=_tell_kind(entry), group=group)
    return _Place(ids, above, depth)


def _meet_needs(draft: GraphDraft, source: str, entry: dict[str, Any], place: _Place) -> None:
    # The oldest files say `"requires": true` at the top, and a table at each package.
    for name, wanted in get_table(entry, "requires").items():
        if target := _find(name, place):
            draft.connect(source, target, kinds.PRODUCTION, make_text(wanted))
        else:
            # npm 5 and 6 wrote here the optional ones, too, and left their packages out.
            draft.leave_out()


def _find(name: str, place: _Place | None) -> str:
    while place is not None:
        if found := place.ids.get(name):
            return found
        place = place.above
    return ""


def _tell_kind(entry: dict[str, Any]) -> str:
    if entry.get("dev") is True:
        return kinds.DEVELOPMENT
    return kinds.OPTIONAL if entry.get("optional") is True else ""
