"""Runs the questions in order, prints what was found and what it cost."""

from __future__ import annotations

import sys
from collections.abc import Callable

import httpx

from bot.app.build_models import openrouter_account
from bot.cli.smoke.probe import Probe
from bot.cli.smoke.questions import QUESTIONS
from bot.config import Settings, secret
from bot.domain.errors import EaselError, RefuseToStart
from bot.llm.client import model_http

WARNING = (
    "This asks {model} at {url} about ten times and makes four small pictures.\n"
    "It spends about 10 to 30 US cents of your credit. Go on? [y/N] "
)


async def smoke(settings: Settings, *, agreed: bool, ask: Callable[[str], str] = input) -> int:
    """Ask all questions; return the exit code. Raises `RefuseToStart` without a key."""
    provider, model = settings.models[0]
    if provider != "openrouter" or settings.openrouter_api_key is None:
        raise RefuseToStart(["OPENROUTER_API_KEY: `bot smoke` asks OpenRouter, and needs a key"])
    warning = WARNING.format(model=model, url=settings.openrouter_base_url)
    if not agreed and ask(warning).strip().lower() not in ("y", "yes"):
        sys.stdout.write("Nothing was asked.\n")
        return 1
    async with model_http() as http:
        probe = Probe(
            http,
            base_url=settings.openrouter_base_url,
            key=secret(settings.openrouter_api_key),
            model=model,
        )
        failed = await _ask_all(probe, settings, http)
    sys.stdout.write(f"Spent: {probe.spent} US dollars, as the answers say\n")
    return 1 if failed else 0


async def _ask_all(probe: Probe, settings: Settings, http: httpx.AsyncClient) -> int:
    account, failed = openrouter_account(settings, http), 0
    for number, (title, question) in enumerate(QUESTIONS, 1):
        try:
            found = await question(probe, account)
        except (EaselError, httpx.HTTPError, ValueError) as error:
            failed += 1
            found = [f"could not be asked: {type(error).__name__}"]
        lines = "".join(f"   {line}\n" for line in found)
        sys.stdout.write(f"{number}. {title}\n{lines}")
        sys.stdout.flush()
    return failed
