"""Folds older messages of a thread into a running summary, made by the model, in the background.

It never holds up an answer, costs little (the provider's cache serves nearly all that it reads) and
may fail: then the messages are sent word for word until the next time.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from decimal import Decimal

import structlog

from bot.billing.budget_guard import OverBudget, Purse
from bot.billing.pricing import most
from bot.billing.usage_meter import Booking
from bot.domain.conversation import Thread
from bot.domain.costs import Account, Price, Purpose
from bot.domain.errors import EaselError
from bot.domain.llm import Began, Finish, Finished, Prompt, TextDelta
from bot.domain.options import Parameters
from bot.domain.ports import Model
from bot.domain.questions import Question
from bot.domain.stores import History, Ledger
from bot.prompt.compose import SYSTEM, past_turns, pseudonym
from bot.prompt.estimate import guess, worst_case
from bot.prompt.window import SUMMARY_TOKENS, Window, to_fold

log = structlog.get_logger(__name__)

_INSTRUCTION = """\
[This is not a message of a person. Write down what of this thread has to be remembered: who wants \
what, decisions, names, numbers, dates, codes, files and pictures by name, what is open; and all \
that the summary above holds. At most {} words, plain text, in the language of the thread.]"""
_WORDS = 200
_MOST_AT_ONCE = 2
_LATER = "9"  # after any ts


class Summaries:
    """Leaving it as a context ends what is being made."""

    def __init__(
        self, history: History, model: Model, ledger: Ledger, purse: Purse, secret: bytes
    ) -> None:
        self._history = history
        self._model = model
        self._ledger = ledger
        self._purse = purse
        self._secret = secret
        self._running: dict[Thread, asyncio.Task[None]] = {}
        self._free = asyncio.Semaphore(_MOST_AT_ONCE)

    def consider(self, question: Question, booking: Booking, prices: list[Price]) -> None:
        """An answer in a thread is settled: fold what has become too much, soon."""
        thread = question.thread
        if thread in self._running:
            return
        task = asyncio.create_task(self._without_fail(question, booking, prices), name="summary")
        self._running[thread] = task
        task.add_done_callback(lambda _: self._running.pop(thread, None))

    async def idle(self) -> None:
        """Wait until nothing is being folded."""
        while self._running:
            await asyncio.wait(self._running.values())

    async def close(self) -> None:
        for task in self._running.values():
            task.cancel()
        with suppress(asyncio.CancelledError):
            await self.idle()

    async def _without_fail(
        self, question: Question, booking: Booking, prices: list[Price]
    ) -> None:
        try:
            async with self._free:
                await self._fold(question, booking, prices)
        except EaselError as error:
            log.info("not_folded", error=type(error).__name__, code=error.code)

    async def _fold(self, question: Question, booking: Booking, prices: list[Price]) -> None:
        thread = question.thread
        past = await self._history.past(thread, before=_LATER, limit=5_000)
        count = to_fold(past.turns)
        if not count:
            return
        folded = past.turns[:count]
        prompt = Prompt(
            # As every question begins, so that the provider has it in its cache.
            system=SYSTEM,
            past=past_turns(past, Window(folded)),
            question=_INSTRUCTION.format(_WORDS),
            pictures=(),
            max_tokens=SUMMARY_TOKENS * 2,
            user=pseudonym(self._secret, question.asker),
            session=pseudonym(self._secret, thread),
            parameters=Parameters(text_only=True),
        )
        guessed = guess(prompt, past, Window(folded))
        worst = await self._reserve(question, prompt, prices)
        booking.asking(guessed, Purpose.SUMMARY)
        text = await self._written(question, prompt, booking, worst)
        await self._book(question, booking)
        if text:
            await self._history.fold(thread, folded, text)
            log.info("folded", count=count)

    async def _written(
        self, question: Question, prompt: Prompt, booking: Booking, worst: Decimal
    ) -> str:
        """The summary; "" where it was cut off, for half of one would lose the rest."""
        parts, whole = list[str](), False
        try:
            async with aclosing(self._model.reply(prompt)) as events:
                async for event in events:
                    booking.take(event)
                    if isinstance(event, Began):
                        # Whatever happens to us now, it may cost.
                        account = _account(question)
                        await self._ledger.note_begun(account, event, worst, Purpose.SUMMARY)
                    if isinstance(event, TextDelta):
                        parts.append(event.text)
                    whole = isinstance(event, Finished) and event.reason is Finish.STOP
        except EaselError as error:
            log.info("summary_failed", error=type(error).__name__, code=error.code)
        finally:
            booking.end("answered" if whole else "broken")
        return "".join(parts).strip() if whole else ""

    async def _reserve(self, question: Question, prompt: Prompt, prices: list[Price]) -> Decimal:
        case = worst_case(prompt, draws=0, quality="low")
        amount = max((most(case, price) for price in prices), default=Decimal(0))
        try:
            await self._purse.reserve(_account(question), amount)
        except OverBudget:
            log.info("not_folded", error="OverBudget")
            raise
        return amount

    async def _book(self, question: Question, booking: Booking) -> None:
        for attempt in booking.attempts:
            await self._ledger.record(_account(question), attempt)
        self._purse.settled()


def _account(question: Question) -> Account:
    thread = question.thread
    return Account(thread.team, thread.channel, question.asker.id, question.id)
