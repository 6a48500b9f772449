"""The protocols of the stores behind the menu under pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from bot.domain.conversation import Thread
from bot.domain.files import FileRef
from bot.domain.pictures.presses import PictureName, PressedPicture
from bot.domain.questions import Presser, PressResult, Question


@dataclass(frozen=True, slots=True)
class PictureOrigin:
    """A picture that Easel made, and the question that it answers.

    `request_text` is what was asked for and `files` came with it; `question_ts` is its ts.
    """

    thread: Thread
    picture: FileRef
    request_text: str
    question_ts: str
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True, slots=True)
class PressedQuestion:
    """A question that a press asks: its text, and what it takes along.

    `key` is the same however often the same press is sent. `is_single`: it is asked once at a
    time, whoever presses. `repeats_words`: it goes where the message goes that it repeats.
    """

    text: str
    pressed: PressedPicture
    key: str
    is_single: bool = False
    repeats_words: bool = False


class PicturePresses(Protocol):
    """Keeps what people press under pictures. Each call is one transaction."""

    async def find(self, name: PictureName, presser: Presser) -> PictureOrigin | PressResult:
        """Return the picture, or why `presser` can do nothing with it: `GONE`, `NOT_THEIRS`."""
        ...

    async def ask(
        self, name: PictureName, presser: Presser, question: PressedQuestion
    ) -> PressResult:
        """Store `question` as asked by `presser` in the picture's thread, once for each key."""
        ...

    async def keep_reference(self, name: PictureName, presser: Presser) -> PressResult:
        """Let the next question of `presser` in the thread take the picture along."""
        ...

    async def list_references(self, question: Question) -> tuple[str, ...]:
        """Return the Slack ids of what `question` is the first to take along, oldest press
        first."""
        ...


@dataclass(frozen=True, slots=True)
class PictureCost:
    """What an answer with pictures cost in US dollars, by picture. `parameters` are its flags."""

    cost: Decimal
    parameters: str = ""


class PictureCosts(Protocol):
    """Tells what pictures cost lately."""

    async def list_costs(self, team: str, model: str) -> Sequence[PictureCost]:
        """Return the cost of a picture of each of the newest answers that `model` gave in a
        workspace, as far as it is known."""
        ...
