"""What OpenRouter tells besides answers: about the key, the catalogue, and what was charged."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import httpx

from bot.domain.errors import EaselError, GiveUp
from bot.llm.catalog_entry import entry_of
from bot.llm.client import get_json
from bot.llm.streaming.payloads import mapping, money


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

    async def key_info(self) -> KeyInfo:
        """Ask about the key. Raises `EaselError`."""
        left = mapping(await self._data("/key")).get("limit_remaining")
        limit = "no limit" if left is None else f"{left} US dollars left"
        return KeyInfo(f"accepted, {limit}")

    async def catalogue_entry(self, model: str) -> dict[str, Any] | None:
        """The provider's entry for `model`, or None where it lists no such model."""
        found = entry_of(await self._data("/models?output_modalities=all"), model)
        return None if found is None else dict(found)

    async def generation(self, generation_id: str) -> dict[str, Any] | None:
        """All that is known of a generation; None while the provider does not know it."""
        try:
            data = await self._data(f"/generation?id={quote(generation_id, safe='')}")
        except EaselError as error:
            if error.code == "404":
                return None
            raise
        return data if isinstance(data, dict) else None

    async def cost_of(self, generation_id: str) -> Decimal | None:
        """What the generation cost in US dollars; None while the provider does not know."""
        known = await self.generation(generation_id)
        return None if known is None else money(known.get("total_cost"))

    async def _data(self, path: str) -> Any:
        body = await get_json(self._http, self._base_url + path, self._headers)
        if not isinstance(body, dict) or "data" not in body:
            raise GiveUp(f"{path.partition('?')[0]}: the answer is not what was expected")
        return body["data"]
