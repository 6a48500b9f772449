"""`bot playground`: plays Slack and the model, and runs the real Easel between them.

Easel is told of the played ends by two addresses; nothing in it knows of the playground.
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

from bot.app.service import Service, serving
from bot.config import Settings, read_settings
from bot.domain.errors import RefuseToStart
from bot.playground.model import PlayedModel
from bot.playground.page import page_application
from bot.playground.slack import PlayedMessage, PlayedSlack
from bot.playground.slack.web_api import Rules

_TYPING_SECONDS = 0.018  # a token, so that one can watch the answer grow
_THINKING_SECONDS = 0.5
_ASK_SECONDS = 400.0
_DM = "D0ALEX"


@dataclass(frozen=True, slots=True)
class Playground:
    slack: PlayedSlack
    service: Service
    real_model: bool


@asynccontextmanager
async def playing(*, data: Path, slow: bool) -> AsyncIterator[Playground]:
    """Easel between the played ends; with OPENROUTER_API_KEY set it asks the real model."""
    key = read_settings().openrouter_api_key
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(PlayedSlack(Rules(share_delay=0.15)))
        given: dict[str, object] = {
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
                    first_delay=_THINKING_SECONDS if slow else 0.0,
                    token_delay=_TYPING_SECONDS if slow else 0.0,
                )
            )
            given |= {"OPENROUTER_API_KEY": model.api_key, "OPENROUTER_BASE_URL": model.base_url}
        settings: Settings = read_settings(given)
        service = await stack.enter_async_context(serving(settings))
        yield Playground(slack, service, real_model=key is not None)


async def serve_page(port: int, stop: asyncio.Event) -> None:
    """Serve the page on `port` until `stop`. What was said is gone afterwards."""
    if not 0 <= port <= 65_535:
        raise RefuseToStart([f"--port {port}: give a number from 0 to 65535"])
    with tempfile.TemporaryDirectory(prefix="easel-playground-") as folder:
        async with playing(data=Path(folder), slow=True) as playground:
            application = page_application(playground.slack)
            async with _listening(application, port) as address:
                model = "the real model" if playground.real_model else "a played model, no keys"
                sys.stdout.write(f"Easel's playground ({model}): {address}\nCtrl-C ends it.\n")
                sys.stdout.flush()
                await stop.wait()


async def ask_once(text: str, files: Sequence[Path], save: Path | None) -> int:
    """Ask `text` with `files`, print the thread, save the pictures; return the exit code."""
    if not text.strip() and not files:
        raise RefuseToStart(["--ask needs words, or a --file to ask about"])
    uploads = [(path.name, _read(path)) for path in files]
    with tempfile.TemporaryDirectory(prefix="easel-playground-") as folder:
        async with playing(data=Path(folder), slow=False) as playground:
            slack = playground.slack
            root = await slack.say(_DM, text, files=uploads)
            try:
                async with asyncio.timeout(_ASK_SECONDS):
                    await _answered(playground, root)
            except TimeoutError:
                sys.stderr.write("No answer came in time.\n")
                return 1
            thread = slack.thread(_DM, root)
            names = slack.workspace.people
            for message in thread:
                sys.stdout.write(_printed(message, names[message.user]))
            return _saved(thread, save)


async def _answered(playground: Playground, root: str) -> None:
    await playground.slack.until(lambda: playground.slack.replies(_DM, root), seconds=_ASK_SECONDS)
    # Pictures come after the text, so the reply is whole when Easel has nothing left to do.
    await playground.service.until_idle()
    await asyncio.sleep(2 * playground.slack.rules.share_delay)


def _printed(message: PlayedMessage, name: str) -> str:
    lines = [f"{name}: {message.text}".rstrip()]
    for file in message.files:
        size = f", {file.width}×{file.height}" if file.width else ""
        lines.append(f"  [{file.name}, {file.mimetype}{size}, {len(file.data):,} bytes]")
    return "\n".join(lines) + "\n"


def _saved(thread: Sequence[PlayedMessage], save: Path | None) -> int:
    made = [file for message in thread if message.from_bot for file in message.files]
    if save is None:
        return 0
    try:
        save.mkdir(parents=True, exist_ok=True)
        for file in made:
            (save / Path(file.name).name).write_bytes(file.data)
    except OSError as error:
        sys.stderr.write(f"The pictures cannot be saved in {save}: {error.strerror}\n")
        return 1
    for file in made:
        sys.stdout.write(f"saved {save / Path(file.name).name}\n")
    return 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RefuseToStart([f"--file {path}: {error.strerror}"]) from error


@asynccontextmanager
async def _listening(application: web.Application, port: int) -> AsyncIterator[str]:
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    except OSError as error:
        raise RefuseToStart(
            [f"--port {port} is taken ({os.strerror(error.errno or 0)}); choose another"]
        ) from error
    finally:
        with contextlib.suppress(asyncio.CancelledError):
            await runner.cleanup()
