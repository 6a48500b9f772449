"""Tells a story to a reply in a loop where waiting takes no time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.delivery.reply import Reply
from tests.support.chat import FakeChat, TimelessLoop
from tests.support.values import question

Story = Callable[[Reply], Awaitable[None]]


def tell(chat: FakeChat, story: Story) -> None:
    """Run `story` with a reply in a loop where waiting takes no time."""

    async def run() -> None:
        async with Reply(chat, question(), chat) as reply:
            await story(reply)

    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        runner.run(run())


async def stream(reply: Reply, tokens: int, *, every: float, word: str = "word ") -> None:
    for _ in range(tokens):
        reply.add(word)
        await asyncio.sleep(every)
