"""Makes the copies of a question's pictures smaller where all together take too many tokens.

See `copies.py` for how small, and `bot.files.sandbox` for where that is done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence, Set
from dataclasses import replace

import structlog

from bot.domain.errors import EaselError
from bot.domain.files import FileContext, Image
from bot.domain.pictures.sight import Detail
from bot.domain.tokens import estimate_picture_tokens
from bot.files.detail.copies import plan_sides
from bot.files.sandbox.pool import NOBODY, TaskOwner
from bot.files.sandbox.sandbox import Sandbox
from bot.observability.error_codes import get_error_code

log = structlog.get_logger(__name__)


async def fit_copies(
    sandbox: Sandbox,
    files: FileContext,
    max_tokens: int,
    find_owner: Callable[[str], TaskOwner],
    kept_ids: Set[str] = frozenset(),
) -> tuple[FileContext, list[Image]]:
    """Return the files with pictures that take at most `max_tokens`, and those that were shrunk.

    Those of the files `kept_ids` stay as they are. `find_owner` tells by the id of a file whose
    turn its picture takes.
    """
    pictures = (*files.earlier_images, *files.new_images)
    copies = [picture for picture in pictures if picture.file_id not in kept_ids]
    kept_tokens = sum(
        estimate_picture_tokens(one.width, one.height, one.sight.detail)
        for one in pictures
        if one.file_id in kept_ids
    )
    sides = plan_sides(copies, max_tokens - kept_tokens)
    results = await asyncio.gather(
        *(
            _try_to_shrink(sandbox, copy, side, find_owner(copy.file_id))
            for copy, side in zip(copies, sides, strict=True)
            if side is not None
        )
    )
    large = [copy for copy, side in zip(copies, sides, strict=True) if side is not None]
    small = {id(one): other for one, other in zip(large, results, strict=True)}
    fitted = replace(
        files,
        earlier_images=_replace_pictures(files.earlier_images, small),
        new_images=_replace_pictures(files.new_images, small),
    )
    return fitted, [other for one, other in zip(large, results, strict=True) if other is not one]


async def shrink_copy(sandbox: Sandbox, copy: Image, side: int, owner: TaskOwner = NOBODY) -> Image:
    """Return a picture of at most `side` pixels a side. Raises `UnreadableError`."""
    small = await sandbox.shrink(copy.name, copy.data, side, owner=owner)
    sight = replace(copy.sight, detail=Detail.HIGH)
    if not sight.full_width:
        # Of a page or a frame this is the size at which it is usually seen.
        sight = replace(sight, full_width=copy.width, full_height=copy.height)
    return replace(small, name=copy.name, part=copy.part, file_id=copy.file_id, sight=sight)


async def _try_to_shrink(sandbox: Sandbox, copy: Image, side: int, owner: TaskOwner) -> Image:
    """Return a copy made smaller, or as it is if that fails: it is seen, and costs more."""
    try:
        return await shrink_copy(sandbox, copy, side, owner)
    except EaselError as error:
        log.info("copy_not_shrunk", code=get_error_code(error))
        return copy


def _replace_pictures(pictures: Sequence[Image], replaced: dict[int, Image]) -> tuple[Image, ...]:
    return tuple(replaced.get(id(picture), picture) for picture in pictures)
