"""Summarizes older messages of a thread with the model, in the background.

A summary never holds up an answer and may fail: then the messages are sent word for word until the
next time. See `bot.prompt.folding` for when one is worth its cost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

import structlog

from bot.answering.prepare import PromptLimits
from bot.answering.recorded_model import RecordedModel
from bot.answering.reserve import build_cost_need
from bot.billing.budget_guard import BudgetGuard
from bot.billing.grants import BudgetExceeded
from bot.billing.usage_meter import UsageMeter
from bot.domain.conversation import Thread, ThreadHistory
from bot.domain.costs import RequestPurpose
from bot.domain.errors import EaselError
from bot.domain.llm import FinishReason, Prompt, ResponseFinished, TextDelta
from bot.domain.model_info import ModelInfo
from bot.domain.options import RequestOptions
from bot.domain.ports import Directory
from bot.domain.questions import Question
from bot.domain.stores.conversations import AFTER_ANY_TS, ConversationStore
from bot.domain.stores.ledger import Ledger
from bot.domain.tokens import estimate_tokens
from bot.observability.background_tasks import BackgroundTasks
from bot.prompt.compose import (
    SYSTEM_PROMPT,
    TEXT_ONLY_SYSTEM_PROMPT,
    build_history_turns,
    compute_pseudonym,
)
from bot.prompt.estimate import estimate_prompt_tokens
from bot.prompt.folding import FoldingTerms, compute_least_answers, count_turns_to_fold
from bot.prompt.folding_costs import compute_summary_tokens, sum_turn_tokens
from bot.prompt.names import Names, collect_mentions
from bot.prompt.window import Window

log = structlog.get_logger(__name__)

_INSTRUCTION = """\
[This is not a message of a person. Write down what of this thread has to be remembered: who wants \
what, decisions, names, numbers, dates, codes, files and pictures by name, what is open; and all \
that the summary above holds. At most {} words, plain text, no picture, in the language of the \
thread.]"""
_WORDS_PER_TOKEN = 0.75
# In some languages a word takes three tokens, and half of a summary is worth nothing.
_MAX_OUTPUT_TOKENS = 800
_MAX_CONCURRENT = 2
# The most turns that are loaded: the oldest, because a summary stands for all before its last one.
_MAX_LOADED_TURNS = 5_000
_MAX_REMEMBERED_THREADS = 1_000


class _LastRequest(NamedTuple):
    """The last request for a summary: when the thread had `answer_count` answers.

    `failures` counts it and those before it in a row that brought none.
    """

    answer_count: int = 0
    failures: int = 0
    has_come: bool = False


class ThreadSummarizer:
    """Keeps one running summary for each long thread.

    `list_model_infos` returns the current info of the wanted model, then of its fallbacks.
    """

    def __init__(
        self,
        conversations: ConversationStore,
        model: RecordedModel,
        ledger: Ledger,
        budget_guard: BudgetGuard,
        list_model_infos: Callable[[], Sequence[ModelInfo]],
        limits: PromptLimits,
        secret: bytes,
        directory: Directory,
    ) -> None:
        self._conversations = conversations
        self._model = model
        self._ledger = ledger
        self._budget_guard = budget_guard
        self._list_model_infos = list_model_infos
        self._limits = limits
        self._secret = secret
        self._directory = directory
        self._tasks = BackgroundTasks("summary")
        self._running = set[Thread]()
        self._last_requests = dict[Thread, _LastRequest]()
        self._slots = asyncio.Semaphore(_MAX_CONCURRENT)

    def schedule(self, question: Question, usage_meter: UsageMeter) -> None:
        """Summarize the thread of `question` soon, if that is worth it. Call after settling."""
        thread = question.thread
        # The question that begins a thread leaves nothing to fold, and need not be counted.
        if thread in self._running or question.place == thread.root:
            return
        self._running.add(thread)
        self._tasks.spawn(self._summarize_safely(question, usage_meter))

    async def wait_until_idle(self) -> None:
        """Wait until no summary is being made."""
        await self._tasks.wait()

    async def close(self) -> None:
        await self._tasks.cancel()

    async def _summarize_safely(self, question: Question, usage_meter: UsageMeter) -> None:
        try:
            async with self._slots:
                await self._summarize(question, usage_meter)
        except EaselError as error:
            log.info("not_folded", error=type(error).__name__, code=error.code)
        finally:
            self._running.discard(question.thread)

    async def _summarize(self, question: Question, usage_meter: UsageMeter) -> None:
        thread = question.thread
        answer_count = await self._conversations.count_answers(thread)
        last = self._last_requests.get(thread, _LastRequest())
        is_early = answer_count - last.answer_count < compute_least_answers(last.failures)
        if is_early and not last.has_come:
            return  # as after most answers: the thread need not be loaded
        history = await self._conversations.load(
            thread, before=AFTER_ANY_TS, limit=_MAX_LOADED_TURNS, starts_with_oldest=True
        )
        # One that is gone was erased with a message that was deleted: it is made again.
        is_erased = last.has_come and not history.summarized
        if is_early and not is_erased:
            return
        count = count_turns_to_fold(history, self._build_terms(answer_count))
        if not count:
            return
        # Whatever comes of it: a failure may cost as much, and a part may be all that fits.
        self._note_request(thread, _LastRequest(answer_count, failures=last.failures + 1))
        summarized = history.turns[:count]
        names = await self._find_names(history, question)
        window = Window(names.render_history(history).turns[:count])
        prompt = self._build_prompt(question, history, window, names)
        tokens = estimate_prompt_tokens(prompt, history, window)
        text = await self._ask(question, prompt, tokens, usage_meter)
        if text:
            await self._conversations.save_summary(thread, summarized, names.restore_ids(text))
            self._note_request(thread, _LastRequest(answer_count, has_come=True))
            log.info("folded", count=count)

    async def _find_names(self, history: ThreadHistory, question: Question) -> Names:
        mentions, thread = collect_mentions(history), question.thread
        known_names = await self._directory.fetch_names(
            thread.team, mentions.list_unnamed(), channel=thread.channel
        )
        return mentions.build_names(known_names)

    def _build_terms(self, answer_count: int) -> FoldingTerms:
        model_info = self._list_model_infos()[0]
        return FoldingTerms(
            price=model_info.price,
            context_tokens=model_info.context_tokens
            - min(self._limits.max_tokens, model_info.longest_answer),
            max_turns=self._limits.max_turns,
            system_tokens=estimate_tokens(_select_system_prompt(model_info)),
            answer_count=answer_count,
        )

    def _note_request(self, thread: Thread, request: _LastRequest) -> None:
        self._last_requests.pop(thread, None)
        self._last_requests[thread] = request
        if len(self._last_requests) > _MAX_REMEMBERED_THREADS:
            del self._last_requests[next(iter(self._last_requests))]

    def _build_prompt(
        self, question: Question, history: ThreadHistory, window: Window, names: Names
    ) -> Prompt:
        """Build the request. It begins like that of every question, even in what may be drawn.

        Otherwise the provider would not have its beginning in the cache.
        """
        folded_tokens = sum_turn_tokens(window.turns)
        summary_tokens = compute_summary_tokens(history.summary_tokens, folded_tokens)
        return Prompt(
            system=_select_system_prompt(self._list_model_infos()[0]),
            history=build_history_turns(names.render_history(history), window, names),
            question=_INSTRUCTION.format(int(summary_tokens * _WORDS_PER_TOKEN)),
            pictures=(),
            max_tokens=_MAX_OUTPUT_TOKENS,
            user=compute_pseudonym(self._secret, question.asker),
            session=compute_pseudonym(self._secret, question.thread),
            options=RequestOptions(text_only=self._limits.default_options.text_only),
        )

    async def _ask(
        self, question: Question, prompt: Prompt, tokens: int, usage_meter: UsageMeter
    ) -> str:
        """Ask for a summary within the budgets, and record what it cost; "" if it failed."""
        prompt, max_cost = await self._reserve(question, prompt)
        usage_meter.start_request(tokens, RequestPurpose.SUMMARY, max_cost)
        text = await self._generate_summary(question, prompt, usage_meter)
        await self._record_requests(question, usage_meter)
        return text

    async def _generate_summary(
        self, question: Question, prompt: Prompt, usage_meter: UsageMeter
    ) -> str:
        """Return the summary; "" where it was cut off, because half of one would lose the rest."""
        parts, is_complete = list[str](), False
        try:
            events = self._model.stream(prompt, question.cost_owner, usage_meter)
            async with aclosing(events):
                async for event in events:
                    if isinstance(event, TextDelta):
                        parts.append(event.text)
                    is_complete = (
                        isinstance(event, ResponseFinished) and event.reason is FinishReason.STOP
                    )
        except EaselError as error:
            log.info("summary_failed", error=type(error).__name__, code=error.code)
        finally:
            usage_meter.end_request("answered" if is_complete else "broken")
        return "".join(parts).strip() if is_complete else ""

    async def _reserve(self, question: Question, prompt: Prompt) -> tuple[Prompt, Decimal | None]:
        """Set the highest cost aside; return it with the prompt, None where no price is known.

        Raises `BudgetExceeded`.
        """
        guard, need = self._budget_guard, build_cost_need(prompt, self._list_model_infos())
        try:
            amount = await guard.reserve_unless_near_limit(question.cost_owner, need)
        except BudgetExceeded:
            # Without room for a picture that no one wants, the cache may have to be done without.
            prompt = replace(prompt, options=replace(prompt.options, text_only=True))
            need = build_cost_need(prompt, self._list_model_infos())
            amount = await guard.reserve_unless_near_limit(question.cost_owner, need)
        return prompt, need.find_max_cost(amount)

    async def _record_requests(self, question: Question, usage_meter: UsageMeter) -> None:
        requests = usage_meter.requests
        await self._ledger.record_requests(question.cost_owner, requests, is_over=True)
        self._budget_guard.notify_settled(question.cost_owner)


def _select_system_prompt(model_info: ModelInfo) -> str:
    return SYSTEM_PROMPT if model_info.draws else TEXT_ONLY_SYSTEM_PROMPT
