"""One requirement of a Python project, as PEP 508 writes it: read by `packaging`. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion

from bot.graphs.manifests.draft import MAX_VERSIONS, GraphDraft
from bot.graphs.manifests.places import describe_place
from bot.graphs.manifests.values import join_labels

_MAX_CHARS = 5_000
# What pip took for many years: versions that PEP 440 does not know, such as “>=1.0.*” or “==dev”.
_OLD_FORM = re.compile(
    r"([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(\[[\w\s,.-]*\])?\s*\(?((?:[=<>!~]=?=?\s*[^\s,;()]+[,\s]*)+)\)?"
    r"\s*(;.*)?"
)
_PINNED = re.compile(r"===?\s*([^\s,*;]+)")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: the name as written, a version if one is pinned, an address, the words."""

    name: str
    version: str
    address: str
    label: str
    specifier: str = ""
    marker: str = ""


def read_requirement(text: str) -> Asked | None:
    """Return what a line such as `httpx[http2]>=0.27; python_version < "3.13"` asks for.

    None where it is no requirement.
    """
    text = text.strip()
    if not text or len(text) > _MAX_CHARS:
        return None
    try:
        found = Requirement(text)
    except InvalidRequirement:
        return _read_old_form(text)
    except (RecursionError, InvalidSpecifier, InvalidVersion):
        return None
    extras = f"[{','.join(sorted(found.extras))}]" if found.extras else ""
    words = f"{extras}{found.specifier}"
    marker = f"; {found.marker}" if found.marker else ""
    address = found.url or ""
    label = f"{words or (extras if not address else '')}{' ' + address if address else ''}{marker}"
    specifier = str(found.specifier)
    condition = str(found.marker or "")
    return Asked(
        found.name, get_pinned(specifier), address, label.strip(" ;"), specifier, condition
    )


def get_pinned(specifier: str) -> str:
    """Return “1.2” of “==1.2”, and “” of anything that allows more than one version."""
    pinned = _PINNED.fullmatch(specifier.strip())
    return pinned[1] if pinned else ""


def normalize(name: str) -> str:
    """Return the name as Python's index writes it: `Flask_SQLAlchemy` is `flask-sqlalchemy`."""
    return canonicalize_name(name)


def add_asked(draft: GraphDraft, source: str, asked: Asked, kind: str, *, where: str = "") -> str:
    """Connect `source` to what is asked for; `where` says of which extra or group it is."""
    name = normalize(asked.name)
    if asked.address:
        target = draft.add_unresolved(name, describe_place(draft.file, asked.address))
    else:
        target = draft.add(name, asked.version)
    label = join_labels(where, asked.label)
    draft.connect(source, target, kind, label, is_open=bool(asked.address))
    return target


def choose_versions(versions: Mapping[str, str], specifier: str) -> tuple[list[str], bool]:
    """Return the ids of the versions that are meant, and whether that is open.

    `versions` are those in the lock, with their ids. One alone is meant whatever the words are; of
    several those that the specifier allows, and all of them where it cannot tell. `||` joins
    ranges, and `*` is any version, as poetry writes.
    """
    ids = list(islice(versions.values(), MAX_VERSIONS))
    if len(ids) < 2:
        return ids, False
    allowed: list[str] = []
    if len(versions) <= MAX_VERSIONS:
        try:
            wanted = [
                SpecifierSet("" if one.strip() == "*" else one) for one in specifier.split("||")
            ]
            allowed = [versions[one] for one in versions if _is_allowed(one, wanted)]
        except (InvalidSpecifier, InvalidVersion, RecursionError):
            allowed = []
    return allowed or ids, not allowed


def _is_allowed(version: str, wanted: Sequence[SpecifierSet]) -> bool:
    return any(one.contains(version, prereleases=True) for one in wanted)


def _read_old_form(text: str) -> Asked | None:
    found = _OLD_FORM.fullmatch(text)
    if found is None:
        return None
    words = " ".join((found[3] or "").split())
    label = f"{found[2] or ''}{words}{found[4] or ''}"
    return Asked(found[1], get_pinned(words), "", label)
