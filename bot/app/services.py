"""What `handlers/` and the command line may use of a running Easel."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.domain.ports import ChooseLanguage
from bot.domain.stores.feedback import FeedbackStore
from bot.domain.stores.recipes import RecipeBook
from bot.files.cache import FileCache
from bot.queue.forms.asks import AskDesk
from bot.queue.picture_presses import PictureDesk
from bot.queue.presses import AnswerPresses
from bot.queue.removals import AnswerRemover
from bot.queue.steering import Steering
from bot.queue.worker import Worker
from handlers.views.ask_calls import AskCalls
from handlers.views.slack_views import SlackViews
from handlers.web_api.bot_users import BotUsers


@dataclass(frozen=True, slots=True)
class Services:
    """`queue` takes questions and works on them; `steering` takes what people say about answers,
    `pictures` what they press under pictures; `deletion` forgets what is deleted in Slack.

    `choose_language` returns the language for a person. `wait_until_idle` waits until nothing is
    answered, nothing waits and nothing is summarized.
    """

    queue: Worker
    steering: Steering
    removals: AnswerRemover
    pictures: PictureDesk
    deletion: FileCache
    watch_channels: frozenset[str]
    answered_apps: frozenset[str]
    home_teams: frozenset[str]
    bot_users: BotUsers
    views: SlackViews
    asks: AskCalls
    ask_desk: AskDesk
    recipes: RecipeBook
    is_for_mentions_only: Callable[[str, str], bool]
    feedback: FeedbackStore
    presses: AnswerPresses
    count_feedback: Callable[[str], None]
    choose_language: ChooseLanguage
    wait_until_idle: Callable[[], Awaitable[None]]
