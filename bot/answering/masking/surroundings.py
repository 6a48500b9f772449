"""Puts back what a model has changed outside of the mask, as a version of its own."""

from __future__ import annotations

import asyncio

import structlog

from bot.answering.draft import AnswerDraft
from bot.answering.masking.sentences import format_kept, format_not_kept
from bot.domain.errors import EaselError
from bot.domain.files import FileRef
from bot.domain.llm import ImageOutput
from bot.domain.pictures.areas import EditMask
from bot.files.cache import FileCache
from bot.files.masking.maker import Composite, MaskMaker
from bot.files.sandbox.pool import TaskOwner
from bot.observability.error_codes import get_error_code

log = structlog.get_logger(__name__)


class SurroundingsKeeper:
    """Makes composites in the decoders; the pictures that came stay as they are."""

    def __init__(self, file_cache: FileCache, maker: MaskMaker) -> None:
        self._file_cache = file_cache
        self._maker = maker

    async def keep(self, draft: AnswerDraft, mask: EditMask | None, owner: TaskOwner) -> None:
        """Add each drawn picture with the original outside of the mask. Never raises.

        Nothing is added unless all of them are the original but for the mask; that is said then.
        """
        if mask is None or not draft.pictures:
            return
        original = await self._fetch_original(mask)
        made = await asyncio.gather(
            *(self._put_back(original, one, mask, owner) for one in draft.pictures)
        )
        whole = [one for one in made if one is not None]
        first, drawn = draft.provenance.next_version, list(draft.pictures)
        if len(whole) < len(made):
            draft.notes.append(format_not_kept(first, len(made), mask))
            return
        draft.pictures += [
            ImageOutput(one.data, one.mimetype, "", picture.revised_prompt, f"v{version}")
            for version, (one, picture) in enumerate(zip(whole, drawn, strict=True), first)
        ]
        draft.notes.append(format_kept(first, whole, mask))

    async def _fetch_original(self, mask: EditMask) -> bytes | None:
        """Return the picture's own bytes; None where Slack does not give them."""
        try:
            return await self._file_cache.fetch_original(FileRef(mask.file_id, mask.name))
        except EaselError as error:
            log.info("original_not_fetched", code=get_error_code(error))
            return None

    async def _put_back(
        self, original: bytes | None, drawn: ImageOutput, mask: EditMask, owner: TaskOwner
    ) -> Composite | None:
        """Return a composite with the original, or with the copy that was sent of it."""
        for one in (original, mask.sent):
            if one is None:
                continue
            try:
                made = await self._maker.put_back(
                    one, mask.sent, drawn.data, mask.data, owner=owner
                )
            except EaselError as error:
                log.info("not_put_back", code=get_error_code(error))
                continue
            if made is not None:
                return made
        return None
