"""How `pnpm-lock.yaml` names one package with its peers, in each version of the format. Pure.

Version 5 writes `/@scope/name/1.0.0_peers`, 6 writes `/@scope/name@1.0.0(peer@2.0.0)`, and 9 the
same without the stroke; an address or a folder stands where it is no registry's.
"""

from __future__ import annotations

from bot.graphs.manifests.javascript.names import split_last_at


def strip_peers(key: str) -> str:
    """Return the key without “(peer@1.0.0)”, as version 9 lists the facts of a package."""
    return key.partition("(")[0]


def list_keys(name: str, reference: str) -> tuple[str, ...]:
    """Return the keys that `name: reference` can mean, the most exact first."""
    return (
        reference,
        f"{name}@{reference}",
        f"/{name}@{reference}",
        f"/{name}/{reference}",
        f"/{reference}",
    )


def read_key(key: str, *, is_fifth: bool) -> tuple[str, str]:
    """Return name and version. What has no version, such as a folder, is its own name."""
    base = strip_peers(key).removeprefix("/")
    if not is_fifth:
        return split_last_at(base)
    if "/" not in base or base.startswith("file:") or "://" in base:
        return base, ""
    name, _, rest = base.rpartition("/")
    version = rest.partition("_")[0]
    # Of another registry: its host stands first.
    host, _, own = name.partition("/")
    if "." in host and own:
        name = own
    return name, version
