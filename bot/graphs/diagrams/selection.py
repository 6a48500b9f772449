"""Finds the files of diagrams in a thread. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.files import FileRef
from bot.graphs.diagrams.diagram import FILE_NAME, MAX_FILE_CHARS

_MAX_TRIED = 3


def find_diagram_files(files: Sequence[FileRef]) -> list[FileRef]:
    """Return the few newest files that may hold a diagram, newest first."""
    found = [
        ref
        for ref in files
        if ref.name == FILE_NAME and not ref.is_gone and ref.size <= MAX_FILE_CHARS
    ]
    return found[::-1][:_MAX_TRIED]
