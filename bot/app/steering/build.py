"""Builds what people steer conversations with, on the worker that answers."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass

from bot.answering.showing.titles import TitleGiver
from bot.app.build_slack import SlackAdapters
from bot.app.build_stores import Stores
from bot.app.replicas.connect import run_for_all
from bot.domain.ports import ChooseLanguage
from bot.files.cache import FileCache
from bot.queue.forms.asks import AskDesk
from bot.queue.removals import AnswerRemover
from bot.queue.steering import Steering
from bot.queue.steering_notices import ThreadSteeringNotices
from bot.queue.worker import Worker


@dataclass(frozen=True, slots=True)
class Followers:
    """What follows an answer, in the background: a title, and the offer to delete it."""

    titles: TitleGiver
    remover: AnswerRemover


def build_steering(
    stack: AsyncExitStack,
    stores: Stores,
    slack: SlackAdapters,
    worker: Worker,
    choose_language: ChooseLanguage,
    followers: Followers,
) -> Steering:
    """Build the steering of `worker`'s answers. What has to be closed is on `stack`."""
    notices = ThreadSteeringNotices(slack.chat, choose_language)
    stack.push_async_callback(notices.close)
    return Steering(stores.steering, stores.titles, worker, notices, followers.titles)


def build_followers(
    stack: AsyncExitStack,
    stores: Stores,
    slack: SlackAdapters,
    file_cache: FileCache,
    choose_language: ChooseLanguage,
) -> Followers:
    """Build them, and let titles be replaced. What has to be closed is on `stack`."""
    titles = TitleGiver(stores.titles, slack.titles, choose_language)
    remover = AnswerRemover(stores.removals, slack.chat, slack.uploads, file_cache, choose_language)
    for part in (titles, remover):
        stack.push_async_callback(part.close)
    run_for_all(stack, stores.replicas, titles.run, "titles")
    run_for_all(stack, stores.replicas, remover.run, "offers")
    return Followers(titles, remover)


def build_ask_desk(
    stack: AsyncExitStack, stores: Stores, slack: SlackAdapters, worker: Worker
) -> AskDesk:
    """Build what asks the questions of forms, and let it take up what was posted before."""
    desk = AskDesk(stores.asks, slack.asks, worker)
    run_for_all(stack, stores.replicas, desk.run, "asks")
    return desk
