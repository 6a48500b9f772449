"""The floor: the smallest bot of slack_sdk and httpx that can answer a mention. Stores nothing.

The time that Easel adds is measured against it, in the same run on the same machine.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import tempfile
import time

import aiohttp
import httpx
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient


async def answer(event: dict[str, str], slack: AsyncWebClient, http: httpx.AsyncClient) -> None:
    """Ask the model and post its whole answer."""
    body = {
        "model": "openai/gpt-5.4-image-2",
        "messages": [{"role": "user", "content": event["text"]}],
        "max_tokens": 8192,
        "stream": True,
    }
    url = os.environ["OPENROUTER_BASE_URL"] + "/chat/completions"
    pieces = []
    async with http.stream("POST", url, json=body) as response:
        async for line in response.aiter_lines():
            if line.startswith("data: {"):
                for choice in json.loads(line[6:])["choices"]:
                    pieces.append(choice["delta"].get("content") or "")
    await slack.chat_postMessage(
        channel=event["channel"], thread_ts=event["ts"], markdown_text="".join(pieces)
    )


async def main() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    key = os.environ["OPENROUTER_API_KEY"]
    limits = httpx.Limits(max_connections=None)
    headers = {"Authorization": f"Bearer {key}"}
    async with (
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session,
        httpx.AsyncClient(timeout=60, limits=limits, headers=headers) as http,
    ):
        slack = AsyncWebClient(
            os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"], session=session
        )
        client = SocketModeClient(os.environ["SLACK_APP_TOKEN"], web_client=slack)
        running: set[asyncio.Task[None]] = set()

        async def on_event(socket: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
            await socket.send_socket_mode_response(SocketModeResponse(request.envelope_id))
            event = request.payload["event"]
            if event["type"] == "app_mention":
                task = asyncio.create_task(answer(event, slack, http))
                running.add(task)
                task.add_done_callback(running.discard)

        client.socket_mode_request_listeners.append(on_event)
        await client.connect()
        await stop.wait()
        await client.close()


def measure_commits(count: int = 25) -> list[float]:
    """Return the ms of inserts with commits in a SQLite set up as Easel's, each after a rest."""
    with tempfile.TemporaryDirectory(prefix="easel-bench-") as folder:
        database = sqlite3.connect(f"{folder}/floor.db", isolation_level=None)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("CREATE TABLE t (a, b)")
        times_ms = []
        for _ in range(count):
            time.sleep(0.4)
            began = time.perf_counter()
            database.execute("BEGIN IMMEDIATE")
            database.execute("INSERT INTO t VALUES (1, 2)")
            database.execute("COMMIT")
            times_ms.append((time.perf_counter() - began) * 1000)
        database.close()
    return times_ms


if __name__ == "__main__":
    asyncio.run(main())
