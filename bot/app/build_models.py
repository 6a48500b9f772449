"""Builds the models that are asked, from the settings: providers, retries, fallbacks, catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import httpx

from bot.config import Provider, Settings, secret
from bot.domain.costs import Price
from bot.domain.model_info import Offer
from bot.llm.catalog import Catalogue
from bot.llm.catalog_entry import built_in
from bot.llm.chat_completions.request import CompatibleCodec, OpenRouterCodec
from bot.llm.client import ModelServer
from bot.llm.fallback import Fallbacks
from bot.llm.openrouter import OpenRouterAccount
from bot.llm.protocol import Codec
from bot.llm.responses.request import ResponsesCodec
from bot.llm.retry import PersistentModel, Shrink
from bot.observability.metrics import Metrics

_CODECS: dict[Provider, type[Codec]] = {
    "openrouter": OpenRouterCodec,
    "openai": ResponsesCodec,
    "compatible": CompatibleCodec,
}


@dataclass(frozen=True, slots=True)
class Models:
    """The wanted model with its fallbacks, and what is known of them."""

    chain: Fallbacks
    catalogue: Catalogue
    account: OpenRouterAccount

    def price_of(self, provider: str, model: str) -> Price | None:
        """The price of a model as of now; None where nobody knows it."""
        known = {(served.provider, served.offer().model): served for served in self.chain.ordered}
        found = known.get((provider, model))
        return None if found is None else found.offer().price


def build_models(
    settings: Settings, http: httpx.AsyncClient, *, shrink: Shrink, metrics: Metrics
) -> Models:
    account = openrouter_account(settings, http)
    wanted = [model for provider, model in settings.models if provider == "openrouter"]
    catalogue = Catalogue(account, wanted, settings.data_dir / "catalogue")
    served = [
        model_server(settings, http, provider, model, catalogue)
        for provider, model in settings.models
    ]
    persistent = [PersistentModel(server, shrink=shrink, metrics=metrics) for server in served]
    return Models(Fallbacks(persistent), catalogue, account)


def openrouter_account(settings: Settings, http: httpx.AsyncClient) -> OpenRouterAccount:
    return OpenRouterAccount(
        http, base_url=settings.openrouter_base_url, api_key=secret(settings.openrouter_api_key)
    )


def model_server(
    settings: Settings,
    http: httpx.AsyncClient,
    provider: Provider,
    model: str,
    catalogue: Catalogue | None = None,
) -> ModelServer:
    """One model of one provider."""
    known = built_in(provider, model)

    def fixed() -> Offer:
        return known

    listed = catalogue if provider == "openrouter" else None
    where = {
        "openrouter": (settings.openrouter_base_url, settings.openrouter_api_key),
        "openai": (settings.openai_base_url, settings.openai_api_key),
        "compatible": (settings.compatible_url, settings.compatible_key),
    }
    base_url, key = where[provider]
    return ModelServer(
        http,
        _CODECS[provider](),
        base_url=base_url,
        api_key=secret(key),
        offer=fixed if listed is None else partial(listed.offer, model),
        deadline=settings.model_seconds,
    )
