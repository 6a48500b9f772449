"""Finds which pictures are others with marks drawn on them. See `bot.files.readers.marks`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.domain.errors import EaselError
from bot.domain.files import Image
from bot.domain.pictures.sight import Annotation
from bot.files.picture_work import Box
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.sandbox import Sandbox


async def find_annotations(
    sandbox: Sandbox, sent: Sequence[Image], bases: Sequence[Image], owner: TaskOwner
) -> list[tuple[Annotation, Image]]:
    """Find which pictures of `sent` are one of `bases` with marks; the first one that fits counts.

    Each comes with the picture without the marks.
    """
    pairs = [(picture, base) for picture in sent for base in bases]
    boxes = await asyncio.gather(
        *(_find_marks(sandbox, base, picture, owner) for picture, base in pairs)
    )
    found = dict[str, tuple[Annotation, Image]]()
    for (picture, base), box in zip(pairs, boxes, strict=True):
        if box is not None:
            annotation = Annotation(picture.label, base.label, box)
            found.setdefault(picture.file_id, (annotation, base))
    return list(found.values())


async def _find_marks(sandbox: Sandbox, base: Image, marked: Image, owner: TaskOwner) -> Box | None:
    try:
        return await sandbox.find_marks(base.data, marked.data, owner=owner)
    except EaselError:
        return None
