"""`easel playground`: plays Slack and the model, and runs the real Easel between them.

Two settings give Easel the addresses of the played ends; its own code does not know the playground.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.app.service import Service, open_service
from bot.config import Settings, read_settings
from bot.domain.errors import StartupError
from bot.playground.model import PlayedModel
from bot.playground.page import build_page_application
from bot.playground.page_actions import format_slack_text
from bot.playground.slack import PlayedMessage, PlayedSlack
from bot.playground.slack.web_api import Rules

_TOKEN_DELAY_SECONDS = 0.018  # per token, so that one can watch the answer grow
_FIRST_TOKEN_SECONDS = 0.5
_MAX_ANSWER_SECONDS = 400.0
_DM_CHANNEL = "D0ALEX"


@dataclass(frozen=True, slots=True)
class Playground:
    slack: PlayedSlack
    service: Service
    real_model: bool


@asynccontextmanager
async def run_playground(*, data: Path, slow: bool) -> AsyncIterator[Playground]:
    """Run Easel between the played ends; with OPENROUTER_API_KEY set it asks the real model."""
    key = read_settings().openrouter_api_key
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(PlayedSlack(Rules(share_delay=0.15)))
        values: dict[str, object] = {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": slack.api_url,
            "DATABASE_URL": f"sqlite:///{data / 'easel.db'}",
            "EASEL_DATA_DIR": str(data),
            "EASEL_HOST": "127.0.0.1",
            "EASEL_PORT": 0,
        }
        if key is None:
            model = await stack.enter_async_context(
                PlayedModel(
                    first_delay=_FIRST_TOKEN_SECONDS if slow else 0.0,
                    token_delay=_TOKEN_DELAY_SECONDS if slow else 0.0,
                )
            )
            values |= {"OPENROUTER_API_KEY": model.api_key, "OPENROUTER_BASE_URL": model.base_url}
        settings: Settings = read_settings(values)
        service = await stack.enter_async_context(open_service(settings))
        yield Playground(slack, service, real_model=key is not None)


async def serve_page(port: int, stop: asyncio.Event) -> None:
    """Serve the page on `port` until `stop`; messages and files are then deleted.

    Raises `StartupError` if the port is invalid or taken.
    """
    if not 0 <= port <= 65_535:
        raise StartupError([f"--port {port}: give a number from 0 to 65535"])
    with tempfile.TemporaryDirectory(prefix="easel-playground-") as folder:
        async with run_playground(data=Path(folder), slow=True) as playground:
            application = build_page_application(playground.slack)
            async with _serve_application(application, port) as address:
                model = "the real model" if playground.real_model else "a played model, no keys"
                sys.stdout.write(f"Easel's playground ({model}): {address}\nCtrl-C ends it.\n")
                sys.stdout.flush()
                await stop.wait()


async def ask_once(text: str, files: Sequence[Path], save: Path | None) -> int:
    """Ask `text` with `files`, print the thread, save the pictures; return the exit code.

    Raises `StartupError` without words and files, or for a file that cannot be read.
    """
    if not text.strip() and not files:
        raise StartupError(["--ask needs words, or a --file to ask about"])
    uploads = [(path.name, _read_file(path)) for path in files]
    with tempfile.TemporaryDirectory(prefix="easel-playground-") as folder:
        async with run_playground(data=Path(folder), slow=False) as playground:
            slack = playground.slack
            root = await slack.post_as_person(
                _DM_CHANNEL, format_slack_text(text, slack.workspace), files=uploads
            )
            try:
                async with asyncio.timeout(_MAX_ANSWER_SECONDS):
                    await _wait_for_answer(playground, root)
            except TimeoutError:
                sys.stderr.write("No answer came in time.\n")
                return 1
            thread = slack.list_thread(_DM_CHANNEL, root)
            names = slack.workspace.people
            for message in thread:
                sys.stdout.write(_format_message(message, names[message.user]))
            return _save_pictures(thread, save)


async def _wait_for_answer(playground: Playground, root: str) -> None:
    await playground.slack.wait_until(
        lambda: playground.slack.list_replies(_DM_CHANNEL, root), seconds=_MAX_ANSWER_SECONDS
    )
    # Pictures come after the text, so the reply is whole when Easel has nothing left to do.
    await playground.service.wait_until_idle()
    await asyncio.sleep(2 * playground.slack.rules.share_delay)


def _format_message(message: PlayedMessage, name: str) -> str:
    lines = [f"{name}: {message.text}".rstrip()]
    for file in message.files:
        size = f", {file.width}×{file.height}" if file.width else ""
        lines.append(f"  [{file.name}, {file.mimetype}{size}, {len(file.data):,} bytes]")
    return "\n".join(lines) + "\n"


def _save_pictures(thread: Sequence[PlayedMessage], save: Path | None) -> int:
    files = [file for message in thread if message.from_bot for file in message.files]
    if save is None:
        return 0
    try:
        save.mkdir(parents=True, exist_ok=True)
        for file in files:
            (save / Path(file.name).name).write_bytes(file.data)
    except OSError as error:
        sys.stderr.write(f"The pictures cannot be saved in {save}: {error.strerror}\n")
        return 1
    for file in files:
        sys.stdout.write(f"saved {save / Path(file.name).name}\n")
    return 0


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StartupError([f"--file {path}: {error.strerror}"]) from error


@asynccontextmanager
async def _serve_application(application: web.Application, port: int) -> AsyncIterator[str]:
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    except OSError as error:
        raise StartupError(
            [f"--port {port} is taken ({os.strerror(error.errno or 0)}); choose another"]
        ) from error
    finally:
        with contextlib.suppress(asyncio.CancelledError):
            await runner.cleanup()
