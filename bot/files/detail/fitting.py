"""Makes the copies of a question's pictures smaller where all together take too many tokens.

See `copies.py` for how small, and `bot.files.sandbox` for where that is done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace

import structlog

from bot.domain.errors import EaselError
from bot.domain.files import FileContext, Image, PictureKey
from bot.domain.messages import Message
from bot.domain.pictures.sight import Detail
from bot.files.detail.copies import plan_sides
from bot.files.sandbox.pool import NOBODY, TaskOwner
from bot.files.sandbox.sandbox import Sandbox
from bot.observability.error_codes import get_error_code

log = structlog.get_logger(__name__)

NOT_SMALLER_MESSAGE = (
    "_I could not make {name} smaller, so I saw it as it is: this answer costs more than usual._"
)


async def fit_copies(
    sandbox: Sandbox,
    files: FileContext,
    max_tokens: int,
    find_owner: Callable[[str], TaskOwner],
    kept_keys: Set[PictureKey] = frozenset(),
) -> tuple[FileContext, list[Image]]:
    """Return the files with pictures that take at most `max_tokens`, and those that were shrunk.

    Those with one of `kept_keys` stay as they are. What cannot be shrunk is sent as it is, which
    the notes of the files say: it is seen, and costs more. `find_owner` tells by the id of a file
    whose turn its picture takes.
    """
    pictures = files.pictures
    copies = [picture for picture in pictures if picture.key not in kept_keys]
    kept_tokens = sum(picture.tokens for picture in pictures if picture.key in kept_keys)
    sides = plan_sides(copies, max_tokens - kept_tokens)
    large = [(copy, side) for copy, side in zip(copies, sides, strict=True) if side is not None]
    small = await _shrink_all(sandbox, large, find_owner)
    left = [copy for copy, _ in large if id(copy) not in small]
    names = dict.fromkeys(copy.name for copy in left)
    fitted = _replace_pictures(files, small)
    told = [Message(NOT_SMALLER_MESSAGE, name=name) for name in names]
    return replace(fitted, notes=(*fitted.notes, *told)), list(small.values())


async def replace_webps(
    sandbox: Sandbox, files: FileContext, find_owner: Callable[[str], TaskOwner]
) -> FileContext:
    """Return the files with pictures of the same size, as PNG or JPEG, in the place of WebPs."""
    webps = [picture for picture in files.pictures if picture.mimetype == "image/webp"]
    sides = [(picture, max(picture.width, picture.height)) for picture in webps]
    return _replace_pictures(files, await _shrink_all(sandbox, sides, find_owner))


async def shrink_copy(sandbox: Sandbox, copy: Image, side: int, owner: TaskOwner = NOBODY) -> Image:
    """Return a picture of at most `side` pixels a side. Raises `UnreadableError`."""
    small = await sandbox.shrink(copy.name, copy.data, side, owner=owner)
    sight = replace(copy.sight, detail=Detail.HIGH)
    if not sight.full_width:
        # Of some this is the size at which they are usually seen.
        sight = replace(sight, full_width=copy.width, full_height=copy.height)
    return replace(
        small,
        name=copy.name,
        part=copy.part,
        file_id=copy.file_id,
        sight=sight,
        origin=copy.origin,
    )


async def _shrink_all(
    sandbox: Sandbox,
    copies: Sequence[tuple[Image, int]],
    find_owner: Callable[[str], TaskOwner],
) -> dict[int, Image]:
    """Return each copy at its longest side, by the id of the object; not those where that fails."""
    results = await asyncio.gather(
        *(_try_to_shrink(sandbox, copy, side, find_owner(copy.file_id)) for copy, side in copies)
    )
    pairs = zip(copies, results, strict=True)
    return {id(copy): small for (copy, _), small in pairs if small is not None}


async def _try_to_shrink(
    sandbox: Sandbox, copy: Image, side: int, owner: TaskOwner
) -> Image | None:
    try:
        return await shrink_copy(sandbox, copy, side, owner)
    except EaselError as error:
        log.info("copy_not_shrunk", code=get_error_code(error))
        return None


def _replace_pictures(files: FileContext, replaced: Mapping[int, Image]) -> FileContext:
    earlier, new = (
        tuple(replaced.get(id(picture), picture) for picture in pictures)
        for pictures in (files.earlier_images, files.new_images)
    )
    return replace(files, earlier_images=earlier, new_images=new)
