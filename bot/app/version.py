"""Easel's version, as `pyproject.toml` has it."""

from __future__ import annotations

import tomllib
from importlib import metadata
from pathlib import Path

_PROJECT_FILE = Path(__file__).parents[2] / "pyproject.toml"


def read_version() -> str:
    """Return the version of the checkout that runs, or else of the installed package."""
    try:
        project = tomllib.loads(_PROJECT_FILE.read_text(encoding="utf-8"))["project"]
        return str(project["version"])
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return metadata.version("easel")
