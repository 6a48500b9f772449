"""Makes drawn pictures the size that was wanted, where the model draws them in another."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.errors import EaselError
from bot.domain.llm import ImageOutput
from bot.domain.messages import Message
from bot.domain.pictures.operations import Operation, OperationKind
from bot.domain.pictures.sizes import PictureSize
from bot.files.editing.edit_messages import format_fit
from bot.files.editing.editor import PictureEditor
from bot.files.sandbox.pool import TaskOwner

_NOT_FITTED = Message(
    "_I could not make the picture as large as you asked, so it is as the model drew it._"
)


class PictureFitter:
    """Fits pictures in the decoders; see `edits.py`."""

    def __init__(self, editor: PictureEditor) -> None:
        self._editor = editor

    async def fit(
        self, pictures: Sequence[ImageOutput], wanted: PictureSize, owner: TaskOwner
    ) -> tuple[list[ImageOutput], list[Message]]:
        """Return `pictures` in the wanted size, and what was done to them. Never raises.

        They are paid for: one that cannot be fitted stays as it is.
        """
        fitted = await asyncio.gather(*(self._fit_one(one, wanted, owner) for one in pictures))
        notes = dict.fromkeys(note for _, note in fitted if note is not None)
        return [picture for picture, _ in fitted], list(notes)

    async def _fit_one(
        self, picture: ImageOutput, wanted: PictureSize, owner: TaskOwner
    ) -> tuple[ImageOutput, Message | None]:
        # The model was asked for it as it is.
        size = replace(wanted, is_turnable=False)
        operation = Operation(OperationKind.FIT, size=size)
        try:
            made, report = await self._editor.edit(
                "picture", picture.data, [operation], owner=owner
            )
        except EaselError:
            return picture, _NOT_FITTED
        note = format_fit(report)
        is_same_size = report.before == report.after.sides
        if note is None and is_same_size and not wanted.dpi:
            # It came as it was wanted: its own bytes are the best there are. Where it came a few
            # pixels larger, as models draw sides of whole sixteens, that is not worth telling.
            return picture, None
        return replace(picture, data=made.data, mimetype=made.mimetype, sha256=""), note
