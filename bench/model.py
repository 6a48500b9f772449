"""A model server for measuring: sends tokens on a schedule, and records the times.

Its answers make no sense; see `bot/playground/model/` for a model whose answers do.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from dataclasses import dataclass

from aiohttp import web

# `Run.ask` puts this mark into every question, so that times can be matched.
_MARK_PATTERN = re.compile(rb"\bq(\d+)q\b")


@dataclass(slots=True)
class Pace:
    """Words to send: the first after `first_seconds`, then one every `gap_seconds`."""

    tokens: int = 500
    first_seconds: float = 0.0
    gap_seconds: float = 0.0


class TimedModel:
    """Answers chat completions at its `pace`; records times of request and last byte by mark."""

    def __init__(self) -> None:
        self.pace = Pace()
        self.requested_at: dict[int, float] = {}
        self.ended_at: dict[int, float] = {}

    async def serve(self) -> tuple[web.AppRunner, str]:
        """Listen on a free port; return the runner, to be cleaned up, and the base URL."""
        application = web.Application(client_max_size=64 * 1024 * 1024)
        application.router.add_post("/api/v1/chat/completions", self._complete)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/api/v1"

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        marks = _MARK_PATTERN.findall(await request.read())
        mark = int(marks[-1]) if marks else 0
        self.requested_at[mark] = time.perf_counter()
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "X-Generation-Id": f"gen-{mark}"}
        )
        await response.prepare(request)
        await self._stream(response)
        await response.write(END_EVENTS)
        self.ended_at[mark] = time.perf_counter()
        await response.write_eof()
        return response

    async def _stream(self, response: web.StreamResponse) -> None:
        pace = self.pace
        start = time.perf_counter() + pace.first_seconds
        for number in range(pace.tokens):
            wait = start + number * pace.gap_seconds - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            await response.write(_TOKEN_EVENTS[number % len(_TOKEN_EVENTS)])


def _build_chunk(**more: object) -> bytes:
    chunk = {
        "id": "gen-1",
        "object": "chat.completion.chunk",
        "created": 1700000000,
        "model": "openai/gpt-5.4-image-2",
        "provider": "OpenAI",
        "choices": [],
        **more,
    }
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def build_delta(content: str, finish: str | None = None) -> bytes:
    """Build the event of a piece of an answer, or of its end."""
    delta = {"role": "assistant", "content": content}
    return _build_chunk(choices=[{"index": 0, "delta": delta, "finish_reason": finish}])


_TOKEN_EVENTS = [build_delta(f"word{number % 97} ") for number in range(97)]
_USAGE = {"prompt_tokens": 50, "completion_tokens": 500, "total_tokens": 550, "cost": 0.0079}
END_EVENTS = build_delta("", "stop") + _build_chunk(usage=_USAGE) + b"data: [DONE]\n\n"
