"""Builds the `Services` of a running Easel, and opens what they need."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import partial

import structlog

from bot.answering.smallest_question import list_small_budgets
from bot.app.background import run_in_background
from bot.app.build_alerts import start_alerts
from bot.app.build_files import log_protection, open_file_cache, open_outbox
from bot.app.build_models import Models, build_models, note_first_prices
from bot.app.build_slack import SlackAdapters
from bot.app.build_stores import Stores
from bot.app.build_worker import WorkerBuilder
from bot.app.languages import LanguageChooser
from bot.app.replicas.connect import run_for_all
from bot.app.replicas.pseudonym_key import load_pseudonym_key
from bot.app.services import Services
from bot.app.steering.build import Followers, build_ask_desk, build_followers, build_steering
from bot.app.steering.build_pictures import build_picture_desk
from bot.app.steering.build_presses import build_presses
from bot.billing.budget_guard import BudgetGuard
from bot.billing.reconciler import Reconciler
from bot.billing.totals_check import repair_totals
from bot.config import Settings
from bot.domain.ports import ChooseLanguage
from bot.files.preparer import FilePreparer
from bot.files.sandbox.sandbox import Sandbox
from bot.i18n.catalog import load_catalogs
from bot.llm.client import create_http_client
from bot.observability.metrics import Metrics
from bot.queue.removals import AnswerRemover
from bot.queue.worker import Worker

log = structlog.get_logger(__name__)


async def build_services(
    settings: Settings,
    stack: AsyncExitStack,
    stores: Stores,
    slack: SlackAdapters,
    metrics: Metrics,
) -> Services:
    """Build everything. Whatever has to be closed or cancelled is registered on `stack`."""
    await _join_replicas(stores, stack, slack)
    sandbox = await stack.enter_async_context(Sandbox(on_death=metrics.sandbox_deaths.inc))
    run_in_background(stack, partial(log_protection, sandbox), "protection")
    file_cache = await open_file_cache(settings, stack, stores, slack.files, sandbox)
    http = await stack.enter_async_context(create_http_client())
    shrink = FilePreparer(file_cache, sandbox).shrink_prompt
    models = build_models(settings, http, shrink=shrink, metrics=metrics, price_store=stores.prices)
    secret = await load_pseudonym_key(settings, stores.database)
    await _keep_books(settings, stack, stores, models, metrics)
    choose = await _load_languages(slack)
    start_alerts(settings, stack, stores, slack, models, choose)
    builder = WorkerBuilder(settings, stores, slack, models, file_cache, sandbox, secret, metrics)
    followers = build_followers(stack, stores, slack, file_cache, choose)
    outbox = await open_outbox(settings, stack, stores)
    worker = builder.build_worker(stack, outbox, choose, followers)
    _connect_replicas(stores, stack, worker, builder.budget_guard, followers.remover)
    return Services(
        worker,
        build_steering(stack, stores, slack, worker, choose, followers),
        followers.remover,
        build_picture_desk(settings, stores, worker, builder.likely_costs, choose),
        file_cache,
        settings.watch_channels,
        settings.answer_apps,
        slack.home_teams,
        slack.bot_users,
        slack.build_views(secret),
        slack.asks,
        build_ask_desk(stack, stores, slack, worker),
        stores.recipes,
        stores.settings.is_for_mentions_only,
        stores.feedback,
        build_presses(settings.operators, stores, worker, choose),
        metrics.count_feedback,
        choose,
        partial(_wait_until_idle, worker, builder, followers),
    )


async def _load_languages(slack: SlackAdapters) -> ChooseLanguage:
    await asyncio.to_thread(load_catalogs)
    return LanguageChooser(slack.directory.find_locale).choose


async def _wait_until_idle(worker: Worker, builder: WorkerBuilder, followers: Followers) -> None:
    await worker.wait_until_idle()
    await builder.summarizer.wait_until_idle()
    await followers.titles.wait_until_idle()


async def _join_replicas(stores: Stores, stack: AsyncExitStack, slack: SlackAdapters) -> None:
    """Share calls of Slack, and what is done once for all, where there may be other replicas."""
    if stores.replicas is not None:
        await stores.replicas.share_calls(stack, slack)
        run_in_background(stack, stores.replicas.upkeep.run, "upkeep")


def _connect_replicas(
    stores: Stores,
    stack: AsyncExitStack,
    worker: Worker,
    guard: BudgetGuard,
    remover: AnswerRemover,
) -> None:
    """Let what others do reach this replica, and the other way round, where there may be others."""
    if stores.replicas is not None:
        stores.replicas.connect_worker(stack, worker)
        stores.replicas.connect_settings(stack, stores.settings, stores.recipes)
        stores.replicas.connect_budgets(stack, guard, stores.ledger)
        stores.replicas.connect_removals(remover)


async def _keep_books(
    settings: Settings, stack: AsyncExitStack, stores: Stores, models: Models, metrics: Metrics
) -> None:
    """Log budgets that are too small, repair their totals, look for bills that are awaited."""
    await stores.prepare(settings)
    await note_first_prices(models, stores.prices)
    # After the first prices, which would otherwise be written over what the catalogue tells.
    for catalog in models.catalogs:
        run_in_background(stack, catalog.run, "catalogue")
    _log_small_budgets(settings, models)
    totals_repair = partial(repair_totals, stores.spending_audit, lambda: datetime.now(UTC))
    run_for_all(stack, stores.replicas, totals_repair, "totals")
    reconciler = Reconciler(stores.ledger, models.bills, metrics)
    run_for_all(stack, stores.replicas, reconciler.run, "bills")


def _log_small_budgets(settings: Settings, models: Models) -> None:
    model_infos = models.fallback_model.list_model_infos()
    for budget in list_small_budgets(settings.effective_budgets, model_infos):
        needed = f"{budget.needed_usd:f}"
        if budget.pays_for_words:
            log.warning("budget_without_pictures", reason=budget.name, needed=needed)
        else:
            log.warning("budget_too_small", reason=budget.name, needed=needed)
