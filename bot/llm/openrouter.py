"""Queries OpenRouter about the key, the catalogue, who serves a model, and what answers cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import httpx
import structlog

from bot.domain.errors import EaselError, OperatorError
from bot.llm.catalog_entry import find_entry
from bot.llm.client import get_json
from bot.llm.model_facts import find_served_name
from bot.llm.offers.data_policy import ANY_PROVIDER, DataPolicy
from bot.llm.offers.endpoints import Endpoint, apply_highest_prices, list_permitted
from bot.llm.streaming.payloads import coerce_mapping, coerce_mappings, coerce_usd

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """What the provider reports about the key, in one line.

    `limit` is what the key may spend and `left` what is left of that, in US dollars; None where
    there is no limit.
    """

    summary: str
    limit: Decimal | None = None
    left: Decimal | None = None


class OpenRouterAccount:
    """Implements `bot.domain.ports.Bills`. None of its requests costs anything.

    Every method raises `EaselError`.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        base_url: str,
        api_key: str,
        data_policy: DataPolicy = ANY_PROVIDER,
    ) -> None:
        self._http = http
        self._data_policy = data_policy
        self._base_url = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {api_key}", "X-OpenRouter-Title": "Easel"}

    async def fetch_key_info(self) -> KeyInfo:
        """Return what the provider reports about the key."""
        data = coerce_mapping(await self._fetch_data("/key"))
        remaining = data.get("limit_remaining")
        limit = "no limit" if remaining is None else f"{remaining} US dollars left"
        # More than the limit may have been spent.
        is_overdrawn = isinstance(remaining, int | float) and remaining < 0
        left = Decimal(0) if is_overdrawn else coerce_usd(remaining)
        return KeyInfo(f"accepted, {limit}", coerce_usd(data.get("limit")), left)

    async def fetch_catalog(self) -> Any:
        """Return the list of all models, about a megabyte; see `find_entry`."""
        return await self._fetch_data("/models?output_modalities=all")

    async def fetch_catalog_entry(self, model: str) -> dict[str, Any] | None:
        """Return the catalogue entry of `model`, None if the catalogue does not list it.

        Its prices are the highest that a data policy leaves, if those can be looked up.
        """
        entry = find_entry(await self.fetch_catalog(), model)
        return None if entry is None else await self.apply_data_policy(entry, model) or dict(entry)

    async def apply_data_policy(
        self, entry: Mapping[str, Any], model: str
    ) -> dict[str, Any] | None:
        """Return an entry with the highest prices that the data policy leaves. Never raises.

        Without a policy the entry keeps its own; with one, anybody who is left may answer, and who
        collects data is not known. None if they cannot be looked up now.
        """
        if not self._data_policy:
            return dict(entry)
        try:
            _, permitted = await self.fetch_endpoints(model)
        except EaselError as error:
            log.warning("endpoints_lookup_failed", error=type(error).__name__, code=error.code)
            return None
        return apply_highest_prices(entry, permitted)

    async def fetch_keeping_nothing(self, endpoints: Sequence[Endpoint]) -> list[Endpoint]:
        """Return those of `endpoints` that keep nothing, and so collect no data."""
        zdr_list = coerce_mappings(await self._fetch_data("/endpoints/zdr"))
        return list_permitted(endpoints, DataPolicy(zdr=True), zdr_list)

    async def is_left_by_account(self, model: str) -> bool:
        """Whether what the account itself is set to leaves a provider of `model`."""
        served = find_served_name(model)
        return find_entry(await self._fetch_data("/models/user"), served) is not None

    async def fetch_endpoints(self, model: str) -> tuple[list[Endpoint], list[Endpoint]]:
        """Return who serves `model`, and which of them the data policy leaves."""
        path = quote(find_served_name(model), safe="/:")
        data = coerce_mapping(await self._fetch_data(f"/models/{path}/endpoints"))
        endpoints = coerce_mappings(data.get("endpoints"))
        zdr_list = await self._fetch_data("/endpoints/zdr") if self._data_policy.zdr else []
        return endpoints, list_permitted(endpoints, self._data_policy, coerce_mappings(zdr_list))

    async def fetch_generation(self, generation_id: str) -> dict[str, Any] | None:
        """Return the record of a generation, None as long as the provider has none."""
        try:
            data = await self._fetch_data(f"/generation?id={quote(generation_id, safe='')}")
        except EaselError as error:
            if error.code == "404":
                return None
            raise
        return data if isinstance(data, dict) else None

    async def fetch_cost(self, generation_id: str) -> Decimal | None:
        """Return the cost of the generation in US dollars, None as long as it is unknown.

        With a key of the model's provider (`is_byok`), `total_cost` is only OpenRouter's own fee,
        and the provider's price is added.
        """
        generation = await self.fetch_generation(generation_id) or {}
        cost = coerce_usd(generation.get("total_cost"))
        upstream = coerce_usd(generation.get("upstream_inference_cost"))
        if cost is not None and generation.get("is_byok") is True:
            return None if upstream is None else cost + upstream
        return cost

    async def _fetch_data(self, path: str) -> Any:
        body = await get_json(self._http, self._base_url + path, self._headers)
        if not isinstance(body, dict) or "data" not in body:
            raise OperatorError(f"{path.partition('?')[0]}: the answer is not what was expected")
        return body["data"]
