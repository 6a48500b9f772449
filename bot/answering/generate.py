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

from bot.answering.draft import Received
from bot.answering.prepare import NeedsChoice, Prepared, Preparing
from bot.answering.stream import THINKING, Listening
from bot.answering.structured import checked, present, repair
from bot.answering.summarize import Summaries
from bot.answering.variations import DRAWING, MISSING, Beside, variations_of
from bot.billing.budget_guard import OverBudget, Purse
from bot.billing.pricing import most
from bot.billing.usage_meter import Booking, Clocks, PriceOf, known_cost
from bot.commands.router import OwnAnswers
from bot.delivery.previews import Previews
from bot.delivery.reply import Reply
from bot.domain.costs import Account, Attempt, Price, Purpose, WorstCase
from bot.domain.errors import EaselError, TellPerson, TryLater
from bot.domain.files import Lineage
from bot.domain.llm import Began, Prompt
from bot.domain.model_info import Offer
from bot.domain.options import Form
from bot.domain.ports import Chat, Uploads
from bot.domain.questions import Outcome, Question
from bot.domain.stores import Journal
from bot.prompt.estimate import worst_case

log = structlog.get_logger(__name__)

READING = "is reading {}…"
NO_REPAIR = "_It could not be asked for again: the budget has no room for that._"
# How many pictures one answer can hold, by what providers were seen to send.
_PICTURES = 2


@dataclass(frozen=True, slots=True)
class ConversationParts:
    """`offers` are those of the wanted model and its fallbacks, as of now.

    Without `summaries` threads are never folded.
    """

    preparing: Preparing
    own_answers: OwnAnswers
    listening: Listening
    purse: Purse
    summaries: Summaries | None
    journal: Journal
    chat: Chat
    uploads: Uploads
    offers: Callable[[], Sequence[Offer]]
    price_of: PriceOf
    clocks: Clocks


