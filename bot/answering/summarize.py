"""Summarizes older messages of a thread with the model, in the background.

A summary never holds up an answer, costs little (the provider's cache serves nearly all of its
input) and may fail: then the messages are sent word for word until the next time.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from decimal import Decimal

import structlog

from bot.answering.recorded_model import RecordedModel
from bot.billing.budget_guard import BudgetExceeded, BudgetGuard
from bot.billing.lowering import CostNeed
from bot.billing.usage_meter import UsageMeter
from bot.domain.conversation import Thread
from bot.domain.costs import Price, RequestPurpose
from bot.domain.errors import EaselError
from bot.domain.llm import (
    FinishReason,
    Prompt,
    ResponseFinished,
    TextDelta,
)
from bot.domain.options import RequestOptions
from bot.domain.questions import Question
from bot.domain.stores.conversations import ConversationStore
from bot.domain.stores.ledger import Ledger
from bot.observability.background_tasks import BackgroundTasks
from bot.prompt.compose import SYSTEM_PROMPT, build_history_turns, compute_pseudonym
from bot.prompt.estimate import compute_cost_ceiling, estimate_prompt_tokens
from bot.prompt.window import MAX_SUMMARY_TOKENS, Window, count_turns_to_summarize

log = structlog.get_logger(__name__)

_INSTRUCTION = """\
[This is not a message of a person. Write down what of this thread has to be remembered: who wants \
what, decisions, names, numbers, dates, codes, files and pictures by name, what is open; and all \
that the summary above holds. At most {} words, plain text, in the language of the thread.]"""
_MAX_WORDS = 200
_MAX_CONCURRENT = 2
_MAX_TS = "9"  # after any ts


class ThreadSummarizer:
    """Keeps one running summary for each long thread."""

    def __init__(
        self,
        conversations: ConversationStore,
        model: RecordedModel,
        ledger: Ledger,
        budget_guard: BudgetGuard,
        secret: bytes,
    ) -> None:
        self._conversations = conversations
        self._model = model
        self._ledger = ledger
        self._budget_guard = budget_guard
        self._secret = secret
        self._tasks = BackgroundTasks("summary")
        self._running = set[Thread]()
        self._slots = asyncio.Semaphore(_MAX_CONCURRENT)

    def schedule(self, question: Question, usage_meter: UsageMeter, prices: list[Price]) -> None:
        """Summarize the thread of `question` soon, if it has become long. Call after settling."""
        thread = question.thread
        if thread in self._running:
            return
        self._running.add(thread)
        self._tasks.spawn(self._summarize_safely(question, usage_meter, prices))

    async def wait_until_idle(self) -> None:
        """Wait until no summary is being made."""
        await self._tasks.wait()

    async def close(self) -> None:
        await self._tasks.cancel()

    async def _summarize_safely(
        self, question: Question, usage_meter: UsageMeter, prices: list[Price]
    ) -> None:
        try:
            async with self._slots:
                await self._summarize(question, usage_meter, prices)
        except EaselError as error:
            log.info("not_folded", error=type(error).__name__, code=error.code)
        finally:
            self._running.discard(question.thread)

    async def _summarize(
        self, question: Question, usage_meter: UsageMeter, prices: list[Price]
    ) -> None:
        thread = question.thread
        history = await self._conversations.load(thread, before=_MAX_TS, limit=5_000)
        count = count_turns_to_summarize(history.turns)
        if not count:
            return
        summarized = history.turns[:count]
        prompt = Prompt(
            # The same beginning as for every question, so that the provider has it in its cache.
            system=SYSTEM_PROMPT,
            history=build_history_turns(history, Window(summarized)),
            question=_INSTRUCTION.format(_MAX_WORDS),
            pictures=(),
            max_tokens=MAX_SUMMARY_TOKENS * 2,
            user=compute_pseudonym(self._secret, question.asker),
            session=compute_pseudonym(self._secret, thread),
            options=RequestOptions(text_only=True),
        )
        tokens = estimate_prompt_tokens(prompt, history, Window(summarized))
        reserved = await self._reserve(question, prompt, prices)
        max_cost = reserved if prices else None
        usage_meter.start_request(tokens, RequestPurpose.SUMMARY, max_cost)
        text = await self._generate_summary(question, prompt, usage_meter)
        await self._record_requests(question, usage_meter)
        if text:
            await self._conversations.save_summary(thread, summarized, text)
            log.info("folded", count=count)

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

    async def _reserve(self, question: Question, prompt: Prompt, prices: list[Price]) -> Decimal:
        ceiling = compute_cost_ceiling(prompt, max_pictures=0, quality="low")
        need = CostNeed(ceiling, tuple(prices))
        try:
            return await self._budget_guard.reserve_unless_near_limit(question.cost_owner, need)
        except BudgetExceeded:
            log.info("not_folded", error="BudgetExceeded")
            raise

    async def _record_requests(self, question: Question, usage_meter: UsageMeter) -> None:
        requests = usage_meter.requests
        await self._ledger.record_requests(question.cost_owner, requests, is_over=True)
        self._budget_guard.notify_settled(question.cost_owner)
