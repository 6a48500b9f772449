"""Finishes drawn pictures: the size that was wanted, and what was outside of a mask."""

from __future__ import annotations

from bot.answering.draft import AnswerDraft
from bot.answering.masking.surroundings import SurroundingsKeeper
from bot.domain.pictures.areas import EditMask
from bot.domain.pictures.sizes import PictureSize
from bot.files.editing.fitter import PictureFitter
from bot.files.sandbox.pool import TaskOwner


class PictureFinisher:
    """Never raises: what was drawn is paid for, and is shown as it came if all else fails."""

    def __init__(self, fitter: PictureFitter, keeper: SurroundingsKeeper) -> None:
        self._fitter = fitter
        self._keeper = keeper

    async def finish(
        self,
        draft: AnswerDraft,
        wanted: PictureSize | None,
        mask: EditMask | None,
        owner: TaskOwner,
    ) -> None:
        """Finish the pictures of `draft`, and note there what was done."""
        if not draft.pictures:
            return
        if wanted is not None:
            draft.pictures, notes = await self._fitter.fit(draft.pictures, wanted, owner)
            draft.notes += notes
        await self._keeper.keep(draft, mask, owner)
