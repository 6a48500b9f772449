"""Finishes an answer that the model has given: draws its code, and finishes its pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.answering.context import AnswerContext
from bot.answering.finishing.background import list_background_notes
from bot.answering.finishing.draw_blocks import BlockIllustrator
from bot.answering.masking.finisher import PictureFinisher
from bot.answering.options import find_wanted_size
from bot.answering.reserve import ReservedRequest
from bot.domain.model_info import ModelInfo
from bot.files.owners import build_owner


class AnswerFinisher:
    """Finishes answers. Never raises `EaselError`: an answer is paid for, and stays as it is.

    `list_model_infos` returns the current info of the wanted model, then of its fallbacks.
    """

    def __init__(
        self,
        illustrator: BlockIllustrator,
        picture_finisher: PictureFinisher,
        list_model_infos: Callable[[], Sequence[ModelInfo]],
        *,
        has_footer: bool,
    ) -> None:
        self._illustrator = illustrator
        self._picture_finisher = picture_finisher
        self._list_model_infos = list_model_infos
        self._has_footer = has_footer

    async def finish(self, context: AnswerContext, request: ReservedRequest) -> None:
        """Add to the draft what belongs to the answer."""
        context.draft.has_footer = self._has_footer
        await self._illustrator.draw_blocks(context, request)
        prompt, owner = request.prompt, build_owner(context.question)
        model_info = self._list_model_infos()[0]
        wanted = find_wanted_size(prompt.options, model_info)
        await self._picture_finisher.finish(context.draft, wanted, prompt.mask, owner)
        context.draft.notes += list_background_notes(
            prompt.options, context.draft.pictures, model_info
        )
