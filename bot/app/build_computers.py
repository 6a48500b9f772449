"""Builds what Easel computes itself for a question. The first that is for it is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.answering.computing.computation import Computer
from bot.answering.masking.computer import MaskComputer
from bot.domain.model_info import ModelInfo
from bot.files.masking.maker import MaskMaker
from bot.files.preparer import FilePreparer


def build_computers(
    file_preparer: FilePreparer,
    mask_maker: MaskMaker,
    list_model_infos: Callable[[], Sequence[ModelInfo]],
) -> tuple[Computer, ...]:
    """Return the computers, those first that are for fewer questions."""
    return (MaskComputer(file_preparer, mask_maker, list_model_infos),)
