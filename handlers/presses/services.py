"""The services behind what people press, as protocols. See `handlers/services.py` for the rest."""

from __future__ import annotations

from typing import Protocol

from bot.domain.answers.presses import EarlierAnswer
from bot.domain.conversation import Person
from bot.domain.messages import Message
from bot.domain.pictures.presses import PictureAction, PictureName, PictureWish
from bot.domain.questions import Presser, PressResult
from bot.domain.stores.feedback import AnswerName, Fault, Verdict
from bot.queue.picture_presses import PictureOffer


class PictureService(Protocol):
    """Does what people press under pictures: see `bot.queue.picture_presses.PictureDesk`."""

    async def offer(
        self, name: PictureName, presser: Presser, action: PictureAction
    ) -> PictureOffer | PressResult: ...

    async def ask(self, name: PictureName, presser: Presser, wish: PictureWish) -> PressResult: ...

    async def keep_reference(self, name: PictureName, presser: Presser) -> PressResult: ...


class RemovalService(Protocol):
    """Deletes answers whose questions are deleted."""

    def offer_soon(self, team: str, channel: str, ts: str) -> None:
        """Offer to delete the answer to a deleted message, if there is one. Returns at once."""
        ...

    async def remove(self, question_id: int, channel: str, person: Person) -> bool:
        """Delete the answer to a deleted question in Slack; done when this returns. Return False
        where there is none that is theirs. Raises `TransientError`."""
        ...


class FeedbackService(Protocol):
    """Keeps what people think of answers: see `bot.domain.stores.feedback.FeedbackStore`."""

    async def record(
        self, answer: AnswerName, person: str, verdict: Verdict, *, pressed_at: str
    ) -> bool: ...

    async def explain(
        self, answer: AnswerName, person: str, faults: tuple[Fault, ...], words: str
    ) -> bool: ...


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
