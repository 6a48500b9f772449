"""For `easel check`: which providers `EASEL_DATA_POLICY` leaves, and which models it misses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from bot.app.build_models import build_account
from bot.cli.check.finding import Finding
from bot.config import Settings
from bot.domain.errors import EaselError
from bot.llm.client import create_http_client
from bot.llm.offers.endpoints import Endpoint, format_endpoints
from bot.llm.offers.model_names import name_setting
from bot.llm.openrouter import OpenRouterAccount
from bot.llm.providers import PROVIDERS, list_models_without_policy

_NAME = "data policy"
# OpenRouter publishes who serves a model and who keeps nothing, and not who collects data.
_UNLISTED = "which of these collect data it does not list, so the first question tells whether"


async def check_data_policy(settings: Settings) -> AsyncIterator[Finding]:
    """Ask who serves each model, and which of them the policy leaves. Costs nothing."""
    if not settings.data_policy:
        return
    without = list_models_without_policy(settings.models)
    if without:
        text = f"EASEL_DATA_POLICY is not sent to {', '.join(without)}: only OpenRouter knows it"
        yield Finding(ok=True, name=_NAME, text=text, is_warning=True)
    async with create_http_client() as http:
        for number, (provider, model) in enumerate(settings.models):
            spec = PROVIDERS[provider]
            if not spec.has_data_policy or getattr(settings, spec.key_field) is None:
                continue
            account = build_account(settings, http, spec)
            found = await _check_model(account, model, settings, name_setting(number))
            yield found
            is_served = found.ok and not found.is_warning
            if is_served and (missing := await _check_own(account, model)):
                yield missing


async def _check_model(
    account: OpenRouterAccount, model: str, settings: Settings, setting: str
) -> Finding:
    try:
        endpoints, permitted = await account.fetch_endpoints(model)
    except EaselError as error:
        text = f"not checked for {model}: its list of providers cannot be had ({error})"
        return Finding(ok=True, name=_NAME, text=text, is_warning=True)
    if not endpoints:
        text = f"no provider serves {model} at the moment, whatever EASEL_DATA_POLICY says"
        return Finding(ok=False, name=_NAME, text=text)
    served = f"{model} is served by {format_endpoints(endpoints)}"
    if not permitted:
        todo = f"change only=, ignore=, zdr or {setting}"
        text = f"{served}, and EASEL_DATA_POLICY leaves none of these; {todo}"
        return Finding(ok=False, name=_NAME, text=text)
    text = f"{served}; EASEL_DATA_POLICY leaves {format_endpoints(permitted)}"
    if settings.data_policy.data_collection == "deny":
        text = f"{text}; {await _judge_denial(account, permitted)}"
    return Finding(ok=True, name=_NAME, text=text)


async def _judge_denial(account: OpenRouterAccount, permitted: Sequence[Endpoint]) -> str:
    """Say whom `data_collection=deny` leaves, as far as that can be known."""
    try:
        keeping_nothing = await account.fetch_keeping_nothing(permitted)
    except EaselError:
        keeping_nothing = []
    if keeping_nothing:
        names = format_endpoints(keeping_nothing)
        return f"data_collection=deny leaves {names} at least: what keeps nothing collects no data"
    return f"{_UNLISTED} data_collection=deny leaves one"


async def _check_own(account: OpenRouterAccount, model: str) -> Finding | None:
    """Warn where the account's own settings leave no provider, whatever the policy says."""
    try:
        if await account.is_left_by_account(model):
            return None
        text = (
            f"the account at OpenRouter does not list {model}: look at"
            " openrouter.ai/settings/privacy and at the key's guardrails"
        )
    except EaselError as error:
        text = f"not checked for {model}: what the account itself is set to ({error})"
    return Finding(ok=True, name=_NAME, text=text, is_warning=True)
