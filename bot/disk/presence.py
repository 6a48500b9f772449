"""Tells whether a file or folder is there; what else is wrong shows to whoever opens it."""

from __future__ import annotations

from pathlib import Path


def is_present(path: Path) -> bool:
    """Whether something is at `path`. What cannot be looked at counts: opening it says why."""
    try:
        return path.exists()
    except OSError:
        return True
