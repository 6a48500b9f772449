"""Builds the worker and everything that it needs to answer.

See `service.py` for what is opened when, and `services.py` for what others may use of it.
"""

from __future__ import annotations

import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import cached_property

from bot.answering.answerer import Answerer
from bot.answering.generate import AnswerGenerator
from bot.answering.history.load import HistoryLoader
from bot.answering.prepare import PromptBuilder, PromptLimits
from bot.answering.recorded_model import RecordedModel
from bot.answering.reserve import RequestReserver
from bot.answering.saved_recipes import RequestReader
from bot.answering.select_files import FileSelector
from bot.answering.settle import AnswerSettler
from bot.answering.stream import ResponseStreamer
from bot.answering.summarize import ThreadSummarizer
from bot.app.background import run_in_background
from bot.app.build_models import Models
from bot.app.build_slack import SlackAdapters
from bot.app.build_stores import Stores
from bot.app.computing.build_computers import build_computers
from bot.app.computing.build_finisher import build_finisher
from bot.app.computing.build_help import build_help_command
from bot.app.computing.build_runners import build_runners
from bot.app.data.dispatcher import build_dispatcher
from bot.app.steering.build import Followers
from bot.app.steering.build_pictures import build_likely_costs
from bot.app.steering.build_shower import build_shower
from bot.billing.budget_guard import BudgetGuard
from bot.billing.likely_cost import LikelyCosts
from bot.billing.usage_meter import Clocks, UsageMeter
from bot.commands.file_views import FileViewsCommand
from bot.commands.pictures import PictureCommands
from bot.commands.quiet import QuietCommands
from bot.commands.revert import Reverter
from bot.commands.router import CommandRouter
from bot.commands.saved_recipes import SavedRecipeCommands
from bot.commands.settings import SettingsCommands
from bot.config import Settings
from bot.delivery.file_delivery import FileDelivery
from bot.delivery.open_reply import Headings, ReplyOpener
from bot.delivery.signs import SignGiver
from bot.delivery.status_board import StatusBoard
from bot.domain.ports import ChooseLanguage
from bot.domain.stores.files import Outbox
from bot.files.cache import FileCache
from bot.files.preparer import FilePreparer
from bot.files.sandbox.sandbox import Sandbox
from bot.files.schema_checks import SchemaChecker
from bot.observability.metrics import Metrics
from bot.queue.fairness import WorkerLimits
from bot.queue.notices import ThreadNotices
from bot.queue.worker import Worker


