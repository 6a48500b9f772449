"""The needs that a `package.json`, or an entry of a lock, states: names, words, kinds. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.graphs.manifests import kinds
from bot.graphs.manifests.values import get_table, make_text


@dataclass(frozen=True, slots=True)
class Need:
    """`name` is the name in the file, `wanted` what stands there; `may_miss`: it may stay away."""

    name: str
    wanted: str
    kind: str
    may_miss: bool = False


def list_needs(entry: Mapping[str, Any], *, with_development: bool) -> list[Need]:
    """Return what the entry needs, each name once, in npm's order of precedence.

    https://docs.npmjs.com/cli/v11/configuring-npm/package-json: an optional dependency overrides
    the ordinary one, and npm lets development dependencies override both.
    """
    found: dict[str, Need] = {}
    meta = get_table(entry, "peerDependenciesMeta")
    for name, wanted in get_table(entry, "peerDependencies").items():
        may_miss = get_table(meta, name).get("optional") is True
        found[name] = Need(name, make_text(wanted), kinds.PEER, may_miss)
    for name, wanted in get_table(entry, "dependencies").items():
        found[name] = Need(name, make_text(wanted), kinds.PRODUCTION)
    for name, wanted in get_table(entry, "optionalDependencies").items():
        found[name] = Need(name, make_text(wanted), kinds.OPTIONAL, may_miss=True)
    if with_development:
        for name, wanted in get_table(entry, "devDependencies").items():
            found[name] = Need(name, make_text(wanted), kinds.DEVELOPMENT)
    return list(found.values())
