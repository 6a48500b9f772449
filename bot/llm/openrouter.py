"""What OpenRouter tells besides answers: about the key, the catalogue, and what was charged."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import httpx

from bot.domain.errors import EaselError, OperatorError
from bot.llm.catalog_entry import find_entry
from bot.llm.client import get_json
from bot.llm.streaming.payloads import coerce_mapping, coerce_usd


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """What the provider says about the key, in one line."""

    summary: str


class OpenRouterAccount:
    """Implements `bot.domain.ports.Bills`. Nothing it asks for costs anything."""

    def __init__(self, http: httpx.AsyncClient, *, base_url: str, api_key: str) -> None:
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {api_key}", "X-OpenRouter-Title": "Easel"}

    async def fetch_key_info(self) -> KeyInfo:
        """Ask about the key. Raises `EaselError`."""
        left = coerce_mapping(await self._fetch_data("/key")).get("limit_remaining")
        limit = "no limit" if left is None else f"{left} US dollars left"
        return KeyInfo(f"accepted, {limit}")

    async def fetch_catalog_entry(self, model: str) -> dict[str, Any] | None:
        """The provider's entry for `model`, or None where it lists no such model."""
        found = find_entry(await self._fetch_data("/models?output_modalities=all"), model)
        return None if found is None else dict(found)

    async def fetch_generation(self, generation_id: str) -> dict[str, Any] | None:
        """All that is known of a generation; None while the provider does not know it."""
        try:
            data = await self._fetch_data(f"/generation?id={quote(generation_id, safe='')}")
        except EaselError as error:
            if error.code == "404":
                return None
            raise
        return data if isinstance(data, dict) else None

    async def fetch_cost(self, generation_id: str) -> Decimal | None:
        """What the generation cost in US dollars; None while the provider does not know."""
        known = await self.fetch_generation(generation_id)
        return None if known is None else coerce_usd(known.get("total_cost"))

    async def _fetch_data(self, path: str) -> Any:
        body = await get_json(self._http, self._base_url + path, self._headers)
        if not isinstance(body, dict) or "data" not in body:
            raise OperatorError(f"{path.partition('?')[0]}: the answer is not what was expected")
        return body["data"]