class WorkerBuilder:
    """Builds each part once, when another one needs it. `secret` keys hashes of people."""

    def __init__(
        self,
        settings: Settings,
        stores: Stores,
        slack: SlackAdapters,
        models: Models,
        file_cache: FileCache,
        sandbox: Sandbox,
        secret: bytes,
        metrics: Metrics,
    ) -> None:
        self._settings = settings
        self._stores = stores
        self._slack = slack
        self._models = models
        self._file_cache = file_cache
        self._sandbox = sandbox
        self._secret = secret
        self._metrics = metrics

    def build_worker(
        self,
        stack: AsyncExitStack,
        outbox: Outbox,
        choose_language: ChooseLanguage,
        followers: Followers,
    ) -> Worker:
        """Build the worker. What has to be closed after it is on `stack`."""
        settings, board = self._settings, StatusBoard(self._slack.chat)
        run_in_background(stack, self._slack.directory.load_people, "names")
        replicas = self._stores.replicas
        once = None if replicas is None else replicas.once
        notices = ThreadNotices(self._slack.chat, board, choose_language, once)
        for part in (self._slack.directory, notices, self.summarizer):
            stack.push_async_callback(part.close)
        reply_opener = self._build_reply_opener(board, choose_language)
        signs = SignGiver(
            self._slack.chat,
            board,
            self._stores.waiting,
            reply_opener.find_by_thread,
            choose_language,
            None if replicas is None else replicas.duties,
        )
        run_in_background(stack, signs.run, "signs")
        answerer = self._build_answerer(outbox, reply_opener, choose_language, followers)
        return Worker(
            self._stores.queue,
            answerer,
            notices,
            self._metrics,
            WorkerLimits(settings.concurrency, settings.per_person, settings.backlog),
            reply_opener.note_follow_up,
            build_dispatcher(settings, self._stores.database),
        )

    def _build_reply_opener(self, board: StatusBoard, choose: ChooseLanguage) -> ReplyOpener:
        slack, journal = self._slack, self._stores.journal
        observe = self._metrics.first_text_seconds.observe
        return ReplyOpener(
            slack.chat, board, slack.uploads, journal, observe, Headings(slack.directory), choose
        )

    def _build_answerer(
        self,
        outbox: Outbox,
        reply_opener: ReplyOpener,
        choose: ChooseLanguage,
        followers: Followers,
    ) -> Answerer:
        slack, stores = self._slack, self._stores
        files = FileDelivery(slack.uploads, stores.journal, outbox, self._file_cache.keep_copy)
        return Answerer(
            RequestReader(stores.recipes),
            reply_opener,
            self._build_router(),
            self._build_generator(choose),
            self._build_settler(),
            files,
            build_shower(self._settings, stores, files, self.likely_costs, followers),
            self._create_usage_meter,
        )

    def _build_router(self) -> CommandRouter:
        conversations = self._stores.conversations
        return CommandRouter(
            SettingsCommands(
                self._stores.settings,
                self._settings.defaults,
                self._slack.home_teams,
                self._slack.directory,
            ),
            PictureCommands(conversations, self._file_preparer, self._file_cache, self._sandbox),
            Reverter(conversations, self._file_cache),
            FileViewsCommand(self._stores.files, conversations),
            build_help_command(self._settings, self._stores, self._slack, self._models),
            (
                SavedRecipeCommands(self._stores.recipes, conversations, self._slack.home_teams),
                QuietCommands(self._stores.steering, self._stores.settings, self._slack.home_teams),
                *build_runners(conversations, self._file_cache, self._sandbox),
            ),
        )

    def _build_generator(self, choose_language: ChooseLanguage) -> AnswerGenerator:
        list_model_infos = self._models.fallback_model.list_model_infos
        streamer = ResponseStreamer(self._recorded_model)
        return AnswerGenerator(
            self._build_prompt_builder(choose_language),
            self._reserver,
            streamer,
            list_model_infos,
            self._schema_checker,
            build_finisher(
                self._file_cache,
                self._sandbox,
                self._reserver,
                streamer,
                list_model_infos,
                has_footer=self._settings.footer,
            ),
        )

    def _build_prompt_builder(self, choose_language: ChooseLanguage) -> PromptBuilder:
        settings, stores, threads = self._settings, self._stores, self._slack.threads
        return PromptBuilder(
            HistoryLoader(stores.conversations, threads, settings.history_turns),
            stores.files,
            stores.settings,
            FileSelector(
                self._file_preparer,
                threads,
                self._schema_checker,
                stores.pictures,
                resend_all=settings.resend_all,
            ),
            self._prompt_limits,
            self._secret,
            self._slack.directory,
            build_computers(
                self._file_preparer,
                self._file_cache,
                self._sandbox,
                self._models.fallback_model.list_model_infos,
                choose_language,
            ),
        )

    @cached_property
    def likely_costs(self) -> LikelyCosts:
        list_model_infos = self._models.fallback_model.list_model_infos
        return build_likely_costs(self._settings, self._stores, list_model_infos)

    @cached_property
    def _schema_checker(self) -> SchemaChecker:
        return SchemaChecker(self._sandbox.pool)

    @cached_property
    def _prompt_limits(self) -> PromptLimits:
        settings = self._settings
        return PromptLimits(
            settings.history_turns, settings.max_tokens, settings.defaults, settings.resend_all
        )

    def _build_settler(self) -> AnswerSettler:
        should_summarize = bool(self._settings.history_turns) and not self._settings.resend_all
        return AnswerSettler(
            self._stores.journal,
            self._stores.ledger,
            self._reserver,
            self.summarizer if should_summarize else None,
            self._metrics,
        )

    @cached_property
    def summarizer(self) -> ThreadSummarizer:
        return ThreadSummarizer(
            self._stores.conversations,
            self._recorded_model,
            self._stores.ledger,
            self.budget_guard,
            self._models.fallback_model.list_model_infos,
            self._prompt_limits,
            self._secret,
            self._slack.directory,
        )

    @cached_property
    def _recorded_model(self) -> RecordedModel:
        return RecordedModel(self._models.fallback_model, self._stores.ledger)

    @cached_property
    def _file_preparer(self) -> FilePreparer:
        return FilePreparer(self._file_cache, self._sandbox)

    @cached_property
    def _reserver(self) -> RequestReserver:
        return RequestReserver(self.budget_guard, self._models.fallback_model.list_model_infos)

    @cached_property
    def budget_guard(self) -> BudgetGuard:
        budgets = self._settings.effective_budgets
        return BudgetGuard(self._stores.budgets, budgets, lambda: datetime.now(UTC))

    def _create_usage_meter(self) -> UsageMeter:
        return UsageMeter(self._models.find_price, Clocks(time.time, time.monotonic))
