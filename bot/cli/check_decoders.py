"""For `bot check`: what a hostile file that takes over its decoder is kept from on this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from bot.config import Settings
from bot.files.sandbox.confinement import list_readable_paths
from bot.files.sandbox.protection import Protection


def describe_protection(protection: Protection) -> str:
    """Return in words what holds."""
    if sys.platform != "linux":
        return "not protected: a file that takes over its decoder has your rights (not on Linux)"
    return f"protected by {', '.join(protection.means)}" if protection.means else "not protected"


def list_weaknesses(protection: Protection, settings: Settings) -> list[str]:
    """Return what to change on this machine, as sentences."""
    found = list[str]()
    if protection.open_doors and sys.platform == "linux":
        doors = ", ".join(protection.open_doors)
        todo = "use a kernel with Landlock and seccomp (Linux 6.12), or allow them in the container"
        found.append(f"one that a hostile file takes over could {doors}; {todo}")
    if os.geteuid() == 0:
        found.append("Easel runs as root; run it as a user of its own")
    secrets = (settings.data_dir.resolve(), Path(".env").resolve())
    found += [
        f"{secret} lies in {folder}, which decoders may read; move it"
        for secret, folder in _find_readable(secrets)
    ]
    return found


def _find_readable(paths: Iterable[Path]) -> list[tuple[Path, str]]:
    folders = list_readable_paths()
    return [(path, folder) for path in paths for folder in folders if path.is_relative_to(folder)][
        :2
    ]
