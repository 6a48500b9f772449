"""What one answer holds so far. All of it stays valid if the stream breaks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.answering.computing.computation import Computation
from bot.answering.finishing.footer import build_footer
from bot.billing.grants import BudgetExceeded
from bot.commands.context import CommandResult
from bot.delivery.long_answers import (
    Shortening,
    build_answer_files,
    format_contents_note,
    measure_shortening,
)
from bot.domain.answers.checked import Presentation
from bot.domain.costs import ModelRequest
from bot.domain.errors import ChoiceNeeded, EaselError, UserError
from bot.domain.files import FileRef, GeneratedFile, Provenance
from bot.domain.llm import (
    DrawingsFailed,
    FinishReason,
    ImageOutput,
    LogProbs,
    PicturesUnreadable,
    RequestAdapted,
    ResponseFinished,
    ResponseStarted,
    StreamEvent,
    TextDelta,
)
from bot.domain.messages import Message, render
from bot.domain.questions import Answer, Ending, Outcome
from bot.domain.references import RenderedText
from bot.i18n.catalog import ENGLISH

LENGTH_LIMIT_MESSAGE = Message(
    "_I stopped here because the answer reached its length limit. Ask me to go on._"
)
ANSWER_FILTERED_MESSAGE = Message(
    "_The model's safety filter ended this answer. Please ask in another way._"
)
UNREADABLE_PICTURE_MESSAGE = (
    "_The model also sent a picture that cannot be read. Please ask for it again._"
)
UNREADABLE_PICTURES_MESSAGE = (
    "_The model also sent {count} pictures that cannot be read. Please ask for them again._"
)
FAILED_DRAWING_MESSAGE = (
    "_A picture could not be drawn. If one is missing, please ask for it again._"
)
FAILED_DRAWINGS_MESSAGE = (
    "_{count} pictures could not be drawn. If they are missing, please ask for them again._"
)
NO_LOG_PROBS_MESSAGE = Message("_The model sent no log probabilities with this answer._")
FALLBACK_MESSAGE = "_{model} answered, because {wanted} was not available._"


@dataclass(slots=True)
class AnswerDraft:
    """Collects stream events and Easel's own sentences; `build_answer` makes the answer of them.

    `display_text` replaces the model's text where that is data. `generated_files` are those that
    are not pictures, `provenance` places the pictures among those of the thread. `length_note` says
    why an answer ends that has reached its longest length. `text` names the people, channels and
    groups whose ids the model writes. `subject` is what pictures of a command show. `language`
    is that of the sentences. `shortening` is set where the text was shown while it came.
    `has_footer`: it ends with the model, the time and the cost. See `Answer` for `took_along` and
    `carried_files`.
    """

    language: str = ENGLISH
    pictures: list[ImageOutput] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    generated_files: list[GeneratedFile] = field(default_factory=list)
    display_text: str | None = None
    provenance: Provenance = field(default_factory=Provenance)
    is_stopped: bool = False
    length_note: Message = LENGTH_LIMIT_MESSAGE
    subject: str = ""
    took_along: bool = False
    carried_files: tuple[FileRef, ...] = ()
    text: RenderedText = field(default_factory=lambda: RenderedText({}))
    shortening: Shortening | None = None
    has_footer: bool = False
    _carried_note: Message | None = None
    _picture_note: Message | None = None
    _log_probs: list[Mapping[str, Any]] = field(default_factory=list)
    _fallback_note: Message | None = None
    _missing_notes: list[Message] = field(default_factory=list)
    _outcome: Outcome = Outcome.ANSWERED
    _is_cut: bool = False

    def add_event(self, event: StreamEvent) -> None:
        match event:
            case TextDelta(text):
                self.text.add(text)
            case PicturesUnreadable() | DrawingsFailed():
                self._missing_notes.append(_describe_missing(event))
            case ImageOutput():
                self.pictures.append(event)
            case LogProbs(tokens):
                self._log_probs += tokens
            case ResponseStarted(_, model, _, replaced_model):
                self._fallback_note = (
                    Message(FALLBACK_MESSAGE, model=model, wanted=replaced_model)
                    if replaced_model
                    else None
                )
            case RequestAdapted(note):
                self.notes.append(note)
            case ResponseFinished(reason):
                self._add_finish_notes(reason)
            case _:
                pass

    def _add_finish_notes(self, reason: FinishReason) -> None:
        notes = {
            FinishReason.LENGTH: self.length_note,
            FinishReason.CONTENT_FILTER: ANSWER_FILTERED_MESSAGE,
        }
        told = (self._fallback_note, *self._missing_notes, notes.get(reason))
        self.notes += [note for note in told if note]
        self._missing_notes = []
        self._is_cut = reason is FinishReason.LENGTH

    @property
    def answer_text(self) -> str:
        """All of the model's text, with names in place of ids that are known."""
        return str(self.text)

    def add_presentation(self, presentation: Presentation) -> None:
        """Show data instead of the model's text, where the answer holds data."""
        self.notes += presentation.notes
        self.generated_files += presentation.files
        if presentation.shown_text is not None:
            self.display_text = presentation.shown_text

    def drop_data(self) -> None:
        """Show nothing of data that is not whole: its form is Easel's own, and says nothing."""
        self.display_text = ""

    def add_computation(self, computation: Computation) -> None:
        """Add what was computed before the model is asked, and holds whatever it says."""
        self.generated_files += computation.attachments
        self._picture_note = computation.picture_note

    def add_command_result(self, result: CommandResult) -> None:
        self.text.add(render(result.text, self.language))
        self.generated_files += result.files
        self.pictures += result.pictures
        self.provenance = result.provenance
        self.subject = result.subject

    def add_error(self, error: EaselError) -> None:
        """Nothing was asked, and `error` says why."""
        self._drop_carried()
        if isinstance(error, ChoiceNeeded):
            self.generated_files += error.attachments
            self.ask_back(error.user_message)
            return
        can_retry = isinstance(error, BudgetExceeded) and error.can_retry
        if isinstance(error, UserError) and not can_retry:
            # Asking the same again would end the same: there is no button to press.
            self.notes.append(error.user_message)
        else:
            self.fail(error.user_message)

    def note_carried(self, note: Message, files: tuple[FileRef, ...]) -> None:
        """The answer takes `files`, or words, of an earlier conversation along, as `note` says."""
        self.notes.append(note)
        self.took_along, self.carried_files, self._carried_note = True, files, note

    def _drop_carried(self) -> None:
        """Take nothing along after all: what is asked again finds the same, and says so again."""
        self.took_along, self.carried_files = False, ()
        # What came before the person stopped it is still based on it.
        if not (self.is_stopped and (self.text or self.pictures)):
            self.notes = [note for note in self.notes if note is not self._carried_note]

    def fail(self, user_message: Message) -> None:
        """The answer ends here; `user_message` says why."""
        self._outcome = Outcome.FAILED
        self.notes.append(user_message)

    def mark_answered(self) -> None:
        """Part of the answer failed; the rest is the answer, and the sentence stays."""
        self._outcome = Outcome.ANSWERED

    def note_missing_log_probs(self) -> None:
        """Log probabilities were wanted: say so if none came with the words."""
        is_said = any("--logprobs" in note for note in self.notes)  # why they were not asked for
        if self.outcome is Outcome.ANSWERED and self.answer_text and not self._log_probs:
            self.notes += [] if is_said else [NO_LOG_PROBS_MESSAGE]

    def ask_back(self, user_message: Message) -> None:
        """Nothing was asked: the person has to choose first."""
        self._outcome = Outcome.ASKED_BACK
        self.notes.append(user_message)

    @property
    def outcome(self) -> Outcome:
        return Outcome.STOPPED if self.is_stopped else self._outcome

    def build_generated_files(self) -> list[GeneratedFile]:
        """Build the files that are not pictures. Call once: a long answer gets a note."""
        files, text = list(self.generated_files), self.answer_text
        if self.display_text is None:
            shortening = self.shortening or measure_shortening(text)
            if shortening.is_cut:
                self.notes.insert(0, format_contents_note(text))
            files += build_answer_files(text, shortening)
        if self._log_probs:
            raw = json.dumps(self._log_probs, ensure_ascii=False, indent=1)
            files.append(GeneratedFile("logprobs.json", "application/json", raw.encode()))
        return files

    def build_answer(
        self, files: tuple[FileRef, ...], requests: tuple[ModelRequest, ...]
    ) -> Answer:
        """Build the answer; `files` are its pictures and files as they are stored."""
        if self.outcome is not Outcome.ANSWERED:
            self._drop_carried()
        if self._picture_note is not None and self.pictures:
            self.notes.append(self._picture_note)
        ending = self._choose_ending(requests)
        footer = build_footer(requests) if self.has_footer and ending is not Ending.NONE else None
        self.notes += [footer] if footer is not None else []
        return Answer(
            text=self.answer_text
            if self.display_text is None
            else render(self.display_text, self.language),
            note="\n\n".join(render(note, self.language) for note in self.notes),
            outcome=self.outcome,
            files=files,
            requests=requests,
            took_along=self.took_along,
            carried_files=self.carried_files,
            ending=ending,
        )

    def _choose_ending(self, requests: tuple[ModelRequest, ...]) -> Ending:
        if not requests or self.outcome not in (Outcome.ANSWERED, Outcome.STOPPED):
            return Ending.NONE
        # Data is checked as a whole: what is cut off is no beginning of it.
        is_cut = self._is_cut and self.display_text is None
        return Ending.CUT if is_cut or self.is_stopped else Ending.WHOLE


def _describe_missing(event: PicturesUnreadable | DrawingsFailed) -> Message:
    """Say that pictures are missing which the model sent or began."""
    count = event.count
    if isinstance(event, PicturesUnreadable):
        return Message(UNREADABLE_PICTURE_MESSAGE, plural=UNREADABLE_PICTURES_MESSAGE, count=count)
    return Message(FAILED_DRAWING_MESSAGE, plural=FAILED_DRAWINGS_MESSAGE, count=count)
