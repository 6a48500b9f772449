"""Measures a picture of 10 MB that comes in one line of a stream.

Run as a program, this module is the provider that sends the picture.
"""

from __future__ import annotations

import asyncio
import base64
import gc
import json
import os
import sys
import time
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx

from bench.run import compute_median
from bench.stalls import watch_stalls
from bot.domain.llm import ImageOutput, Prompt
from bot.domain.model_info import ModelInfo
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.chat_completions.request import OpenRouterCodec
from bot.llm.client import ModelClient

PICTURE_BYTES = 10 * 1024 * 1024
_PROMPT = Prompt("s", (), "draw", (), 100, "u", "t")


@asynccontextmanager
async def _run_picture_server() -> AsyncIterator[str]:
    """Run a provider in a process of its own that sends one picture in one line."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.pictures", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    port = int(await process.stdout.readline())
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        await process.wait()


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
    """Fetch the picture with the shortest program: read all, parse, decode."""
    response = await http.post(url + "/chat/completions", json={})
    line = next(line for line in response.content.split(b"\n") if line.startswith(b"data: {"))
    data_url = json.loads(line[6:])["choices"][0]["delta"]["images"][0]["image_url"]["url"]
    return base64.b64decode(data_url.partition(",")[2])


async def _fetch_with_easel(http: httpx.AsyncClient, url: str) -> bytes:
    def get_model_info() -> ModelInfo:
        return GPT_5_4_IMAGE_2

    model = ModelClient(
        http, OpenRouterCodec(), base_url=url, api_key="k", get_model_info=get_model_info
    )
    pictures = [event async for event in model.stream(_PROMPT) if isinstance(event, ImageOutput)]
    return pictures[0].data


PictureFetcher = Callable[[httpx.AsyncClient, str], Awaitable[bytes]]


async def _measure_fetch(
    fetch: PictureFetcher, http: httpx.AsyncClient, url: str
) -> tuple[float, float, float]:
    """Return peak memory over the picture's size, the longest stall in ms, and the time in ms."""
    await fetch(http, url)
    gc.collect()
    tracemalloc.start()
    data = await fetch(http, url)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    async with watch_stalls() as stalls:
        await asyncio.sleep(0.05)
        started = time.perf_counter()
        await fetch(http, url)
        duration = (time.perf_counter() - started) * 1000
    return peak / len(data), stalls.longest_ms, duration


async def measure_pictures() -> list[tuple[str, float, float, float]]:
    """Measure Easel and the floor: memory as a multiple of the picture, stall and time in ms."""
    results = []
    async with _run_picture_server() as url, httpx.AsyncClient(timeout=60) as http:
        for name, fetch in (("easel", _fetch_with_easel), ("floor", _fetch_with_floor)):
            runs = [await _measure_fetch(fetch, http, url) for _ in range(5)]
            medians = [compute_median([run[column] for run in runs]) for column in range(3)]
            results.append((name, medians[0], medians[1], medians[2]))
    return results


if __name__ == "__main__":
    asyncio.run(_serve())
