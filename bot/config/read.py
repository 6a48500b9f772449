"""Reads the environment and `.env` once into one frozen `Settings`, or says all that is wrong."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.config.home import HOME_VARIABLE, find_home, list_uncreatable, shorten_path
from bot.config.settings import Settings
from bot.config.values import MAKE_SECRET
from bot.domain.errors import StartupError
from bot.llm.offers.hosts import is_of_openai, is_of_openrouter
from bot.llm.offers.model_names import list_makerless_models, list_misnamed_models
from bot.llm.providers import (
    OPENROUTER,
    PROVIDERS,
    ProviderSpec,
    list_missing_settings,
    list_unsuitable_models,
)
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
    """Read the environment and `env_file` at home; `overrides` take precedence.

    In the file a name that no setting has is a problem, too: in the environment there may be names
    of others. Raises `StartupError` with every problem at once; `for_service`, or where Slack is
    spoken of, that is also what is missing next to what is wrong.
    """
    given = dict(overrides or {})
    given[HOME_VARIABLE] = home = find_home({**os.environ, **given})
    path = None if env_file is None else home / env_file
    # pydantic-settings takes its own options with a leading underscore.
    settings, wrong = read_what_is_right(Settings, {**given, "_env_file": path})
    wrong |= _list_wrong_names(path)
    if os.environ.get(HOME_VARIABLE, "").strip() and not wrong:
        data_folders = (settings.data_dir, settings.database_path.parent)
        wrong |= {problem: problem for problem in list_uncreatable(home, data_folders)}
    if wrong:
        for_service |= settings.has_slack or any(name.startswith("SLACK_") for name in wrong)
        missing = list_service_problems(settings) if for_service else []
        raise StartupError([*wrong.values(), *drop_told(missing, wrong)])
    return settings


def _list_wrong_names(env_file: Path | None) -> dict[str, str]:
    """What is wrong with the names in `env_file`, by name."""
    names = list_names_in_file(env_file)
    place = shorten_path(env_file) if env_file else ""
    wrong = {
        name: format_unknown(name, near, place)
        for name, near in list_unknown(names, list_setting_names()).items()
    }
    if HOME_VARIABLE in names:
        wrong[HOME_VARIABLE] = (
            f"{HOME_VARIABLE} in {place} says where that file is: set it in the environment"
        )
    return wrong


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
    if settings.is_replicated and settings.secret is None:
        problems.append(
            "EASEL_SECRET is not set: it encrypts what replicas keep in PostgreSQL, and is the same"
            f" for all of them; {MAKE_SECRET}"
        )
    problems += list_missing_settings(settings, settings.models)
    problems += _list_policy_bypasses(settings)
    if _is_of_openrouter(settings, OPENROUTER):
        # A gateway at that address may have names of its own.
        problems += list_makerless_models(settings.models)
    return problems + list_unsuitable_models(
        settings.models,
        settings.provider_options,
        has_budgets=bool(settings.budgets),
        is_openai_itself=is_of_openai(settings.openai_base_url),
    )


def list_served_models(settings: Settings) -> list[tuple[int, str, str]]:
    """List the models that can be asked, by number, provider and name: not those of OpenAI's whose
    names it does not know, of which `list_service_problems` tells."""
    misnamed = list_misnamed_models(
        settings.models,
        settings.openai_api,
        is_openai_itself=is_of_openai(settings.openai_base_url),
    )
    return [
        (number, provider, model)
        for number, (provider, model) in enumerate(settings.models)
        if model and (provider, model) not in misnamed
    ]


def _list_policy_bypasses(settings: Settings) -> list[str]:
    """Say where OpenRouter would be asked without EASEL_DATA_POLICY, though it is set."""
    specs = {provider: PROVIDERS[provider] for provider, _ in settings.models}
    bypassing = [
        spec
        for spec in specs.values()
        if settings.data_policy and not spec.has_data_policy and _is_of_openrouter(settings, spec)
    ]
    return [
        f"{Settings.model_fields[spec.url_field].alias} is OpenRouter's, to which EASEL_DATA_POLICY"
        f" is sent from the provider openrouter alone: write openrouter for {spec.name}, or take"
        " EASEL_DATA_POLICY away"
        for spec in bypassing
    ]


def _is_of_openrouter(settings: Settings, spec: ProviderSpec) -> bool:
    return is_of_openrouter(getattr(settings, spec.url_field))


def list_setting_names() -> list[str]:
    """The environment variables Easel reads, in the order of `Settings`."""
    return [str(field.alias) for field in Settings.model_fields.values()]
