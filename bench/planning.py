"""Measures how long it takes to decide what to send of a long thread."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.run import compute_median
from bot.domain.conversation import Speaker, Thread, ThreadHistory, Turn
from bot.domain.files import FileContext
from bot.prompt.document_pages import ExcerptCriteria
from bot.prompt.fit import ContextFitter
from bot.request.parse import parse_request
from storage.conversations import SqlConversationStore
from storage.engine.sqlite import open_database

_ROUNDS = 30
_THREAD = Thread("T0EASEL", "C0GENERAL", "1700000000.000100")
_QUESTION = "What was the budget code of project Heron, and who signs for it?"


def build_turns(count: int, characters: int) -> list[Turn]:
    words = "harbour crane ship ledger draft budget meeting window colour table " * 200
    return [
        Turn(
            Speaker.EASEL if number % 2 else Speaker.PERSON,
            f"1700000000.{number + 101:06d}",
            f"message {number} {words}"[:characters],
            "U0ALEX",
        )
        for number in range(count)
    ]


def _measure_ms(work: Callable[[], object]) -> float:
    times = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return compute_median(times)


async def measure_planning(count: int, characters: int) -> tuple[int, float, float]:
    """Return the tokens of a thread, the ms to plan it, and the ms to read it from the store."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_database(Path(folder) / "easel.db") as database:
            store = SqlConversationStore(database)
            await store.save_earlier(_THREAD, build_turns(count, characters))
            words = parse_request(_QUESTION).keywords

            async def read() -> ThreadHistory:
                return await store.load(_THREAD, before="9", limit=5_000, keywords=words)

            history = await read()
            read_times = []
            for _ in range(_ROUNDS):
                started = time.perf_counter()
                await read()
                read_times.append((time.perf_counter() - started) * 1000)
    tokens = sum(turn.tokens for turn in history.turns)
    fitter = ContextFitter(_QUESTION, ExcerptCriteria(), history, 250_000, resend_all=True)
    plan_ms = _measure_ms(lambda: fitter.fit(FileContext(), 5_000))
    return tokens, plan_ms, compute_median(read_times)
