"""For `easel check`: whether files are read, and what a hostile one is kept from here."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

from bot.cli.check.finding import Finding
from bot.config import Settings
from bot.files.sandbox.confinement import list_readable_paths
from bot.files.sandbox.protection import Protection
from bot.files.sandbox.sandbox import Sandbox
from bot.files.unreadable import UnreadableError

_NO_DECODER = "no decoder starts; check free memory, and the limits of processes and open files"

# Whoever checks wants to know now, not when a shortage has passed.
_PATIENCE_SECONDS = 1.0
# Decoders load them with the first file that needs them.
_READERS = ("lxml", "olefile", "python_calamine")


async def check_decoders(settings: Settings) -> AsyncIterator[Finding]:
    """Read a file; say what protects the process that does, and what is missing to read all."""
    async with Sandbox(patience_seconds=_PATIENCE_SECONDS) as sandbox:
        try:
            await sandbox.read("check.txt", b"Easel reads this.")
            protection = await sandbox.find_protection()
        except UnreadableError as error:
            is_started = error.why != "not started"
            text = f"a decoder starts and fails: {error}" if is_started else _NO_DECODER
            yield Finding(ok=False, name="files", text=text)
            return
    missing = [name for name in _READERS if importlib.util.find_spec(name) is None]
    lacking = f"; without {', '.join(missing)}: run `make setup`" if missing else ""
    has_fonts = importlib.util.find_spec("noto_cjk_sans_jp_regular") is not None
    fonts = "" if has_fonts else "; letters of some scripts are boxes in drawings: the extra fonts"
    yield Finding(ok=True, name="files", text=f"are read{lacking}{fonts}")
    yield Finding(ok=True, name="decoders", text=_describe(protection))
    for weakness in _list_weaknesses(protection, settings):
        yield Finding(ok=True, name="decoders", text=weakness, is_warning=True)


def _describe(protection: Protection) -> str:
    if sys.platform != "linux":
        return "not protected: a file that takes one over has your rights (not on Linux)"
    return f"protected by {', '.join(protection.means)}" if protection.means else "not protected"


def _list_weaknesses(protection: Protection, settings: Settings) -> list[str]:
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
