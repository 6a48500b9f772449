"""`bot check`: tries everything Easel needs and prints what to do. Changes nothing."""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import sys
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.build_models import build_account
from bot.billing.totals_check import list_differences
from bot.cli.check_budgets import find_small_budgets
from bot.cli.check_modes import check_modes
from bot.cli.finding import Finding
from bot.config import Settings, list_service_problems
from bot.domain.errors import EaselError, StartupError, StoreError
from bot.domain.model_info import ModelInfo
from bot.files.sandbox.sandbox import Sandbox
from bot.llm.catalog import ModelCatalog, get_today
from bot.llm.catalog_entry import (
    format_model_info,
    list_model_problems,
    read_model_info,
)
from bot.llm.client import create_http_client
from bot.llm.openrouter import OpenRouterAccount
from bot.llm.providers import PROVIDERS, ProviderSpec, get_built_in_info
from handlers.manifest import list_bot_scopes
from handlers.web_api.client import build_slack_client
from storage.engine.sqlite import open_database
from storage.spending_audit import SqliteSpendingAudit


def run_command(settings: Settings, _options: argparse.Namespace) -> int:
    """Print one line for each finding; return 1 if any check failed."""
    findings = asyncio.run(check(settings))
    for finding in findings:
        sys.stdout.write(f"{finding}\n")
    return 0 if all(finding.ok for finding in findings) else 1


async def check(settings: Settings) -> list[Finding]:
    """Try everything once; a failure does not keep the rest from being tried."""
    return [
        finding
        for part in (
            _check_settings(settings),
            check_modes(settings),
            _check_database(settings),
            _check_files(),
            _check_slack(settings),
            _check_models(settings),
            _check_budgets(settings),
        )
        async for finding in part
    ]


async def _check_settings(settings: Settings) -> AsyncIterator[Finding]:
    problems = list_service_problems(settings)
    for problem in problems:
        yield Finding(ok=False, name="settings", text=problem)
    if not problems:
        mode = "Socket Mode" if settings.is_socket_mode else "HTTP mode"
        yield Finding(ok=True, name="settings", text=f"complete, {mode}")


async def _check_database(settings: Settings) -> AsyncIterator[Finding]:
    try:
        async with open_database(settings.database_path) as database:
            yield Finding(
                ok=True, name="database", text=f"{settings.database_path} opens and is up to date"
            )
            audit = SqliteSpendingAudit(database)
            for difference in await list_differences(audit, datetime.now(UTC)):
                text = f"{difference}; repaired at the next start"
                yield Finding(ok=True, name="budget totals", text=text, is_warning=True)
    except StartupError as error:
        yield Finding(ok=False, name="database", text=str(error))
    except StoreError as error:
        todo = "check the disk, or restore the last back-up"
        text = f"{settings.database_path} cannot be read ({error}); {todo}"
        yield Finding(ok=False, name="database", text=text)


async def _check_files() -> AsyncIterator[Finding]:
    """Check that the sandbox reads a file, and whether Office files can be read."""
    async with Sandbox() as sandbox:
        try:
            await sandbox.read("check.txt", b"Easel reads this.")
        except EaselError as error:
            yield Finding(ok=False, name="files", text=f"no decoder starts: {error}")
            return
    has_office = importlib.util.find_spec("markitdown") is not None
    office = (
        "" if has_office else "; no Office files: run `make setup`, or install the extra office"
    )
    yield Finding(ok=True, name="files", text=f"are read{office}")


async def _check_slack(settings: Settings) -> AsyncIterator[Finding]:
    async with aiohttp.ClientSession() as session:
        if settings.slack_bot_token is not None:
            token = settings.slack_bot_token.get_secret_value()
            client = build_slack_client(token, settings.slack_api_url, session)
            async for finding in _check_bot_token(client, settings.slack_api_url):
                yield finding
        if settings.slack_app_token is not None:
            token = settings.slack_app_token.get_secret_value()
            yield await _check_socket_token(
                build_slack_client(token, settings.slack_api_url, session), token
            )


