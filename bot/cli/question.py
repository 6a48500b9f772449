"""`question` and `questions`: why a person got no answer, as the store knows it. Never words.

See `question_text.py` for how it is written.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import time

from bot.app.data.database import open_existing_database
from bot.cli.question_text import format_life, format_lines
from bot.config import Settings
from bot.domain.errors import StartupError
from handlers.parsing.links import MessageLink, find_message_links
from storage.engine.database import Database
from storage.reports.question_life import QuestionLife
from storage.reports.questions import MAX_LISTED, find_questions, list_questions, read_question

_NOT_A_QUESTION = (
    "give a question's id, as logs and `questions` show it, or the link to a message"
    " (in Slack: More actions, Copy link)"
)


def run_command(settings: Settings, options: argparse.Namespace) -> int:
    """Print one question's life, or a list; return 1 where nothing was found.

    Raises `StartupError` without a database.
    """
    if options.command == "questions":
        return asyncio.run(_print_list(settings, options))
    return asyncio.run(_print_lives(settings, options.which))


async def _print_list(settings: Settings, options: argparse.Namespace) -> int:
    now = time.time()
    async with open_existing_database(settings) as database:
        lines = await list_questions(
            database,
            since=now - options.since,
            is_failed=options.failed,
            is_open=options.open,
        )
    sys.stdout.write(format_lines(lines))
    if len(lines) == MAX_LISTED:
        sys.stdout.write(f"These are the newest {MAX_LISTED:,}; there may be more.\n")
    return 0


async def _print_lives(settings: Settings, which: str) -> int:
    link = _read_link(which)
    async with open_existing_database(settings) as database:
        lives = await _find(database, which, link)
    for life in lives:
        sys.stdout.write(format_life(life, time.time()))
    if lives:
        return 0
    sys.stdout.write(
        f"There is no question {which}. It never reached Easel, or it was no question to it:"
        " `check` tries the connection to Slack, and a line `ignored` in the log has the reason.\n"
    )
    return 1


def _read_link(which: str) -> MessageLink | None:
    """Return the message that `which` leads to, None for an id. Raises `StartupError` for else."""
    if re.fullmatch(r"[0-9]{1,18}", which):
        return None
    links = find_message_links([which])
    if not links:
        raise StartupError([f"{which[:80]}: {_NOT_A_QUESTION}"])
    return links[0]


async def _find(database: Database, which: str, link: MessageLink | None) -> list[QuestionLife]:
    if link is not None:
        return await find_questions(database, link.channel, link.ts)
    life = await read_question(database, int(which))
    return [] if life is None else [life]
