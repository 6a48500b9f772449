"""Builds what computes an answer, or a part of it, instead of the model."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.answering.computing.charts.computer import ChartComputer
from bot.answering.computing.computation import Computer
from bot.answering.computing.diagrams import DiagramComputer
from bot.answering.computing.failures import FailureComputer
from bot.answering.computing.graphs import GraphComputer
from bot.answering.masking.computer import MaskComputer
from bot.domain.model_info import ModelInfo
from bot.domain.ports import ChooseLanguage
from bot.files.cache import FileCache
from bot.files.chart_drawer import ChartDrawer
from bot.files.diagram_drawer import DiagramDrawer
from bot.files.graph_drawer import GraphDrawer
from bot.files.logs import LogReader
from bot.files.masking.maker import MaskMaker
from bot.files.preparer import FilePreparer
from bot.files.sandbox.sandbox import Sandbox


def build_computers(
    file_preparer: FilePreparer,
    file_cache: FileCache,
    sandbox: Sandbox,
    list_model_infos: Callable[[], Sequence[ModelInfo]],
    choose_language: ChooseLanguage,
) -> tuple[Computer, ...]:
    """Build the computers, in the order in which they are asked."""
    return (
        MaskComputer(file_preparer, MaskMaker(sandbox), list_model_infos),
        ChartComputer(file_cache, ChartDrawer(sandbox), choose_language),
        GraphComputer(file_cache, GraphDrawer(sandbox)),
        FailureComputer(LogReader(file_cache, sandbox)),
        DiagramComputer(file_cache, DiagramDrawer(sandbox)),
    )
