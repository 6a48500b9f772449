"""For `easel check`: which budgets are too small, at the prices that the catalogue tells now."""

from __future__ import annotations

import contextlib

import httpx

from bot.answering.smallest_question import SmallBudget, list_small_budgets
from bot.app.build_models import build_account
from bot.config import Settings
from bot.domain.errors import EaselError
from bot.domain.model_info import ModelInfo
from bot.llm.catalog import ModelCatalog, get_today
from bot.llm.catalog_entry import read_model_info
from bot.llm.client import create_http_client


async def find_small_budgets(settings: Settings) -> list[SmallBudget]:
    """Return the budgets from which nothing can be paid. Asks the catalogue; stores nothing."""
    if not settings.budgets:
        return []
    async with create_http_client() as http:
        model_infos = [
            await _fetch_model_info(settings, http, provider, model)
            for provider, model in settings.models
        ]
    return list_small_budgets(settings.effective_budgets, model_infos)


async def _fetch_model_info(
    settings: Settings, http: httpx.AsyncClient, provider: str, model: str
) -> ModelInfo:
    """Return what the catalogue says now, else what is known of the model."""
    spec = settings.get_provider(provider)
    built_in = spec.describe_model(model)
    if not spec.has_catalog:
        return built_in
    account = build_account(settings, http, spec)
    known = ModelCatalog(account, [built_in], settings.data_dir / spec.catalog_folder)
    with contextlib.suppress(EaselError):
        entry = await account.fetch_catalog_entry(model)
        listed = (
            None if entry is None else read_model_info(entry, as_of=get_today(), known=built_in)
        )
        if listed is not None and listed.price is not None:
            return listed
    return known.get_model_info(model)
