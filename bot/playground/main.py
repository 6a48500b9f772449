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
from bot.playground.keeping.chats import KeptChats, open_kept_chats
from bot.playground.keeping.folder import open_kept_folder
from bot.playground.model import PlayedModel
from bot.playground.page import build_page_application
from bot.playground.page_actions import format_slack_text
from bot.playground.page_state import Chats
from bot.playground.slack import PlayedMessage, PlayedSlack
from bot.playground.slack.directory import add_person
from bot.playground.slack.web_api import Rules

_TOKEN_DELAY_SECONDS = 0.018  # per token, so that one can watch the answer grow
# A person whose Slack is in German, so that another language can be tried.
_GERMAN = "U0MIA"
_FIRST_TOKEN_SECONDS = 0.5
_MAX_ANSWER_SECONDS = 400.0
_DM_CHANNEL = "D0ALEX"


@dataclass(frozen=True, slots=True)
class Playground:
    """Easel between its ends; `model` is None where it asks the real one."""

    slack: PlayedSlack
    model: PlayedModel | None
    service: Service
    chats: Chats


@asynccontextmanager
async def run_playground(*, keep: Path | None, slow: bool) -> AsyncIterator[Playground]:
    """Run Easel between the played ends; with OPENROUTER_API_KEY set it asks the real model.

    `keep` is a folder in which everything stays for the next start. Raises `StartupError` for one
    that cannot be used.
    """
    key = read_settings().openrouter_api_key
    model: PlayedModel | None = None
    async with AsyncExitStack() as stack:
        kept, data = _open_home(keep, stack)
        slack = PlayedSlack(Rules(share_delay=0.15))
        if kept is not None:
            kept.load(slack.workspace)
            await stack.enter_async_context(kept.follow(slack.workspace))
        if _GERMAN not in slack.workspace.people:
            add_person(slack.workspace, _GERMAN, "Mia (Deutsch)", locale="de-DE")
        await stack.enter_async_context(slack)
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
        chats = Chats() if kept is None else Chats(kept.id, str(data))
        yield Playground(slack, model, service, chats)


def _open_home(keep: Path | None, stack: AsyncExitStack) -> tuple[KeptChats | None, Path]:
    """Return what is kept, and the folder of Easel's own data: without `keep` one that vanishes."""
    if keep is None:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="easel-playground-"))
        return None, Path(folder)
    data = stack.enter_context(open_kept_folder(keep))
    return stack.enter_context(open_kept_chats(data)), data


async def serve_page(port: int, stop: asyncio.Event, *, keep: Path | None = None) -> None:
    """Serve the page on `port` until `stop`; without `keep`, messages and files are then deleted.

    Raises `StartupError` if the port is invalid or taken, or `keep` cannot be used.
    """
    if not 0 <= port <= 65_535:
        raise StartupError([f"--port {port}: give a number from 0 to 65535"])
    async with run_playground(keep=keep, slow=True) as playground:
        application = build_page_application(
            playground.slack, model=playground.model, chats=playground.chats
        )
        async with _serve_application(application, port) as address:
            sys.stdout.write(_format_start(playground, address))
            sys.stdout.flush()
            await stop.wait()


def _format_start(playground: Playground, address: str) -> str:
    model = "the real model" if playground.model is None else "a played model, no keys"
    folder = playground.chats.folder
    end = (
        f"The chats are kept in {folder}."
        if folder
        else "The chats vanish then; --keep DIR keeps them."
    )
    return f"Easel's playground ({model}): {address}\nCtrl-C ends it. {end}\n"


async def ask_once(
    text: str, files: Sequence[Path], save: Path | None, *, keep: Path | None = None
) -> int:
    """Ask `text` with `files`, print the thread, save the pictures; return the exit code.

    Raises `StartupError` without words and files, or for a file that cannot be read.
    """
    if not text.strip() and not files:
        raise StartupError(["--ask needs words, or a --file to ask about"])
    uploads = [(path.name, _read_file(path)) for path in files]
    async with run_playground(keep=keep, slow=False) as playground:
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
            [
                f"port {port} is taken ({os.strerror(error.errno or 0)}); choose another, as in"
                f" `easel playground --port {port % 65_535 + 1}`"
            ]
        ) from error
    finally:
        with contextlib.suppress(asyncio.CancelledError):
            await runner.cleanup()