class Conversation:
    """Use as a context manager around `hold`; leaving it takes previews away."""

    def __init__(
        self, parts: ConversationParts, question: Question, reply: Reply, received: Received
    ) -> None:
        self._parts = parts
        self._question = question
        self._reply = reply
        self._received = received
        self._booking = Booking(parts.price_of, parts.clocks)
        self._previews = Previews(parts.chat, parts.uploads, question, reply.log)
        thread = question.thread
        self._account = Account(thread.team, thread.channel, question.asker.id, question.id)
        self._worst = Decimal(0)
        self._beside: Beside | None = None
        self.lineage = Lineage()

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
    def attempts(self) -> tuple[Attempt, ...]:
        """The requests that were made, with what they took."""
        beside = self._beside.attempts if self._beside is not None else ()
        return (*self._booking.attempts, *beside)

    async def hold(self) -> None:
        """Ask, and collect what comes. Raises `TryLater` where nothing was asked and the store or
        Slack is away; every other failure is a sentence."""
        try:
            own = await self._parts.own_answers.answer(self._question)
            if own is None:
                await self._prepare_and_ask()
            else:
                self._received.text.append(own.text)
                self._received.made += own.files
                self._received.pictures += own.pictures
                self.lineage = own.lineage
        except TryLater:
            raise
        except EaselError as error:
            log.info("not_asked", error=type(error).__name__, code=error.code)
            if isinstance(error, TellPerson) and not isinstance(error, OverBudget):
                # The same again would be the same again: there is nothing to press.
                self._received.notes.append(error.said)
            else:
                self._received.failed(error.said)

    def settled(self) -> None:
        """The answer is settled: money is free again, and the thread may be folded."""
        self._parts.purse.settled()
        summaries = self._parts.summaries
        if summaries and self._received.outcome is Outcome.ANSWERED and self.attempts:
            booking = Booking(self._parts.price_of, self._parts.clocks)
            summaries.consider(self._question, booking, self._prices())

    async def _prepare_and_ask(self) -> None:
        offer = self._parts.offers()[0]
        count = len(self._question.files)
        if count:
            self._reply.busy(READING.format("the file" if count == 1 else f"{count} files"))
        prepared = await self._parts.preparing.prepare(self._question, offer, self._received.notes)
        if count:
            self._reply.busy(THINKING)
        if self._reply.stop_button.pressed:
            self._received.stopped = True
            return
        match prepared:
            case NeedsChoice(said):
                self._received.asks_back(said)
            case Prepared():
                self.lineage = prepared.lineage
                prompt = await self._afforded(prepared.prompt)
                await self._ask_for_all(prompt, prepared.guessed)
                await self._as_data(prompt, prepared)
                await self._warn()
            case None:
                pass

    async def _ask_for_all(self, prompt: Prompt, guessed: int) -> None:
        """Ask for the answer, and beside it for as many more pictures as were wished for."""
        first, *others = variations_of(prompt)
        async with Beside(self._parts.listening, self._reply, self._note_began) as beside:
            self._beside = beside
            for other in others:
                beside.ask(other, guessed, Booking(self._parts.price_of, self._parts.clocks))
            await self._ask(first, guessed, Purpose.ANSWER)
            if others:
                self._reply.busy(DRAWING.format(len(others) + 1))
                # Stopped: what is there already is paid for, and is shown.
                self._received.pictures += await beside.pictures()
                self._received.stopped = self._reply.stop_button.pressed
        came = len(self._received.pictures)
        if not others or came > len(others) or self._received.stopped:
            return
        if came:
            # What came is an answer: asking again would draw, and cost, all of it once more.
            self._received.mended()
        if self._received.outcome is Outcome.ANSWERED:
            self._received.notes.append(MISSING.format(came, len(others) + 1))

    async def _afforded(self, prompt: Prompt) -> Prompt:
        """The request with as long an answer as it may have; its money is set aside."""
        prices = self._prices()
        draws = _PICTURES if any(offer.draws for offer in self._parts.offers()) else 0
        quality = prompt.parameters.quality or "high"
        case = worst_case(prompt, draws=draws, quality=quality)
        requests = len(variations_of(prompt))
        case = self._parts.purse.affordable(case, prices, requests=requests)
        await self._reserve(case, prices, requests=requests)
        return replace(prompt, max_tokens=case.output_tokens)

    async def _reserve(
        self, case: WorstCase, prices: Sequence[Price], *, requests: int = 1
    ) -> None:
        self._worst = max((most(case, price) for price in prices), default=Decimal(0))
        await self._parts.purse.reserve(self._account, self._worst, requests=requests)

    async def _ask(self, prompt: Prompt, guessed: int, purpose: Purpose) -> None:
        self._booking.asking(guessed, purpose)
        await self._parts.listening.hear(
            prompt, self._reply, self._received, self._booking, self._note_began, self._previews
        )

    async def _note_began(self, began: Began) -> None:
        await self._parts.journal.note_generation(self._question, began, self._worst)

    async def _as_data(self, prompt: Prompt, prepared: Prepared) -> None:
        """Check what was asked for as data; ask once more where it does not fit."""
        schema, received = prompt.schema, self._received
        if schema is None or received.outcome is not Outcome.ANSWERED:
            return
        said = received.said
        found = await checked(schema, said)
        if found.problems and await self._may_repair(prompt):
            received.text.clear()
            again = repair(prompt, said, found)
            await self._ask(again, prepared.guessed, Purpose.REPAIR)
            if received.outcome is not Outcome.ANSWERED:
                received.text[:0] = [said] if not received.text else []
                return
            found = await checked(schema, received.said)
        present(received, schema, prompt.parameters.form or Form.JSON, found)

    async def _may_repair(self, prompt: Prompt) -> bool:
        """Whether there is money for it. What was paid for already must not fail for this."""
        case = worst_case(prompt, draws=0, quality="low")
        # What was said is read again.
        case = replace(case, input_tokens=case.input_tokens + case.output_tokens)
        try:
            await self._reserve(case, self._prices())
        except EaselError as error:
            log.info("not_repaired", error=type(error).__name__)
            self._received.notes.append(NO_REPAIR)
            return False
        return True

    async def _warn(self) -> None:
        try:
            warning = await self._parts.purse.warning(self._account, known_cost(self.attempts))
        except EaselError as error:
            log.warning("not_warned", error=type(error).__name__)
            return
        if warning:
            self._received.notes.append(warning)

    def _prices(self) -> list[Price]:
        return [offer.price for offer in self._parts.offers() if offer.price is not None]
