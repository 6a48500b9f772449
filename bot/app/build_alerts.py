"""Builds what tells the operators of troubles, where EASEL_OPERATORS names any."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import partial

from bot.alerts.providers import KeyLimit
from bot.alerts.sources import AlertSources, FetchLimit, WatchedParts
from bot.alerts.watch import AlertWatch
from bot.app.background import run_in_background
from bot.app.build_models import Models
from bot.app.build_slack import SlackAdapters
from bot.app.build_stores import Stores
from bot.config import Settings
from bot.domain.conversation import Person
from bot.domain.errors import EaselError
from bot.domain.ports import ChooseLanguage
from bot.domain.stores.alerts import AlertKind
from bot.llm.errors import find_alert_kind
from bot.llm.openrouter import OpenRouterAccount


def start_alerts(
    settings: Settings,
    stack: AsyncExitStack,
    stores: Stores,
    slack: SlackAdapters,
    models: Models,
    choose_language: ChooseLanguage,
) -> None:
    """Watch until `stack` closes; do nothing where there are no operators."""
    if not settings.operators:
        return
    operators, team = slack.operators, slack.team_id

    async def find_language(user: str) -> str:
        await slack.directory.fetch_names(team, [user])  # and with the name, the locale
        return choose_language(Person(user, team), "")

    parts = WatchedParts(
        folders=(stores.folder, settings.database_path.parent),
        team=team,
        budgets=settings.budgets,
        list_model_infos=models.fallback_model.list_model_infos,
        keys=_build_key_lookups(models.accounts),
        outcomes=models.outcomes,
    )
    sources = AlertSources(parts, stores.alerts, stores.budgets, operators, time.time)
    watch = AlertWatch(
        settings.operators,
        stores.alerts,
        operators,
        sources,
        find_language,
        time.time,
        None if stores.replicas is None else stores.replicas.build_alerts_elsewhere(),
    )
    run_in_background(stack, partial(watch.run, models.outcomes.changed), "alerts")


def _build_key_lookups(accounts: Mapping[str, OpenRouterAccount]) -> dict[str, FetchLimit]:
    return {provider: partial(_look_up_key, account) for provider, account in accounts.items()}


async def _look_up_key(account: OpenRouterAccount) -> KeyLimit | AlertKind:
    try:
        info = await account.fetch_key_info()
    except EaselError as error:
        kind = find_alert_kind(error)
        if kind is None:
            raise
        return kind
    return KeyLimit(info.limit, info.left)
