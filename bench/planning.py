"""How long it takes to decide what is sent, and what a picture of 10 MB takes on its way."""

from __future__ import annotations

import asyncio
import base64
import gc
import json
import os
import sys
import tempfile
import time
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from bench.run import compute_median
from bot.domain.conversation import Speaker, Thread, ThreadHistory, Turn
from bot.domain.files import FileContext
from bot.domain.llm import ImageOutput, Prompt
from bot.domain.model_info import ModelInfo
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.chat_completions.request import OpenRouterCodec
from bot.llm.client import ModelClient
from bot.prompt.fit import ContextFitter
from bot.prompt.keywords import keywords
from storage.conversations import SqliteConversationStore
from storage.engine.sqlite import open_database

PICTURE_BYTES = 10 * 1024 * 1024
_ROUNDS = 30
_THREAD = Thread("T0EASEL", "C0GENERAL", "1700000000.000100")
_QUESTION = "What was the budget code of project Heron, and who signs for it?"
_PROMPT = Prompt("s", (), "draw", (), 100, "u", "t")


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
    """Tokens of a thread, ms to plan it, ms to read it from the store."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_database(Path(folder) / "easel.db") as database:
            history = SqliteConversationStore(database)
            await history.save_earlier(_THREAD, build_turns(count, characters))
            words = keywords(_QUESTION)

            async def read() -> ThreadHistory:
                return await history.load(_THREAD, before="9", limit=5_000, keywords=words)

            past = await read()
            reads = []
            for _ in range(_ROUNDS):
                started = time.perf_counter()
                await read()
                reads.append((time.perf_counter() - started) * 1000)
    tokens = sum(turn.tokens for turn in past.turns)
    fitting = ContextFitter(_QUESTION, past, 250_000, resend_all=True)
    plan = _measure_ms(lambda: fitting.fit(FileContext(), 5_000))
    return tokens, plan, compute_median(reads)


@asynccontextmanager
async def _run_picture_server() -> AsyncIterator[str]:
    """A provider in a process of its own that sends one picture in one line."""
    line = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.planning", stdout=asyncio.subprocess.PIPE
    )
    assert line.stdout is not None
    port = int(await line.stdout.readline())
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        line.kill()
        await line.wait()


async def _serve() -> None:
    raw = b"\x89PNG\r\n\x1a\n" + os.urandom(PICTURE_BYTES - 8)
    url = "data:image/png;base64," + base64.b64encode(raw).decode()
    delta = {"images": [{"type": "image_url", "image_url": {"url": url}}]}
    body = b"data: " + json.dumps({"choices": [{"delta": delta, "finish_reason": "stop"}]}).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head + body + b"\n\ndata: [DONE]\n\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _fetch_with_floor(http: httpx.AsyncClient, url: str) -> bytes:
    """The shortest program that gets the picture: read all, parse, decode."""
    response = await http.post(url + "/chat/completions", json={})
    line = next(line for line in response.content.split(b"\n") if line.startswith(b"data: {"))
    found = json.loads(line[6:])["choices"][0]["delta"]["images"][0]["image_url"]["url"]
    return base64.b64decode(found.partition(",")[2])


async def _fetch_with_easel(http: httpx.AsyncClient, url: str) -> bytes:
    def get_model_info() -> ModelInfo:
        return GPT_5_4_IMAGE_2

    model = ModelClient(
        http, OpenRouterCodec(), base_url=url, api_key="k", get_model_info=get_model_info
    )
    made = [event async for event in model.stream(_PROMPT) if isinstance(event, ImageOutput)]
    return made[0].data


PictureFetcher = Callable[[httpx.AsyncClient, str], Awaitable[bytes]]


async def _measure_fetch(
    fetch: PictureFetcher, http: httpx.AsyncClient, url: str
) -> tuple[float, float, float]:
    """Peak of memory over the picture's size, longest stall of the loop in ms, whole time in ms."""
    await fetch(http, url)
    gc.collect()
    tracemalloc.start()
    data = await fetch(http, url)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    stalls, ended = [0.0], asyncio.Event()

    async def watch() -> None:
        while not ended.is_set():
            started = time.perf_counter()
            await asyncio.sleep(0.001)
            stalls.append((time.perf_counter() - started) * 1000 - 1)

    watching = asyncio.create_task(watch())
    await asyncio.sleep(0.05)
    started = time.perf_counter()
    await fetch(http, url)
    took = (time.perf_counter() - started) * 1000
    ended.set()
    await watching
    return peak / len(data), max(stalls), took


async def measure_pictures() -> list[tuple[str, float, float, float]]:
    """Easel beside the floor: memory as a multiple of the picture, stall and time in ms."""
    found = []
    async with _run_picture_server() as url, httpx.AsyncClient(timeout=60) as http:
        for name, get in (("easel", _fetch_with_easel), ("floor", _fetch_with_floor)):
            runs = [await _measure_fetch(get, http, url) for _ in range(5)]
            best = [compute_median([run[column] for run in runs]) for column in range(3)]
            found.append((name, best[0], best[1], best[2]))
    return found


if __name__ == "__main__":
    asyncio.run(_serve())
