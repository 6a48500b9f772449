"""Builds what stands behind the menus under pictures."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from bot.answering.options import read_channel_options
from bot.app.build_stores import Stores
from bot.billing.likely_cost import LikelyCosts
from bot.config import Settings
from bot.domain.conversation import Thread
from bot.domain.model_info import ModelInfo
from bot.domain.options import RequestOptions
from bot.domain.ports import ChooseLanguage
from bot.queue.picture_presses import PictureDesk
from bot.queue.worker import Worker


def build_likely_costs(
    settings: Settings, stores: Stores, list_model_infos: Callable[[], Sequence[ModelInfo]]
) -> LikelyCosts:
    """Build what knows how much a picture will likely cost."""

    def find_defaults(thread: Thread) -> RequestOptions:
        return read_channel_options(stores.settings, thread).override(settings.defaults)

    return LikelyCosts(stores.pictures, list_model_infos, find_defaults, time.monotonic)


def build_picture_desk(
    settings: Settings,
    stores: Stores,
    worker: Worker,
    likely_costs: LikelyCosts,
    choose_language: ChooseLanguage,
) -> PictureDesk:
    """Build what does the presses, on the worker that answers."""
    return PictureDesk(
        stores.pictures,
        stores.conversations,
        likely_costs,
        worker.wake,
        choose_language,
        settings.confirm_above,
    )
