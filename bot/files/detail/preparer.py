"""Has the pictures of a question cut into parts at full size, and puts them in their place.

See `plan.py` for the decision which ones, and `bot.files.sandbox` for where they are cut.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace

import structlog

from bot.domain.errors import EaselError
from bot.domain.files import FileContext, FileRef, Image
from bot.domain.messages import Message
from bot.domain.pictures.closeup import ViewOptions
from bot.files.cache import FileCache
from bot.files.detail.copies import bound_picture_tokens
from bot.files.detail.fitting import fit_copies, replace_webps
from bot.files.detail.labels import add_part_labels, list_scaled_messages
from bot.files.detail.plan import ViewPlan, plan_views, should_see_more
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
        find_owner: Callable[[str], TaskOwner],
    ) -> FileContext:
        """Return the files with their pictures in parts where that is planned.

        `refs` are the files that may be looked at closely; their originals are fetched again
        where they are not at hand. A picture that cannot be cut stays as it is, which is said; so
        are those that are seen smaller because all of them together would be too much.
        """
        known = {ref.id: ref for ref in refs}
        new = _list_whole_pictures(file_context.new_images, file_context, known)
        earlier = _list_whole_pictures(file_context.earlier_images, file_context, known)
        whole = [id(one) for one in (*new, *earlier)]
        copies = [*file_context.earlier_images, *file_context.new_images]
        others = [one for one in copies if id(one) not in whole]
        plans = plan_views(new, earlier, options, others)
        parts = await self._cut_all(known, plans, file_context.originals, find_owner)
        shown = replace(
            file_context,
            new_images=_replace_pictures(file_context.new_images, parts),
            earlier_images=_replace_pictures(file_context.earlier_images, parts),
            originals={},
        )
        failed_ids = [file_id for file_id, found in parts.items() if not found]
        max_tokens = bound_picture_tokens(options.context_tokens)
        fitted, shrunk = await fit_copies(
            self._sandbox, shown, max_tokens, find_owner, parts.keys() - {*failed_ids}
        )
        if not options.takes_webp:
            fitted = await replace_webps(self._sandbox, fitted, find_owner)
        small = [
            one
            for one in (others if options.closeup else file_context.new_images)
            if not _is_whole(one, file_context) and should_see_more(one, options)
        ]
        told_ids = {*plans, *(one.file_id for one in (*shrunk, *small))} - {*failed_ids}
        scaled = _list_scaled_messages(fitted, told_ids)
        failed = [Message(NOT_CLOSER_MESSAGE, name=known[one].name) for one in failed_ids]
        return replace(fitted, notes=(*fitted.notes, *scaled, *failed))

    async def _cut_all(
        self,
        known: Mapping[str, FileRef],
        plans: Mapping[str, ViewPlan | None],
        originals: Mapping[str, bytes],
        find_owner: Callable[[str], TaskOwner],
    ) -> dict[str, tuple[Image, ...]]:
        """Return the parts of each picture that has a plan, by the id of its file."""
        cut = {file_id: plan for file_id, plan in plans.items() if plan is not None}
        results = await asyncio.gather(
            *(
                self._cut(known[file_id], plan, originals, find_owner(file_id))
                for file_id, plan in cut.items()
            )
        )
        return dict(zip(cut, results, strict=True))

    async def _cut(
        self,
        ref: FileRef,
        plan: ViewPlan,
        originals: Mapping[str, bytes],
        owner: TaskOwner,
    ) -> tuple[Image, ...]:
        """Return the parts of one picture; none if that fails."""
        try:
            data = originals.get(ref.id) or await self._cache.fetch_original(ref)
            return await self._sandbox.cut_picture(ref.name, data, plan, owner=owner)
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
        if picture.file_id in known and _is_whole(picture, file_context)
    ]


def _is_whole(picture: Image, file_context: FileContext) -> bool:
    """Whether the picture is all of its file."""
    parsed_file = file_context.parsed_files.get(picture.file_id)
    return parsed_file is not None and not picture.part and picture.name == parsed_file.name


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


def _list_scaled_messages(files: FileContext, file_ids: Set[str]) -> list[Message]:
    """Return what is said of the pictures of some files, if they are seen smaller than they are."""
    shown = dict[str, list[Image]]()
    for picture in (*files.earlier_images, *files.new_images):
        if picture.file_id in file_ids:
            shown.setdefault(picture.file_id, []).append(picture)
    return list_scaled_messages(
        (
            files.parsed_files[file_id].name if file_id in files.parsed_files else pictures[0].name,
            pictures,
        )
        for file_id, pictures in shown.items()
    )
