"""Builds what people steer conversations with, and what shows answers in them."""

from __future__ import annotations

from contextlib import AsyncExitStack

from bot.answering.showing.shower import AnswerShower
from bot.answering.showing.titles import TitleGiver
from bot.app.build_slack import SlackAdapters
from bot.app.build_stores import Stores
from bot.delivery.file_delivery import FileDelivery
from bot.domain.ports import ChooseLanguage
from bot.queue.steering import Steering
from bot.queue.steering_notices import ThreadSteeringNotices
from bot.queue.worker import Worker


def build_shower(
    stack: AsyncExitStack, stores: Stores, slack: SlackAdapters, files: FileDelivery
) -> AnswerShower:
    """Build what shows answers and gives their threads titles."""
    title_giver = TitleGiver(stores.titles, slack.titles)
    stack.push_async_callback(title_giver.close)
    return AnswerShower(stores.queue, files, title_giver)


def build_steering(
    stack: AsyncExitStack,
    stores: Stores,
    slack: SlackAdapters,
    worker: Worker,
    choose_language: ChooseLanguage,
) -> Steering:
    """Build the steering of `worker`'s answers. What has to be closed is on `stack`."""
    notices = ThreadSteeringNotices(slack.chat, choose_language)
    stack.push_async_callback(notices.close)
    return Steering(stores.steering, stores.titles, worker, notices)
