"""Loads what a thread holds of a diagram: its newest data, and the picture it was read off."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.domain.errors import EaselError, UserError
from bot.domain.files import FileRef
from bot.files.cache import FileCache
from bot.graphs.diagrams.diagram import Diagram, deserialize_diagram
from bot.graphs.diagrams.selection import find_diagram_files


async def load_newest_diagram(cache: FileCache, files: Sequence[FileRef]) -> Diagram | None:
    """Return the newest diagram of `files`, oldest first; None where there is none.

    Raises `EaselError` where it may be there later.
    """
    for ref in find_diagram_files(files):
        try:
            data = await cache.fetch_original(ref)
            return await asyncio.to_thread(deserialize_diagram, data)
        except (UserError, ValueError):
            # Gone in Slack, or somebody's own file of that name.
            continue
    return None


async def fetch_diagram_picture(
    cache: FileCache, files: Sequence[FileRef], diagram: Diagram
) -> bytes | None:
    """Return the picture that a diagram was read off; None where it is gone."""
    for ref in files:
        if ref.id == diagram.file_id and ref.is_declared_picture and not ref.is_gone:
            try:
                return await cache.fetch_original(ref)
            except EaselError:
                return None
    return None
