"""Has the pictures of a question cut into parts at full size, and puts them in their place.

See `plan.py` for the decision which ones, and `bot.files.sandbox` for where they are cut.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import structlog

from bot.domain.errors import EaselError
from bot.domain.files import FileContext, FileRef, Image
from bot.domain.messages import Message
from bot.domain.pictures.closeup import ViewOptions
from bot.files.cache import FileCache
from bot.files.detail.labels import add_part_labels, build_scaled_message
from bot.files.detail.plan import ViewPlan, plan_views
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.sandbox import Sandbox
from bot.observability.error_codes import get_error_code

log = structlog.get_logger(__name__)

NOT_CLOSER_MESSAGE = "_I could not look at {name} at its full size, so I saw a smaller copy of it._"


class DetailPreparer:
    """Shows pictures so that their smallest text can be read, as far as the budget goes."""

    def __init__(self, cache: FileCache, sandbox: Sandbox) -> None:
        self._cache = cache
        self._sandbox = sandbox

    async def prepare(
        self,
        file_context: FileContext,
        refs: Sequence[FileRef],
        options: ViewOptions,
        find_owner: Callable[[FileRef], TaskOwner],
    ) -> FileContext:
        """Return the files with their pictures in parts where that is planned.

        `refs` are the files that may be looked at closely; their originals are fetched again
        where they are not at hand. A picture that cannot be cut stays as it is, which is said.
        """
        known = {ref.id: ref for ref in refs}
        plans = plan_views(
            _list_whole_pictures(file_context.new_images, file_context, known),
            _list_whole_pictures(file_context.earlier_images, file_context, known),
            options,
        )
        cut = {file_id: plan for file_id, plan in plans.items() if plan is not None}
        results = await asyncio.gather(
            *(
                self._cut(known[file_id], plan, file_context.originals, find_owner)
                for file_id, plan in cut.items()
            )
        )
        parts = dict(zip(cut, results, strict=True))
        copies = [*file_context.earlier_images, *file_context.new_images]
        small = {one.file_id: [one] for one in copies if plans.get(one.file_id, ...) is None}
        return replace(
            file_context,
            new_images=_replace_pictures(file_context.new_images, parts),
            earlier_images=_replace_pictures(file_context.earlier_images, parts),
            notes=(*file_context.notes, *_list_messages(known, {**parts, **small})),
            originals={},
        )

    async def _cut(
        self,
        ref: FileRef,
        plan: ViewPlan,
        originals: Mapping[str, bytes],
        find_owner: Callable[[FileRef], TaskOwner],
    ) -> tuple[Image, ...]:
        """Return the parts of one picture; none if that fails."""
        try:
            data = originals.get(ref.id) or await self._cache.fetch_original(ref)
            return await self._sandbox.cut_picture(ref.name, data, plan, owner=find_owner(ref))
        except EaselError as error:
            log.info("picture_not_cut", code=get_error_code(error))
            return ()


def _list_whole_pictures(
    pictures: Sequence[Image], file_context: FileContext, known: Mapping[str, FileRef]
) -> list[Image]:
    """List the pictures that are all of their file: no page, frame or file of an archive."""
    return [
        picture
        for picture in pictures
        if picture.file_id in known
        and not picture.part
        and picture.file_id in file_context.parsed_files
        and picture.name == file_context.parsed_files[picture.file_id].name
    ]


def _replace_pictures(
    pictures: Sequence[Image], parts: Mapping[str, Sequence[Image]]
) -> tuple[Image, ...]:
    replaced = list[Image]()
    for picture in pictures:
        found = [
            replace(part, name=picture.name, file_id=picture.file_id)
            for part in parts.get(picture.file_id, ())
        ]
        is_region = bool(found) and all(part.sight.box is not None for part in found)
        # What lies around a part is seen in the smaller copy.
        replaced += add_part_labels([picture, *found] if is_region or not found else found)
    return tuple(replaced)


def _list_messages(
    known: Mapping[str, FileRef], shown: Mapping[str, Sequence[Image]]
) -> list[Message]:
    messages = [
        build_scaled_message(known[file_id].name, found)
        if found
        else Message(NOT_CLOSER_MESSAGE, name=known[file_id].name)
        for file_id, found in shown.items()
    ]
    return [message for message in messages if message is not None]
