"""`bot check`: tries everything Easel needs, one line each, with what to do. Changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Settings, service_problems
from bot.errors import EaselError, RefuseToStart
from bot.manifest import bot_scopes
from bot.model.catalog import check_entry
from bot.model.wire import OpenRouter, model_http
from handlers.slack_api import slack_client
from storage.database import open_database


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried. `text` says what was found, or what to do."""

    ok: bool
    name: str
    text: str

    def __str__(self) -> str:
        return f"{'ok  ' if self.ok else 'FAIL'}  {self.name}: {self.text}"


async def check(settings: Settings) -> list[Finding]:
    """Try everything once; a failure does not keep the rest from being tried."""
    return [
        finding
        for part in (_settings(settings), _database(settings), _slack(settings), _model(settings))
        async for finding in part
    ]


async def _settings(settings: Settings) -> AsyncIterator[Finding]:
    problems = service_problems(settings)
    for problem in problems:
        yield Finding(ok=False, name="settings", text=problem)
    if not problems:
        mode = "Socket Mode" if settings.socket_mode else "HTTP mode"
        yield Finding(ok=True, name="settings", text=f"complete, {mode}")


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    try:
        async with open_database(settings.database_path):
            yield Finding(
                ok=True, name="database", text=f"{settings.database_path} opens and is up to date"
            )
    except RefuseToStart as error:
        yield Finding(ok=False, name="database", text=str(error))


async def _slack(settings: Settings) -> AsyncIterator[Finding]:
    async with aiohttp.ClientSession() as session:
        if settings.slack_bot_token is not None:
            token = settings.slack_bot_token.get_secret_value()
            client = slack_client(token, settings.slack_api_url, session)
            async for finding in _bot_token(client, settings.slack_api_url):
                yield finding
        if settings.slack_app_token is not None:
            token = settings.slack_app_token.get_secret_value()
            yield await _socket_token(slack_client(token, settings.slack_api_url, session), token)


async def _bot_token(client: AsyncWebClient, api_url: str) -> AsyncIterator[Finding]:
    name = "Slack bot token"
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        yield Finding(ok=False, name=name, text=_refused(error, "reinstall the app and copy it"))
        return
    except (aiohttp.ClientError, TimeoutError, OSError):
        yield Finding(ok=False, name=name, text=f"Slack cannot be reached at {api_url}")
        return
    yield Finding(ok=True, name=name, text=f"workspace {answer.get('team')}")
    granted = set(str(_header(answer.headers, "x-oauth-scopes")).replace(" ", "").split(","))
    missing = [scope for scope in bot_scopes() if scope not in granted]
    if missing:
        todo = f"missing {', '.join(missing)}; update the app from manifest.yml and reinstall it"
        yield Finding(ok=False, name="Slack scopes", text=todo)
    else:
        yield Finding(ok=True, name="Slack scopes", text="all of manifest.yml are granted")


async def _socket_token(client: AsyncWebClient, token: str) -> Finding:
    name = "Slack socket token"
    try:
        await client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        todo = "create an app-level token with connections:write and set SLACK_APP_TOKEN"
        return Finding(ok=False, name=name, text=_refused(error, todo))
    except (aiohttp.ClientError, TimeoutError, OSError):
        return Finding(ok=False, name=name, text="Slack cannot be reached")
    return Finding(ok=True, name=name, text="a socket can be opened")


async def _model(settings: Settings) -> AsyncIterator[Finding]:
    if settings.openrouter_api_key is None:
        return
    async with model_http() as http:
        model = OpenRouter(
            http,
            base_url=settings.openrouter_base_url,
            api_key=_secret(settings.openrouter_api_key),
            model=settings.model,
        )
        try:
            yield Finding(ok=True, name="model key", text=(await model.key_info()).summary)
        except EaselError as error:
            yield Finding(ok=False, name="model key", text=f"{error}; see openrouter.ai/keys")
        try:
            problems = check_entry(await model.catalogue_entry(), settings.max_tokens)
        except EaselError as error:
            problems = [str(error)]
        for problem in problems:
            yield Finding(ok=False, name="model", text=problem)
        if not problems:
            yield Finding(ok=True, name="model", text=f"{settings.model} is in the catalogue")


def _refused(error: SlackApiError, todo: str) -> str:
    data = getattr(error.response, "data", None)
    code = data.get("error", "an error") if isinstance(data, dict) else "an HTML page"
    return f"Slack answers {code}; {todo}"


def _header(headers: object, name: str) -> str:
    if not hasattr(headers, "items"):
        return ""
    return next((value for key, value in headers.items() if key.lower() == name), "")


def _secret(value: SecretStr) -> str:
    return value.get_secret_value()
