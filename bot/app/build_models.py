"""Builds the model clients from settings: providers, retries, fallbacks, catalogs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import httpx

from bot.alerts.providers import ProviderOutcomes
from bot.config import Settings, reveal_secret
from bot.domain.costs import Price
from bot.domain.model_info import ModelInfo
from bot.domain.stores.alerts import NoteOutcome, note_nothing
from bot.domain.stores.prices import PriceStore
from bot.llm.catalog import ModelCatalog, PriceNotes
from bot.llm.client import ModelClient
from bot.llm.failures.kept_limit import KeptLimit
from bot.llm.fallback import FallbackModel
from bot.llm.offers.data_policy import ANY_PROVIDER
from bot.llm.openrouter import OpenRouterAccount
from bot.llm.providers import OPENROUTER, PROVIDERS, ProviderSpec
from bot.llm.retry import PromptShrinker, RetryingModel
from bot.observability.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Models:
    """The wanted model with its fallbacks, and what is known of them."""

    fallback_model: FallbackModel
    catalogs: tuple[ModelCatalog, ...]
    bills: OpenRouterAccount
    # Of the providers in use that tell about their key, by name.
    accounts: Mapping[str, OpenRouterAccount]
    outcomes: ProviderOutcomes

    def find_price(self, provider: str, model: str) -> Price | None:
        """Return the current price of a model; None where it is unknown."""
        known = {
            (served.provider, served.get_model_info().model): served
            for served in self.fallback_model.models
        }
        found = known.get((provider, model))
        return None if found is None else found.get_model_info().price


def build_models(
    settings: Settings,
    http: httpx.AsyncClient,
    *,
    shrink: PromptShrinker,
    metrics: Metrics,
    price_store: PriceStore,
) -> Models:
    """Build a client for each model in the settings, and what looks up their prices and bills."""
    catalogs = _build_catalogs(settings, http, price_store)
    outcomes = ProviderOutcomes(settings.models, time.time)
    clients = [
        build_model_client(settings, http, provider, model, catalogs.get(provider), outcomes.note)
        for provider, model in settings.models
    ]
    retrying = [RetryingModel(client, shrink=shrink, metrics=metrics) for client in clients]
    # Bills are looked up whichever models are set: some may be open from before.
    with_bills = next(spec for spec in PROVIDERS.values() if spec.has_bills)
    account = build_account(settings, http, with_bills)
    accounts = {name: build_account(settings, http, PROVIDERS[name]) for name in catalogs}
    return Models(FallbackModel(retrying), tuple(catalogs.values()), account, accounts, outcomes)


async def note_first_prices(models: Models, price_store: PriceStore) -> None:
    """Note what the models in use are known to cost, before any catalogue is read."""
    for served in models.fallback_model.models:
        info = served.get_model_info()
        if not info.is_assumed("price"):
            await PriceNotes(price_store, served.provider).note_prices({info.model: info.price})


def _build_catalogs(
    settings: Settings, http: httpx.AsyncClient, price_store: PriceStore
) -> dict[str, ModelCatalog]:
    """Build a catalog for each provider in use that has one, by the provider's name."""
    in_use = {provider: settings.get_provider(provider) for provider, _ in settings.models}
    return {
        name: ModelCatalog(
            build_account(settings, http, spec),
            [spec.describe_model(model) for p, model in settings.models if p == name],
            settings.data_dir / spec.catalog_folder,
            PriceNotes(price_store, name),
        )
        for name, spec in in_use.items()
        if spec.has_catalog
    }


def build_account(
    settings: Settings, http: httpx.AsyncClient, spec: ProviderSpec
) -> OpenRouterAccount:
    """Build what asks a provider about its key, catalogue and bills."""
    base_url, key = _get_access(settings, spec)
    policy = settings.data_policy if spec.has_data_policy else ANY_PROVIDER
    return OpenRouterAccount(http, base_url=base_url, api_key=key, data_policy=policy)


def build_openrouter_account(settings: Settings, http: httpx.AsyncClient) -> OpenRouterAccount:
    return build_account(settings, http, OPENROUTER)


def build_model_client(
    settings: Settings,
    http: httpx.AsyncClient,
    provider: str,
    model: str,
    catalog: ModelCatalog | None = None,
    note_outcome: NoteOutcome = note_nothing,
) -> ModelClient:
    """Build the client of one model. `catalog` is its provider's, None if there is none."""
    spec = settings.get_provider(provider)
    built_in = spec.describe_model(model)

    def get_fixed_info() -> ModelInfo:
        return built_in

    base_url, key = _get_access(settings, spec)
    get_info = get_fixed_info if catalog is None else partial(catalog.get_model_info, model)
    return ModelClient(
        http,
        spec.create_codec(spec.name),
        base_url=base_url,
        api_key=key,
        get_model_info=get_info,
        timeout_seconds=settings.model_seconds,
        note_outcome=note_outcome,
        kept_limit=KeptLimit(settings.data_dir / "learnt", base_url, model),
    )


def _get_access(settings: Settings, spec: ProviderSpec) -> tuple[str, str]:
    """Return the provider's base URL and key; "" for a key that is not set."""
    return getattr(settings, spec.url_field), reveal_secret(getattr(settings, spec.key_field))
