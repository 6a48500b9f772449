"""Builds what people steer conversations with, on the worker that answers."""

from __future__ import annotations

from contextlib import AsyncExitStack

from bot.app.build_slack import SlackAdapters
from bot.app.build_stores import Stores
from bot.domain.ports import ChooseLanguage
from bot.queue.removals import AnswerRemover
from bot.queue.steering import Steering
from bot.queue.steering_notices import ThreadSteeringNotices
from bot.queue.worker import Worker


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


def build_remover(
    stack: AsyncExitStack, stores: Stores, slack: SlackAdapters, choose_language: ChooseLanguage
) -> AnswerRemover:
    """Build what removes answers from Slack. What has to be closed is on `stack`."""
    remover = AnswerRemover(stores.removals, slack.chat, slack.uploads, choose_language)
    stack.push_async_callback(remover.close)
    return remover
