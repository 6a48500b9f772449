"""Runs a script against a reply in an event loop where waiting takes no time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.delivery.reply import Reply
from bot.delivery.status_board import StatusBoard
from tests.support.chat import FakeChat, TimelessLoop
from tests.support.values import build_question

ReplyScript = Callable[[Reply], Awaitable[None]]


def run_reply(chat: FakeChat, script: ReplyScript) -> None:
    """Run `script` with a reply in a loop where waiting takes no time."""

    async def run() -> None:
        async with Reply(chat, build_question(), chat, StatusBoard(chat)) as reply:
            await script(reply)

    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        runner.run(run())


async def stream_words(
    reply: Reply, count: int, *, interval_seconds: float, word: str = "word "
) -> None:
    """Add `word` to the reply `count` times."""
    for _ in range(count):
        reply.add(word)
        await asyncio.sleep(interval_seconds)
