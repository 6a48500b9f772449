"""Reads the environment and `.env` once into one frozen `Settings`, or says all that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.config.settings import Settings
from bot.domain.errors import StartupError
from bot.llm.providers import list_missing_settings, list_unsuitable_models
from bot.observability.settings_problems import drop_told, read_what_is_right
from bot.observability.unknown_settings import (
    format_unknown,
    list_names_in_file,
    list_unknown,
)

ENV_FILE = ".env"


def read_settings(
    overrides: Mapping[str, Any] | None = None,
    *,
    env_file: str | None = ENV_FILE,
    for_service: bool = False,
) -> Settings:
    """Read the environment and `env_file`; `overrides` take precedence.

    In the file a name that no setting has is a problem, too: in the environment there may be names
    of others. Raises `StartupError` with every problem at once; `for_service`, or where Slack is
    spoken of, that is also what is missing next to what is wrong.
    """
    # pydantic-settings takes its own options with a leading underscore.
    values = {**(overrides or {}), "_env_file": env_file}
    settings, wrong = read_what_is_right(Settings, values)
    known = list_setting_names()
    for name, near in list_unknown(list_names_in_file(env_file), known).items():
        wrong[name] = format_unknown(name, near, str(env_file))
    if wrong:
        for_service |= settings.has_slack or any(name.startswith("SLACK_") for name in wrong)
        missing = list_service_problems(settings) if for_service else []
        raise StartupError([*wrong.values(), *drop_told(missing, wrong)])
    return settings


def list_service_problems(settings: Settings) -> list[str]:
    """What is missing to serve a workspace, one sentence each."""
    problems = []
    if settings.slack_bot_token is None:
        problems.append(
            "SLACK_BOT_TOKEN is not set: copy the Bot User OAuth Token (xoxb-…) from the app's"
            " “OAuth & Permissions” page"
        )
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        problems.append(
            "SLACK_APP_TOKEN is not set: create an app-level token (xapp-…) with connections:write"
            " under “Basic Information”, or set SLACK_SIGNING_SECRET for HTTP mode"
        )
    problems += list_missing_settings(settings, settings.models)
    return problems + list_unsuitable_models(
        settings.models, settings.provider_options, has_budgets=bool(settings.budgets)
    )


def list_setting_names() -> list[str]:
    """The environment variables Easel reads, in the order of `Settings`."""
    return [str(field.alias) for field in Settings.model_fields.values()]
