"""Builds the models that are asked, from the settings: providers, retries, fallbacks, catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import httpx

from bot.config import Provider, Settings, reveal_secret
from bot.domain.costs import Price
from bot.domain.model_info import ModelInfo
from bot.llm.catalog import ModelCatalog
from bot.llm.catalog_entry import get_built_in_info
from bot.llm.chat_completions.request import CompatibleCodec, OpenRouterCodec
from bot.llm.client import ModelClient
from bot.llm.fallback import FallbackModel
from bot.llm.openrouter import OpenRouterAccount
from bot.llm.protocol import Codec
from bot.llm.responses.request import ResponsesCodec
from bot.llm.retry import PromptShrinker, RetryingModel
from bot.observability.metrics import Metrics

_CODECS: dict[Provider, type[Codec]] = {
    "openrouter": OpenRouterCodec,
    "openai": ResponsesCodec,
    "compatible": CompatibleCodec,
}


@dataclass(frozen=True, slots=True)
class Models:
    """The wanted model with its fallbacks, and what is known of them."""

    fallback_model: FallbackModel
    catalog: ModelCatalog
    account: OpenRouterAccount

    def find_price(self, provider: str, model: str) -> Price | None:
        """The price of a model as of now; None where nobody knows it."""
        known = {
            (served.provider, served.get_model_info().model): served
            for served in self.fallback_model.models
        }
        found = known.get((provider, model))
        return None if found is None else found.get_model_info().price


def build_models(
    settings: Settings, http: httpx.AsyncClient, *, shrink: PromptShrinker, metrics: Metrics
) -> Models:
    account = build_openrouter_account(settings, http)
    wanted = [model for provider, model in settings.models if provider == "openrouter"]
    catalogue = ModelCatalog(account, wanted, settings.data_dir / "catalogue")
    served = [
        build_model_client(settings, http, provider, model, catalogue)
        for provider, model in settings.models
    ]
    persistent = [RetryingModel(server, shrink=shrink, metrics=metrics) for server in served]
    return Models(FallbackModel(persistent), catalogue, account)


def build_openrouter_account(settings: Settings, http: httpx.AsyncClient) -> OpenRouterAccount:
    return OpenRouterAccount(
        http,
        base_url=settings.openrouter_base_url,
        api_key=reveal_secret(settings.openrouter_api_key),
    )


def build_model_client(
    settings: Settings,
    http: httpx.AsyncClient,
    provider: Provider,
    model: str,
    catalog: ModelCatalog | None = None,
) -> ModelClient:
    """One model of one provider."""
    known = get_built_in_info(provider, model)

    def get_fixed_info() -> ModelInfo:
        return known

    listed = catalog if provider == "openrouter" else None
    where = {
        "openrouter": (settings.openrouter_base_url, settings.openrouter_api_key),
        "openai": (settings.openai_base_url, settings.openai_api_key),
        "compatible": (settings.compatible_url, settings.compatible_key),
    }
    base_url, key = where[provider]
    return ModelClient(
        http,
        _CODECS[provider](),
        base_url=base_url,
        api_key=reveal_secret(key),
        get_model_info=get_fixed_info if listed is None else partial(listed.get_model_info, model),
        timeout_seconds=settings.model_seconds,
    )
