"""What holds besides tokens and models, and where each of it is from: the environment or `.env`.

Also settings of which nothing comes.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping

from bot.cli.check.finding import SETTINGS, Finding
from bot.config import ENV_FILE, Settings, list_setting_names
from bot.llm.providers import PROVIDERS
from bot.observability.unknown_settings import (
    format_unknown,
    list_names_in_file,
    list_unknown,
)
from bot.request.flags import format_flags

_NO_POLICY = "none: what the account at OpenRouter is set to"
_POLICY_IS_OPENROUTERS = "none: only OpenRouter knows one, and no model is asked there"


async def check_in_force(
    settings: Settings, environment: Mapping[str, str] = os.environ
) -> AsyncIterator[Finding]:
    """Yield what is in force; names in the environment that no setting has, and settings without
    effect."""
    in_file = set(list_names_in_file(settings.home / ENV_FILE))

    def find_source(name: str) -> str:
        if environment.get(name):
            return "from the environment"
        return f"from {ENV_FILE}" if name in in_file else "the default"

    for title, name, text in _list_in_force(settings):
        yield Finding(ok=True, name=title, text=f"{text} ({name}, {find_source(name)})")
    for name, near in list_unknown(environment, list_setting_names()).items():
        text = format_unknown(name, near, "the environment")
        yield Finding(ok=True, name=SETTINGS, text=text, is_warning=True)
    for text in list_unused(settings):
        yield Finding(ok=True, name=SETTINGS, text=text, is_warning=True)


def _list_in_force(settings: Settings) -> list[tuple[str, str, str]]:
    fallbacks = ", ".join(f"{provider}:{model}" for provider, model in settings.fallbacks)
    warn = f"{settings.budget_warn:.0%}"
    watched = ", ".join(sorted(settings.watch_channels))
    return [
        ("home", "EASEL_HOME", str(settings.home)),
        ("budgets", "EASEL_BUDGETS", settings.budgets.text or "none: nothing bounds the cost"),
        ("budget warning", "EASEL_BUDGET_WARN", f"from {warn} of a budget on"),
        ("fallbacks", "EASEL_FALLBACKS", fallbacks or "none"),
        ("data policy", "EASEL_DATA_POLICY", _describe_policy(settings)),
        ("defaults", "EASEL_DEFAULTS", format_flags(settings.defaults) or "none"),
        ("watched channels", "EASEL_WATCH_CHANNELS", watched or "none"),
        ("operators", "EASEL_OPERATORS", ", ".join(settings.operators) or "none"),
        ("answered apps", "EASEL_ANSWER_APPS", ", ".join(sorted(settings.answer_apps)) or "none"),
        ("data", "EASEL_DATA_DIR", str(settings.data_dir)),
    ]


def _describe_policy(settings: Settings) -> str:
    is_known = any(PROVIDERS[provider].has_data_policy for provider, _ in settings.models)
    return str(settings.data_policy) or (_NO_POLICY if is_known else _POLICY_IS_OPENROUTERS)


def list_unused(settings: Settings) -> list[str]:
    """Say what is set for a provider that no question goes to, a sentence each."""
    asked = {provider for provider, _ in settings.models}
    texts = [
        f"{_get_name(field)} is without effect: it is for the provider {spec.name}, which neither"
        " EASEL_PROVIDER nor EASEL_FALLBACKS names"
        for spec in PROVIDERS.values()
        for field in spec.own_fields
        if spec.name not in asked and _is_set(settings, field)
    ]
    is_in_words = "openai" in asked and settings.openai_api == "chat"
    if is_in_words and _is_set(settings, "drawing_model"):
        name = _get_name("drawing_model")
        texts.append(f"{name} is without effect: with EASEL_OPENAI_API=chat no pictures are made")
    return texts


def _is_set(settings: Settings, field: str) -> bool:
    return field in settings.model_fields_set and getattr(settings, field) not in (None, "")


def _get_name(field: str) -> str:
    return str(Settings.model_fields[field].alias)
