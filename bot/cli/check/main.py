"""`easel check`: tries everything Easel needs and prints what to do. Changes nothing."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.build_models import build_account
from bot.cli.check.budgets import find_small_budgets
from bot.cli.check.clock import check_clock
from bot.cli.check.data_policy import check_data_policy
from bot.cli.check.database import check_database
from bot.cli.check.decoders import check_decoders
from bot.cli.check.drawing import check_drawing, list_drawing_findings
from bot.cli.check.files import check_files
from bot.cli.check.finding import SETTINGS, Finding
from bot.cli.check.folders import check_folders
from bot.cli.check.in_force import check_in_force
from bot.cli.check.messages import (
    format_catalog_source,
    format_key_failure,
    format_slack_failure,
    format_stored_copy,
    format_unreachable,
)
from bot.cli.check.modes import check_modes
from bot.cli.check.operators import check_operators
from bot.cli.check.prices import check_prices
from bot.cli.check.scopes import describe_optional_scopes
from bot.cli.check.served import check_served
from bot.config import Settings, list_served_models, list_service_problems
from bot.domain.errors import EaselError
from bot.domain.model_info import FactSource, ModelInfo
from bot.llm.catalog import ModelCatalog, get_today
from bot.llm.catalog_entry import (
    describe_end,
    format_model_info,
    list_model_problems,
    read_model_info,
)
from bot.llm.client import create_http_client
from bot.llm.model_facts import find_served_name, format_origins
from bot.llm.offers.model_names import name_setting
from bot.llm.openrouter import OpenRouterAccount
from bot.llm.providers import PROVIDERS, ProviderSpec
from handlers.manifest import list_bot_scopes
from handlers.operators import read_scopes
from handlers.web_api.client import build_slack_client
from handlers.web_api.errors import translate_errors


def run_command(settings: Settings, _options: argparse.Namespace) -> int:
    """Print one line for each finding; return 2 if settings are wrong, else 1 if a check failed."""
    findings = asyncio.run(check(settings))
    for finding in findings:
        sys.stdout.write(f"{finding}\n")
    failed = {finding.name for finding in findings if not finding.ok}
    return 2 if SETTINGS in failed else int(bool(failed))


async def check(settings: Settings) -> list[Finding]:
    """Try everything once; a failure does not keep the rest from being tried."""
    return [
        finding
        for part in (
            _check_settings(settings),
            check_in_force(settings),
            check_modes(settings),
            check_folders(settings),
            check_database(settings),
            check_files(settings),
            check_decoders(settings),
            _check_slack(settings),
            _check_models(settings),
            check_served(settings),
            check_drawing(settings),
            check_data_policy(settings),
            check_prices(settings),
            _check_budgets(settings),
        )
        async for finding in part
    ]


async def _check_settings(settings: Settings) -> AsyncIterator[Finding]:
    problems = list_service_problems(settings)
    for problem in problems:
        yield Finding(ok=False, name=SETTINGS, text=problem)
    if not problems:
        mode = "Socket Mode" if settings.is_socket_mode else "HTTP mode"
        yield Finding(ok=True, name=SETTINGS, text=f"complete, {mode}")


async def _check_slack(settings: Settings) -> AsyncIterator[Finding]:
    async with aiohttp.ClientSession() as session:
        if settings.slack_bot_token is not None:
            token = settings.slack_bot_token.get_secret_value()
            client = build_slack_client(token, settings.slack_api_url, session)
            async for finding in _check_bot_token(client, settings):
                yield finding
        if settings.slack_app_token is not None:
            token = settings.slack_app_token.get_secret_value()
            yield await _check_socket_token(
                build_slack_client(token, settings.slack_api_url, session),
                settings.slack_api_url,
                token,
            )


async def _check_bot_token(client: AsyncWebClient, settings: Settings) -> AsyncIterator[Finding]:
    name = "Slack bot token"
    try:
        with translate_errors("auth.test"):
            response = await client.auth_test()
    except EaselError as error:
        text = format_slack_failure(error, settings.slack_api_url, "reinstall the app and copy it")
        yield Finding(ok=False, name=name, text=text)
        return
    yield Finding(ok=True, name=name, text=f"workspace {response.get('team')}")
    is_http = not settings.is_socket_mode
    yield check_clock(response.headers, is_http=is_http)
    granted = read_scopes(response.headers)
    missing = [scope for scope in list_bot_scopes() if scope not in granted]
    if missing:
        todo = f"missing {', '.join(missing)}; update the app from manifest.yml and reinstall it"
        yield Finding(ok=False, name="Slack scopes", text=todo)
    else:
        yield Finding(ok=True, name="Slack scopes", text="all that Easel needs are granted")
    yield Finding(ok=True, name="Slack optional scopes", text=describe_optional_scopes(granted))
    async for finding in check_operators(client, settings.operators, granted):
        yield finding


async def _check_socket_token(client: AsyncWebClient, api_url: str, token: str) -> Finding:
    name = "Slack socket token"
    try:
        with translate_errors("apps.connections.open"):
            await client.apps_connections_open(app_token=token)
    except EaselError as error:
        todo = "create an app-level token with connections:write and set SLACK_APP_TOKEN"
        return Finding(ok=False, name=name, text=format_slack_failure(error, api_url, todo))
    return Finding(ok=True, name=name, text="a socket can be opened")


async def _check_models(settings: Settings) -> AsyncIterator[Finding]:
    async with create_http_client() as http:
        for spec in PROVIDERS.values():
            if spec.has_catalog and getattr(settings, spec.key_field) is not None:
                account = build_account(settings, http, spec)
                async for finding in _check_account(account, spec, settings):
                    yield finding
        for number, provider, model in list_served_models(settings):
            if not PROVIDERS[provider].has_catalog:
                model_info = settings.get_provider(provider).describe_model(model)
                text = _describe_uncatalogued(f"{model} at {provider}", model_info)
                yield Finding(ok=True, name="model", text=text)
                if end := describe_end(model_info, name_setting(number)):
                    yield Finding(ok=True, name="model", text=f"{model} {end}", is_warning=True)


def _describe_uncatalogued(model: str, model_info: ModelInfo) -> str:
    is_set = model_info.get_origin("price").source is FactSource.SETTING
    dated = "" if is_set or model_info.price is None else f" (as of {model_info.as_of})"
    facts = format_origins(model_info, get_today())
    return f"{model}, which has no catalogue: {format_model_info(model_info)}{dated}; {facts}"


async def _check_budgets(settings: Settings) -> AsyncIterator[Finding]:
    for budget in await find_small_budgets(settings):
        yield Finding(ok=True, name="budget", text=str(budget), is_warning=True)


async def _check_account(
    account: OpenRouterAccount, spec: ProviderSpec, settings: Settings
) -> AsyncIterator[Finding]:
    """Whether the provider accepts the key, and what its catalogue says of its models."""
    url, url_setting = getattr(settings, spec.url_field), spec.url_field.upper()
    try:
        text = (await account.fetch_key_info()).summary
        yield Finding(ok=True, name="model key", text=text)
    except EaselError as error:
        text = format_key_failure(error, url, url_setting, spec.key_page)
        yield Finding(ok=False, name="model key", text=text)
    for number, (provider, model) in enumerate(settings.models):
        if provider == spec.name:
            built_in, setting = spec.describe_model(model), name_setting(number)
            kept = ModelCatalog(account, [built_in], settings.data_dir / spec.catalog_folder)
            found = _check_catalog_entry(account, kept, built_in, settings, spec, setting)
            async for finding in found:
                yield finding


async def _check_catalog_entry(
    account: OpenRouterAccount,
    kept: ModelCatalog,
    built_in: ModelInfo,
    settings: Settings,
    spec: ProviderSpec,
    setting: str,
) -> AsyncIterator[Finding]:
    model = built_in.model
    stored = kept.get_model_info(model)
    if not find_served_name(model):
        text = (
            f"{model}: what the preset chooses is not known here, so limits, prices and what draws"
            f" are those of the default model; write the model before it, as in MAKER/MODEL{model}"
        )
        yield Finding(ok=True, name="model", text=text, is_warning=True)
        return
    try:
        entry = await account.fetch_catalog_entry(model)
    except EaselError as error:
        url, url_setting = getattr(settings, spec.url_field), spec.url_field.upper()
        reason = (
            f"the catalogue at {url} answers {error}"
            if error.code.isdecimal()
            else format_unreachable(error, url, url_setting)
        )
        source = format_catalog_source(stored, get_today())
        yield Finding(ok=False, name="model", text=f"{reason}; until then {source} is used")
        for finding in list_drawing_findings(spec, stored):
            yield finding
        return
    listed = None if entry is None else read_model_info(entry, as_of=get_today(), known=built_in)
    problems = list_model_problems(listed, settings.max_tokens, setting)
    for problem in problems:
        yield Finding(ok=False, name="model", text=f"{model} {problem}")
    if listed is not None and not problems:
        copy = format_stored_copy(stored, get_today())
        text = f"{model} is in the catalogue: {format_model_info(listed)}; {copy}"
        yield Finding(ok=True, name="model", text=text)
        takes = ", ".join(sorted(listed.supported_parameters))
        facts = format_origins(listed, get_today())
        yield Finding(ok=True, name="model takes", text=f"{takes}; {facts}")
    if listed is not None:
        for finding in list_drawing_findings(spec, listed):
            yield finding
