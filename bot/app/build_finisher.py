"""Builds what finishes an answer when the model has said it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.answering.finishing.draw_blocks import BlockIllustrator
from bot.answering.finishing.finish import AnswerFinisher
from bot.answering.reserve import RequestReserver
from bot.answering.stream import ResponseStreamer
from bot.domain.model_info import ModelInfo
from bot.files.editing.editor import PictureEditor
from bot.files.editing.fitter import PictureFitter
from bot.files.markup_drawer import MarkupDrawer
from bot.files.sandbox.sandbox import Sandbox


def build_finisher(
    sandbox: Sandbox,
    editor: PictureEditor,
    reserver: RequestReserver,
    streamer: ResponseStreamer,
    list_model_infos: Callable[[], Sequence[ModelInfo]],
) -> AnswerFinisher:
    """Build the finisher; its work is done in the decoders."""
    illustrator = BlockIllustrator(MarkupDrawer(sandbox.pool), reserver, streamer)
    return AnswerFinisher(illustrator, PictureFitter(editor), list_model_infos)
