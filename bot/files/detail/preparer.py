"""Has the pictures of a question cut into parts at full size, and puts them in their place.

See `plan.py` for the decision which ones, and `bot.files.sandbox` for where they are cut.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from functools import partial

import structlog

from bot.domain.errors import EaselError
from bot.domain.files import FileContext, FileRef, Image, PictureKey
from bot.domain.messages import Message
from bot.domain.pictures.closeup import ViewOptions
from bot.domain.pictures.in_files import list_by_picture, list_file_names, name_picture
from bot.domain.pictures.sight import Origin
from bot.files.cache import FileCache
from bot.files.detail.copies import bound_picture_tokens
from bot.files.detail.fitting import fit_copies, replace_webps
from bot.files.detail.labels import add_part_labels, list_scaled_messages
from bot.files.detail.left_out import leave_out_unseen
from bot.files.detail.named import list_named
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
        find_owner: Callable[[str], TaskOwner],
    ) -> FileContext:
        """Return the files with their pictures in parts where that is planned.

        `refs` are the files that may be looked at closely; their originals are fetched again
        where they are not at hand. A picture that cannot be cut stays as it is, which is said; so
        are those that are seen smaller because all of them together would be too much.
        """
        known = {ref.id: ref for ref in refs}
        max_tokens = bound_picture_tokens(options.context_tokens)
        named = list_named(file_context.pictures, list_file_names(file_context), options.choice)
        file_context = leave_out_unseen(file_context, max_tokens, named)
        new, earlier = file_context.new_images, file_context.earlier_images
        plans = plan_views(
            [one for one in new if one.file_id in known],
            [one for one in earlier if one.file_id in known],
            options,
            [one for one in (*earlier, *new) if one.file_id not in known],
            {one.key for one in named},
        )
        parts = await self._cut_all(known, plans, file_context.originals, find_owner)
        shown = replace(
            file_context,
            new_images=_replace_pictures(new, parts),
            earlier_images=_replace_pictures(earlier, parts),
            originals={},
        )
        failed_keys = {key for key, found in parts.items() if not found}
        fitted, shrunk = await fit_copies(
            self._sandbox, shown, max_tokens, find_owner, parts.keys() - failed_keys
        )
        if not options.takes_webp:
            fitted = await replace_webps(self._sandbox, fitted, find_owner)
        told_keys = {*plans, *(one.key for one in shrunk)} - failed_keys
        scaled = _list_scaled_messages(fitted, told_keys)
        failed = _list_failed_messages(fitted, failed_keys)
        return replace(fitted, notes=(*fitted.notes, *scaled, *failed))

    async def _cut_all(
        self,
        known: Mapping[str, FileRef],
        plans: Mapping[PictureKey, ViewPlan | None],
        originals: Mapping[str, bytes],
        find_owner: Callable[[str], TaskOwner],
    ) -> dict[PictureKey, tuple[Image, ...]]:
        """Return the parts of each picture that has a plan, by its key; none where that fails."""
        by_file = dict[str, dict[PictureKey, ViewPlan]]()
        for key, plan in plans.items():
            if plan is not None:
                by_file.setdefault(key[0], {})[key] = plan
        found = await asyncio.gather(
            *(
                self._cut_file(known[one], cut, originals.get(one, b""), find_owner(one))
                for one, cut in by_file.items()
            )
        )
        return {key: parts for one in found for key, parts in one.items()}

    async def _cut_file(
        self,
        ref: FileRef,
        plans: Mapping[PictureKey, ViewPlan],
        original: bytes,
        owner: TaskOwner,
    ) -> dict[PictureKey, tuple[Image, ...]]:
        """Return the parts of each picture of a file, which is fetched and searched once."""
        data = await self._fetch(ref, original)
        sources = await self._find(ref, data, [origin for _, origin in plans], owner)
        results = await asyncio.gather(
            *(
                self._cut(ref.name, sources.get(origin.sha256, b""), plan, origin.number, owner)
                for (_, origin), plan in plans.items()
            )
        )
        return dict(zip(plans, results, strict=True))

    async def _fetch(self, ref: FileRef, original: bytes) -> bytes:
        """Return the bytes of a file, of which `original` may be at hand; b"" if that fails."""
        try:
            return original or await self._cache.fetch_original(ref)
        except EaselError as error:
            log.info("picture_not_cut", code=get_error_code(error))
            return b""

    async def _find(
        self, ref: FileRef, data: bytes, origins: Sequence[Origin], owner: TaskOwner
    ) -> dict[str, bytes]:
        """Return the files in which the pictures lie, by their digests, "" for the file itself.

        It is read once for all of them; those that are not found have none. A search that took too
        long is not begun again for a follow-up question.
        """
        digests = list(dict.fromkeys(one.sha256 for one in origins if one.sha256))
        if not data or not digests:
            return {"": data}
        search = partial(self._sandbox.find_pictures, ref.name, data, digests, owner=owner)
        try:
            found = await self._cache.try_once(search, ref.name, f"pictures in {ref.id}")
        except EaselError as error:
            log.info("pictures_not_found", code=get_error_code(error))
            found = {}
        return {"": data, **found}

    async def _cut(
        self, name: str, data: bytes, plan: ViewPlan, number: int, owner: TaskOwner
    ) -> tuple[Image, ...]:
        """Return the parts of one picture; none if that fails."""
        if not data:
            return ()
        try:
            return await self._sandbox.cut_picture(name, data, plan, number, owner=owner)
        except EaselError as error:
            log.info("picture_not_cut", code=get_error_code(error))
            return ()


def _replace_pictures(
    pictures: Sequence[Image], parts: Mapping[PictureKey, Sequence[Image]]
) -> tuple[Image, ...]:
    replaced = list[Image]()
    for picture in pictures:
        found = [
            replace(
                part,
                name=picture.name,
                part=picture.part,
                file_id=picture.file_id,
                origin=picture.origin,
            )
            for part in parts.get(picture.key, ())
        ]
        is_region = bool(found) and all(part.sight.box is not None for part in found)
        # What lies around a part is seen in the smaller copy.
        replaced += add_part_labels([picture, *found] if is_region or not found else found)
    return tuple(replaced)


def _list_scaled_messages(files: FileContext, keys: Set[PictureKey]) -> list[Message]:
    """Return what is said of some pictures, if they are seen smaller than they are."""
    names, shown = list_file_names(files), list_by_picture(files.pictures)
    return list_scaled_messages(
        (name_picture(sent[0], names[sent[0].file_id]), sent)
        for sent in shown
        if sent[0].key in keys
    )


def _list_failed_messages(files: FileContext, keys: Set[PictureKey]) -> list[Message]:
    names, failed = list_file_names(files), [one for one in files.pictures if one.key in keys]
    told = dict.fromkeys(name_picture(one, names[one.file_id]) for one in failed)
    return [Message(NOT_CLOSER_MESSAGE, name=name) for name in told]
