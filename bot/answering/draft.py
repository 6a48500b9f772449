"""What the model has sent of one answer so far; all of it stays valid if the stream breaks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.delivery.long_answers import FILE_NAME, format_contents_note, is_long
from bot.domain.costs import ModelRequest
from bot.domain.files import FileRef, GeneratedFile
from bot.domain.llm import (
    FinishReason,
    ImageOutput,
    LogProbs,
    ResponseFinished,
    ResponseStarted,
    StreamEvent,
    TextDelta,
)
from bot.domain.questions import Answer, Outcome

LENGTH_LIMIT_MESSAGE = (
    "_I stopped here because the answer reached its length limit. Ask me to go on._"
)
ANSWER_FILTERED_MESSAGE = (
    "_The model's safety filter ended this answer. Please ask in another way._"
)
FALLBACK_MESSAGE = "_{} answered, because {} was not available._"


@dataclass(slots=True)
class AnswerDraft:
    """Collects `ReplyEvent`s and our own sentences; `as_answer` is what they come to.

    `shown_as` replaces the model's text where that is data, `made` are files besides the pictures.
    """

    text_parts: list[str] = field(default_factory=list)
    pictures: list[ImageOutput] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    generated_files: list[GeneratedFile] = field(default_factory=list)
    display_text: str | None = None
    is_stopped: bool = False
    _log_probs: list[Mapping[str, Any]] = field(default_factory=list)
    _fallback_note: str = ""
    _outcome: Outcome = Outcome.ANSWERED

    def add_event(self, event: StreamEvent) -> None:
        match event:
            case TextDelta(text):
                self.text_parts.append(text)
            case ImageOutput():
                self.pictures.append(event)
            case LogProbs(tokens):
                self._log_probs += tokens
            case ResponseStarted(_, model, _, instead_of):
                self._fallback_note = (
                    FALLBACK_MESSAGE.format(model, instead_of) if instead_of else ""
                )
            case ResponseFinished(reason):
                self._add_finish_notes(reason)
            case _:
                pass

    def _add_finish_notes(self, reason: FinishReason) -> None:
        notes = {
            FinishReason.LENGTH: LENGTH_LIMIT_MESSAGE,
            FinishReason.CONTENT_FILTER: ANSWER_FILTERED_MESSAGE,
        }
        self.notes += [note for note in (self._fallback_note, notes.get(reason, "")) if note]

    @property
    def answer_text(self) -> str:
        """All of the model's text."""
        return "".join(self.text_parts)

    def fail(self, user_message: str) -> None:
        """The answer ends here, with the sentence `said`."""
        self._outcome = Outcome.FAILED
        self.notes.append(user_message)

    def mark_answered(self) -> None:
        """What failed is not all there is: the rest is the answer, and the sentence stays."""
        self._outcome = Outcome.ANSWERED

    def ask_back(self, user_message: str) -> None:
        """Nothing was asked: the person is to choose first."""
        self._outcome = Outcome.ASKED_BACK
        self.notes.append(user_message)

    @property
    def outcome(self) -> Outcome:
        return Outcome.STOPPED if self.is_stopped else self._outcome

    def build_generated_files(self) -> list[GeneratedFile]:
        """What is to be shared besides pictures."""
        files = list(self.generated_files)
        if self.display_text is None and is_long(self.answer_text):
            self.notes.insert(0, format_contents_note(self.answer_text))
            files.append(GeneratedFile(FILE_NAME, "text/markdown", self.answer_text.encode()))
        if self._log_probs:
            raw = json.dumps(self._log_probs, ensure_ascii=False, indent=1)
            files.append(GeneratedFile("logprobs.json", "application/json", raw.encode()))
        return files

    def build_answer(
        self, files: tuple[FileRef, ...], requests: tuple[ModelRequest, ...]
    ) -> Answer:
        """The answer with what it made as `files`."""
        return Answer(
            text=self.answer_text if self.display_text is None else self.display_text,
            note="\n\n".join(self.notes),
            outcome=self.outcome,
            files=files,
            requests=requests,
        )
