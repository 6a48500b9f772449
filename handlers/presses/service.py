"""The service behind presses under answers, as a protocol. See `handlers/services.py`."""

from __future__ import annotations

from typing import Protocol

from bot.domain.answers.presses import EarlierAnswer
from bot.domain.messages import Message
from bot.domain.questions import Presser, PressResult
from bot.domain.stores.feedback import AnswerName


class PressService(Protocol):
    """Does what people press under answers. Each call has committed when it returns.

    A `PressResult` says why nothing is done, if nothing is. Raises `TransientError` where the store
    does not answer: then nothing is done.
    """

    async def answer_again(self, answer: AnswerName, presser: Presser) -> PressResult:
        """Answer the question again, in the place of this answer."""
        ...

    async def resume(self, answer: AnswerName, presser: Presser) -> PressResult:
        """Go on with an answer that was cut. Only once."""
        ...

    async def copy(self, answer: AnswerName, presser: Presser) -> PressResult:
        """Put the answer into its thread as a Markdown file. Only once."""
        ...

    async def find_earlier(
        self, answer: AnswerName, presser: Presser
    ) -> EarlierAnswer | PressResult:
        """Return the answer that this one has replaced."""
        ...

    async def describe_cost(self, answer: AnswerName, presser: Presser) -> Message | PressResult:
        """Return a sentence that says what the answers to the question cost."""
        ...

    async def describe_views(self, answer: AnswerName, presser: Presser) -> Message | PressResult:
        """Return what the model was shown of the files of the answer's thread, as Markdown."""
        ...
