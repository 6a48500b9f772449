"""Builds what shows answers, with what can be pressed under them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answering.showing.picture_menus import PictureMenus
from bot.answering.showing.press_costs import PressCosts
from bot.answering.showing.shower import AnswerShower
from bot.app.build_stores import Stores
from bot.app.steering.build import Followers
from bot.billing.likely_cost import LikelyCosts
from bot.config import Settings
from bot.delivery.file_delivery import FileDelivery
from bot.domain.conversation import Thread
from bot.domain.files import FileRef
from bot.domain.stores.conversations import AFTER_ANY_TS


def build_shower(
    settings: Settings,
    stores: Stores,
    files: FileDelivery,
    likely_costs: LikelyCosts,
    followers: Followers,
) -> AnswerShower:
    """Build it. `followers` get what follows an answer that is shown."""

    async def list_files(thread: Thread) -> Sequence[FileRef]:
        return (await stores.conversations.load(thread, before=AFTER_ANY_TS, limit=0)).files

    costs = PressCosts(likely_costs, list_files, settings.confirm_above)
    menus = PictureMenus(likely_costs)
    return AnswerShower(stores.queue, files, followers.titles, menus, costs, followers.remover)
