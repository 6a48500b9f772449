"""Protocol of the store of what people press under answers: it knows who may, and what is done."""

from __future__ import annotations

from typing import Protocol

from bot.domain.answers.presses import AnswerCost, AnswerPlace, EarlierAnswer, FollowUp
from bot.domain.questions import Presser, PressResult
from bot.domain.stores.feedback import AnswerName


class PressStore(Protocol):
    """Does what a press of a control of an answer asks for. Each call is one transaction.

    It is for the person who asked, and after a while for anybody else. Each call returns a
    `PressResult` that says why nothing is done, if nothing is. Raises `StoreError`.
    """

    async def answer_again(self, answer: AnswerName, presser: Presser) -> PressResult:
        """Ask the question of a shown answer again, for the person who pressed, whom it costs. The
        answer stays until the new one is whole, and for good where that fails."""
        ...

    async def ask_further(
        self, answer: AnswerName, presser: Presser, follow_up: FollowUp
    ) -> PressResult:
        """Store a question about the answer, for the person who pressed, whom it costs; once."""
        ...

    async def find_place(self, answer: AnswerName, presser: Presser) -> AnswerPlace | PressResult:
        """Return where the answer is."""
        ...

    async def find_earlier(
        self, answer: AnswerName, presser: Presser
    ) -> EarlierAnswer | PressResult:
        """Return the answer that this one has replaced."""
        ...

    async def sum_cost(
        self, answer: AnswerName, presser: Presser, *, is_operator: bool
    ) -> AnswerCost | PressResult:
        """Return what the answers to the question cost. An operator may know at once."""
        ...
