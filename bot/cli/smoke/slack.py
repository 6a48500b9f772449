"""`easel smoke --channel`: asks Slack what documentation leaves open, in a channel.

Asks no model, and costs nothing; what is posted is deleted again.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Sequence

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.smoke.rows import probe_row
from bot.cli.smoke.shares import name_error, probe_share
from bot.config import Settings, reveal_secret
from bot.domain.errors import StartupError

_SHARE_TITLE = "Can the share of a picture carry its menu?"
_ROW_TITLE = "Does a message take the row under an answer, with thumbs?"


async def run_slack_probes(settings: Settings, channel: str) -> int:
    """Ask and print each question in `channel`; return the exit code.

    Raises `StartupError` without a bot token.
    """
    token = reveal_secret(settings.slack_bot_token)
    if not token:
        raise StartupError(["SLACK_BOT_TOKEN: `easel smoke --channel` asks Slack, and needs it"])
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
        client = AsyncWebClient(token=token, base_url=settings.slack_api_url, session=session)
        has_shared = await _ask(_SHARE_TITLE, probe_share(client, session, channel))
        has_posted = await _ask(_ROW_TITLE, probe_row(client, channel))
    return 0 if has_shared and has_posted else 1


async def _ask(title: str, answer: Awaitable[Sequence[str]]) -> bool:
    """Print what comes of one question; return False if it could not be asked."""
    try:
        sentences = await answer
    except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
        sys.stdout.write(f"{title}\n   could not be asked: {name_error(error)}\n")
        return False
    lines = "".join(f"   {sentence}\n" for sentence in sentences)
    sys.stdout.write(f"{title}\n{lines}")
    return True