async def _check_bot_token(client: AsyncWebClient, api_url: str) -> AsyncIterator[Finding]:
    name = "Slack bot token"
    try:
        response = await client.auth_test()
    except SlackApiError as error:
        yield Finding(
            ok=False, name=name, text=_format_slack_error(error, "reinstall the app and copy it")
        )
        return
    except (aiohttp.ClientError, TimeoutError, OSError):
        yield Finding(ok=False, name=name, text=f"Slack cannot be reached at {api_url}")
        return
    yield Finding(ok=True, name=name, text=f"workspace {response.get('team')}")
    granted = set(str(_find_header(response.headers, "x-oauth-scopes")).replace(" ", "").split(","))
    missing = [scope for scope in list_bot_scopes() if scope not in granted]
    if missing:
        todo = f"missing {', '.join(missing)}; update the app from manifest.yml and reinstall it"
        yield Finding(ok=False, name="Slack scopes", text=todo)
    else:
        yield Finding(ok=True, name="Slack scopes", text="all of manifest.yml are granted")


async def _check_socket_token(client: AsyncWebClient, token: str) -> Finding:
    name = "Slack socket token"
    try:
        await client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        todo = "create an app-level token with connections:write and set SLACK_APP_TOKEN"
        return Finding(ok=False, name=name, text=_format_slack_error(error, todo))
    except (aiohttp.ClientError, TimeoutError, OSError):
        return Finding(ok=False, name=name, text="Slack cannot be reached")
    return Finding(ok=True, name=name, text="a socket can be opened")


async def _check_models(settings: Settings) -> AsyncIterator[Finding]:
    async with create_http_client() as http:
        for spec in PROVIDERS.values():
            if spec.has_catalog and getattr(settings, spec.key_field) is not None:
                account = build_account(settings, http, spec)
                async for finding in _check_account(account, spec, settings):
                    yield finding
        for provider, model in settings.models:
            if not PROVIDERS[provider].has_catalog and model:
                model_info = get_built_in_info(provider, model)
                limits = format_model_info(model_info)
                text = f"{model} at {provider}, which has no catalogue: {limits}"
                yield Finding(ok=True, name="model", text=f"{text} (as of {model_info.as_of})")


async def _check_budgets(settings: Settings) -> AsyncIterator[Finding]:
    for budget in await find_small_budgets(settings):
        yield Finding(ok=True, name="budget", text=str(budget), is_warning=True)


async def _check_account(
    account: OpenRouterAccount, spec: ProviderSpec, settings: Settings
) -> AsyncIterator[Finding]:
    """Whether the provider accepts the key, and what its catalogue says of its models."""
    try:
        text = (await account.fetch_key_info()).summary
        yield Finding(ok=True, name="model key", text=text)
    except EaselError as error:
        yield Finding(ok=False, name="model key", text=f"{error}; see {spec.key_page}")
    for provider, model in settings.models:
        if provider == spec.name:
            built_in = get_built_in_info(provider, model)
            kept = ModelCatalog(account, [built_in], settings.data_dir / spec.catalog_folder)
            async for finding in _check_catalog_entry(account, kept, model, settings.max_tokens):
                yield finding


async def _check_catalog_entry(
    account: OpenRouterAccount, kept: ModelCatalog, model: str, max_tokens: int
) -> AsyncIterator[Finding]:
    try:
        entry = await account.fetch_catalog_entry(model)
    except EaselError as error:
        info = kept.get_model_info(model)
        source = "built-in copy" if info.is_built_in else "copy"
        yield Finding(
            ok=False,
            name="model",
            text=f"{error}; until then the {source} of {info.as_of} ({_format_age(info)}) is used",
        )
        return
    listed = None if entry is None else read_model_info(entry, as_of=get_today())
    problems = list_model_problems(listed, max_tokens)
    for problem in problems:
        yield Finding(ok=False, name="model", text=problem)
    if listed is not None and not problems:
        text = f"{model} is in the catalogue: {format_model_info(listed)}"
        saved = kept.get_model_info(model)
        yield Finding(ok=True, name="model", text=f"{text}; last kept {_format_age(saved)}")
        yield Finding(
            ok=True, name="model takes", text=", ".join(sorted(listed.supported_parameters))
        )


def _format_age(model_info: ModelInfo) -> str:
    days = (date.fromisoformat(get_today()) - date.fromisoformat(model_info.as_of)).days
    return "today" if days == 0 else f"{days} days ago"


def _format_slack_error(error: SlackApiError, todo: str) -> str:
    data = getattr(error.response, "data", None)
    code = data.get("error", "an error") if isinstance(data, dict) else "an HTML page"
    return f"Slack answers {code}; {todo}"


def _find_header(headers: object, name: str) -> str:
    if not hasattr(headers, "items"):
        return ""
    return next((value for key, value in headers.items() if key.lower() == name), "")
