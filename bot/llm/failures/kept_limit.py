"""Keeps which name of an answer's limit a server refuses, so that a restart does not ask again."""

from __future__ import annotations

import hashlib
from pathlib import Path

import structlog

from bot.disk.private_folder import PrivateFolder

log = structlog.get_logger(__name__)

_MAX_BYTES = 100


class KeptLimit:
    """The refused name for one model of one server, in a file of `folder`.

    A file that cannot be read or written costs a refusal at the next start, and nothing else.
    """

    def __init__(self, folder: Path, base_url: str, model: str) -> None:
        self._folder = PrivateFolder(folder.parent, folder.name)
        # Another server at another address may take another name.
        place = hashlib.sha256(f"{base_url} {model}".encode()).hexdigest()[:16]
        self._name = f"limit-{place}.txt"

    def read(self) -> str:
        """Return the refused name, "" where none is kept."""
        try:
            return self._folder.read(self._name, max_bytes=_MAX_BYTES).decode().strip()
        except (OSError, UnicodeDecodeError):
            return ""

    def write(self, name: str) -> None:
        try:
            self._folder.write(name.encode(), self._name)
        except OSError as error:
            log.warning("limit_not_kept", error=type(error).__name__)
