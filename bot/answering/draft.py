"""What the model has sent of one answer so far; all of it stays valid if the stream breaks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.delivery.long_answers import FILE_NAME, contents, is_long
from bot.domain.costs import Attempt
from bot.domain.files import FileRef, NewFile
from bot.domain.llm import Began, Finish, Finished, ImageMade, ReplyEvent, TextDelta, TokenOdds
from bot.domain.questions import Answer, Outcome

CUT_SHORT = "_I stopped here because the answer reached its length limit. Ask me to go on._"
FILTERED = "_The model's safety filter ended this answer. Please ask in another way._"
ANSWERED_BY = "_{} answered, because {} was not available._"


@dataclass(slots=True)
class Received:
    """Collects `ReplyEvent`s and our own sentences; `as_answer` is what they come to.

    `shown_as` replaces the model's text where that is data, `made` are files besides the pictures.
    """

    text: list[str] = field(default_factory=list)
    pictures: list[ImageMade] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    made: list[NewFile] = field(default_factory=list)
    shown_as: str | None = None
    stopped: bool = False
    _odds: list[Mapping[str, Any]] = field(default_factory=list)
    _by: str = ""
    _outcome: Outcome = Outcome.ANSWERED

    def take(self, event: ReplyEvent) -> None:
        match event:
            case TextDelta(text):
                self.text.append(text)
            case ImageMade():
                self.pictures.append(event)
            case TokenOdds(tokens):
                self._odds += tokens
            case Began(_, model, _, instead_of):
                self._by = ANSWERED_BY.format(model, instead_of) if instead_of else ""
            case Finished(reason):
                self._ended(reason)
            case _:
                pass

    def _ended(self, reason: Finish) -> None:
        notes = {Finish.LENGTH: CUT_SHORT, Finish.CONTENT_FILTER: FILTERED}
        self.notes += [note for note in (self._by, notes.get(reason, "")) if note]

    @property
    def said(self) -> str:
        """All of the model's text."""
        return "".join(self.text)

    def failed(self, said: str) -> None:
        """The answer ends here, with the sentence `said`."""
        self._outcome = Outcome.FAILED
        self.notes.append(said)

    def mended(self) -> None:
        """What failed is not all there is: the rest is the answer, and the sentence stays."""
        self._outcome = Outcome.ANSWERED

    def asks_back(self, said: str) -> None:
        """Nothing was asked: the person is to choose first."""
        self._outcome = Outcome.ASKED_BACK
        self.notes.append(said)

    @property
    def outcome(self) -> Outcome:
        return Outcome.STOPPED if self.stopped else self._outcome

    def new_files(self) -> list[NewFile]:
        """What is to be shared besides pictures."""
        files = list(self.made)
        if self.shown_as is None and is_long(self.said):
            self.notes.insert(0, contents(self.said))
            files.append(NewFile(FILE_NAME, "text/markdown", self.said.encode()))
        if self._odds:
            raw = json.dumps(self._odds, ensure_ascii=False, indent=1)
            files.append(NewFile("logprobs.json", "application/json", raw.encode()))
        return files

    def as_answer(self, files: tuple[FileRef, ...], attempts: tuple[Attempt, ...]) -> Answer:
        """The answer with what it made as `files`."""
        return Answer(
            text=self.said if self.shown_as is None else self.shown_as,
            note="\n\n".join(self.notes),
            outcome=self.outcome,
            files=files,
            attempts=attempts,
        )
