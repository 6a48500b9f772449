"""Send raw requests to OpenRouter and keep everything it returns: no codec, no retries."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx

from bot.llm.charges import is_transport_failure_free
from bot.llm.streaming.payloads import coerce_mapping, coerce_usd
from bot.llm.streaming.sse import SseReader


@dataclass(slots=True)
class ProbeResult:
    """A response: its status, and the chunks of its stream in order or the body of an error."""

    status: int = 0
    generation_id: str = ""
    chunks: list[Mapping[str, Any]] = field(default_factory=list)
    body: str = ""

    @property
    def usage(self) -> Mapping[str, Any]:
        """The last usage that the stream reported."""
        reports = [chunk["usage"] for chunk in self.chunks if chunk.get("usage")]
        return coerce_mapping(reports[-1]) if reports else {}

    @property
    def cost(self) -> Decimal:
        """The reported cost in US dollars, 0 if none was reported."""
        return coerce_usd(self.usage.get("cost")) or Decimal(0)

    @property
    def is_unreported(self) -> bool:
        """Whether it may have cost something, and no cost was reported."""
        is_refused = 400 <= self.status < 500
        return not is_refused and coerce_usd(self.usage.get("cost")) is None

    def list_choices(self) -> list[Mapping[str, Any]]:
        """Return the first choice of each chunk that has one."""
        lists = [chunk.get("choices") for chunk in self.chunks]
        return [coerce_mapping(item[0]) for item in lists if isinstance(item, list) and item]

    def count_pictures(self, part: str) -> int:
        """Return how many pictures came in `part`, which is `delta` or `message`."""
        return sum(
            len(images)
            for choice in self.list_choices()
            if isinstance(images := coerce_mapping(choice.get(part)).get("images"), list)
        )

    def format_error(self) -> str:
        """Return what the provider sent instead of an answer, in one line."""
        return f"{self.status} {' '.join(self.body.split())[:160]}"


class Probe:
    """Sends requests; `spent_usd` is the sum of the costs that their responses report.

    `unreported_count` is how many may have cost something and did not report it. `preferences` say
    which providers may be asked.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        base_url: str,
        key: str,
        model: str,
        preferences: Mapping[str, Any] | None = None,
    ) -> None:
        self._http = http
        self._preferences = dict(preferences or {})
        self._url = base_url.rstrip("/") + "/chat/completions"
        self._headers = {"Authorization": f"Bearer {key}"}
        self.model = model
        self.spent_usd = Decimal(0)
        self.unreported_count = 0

    async def ask(self, content: object, **body_fields: Any) -> ProbeResult:
        """Ask with `content` as the user's message; `body_fields` override the request's fields."""
        result = ProbeResult()
        try:
            async with aclosing(self.stream(content, result, **body_fields)) as chunks:
                async for _ in chunks:
                    pass
        except httpx.TransportError as error:
            self.unreported_count += not is_transport_failure_free(type(error).__name__)
            raise
        self.spent_usd += result.cost
        self.unreported_count += result.is_unreported
        return result

    async def stream(
        self, content: object, result: ProbeResult, **body_fields: Any
    ) -> AsyncGenerator[Mapping[str, Any], None]:
        """Do as `ask`, but yield each chunk and fill `result`; closing early ends the request."""
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [{"role": "user", "content": content}],
            "modalities": ["image", "text"],
            "max_tokens": 2_000,
            "stream": True,
            **({"provider": self._preferences} if self._preferences else {}),
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
