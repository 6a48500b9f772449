"""Builds what people press under answers, on the worker that answers."""

from __future__ import annotations

from bot.app.build_stores import Stores
from bot.commands.file_views import FileViewsCommand
from bot.domain.ports import ChooseLanguage
from bot.queue.presses import AnswerPresses
from bot.queue.worker import Worker


def build_presses(
    operators: tuple[str, ...], stores: Stores, worker: Worker, choose_language: ChooseLanguage
) -> AnswerPresses:
    """Build it; `operators` are people who may know every cost."""
    file_views = FileViewsCommand(stores.files, stores.conversations)
    return AnswerPresses(stores.presses, worker, file_views, operators, choose_language)
