"""Does what people press under answers, and words what the menu there tells them.

The store knows who may press and what is done once; the worker answers what is asked by a press.
"""

from __future__ import annotations

from collections.abc import Collection

from bot.billing.pricing import round_cost
from bot.commands.file_views import FileViewsCommand
from bot.domain.answers.presses import AnswerCost, EarlierAnswer, FollowUp
from bot.domain.messages import Message, MessageList, render
from bot.domain.ports import ChooseLanguage
from bot.domain.questions import Presser, PressResult
from bot.domain.stores.feedback import AnswerName
from bot.domain.stores.presses import PressStore
from bot.queue.worker import Worker

# What a press of the entry asks, as if the person had written it: see `bot.request.commands`.
COPY_REQUEST = Message("Copy as Markdown file")
CONTINUE_REQUEST = (
    "Please go on exactly where your answer stopped, without repeating what is there. It stopped at"
    " “{end}”."
)
_FREE = Message("This cost nothing: no model was asked.")
_COST = (
    "This cost ${cost:,} in one request to {models}: {read:,} tokens were read and {written:,}"
    " written."
)
_COSTS = (
    "This cost ${cost:,} in {count:,} requests to {models}: {read:,} tokens were read and"
    " {written:,} written."
)
_TOGETHER = Message("That is for all answers to this question together.")
_NO_BILL = "The cost of one request is not known yet."
_NO_BILLS = "The cost of {count:,} requests is not known yet."
_MAX_END_CHARS = 200


class AnswerPresses:
    """Implements `handlers.presses.services.PressService`. `operators` may know every cost."""

    def __init__(
        self,
        store: PressStore,
        worker: Worker,
        file_views: FileViewsCommand,
        operators: Collection[str],
        choose_language: ChooseLanguage,
    ) -> None:
        self._store = store
        self._worker = worker
        self._file_views = file_views
        self._operators = operators
        self._choose_language = choose_language

    async def answer_again(self, answer: AnswerName, presser: Presser) -> PressResult:
        return self._wake(await self._store.answer_again(answer, presser))

    async def resume(self, answer: AnswerName, presser: Presser) -> PressResult:
        language = self._choose_language(presser.person, "")

        def build_text(text: str) -> str:
            return render(Message(CONTINUE_REQUEST, end=quote_end(text)), language)

        follow_up = FollowUp("continue", build_text)
        return self._wake(await self._store.ask_further(answer, presser, follow_up))

    async def copy(self, answer: AnswerName, presser: Presser) -> PressResult:
        words = render(COPY_REQUEST, self._choose_language(presser.person, ""))
        follow_up = FollowUp("copy", lambda _: words)
        return self._wake(await self._store.ask_further(answer, presser, follow_up))

    async def find_earlier(
        self, answer: AnswerName, presser: Presser
    ) -> EarlierAnswer | PressResult:
        return await self._store.find_earlier(answer, presser)

    async def describe_cost(self, answer: AnswerName, presser: Presser) -> Message | PressResult:
        is_operator = presser.person.id in self._operators
        found = await self._store.sum_cost(answer, presser, is_operator=is_operator)
        return found if isinstance(found, PressResult) else format_cost(found, answer.version)

    async def describe_views(self, answer: AnswerName, presser: Presser) -> Message | PressResult:
        place = await self._store.find_place(answer, presser)
        if isinstance(place, PressResult):
            return place
        return await self._file_views.describe(place.thread)

    def _wake(self, result: PressResult) -> PressResult:
        if result is PressResult.ASKED:
            self._worker.wake()
        return result


def quote_end(text: str) -> str:
    """Return the last words of an answer on one line, as code: what the model wrote there is no
    flag of the person who presses."""
    end = " ".join(text[-_MAX_END_CHARS:].replace("`", " ").split())
    return f"`{end}`" if end else ""


def format_cost(cost: AnswerCost, version: int) -> Message:
    """Say what the answers to a question cost, of which the one pressed is number `version`."""
    if not cost.request_count:
        return _FREE
    sentences = [
        Message(
            _COST,
            plural=_COSTS,
            cost=round_cost(cost.cost),
            count=cost.request_count,
            models=cost.models,
            read=cost.prompt_tokens,
            written=cost.completion_tokens,
        )
    ]
    if cost.unknown_count:
        sentences.append(Message(_NO_BILL, plural=_NO_BILLS, count=cost.unknown_count))
    if version > 1:
        sentences.append(_TOGETHER)
    return MessageList(sentences, separator=" ")
