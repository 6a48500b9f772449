"""Observes a running Easel: the words in a thread, and its open questions."""

from __future__ import annotations

import aiohttp

from tests.support.easel import EaselEnvironment


def count_words(easel: EaselEnvironment, root: str) -> int:
    return len(" ".join(reply.text for reply in easel.list_replies(root)).split())


async def count_open_questions(easel: EaselEnvironment) -> int:
    address = f"{easel.service.address}/metrics"
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        page = await response.text()
    lines = [line for line in page.splitlines() if line.startswith("easel_questions_open{")]
    return sum(int(float(line.rsplit(" ", 1)[1])) for line in lines)
