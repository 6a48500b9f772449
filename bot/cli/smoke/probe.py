"""Raw requests to OpenRouter, and all that comes back: no codec, no retries, nothing smoothed."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx

from bot.llm.streaming.payloads import coerce_mapping, coerce_usd
from bot.llm.streaming.sse import SseReader

SECONDS = 300.0


@dataclass(slots=True)
class ProbeResult:
    """One answer: the status, the chunks of its stream in order, or its body."""

    status: int = 0
    generation_id: str = ""
    chunks: list[Mapping[str, Any]] = field(default_factory=list)
    body: str = ""

    @property
    def usage(self) -> Mapping[str, Any]:
        found = [chunk["usage"] for chunk in self.chunks if chunk.get("usage")]
        return coerce_mapping(found[-1]) if found else {}

    @property
    def cost(self) -> Decimal:
        return coerce_usd(self.usage.get("cost")) or Decimal(0)

    def list_choices(self) -> list[Mapping[str, Any]]:
        """The first choice of each chunk that has one."""
        lists = [chunk.get("choices") for chunk in self.chunks]
        return [coerce_mapping(found[0]) for found in lists if isinstance(found, list) and found]

    def count_pictures(self, part: str) -> int:
        """How many pictures came in `delta` or in `message`."""
        return sum(
            len(images)
            for choice in self.list_choices()
            if isinstance(images := coerce_mapping(choice.get(part)).get("images"), list)
        )

    def format_error(self) -> str:
        """What the provider said instead of an answer, in one line."""
        return f"{self.status} {' '.join(self.body.split())[:160]}"


class Probe:
    """Asks; `spent` is what the answers say that they cost, in US dollars."""

    def __init__(self, http: httpx.AsyncClient, *, base_url: str, key: str, model: str) -> None:
        self._http = http
        self._url = base_url.rstrip("/") + "/chat/completions"
        self._headers = {"Authorization": f"Bearer {key}"}
        self.model = model
        self.spent_usd = Decimal(0)

    async def ask(self, content: object, **body_fields: Any) -> ProbeResult:
        """Ask with `content` as the user's message; fields of the body in `more`."""
        heard = ProbeResult()
        async with aclosing(self.stream(content, heard, **body_fields)) as chunks:
            async for _ in chunks:
                pass
        self.spent_usd += heard.cost
        return heard

    async def stream(
        self, content: object, result: ProbeResult, **body_fields: Any
    ) -> AsyncGenerator[Mapping[str, Any], None]:
        """As `ask`, chunk by chunk; leaving early ends the request."""
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [{"role": "user", "content": content}],
            "modalities": ["image", "text"],
            "max_tokens": 2_000,
            "stream": True,
            **body_fields,
        }
        request = self._http.build_request("POST", self._url, json=body, headers=self._headers)
        response = await self._http.send(request, stream=True)
        try:
            result.status = response.status_code
            result.generation_id = response.headers.get("x-generation-id", "")
            if response.status_code != 200:
                result.body = (await response.aread())[:4_000].decode("utf-8", "replace")
                return
            reader = SseReader()
            async for data in response.aiter_bytes():
                for payload in reader.feed(data):
                    if payload.strip() != b"[DONE]":
                        result.chunks.append(coerce_mapping(json.loads(payload)))
                        yield result.chunks[-1]
        finally:
            await response.aclose()
