"""Easel's version, as `pyproject.toml` has it, and the commit that is checked out."""

from __future__ import annotations

import os
import shutil
import subprocess
import tomllib
from importlib import metadata
from pathlib import Path

from bot.config import find_checkout

_GIT_SECONDS = 5


def read_version() -> str:
    """Return the version of the checkout that runs, or else of the installed package."""
    checkout = find_checkout()
    try:
        text = (checkout / "pyproject.toml").read_text(encoding="utf-8") if checkout else ""
        return str(tomllib.loads(text)["project"]["version"])
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return metadata.version("easel")


def describe_version() -> str:
    """Return the version and, where git can tell it, the commit: "0.1.0 (commit 1a2b3c4)"."""
    commit = _read_commit(find_checkout())
    return f"{read_version()} (commit {commit})" if commit else read_version()


def _read_commit(checkout: Path | None) -> str:
    git = shutil.which("git")
    # Not of another repository that this folder lies in.
    if git is None or checkout is None or not (checkout / ".git").exists():
        return ""
    command = [git, "-C", str(checkout), "describe", "--always", "--dirty", "--exclude=*"]
    try:
        done = subprocess.run(  # noqa: S603 - nothing in it is a person's
            command,
            env=_build_git_environment(),
            capture_output=True,
            text=True,
            check=True,
            timeout=_GIT_SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def _build_git_environment() -> dict[str, str]:
    """Return an environment in which git looks at no other repository, and writes nothing."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, "GIT_OPTIONAL_LOCKS": "0"}
