"""`easel smoke`: runs the questions in order, and prints what was found and what it cost."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable

import httpx

from bot.app.build_models import build_openrouter_account
from bot.cli.smoke.probe import Probe
from bot.cli.smoke.questions import QUESTIONS
from bot.cli.smoke.slack import run_slack_probes
from bot.config import Settings, reveal_secret
from bot.domain.errors import EaselError, StartupError
from bot.llm.client import create_http_client

CONFIRMATION_PROMPT = (
    "This asks {model} at {url} about ten times and makes four small pictures.\n"
    "It spends about 10 to 30 US cents of your credit. Go on? [y/N] "
)


def run_command(settings: Settings, options: argparse.Namespace) -> int:
    """Run the smoke test, without asking first if `--yes` is set; return the exit code.

    With `--channel`, what is asked of Slack instead.
    """
    if options.channel:
        return asyncio.run(run_slack_probes(settings, options.channel))
    return asyncio.run(run_smoke_test(settings, confirmed=options.yes))


async def run_smoke_test(
    settings: Settings, *, confirmed: bool, ask: Callable[[str], str] = input
) -> int:
    """Ask all questions once the person agrees; return the exit code.

    Raises `StartupError` without an OpenRouter key.
    """
    provider, model = settings.models[0]
    if provider != "openrouter" or settings.openrouter_api_key is None:
        raise StartupError(["OPENROUTER_API_KEY: `easel smoke` asks OpenRouter, and needs a key"])
    warning = CONFIRMATION_PROMPT.format(model=model, url=settings.openrouter_base_url)
    if not confirmed and ask(warning).strip().lower() not in ("y", "yes"):
        sys.stdout.write("Nothing was asked.\n")
        return 1
    async with create_http_client() as http:
        probe = Probe(
            http,
            base_url=settings.openrouter_base_url,
            key=reveal_secret(settings.openrouter_api_key),
            model=model,
            preferences=settings.data_policy.build_preferences(),
        )
        failed_count = await _ask_questions(probe, settings, http)
    sys.stdout.write(f"Spent: {probe.spent_usd} US dollars, as the answers say\n")
    if probe.unreported_count:
        sys.stdout.write(
            f"{probe.unreported_count} of them did not say what they cost:"
            " see the activity page of your account\n"
        )
    return 1 if failed_count else 0


async def _ask_questions(probe: Probe, settings: Settings, http: httpx.AsyncClient) -> int:
    """Ask and print each question; return how many could not be asked."""
    account, failed_count = build_openrouter_account(settings, http), 0
    for number, (title, question) in enumerate(QUESTIONS, 1):
        try:
            sentences = await question(probe, account)
        except (EaselError, httpx.HTTPError, ValueError) as error:
            failed_count += 1
            sentences = [f"could not be asked: {type(error).__name__}"]
        lines = "".join(f"   {sentence}\n" for sentence in sentences)
        sys.stdout.write(f"{number}. {title}\n{lines}")
        sys.stdout.flush()
    return failed_count
