"""Builds what finishes an answer that the model has given."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.answering.finishing.draw_blocks import BlockIllustrator
from bot.answering.finishing.finish import AnswerFinisher
from bot.answering.masking.finisher import PictureFinisher
from bot.answering.masking.surroundings import SurroundingsKeeper
from bot.answering.reserve import RequestReserver
from bot.answering.stream import ResponseStreamer
from bot.domain.model_info import ModelInfo
from bot.files.cache import FileCache
from bot.files.editing.editor import PictureEditor
from bot.files.editing.fitter import PictureFitter
from bot.files.markup_drawer import MarkupDrawer
from bot.files.masking.maker import MaskMaker
from bot.files.sandbox.sandbox import Sandbox


def build_finisher(
    file_cache: FileCache,
    sandbox: Sandbox,
    reserver: RequestReserver,
    streamer: ResponseStreamer,
    list_model_infos: Callable[[], Sequence[ModelInfo]],
    *,
    has_footer: bool,
) -> AnswerFinisher:
    """Build the finisher; `streamer` and `reserver` ask for what has to be written again."""
    return AnswerFinisher(
        BlockIllustrator(MarkupDrawer(sandbox.pool), reserver, streamer),
        PictureFinisher(
            PictureFitter(PictureEditor(sandbox)),
            SurroundingsKeeper(file_cache, MaskMaker(sandbox)),
        ),
        list_model_infos,
        has_footer=has_footer,
    )
