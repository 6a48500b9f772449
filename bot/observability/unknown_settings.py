"""Finds settings that are spelt wrong: names that look like Easel's, and are none."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from dotenv import dotenv_values

_PREFIX = "EASEL_"
# Kubernetes sets these for a service of the name easel.
_NOT_OURS = re.compile(r"EASEL_(?:.*SERVICE.*|PORT_.*)")
# Of the tests and measurements.
_OF_TESTS = {
    "EASEL_SPECS", "EASEL_REQUIRE_BROWSER", "EASEL_REQUIRE_POSTGRES", "EASEL_THOROUGH",
    "EASEL_PROFILE", "EASEL_WRITE_GOLDEN",
}  # fmt: skip


def list_unknown(names: Iterable[str], known: Sequence[str]) -> dict[str, str]:
    """Return the names that no setting has, each with the nearest one that has, or ""."""
    unknown = {}
    for name in names:
        is_ours = name.upper().startswith(_PREFIX) and not _NOT_OURS.fullmatch(name)
        if is_ours and name not in known and name not in _OF_TESTS:
            near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.6)
            unknown[name] = near[0] if near else ""
    return unknown


def list_names_in_file(path: str | Path | None) -> list[str]:
    """Return the names that a file of settings sets; none where there is no such file."""
    if path is None or not Path(path).is_file():
        return []
    return [name for name, value in dotenv_values(path).items() if value is not None]


def format_unknown(name: str, near: str, place: str) -> str:
    """Return what is wrong with a name in `place`, and what to do."""
    advice = f"did you mean {near}?" if near else "see the table of settings in README.md"
    return f"{name} in {place} is no setting of Easel: {advice}"
