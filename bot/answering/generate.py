"""One question's conversation with the model: prepared, afforded, asked, made into data if wanted.

What each step decides stands in its own module; here is their order. Nothing is settled here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import TracebackType
from typing import Self

import structlog

from bot.answering.draft import AnswerDraft
from bot.answering.prepare import ContextOverflow, PreparedPrompt, PromptBuilder
from bot.answering.stream import ResponseStreamer
from bot.answering.structured import build_repair_prompt, check_answer, present
from bot.answering.summarize import ThreadSummarizer
from bot.answering.variations import (
    DRAWING_VARIATIONS_STATUS,
    MISSING_VARIATIONS_MESSAGE,
    ParallelRequests,
    build_variation_prompts,
)
from bot.billing.budget_guard import BudgetExceeded, BudgetGuard
from bot.billing.pricing import max_cost
from bot.billing.usage_meter import Clocks, PriceLookup, UsageMeter, sum_known_costs
from bot.commands.router import CommandRouter
from bot.delivery.previews import Previews
from bot.delivery.reply import Reply
from bot.delivery.status import THINKING_STATUS
from bot.domain.costs import CostCeiling, ModelRequest, Price, RequestPurpose
from bot.domain.errors import EaselError, TransientError, UserError
from bot.domain.files import Provenance
from bot.domain.llm import Prompt, ResponseStarted
from bot.domain.model_info import ModelInfo
from bot.domain.options import OutputFormat
from bot.domain.ports import Chat, Uploads
from bot.domain.questions import Outcome, Question
from bot.domain.stores import Journal
from bot.prompt.estimate import compute_cost_ceiling

log = structlog.get_logger(__name__)

READING_STATUS = "is reading {}…"
NO_REPAIR_MESSAGE = "_It could not be asked for again: the budget has no room for that._"
# How many pictures one answer can hold, by what providers were seen to send.
_MAX_PICTURES_PER_ANSWER = 2


@dataclass(frozen=True, slots=True)
class GeneratorParts:
    """`offers` are those of the wanted model and its fallbacks, as of now.

    Without `summaries` threads are never folded.
    """

    prompt_builder: PromptBuilder
    command_router: CommandRouter
    response_streamer: ResponseStreamer
    budget_guard: BudgetGuard
    summarizer: ThreadSummarizer | None
    journal: Journal
    chat: Chat
    uploads: Uploads
    list_model_infos: Callable[[], Sequence[ModelInfo]]
    find_price: PriceLookup
    clocks: Clocks


class AnswerGenerator:
    """Use as a context manager around `hold`; leaving it takes previews away."""

    def __init__(
        self, parts: GeneratorParts, question: Question, reply: Reply, draft: AnswerDraft
    ) -> None:
        self._parts = parts
        self._question = question
        self._reply = reply
        self._draft = draft
        self._usage_meter = UsageMeter(parts.find_price, parts.clocks)
        self._previews = Previews(parts.chat, parts.uploads, question, reply.message_log)
        self._cost_owner = question.cost_owner
        self._max_cost = Decimal(0)
        self._parallel_requests: ParallelRequests | None = None
        self.provenance = Provenance()

    async def __aenter__(self) -> Self:
        await self._previews.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._previews.__aexit__(kind, error, trace)

    @property
    def requests(self) -> tuple[ModelRequest, ...]:
        """The requests that were made, with what they took."""
        beside = self._parallel_requests.requests if self._parallel_requests is not None else ()
        return (*self._usage_meter.requests, *beside)

    async def run(self) -> None:
        """Ask, and collect what comes. Raises `TryLater` where nothing was asked and the store or
        Slack is away; every other failure is a sentence."""
        try:
            own = await self._parts.command_router.run_command(self._question)
            if own is None:
                await self._prepare_and_ask()
            else:
                self._draft.text_parts.append(own.text)
                self._draft.generated_files += own.files
                self._draft.pictures += own.pictures
                self.provenance = own.provenance
        except TransientError:
            raise
        except EaselError as error:
            log.info("not_asked", error=type(error).__name__, code=error.code)
            if isinstance(error, UserError) and not isinstance(error, BudgetExceeded):
                # The same again would be the same again: there is nothing to press.
                self._draft.notes.append(error.user_message)
            else:
                self._draft.fail(error.user_message)

    def notify_settled(self) -> None:
        """The answer is settled: money is free again, and the thread may be folded."""
        self._parts.budget_guard.notify_settled()
        summaries = self._parts.summarizer
        if summaries and self._draft.outcome is Outcome.ANSWERED and self.requests:
            booking = UsageMeter(self._parts.find_price, self._parts.clocks)
            summaries.schedule(self._question, booking, self._list_prices())

    async def _prepare_and_ask(self) -> None:
        offer = self._parts.list_model_infos()[0]
        count = len(self._question.files)
        if count:
            self._reply.set_status(
                READING_STATUS.format("the file" if count == 1 else f"{count} files")
            )
        prepared = await self._parts.prompt_builder.build(self._question, offer, self._draft.notes)
        if count:
            self._reply.set_status(THINKING_STATUS)
        if self._reply.stop_button.is_pressed:
            self._draft.is_stopped = True
            return
        match prepared:
            case ContextOverflow(said):
                self._draft.ask_back(said)
            case PreparedPrompt():
                self.provenance = prepared.provenance
                prompt = await self._fit_to_budget(prepared.prompt)
                await self._ask_for_all(prompt, prepared.estimated_tokens)
                await self._validate_structured_answer(prompt, prepared)
                await self._add_budget_warning()
            case None:
                pass

    async def _ask_for_all(self, prompt: Prompt, estimated_tokens: int) -> None:
        """Ask for the answer, and beside it for as many more pictures as were wished for."""
        first, *others = build_variation_prompts(prompt)
        async with ParallelRequests(
            self._parts.response_streamer, self._reply, self._record_started
        ) as beside:
            self._parallel_requests = beside
            for other in others:
                beside.ask(
                    other, estimated_tokens, UsageMeter(self._parts.find_price, self._parts.clocks)
                )
            await self._ask(first, estimated_tokens, RequestPurpose.ANSWER)
            if others:
                self._reply.set_status(DRAWING_VARIATIONS_STATUS.format(len(others) + 1))
                # Stopped: what is there already is paid for, and is shown.
                self._draft.pictures += await beside.collect_pictures()
                self._draft.is_stopped = self._reply.stop_button.is_pressed
        came = len(self._draft.pictures)
        if not others or came > len(others) or self._draft.is_stopped:
            return
        if came:
            # What came is an answer: asking again would draw, and cost, all of it once more.
            self._draft.mark_answered()
        if self._draft.outcome is Outcome.ANSWERED:
            self._draft.notes.append(MISSING_VARIATIONS_MESSAGE.format(came, len(others) + 1))

    async def _fit_to_budget(self, prompt: Prompt) -> Prompt:
        """The request with as long an answer as it may have; its money is set aside."""
        prices = self._list_prices()
        draws = (
            _MAX_PICTURES_PER_ANSWER
            if any(offer.draws for offer in self._parts.list_model_infos())
            else 0
        )
        quality = prompt.options.quality or "high"
        case = compute_cost_ceiling(prompt, max_pictures=draws, quality=quality)
        requests = len(build_variation_prompts(prompt))
        case = self._parts.budget_guard.fit_answer_limit(case, prices, requests=requests)
        await self._reserve(case, prices, requests=requests)
        return replace(prompt, max_tokens=case.output_tokens)

    async def _reserve(
        self, ceiling: CostCeiling, prices: Sequence[Price], *, requests: int = 1
    ) -> None:
        self._max_cost = max((max_cost(ceiling, price) for price in prices), default=Decimal(0))
        await self._parts.budget_guard.reserve(self._cost_owner, self._max_cost, requests=requests)

    async def _ask(self, prompt: Prompt, estimated_tokens: int, purpose: RequestPurpose) -> None:
        self._usage_meter.start_request(estimated_tokens, purpose)
        await self._parts.response_streamer.stream(
            prompt,
            self._reply,
            self._draft,
            self._usage_meter,
            self._record_started,
            self._previews,
        )

    async def _record_started(self, started: ResponseStarted) -> None:
        await self._parts.journal.record_generation(self._question, started, self._max_cost)

    async def _validate_structured_answer(self, prompt: Prompt, prepared: PreparedPrompt) -> None:
        """Check what was asked for as data; ask once more where it does not fit."""
        schema, received = prompt.schema, self._draft
        if schema is None or received.outcome is not Outcome.ANSWERED:
            return
        said = received.answer_text
        found = await check_answer(schema, said)
        if found.problems and await self._try_reserve_repair(prompt):
            received.text_parts.clear()
            again = build_repair_prompt(prompt, said, found)
            await self._ask(again, prepared.estimated_tokens, RequestPurpose.REPAIR)
            if received.outcome is not Outcome.ANSWERED:
                received.text_parts[:0] = [said] if not received.text_parts else []
                return
            found = await check_answer(schema, received.answer_text)
        present(received, schema, prompt.options.output_format or OutputFormat.JSON, found)

    async def _try_reserve_repair(self, prompt: Prompt) -> bool:
        """Whether there is money for it. What was paid for already must not fail for this."""
        case = compute_cost_ceiling(prompt, max_pictures=0, quality="low")
        # What was said is read again.
        case = replace(case, input_tokens=case.input_tokens + case.output_tokens)
        try:
            await self._reserve(case, self._list_prices())
        except EaselError as error:
            log.info("not_repaired", error=type(error).__name__)
            self._draft.notes.append(NO_REPAIR_MESSAGE)
            return False
        return True

    async def _add_budget_warning(self) -> None:
        try:
            warning = await self._parts.budget_guard.issue_warning(
                self._cost_owner, sum_known_costs(self.requests)
            )
        except EaselError as error:
            log.warning("budget_warning_failed", error=type(error).__name__)
            return
        if warning:
            self._draft.notes.append(warning)

    def _list_prices(self) -> list[Price]:
        return [offer.price for offer in self._parts.list_model_infos() if offer.price is not None]
