"""Finishes an answer that the model has given: draws its code, gives its pictures their size."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.answering.context import AnswerContext
from bot.answering.finishing.draw_blocks import BlockIllustrator
from bot.answering.options import find_wanted_size
from bot.answering.reserve import ReservedRequest
from bot.domain.model_info import ModelInfo
from bot.files.editing.fitter import PictureFitter
from bot.files.preparer import build_owner


class AnswerFinisher:
    """Finishes answers. Never raises `EaselError`: an answer is paid for, and stays as it is.

    `list_model_infos` returns the current info of the wanted model, then of its fallbacks.
    """

    def __init__(
        self,
        illustrator: BlockIllustrator,
        picture_fitter: PictureFitter,
        list_model_infos: Callable[[], Sequence[ModelInfo]],
    ) -> None:
        self._illustrator = illustrator
        self._picture_fitter = picture_fitter
        self._list_model_infos = list_model_infos

    async def finish(self, context: AnswerContext, request: ReservedRequest) -> None:
        """Add to the draft what belongs to the answer."""
        await self._illustrator.draw_blocks(context, request)
        await self._fit_pictures(context, request)

    async def _fit_pictures(self, context: AnswerContext, request: ReservedRequest) -> None:
        """Give the drawn pictures the wanted size, as far as the model did not."""
        draft = context.draft
        wanted = find_wanted_size(request.prompt.options, self._list_model_infos()[0])
        if wanted is None or not draft.pictures:
            return
        owner = build_owner(context.question)
        draft.pictures, notes = await self._picture_fitter.fit(draft.pictures, wanted, owner)
        draft.notes += notes
