"""What the model has sent of one answer so far; all of it stays valid if the stream breaks."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.types import (
    Answer,
    Began,
    FileRef,
    Finish,
    Finished,
    ImageMade,
    Outcome,
    ReplyEvent,
    TextDelta,
    Usage,
)

CUT_SHORT = "_I stopped here because the answer reached its length limit. Ask me to go on._"
FILTERED = "_The model's safety filter ended this answer. Please ask in another way._"


@dataclass(slots=True)
class Received:
    """Collects `ReplyEvent`s and our own sentences; `as_answer` is what they come to."""

    text: list[str] = field(default_factory=list)
    pictures: list[ImageMade] = field(default_factory=list)
    began: Began = field(default_factory=lambda: Began(""))
    usage: Usage | None = None
    notes: list[str] = field(default_factory=list)
    stopped: bool = False
    _failed: bool = False

    def take(self, event: ReplyEvent) -> None:
        match event:
            case TextDelta(text):
                self.text.append(text)
            case ImageMade():
                self.pictures.append(event)
            case Began():
                self.began = event
            case Finished(reason, usage):
                self.usage = usage
                if reason is Finish.LENGTH:
                    self.notes.append(CUT_SHORT)
                elif reason is Finish.CONTENT_FILTER:
                    self.notes.append(FILTERED)
            case _:
                pass

    def failed(self, said: str) -> None:
        """The answer ends here, with the sentence `said`."""
        self._failed = True
        self.notes.append(said)

    def as_answer(self, files: tuple[FileRef, ...]) -> Answer:
        """The answer with its pictures as `files`."""
        outcome = Outcome.FAILED if self._failed else Outcome.ANSWERED
        return Answer(
            text="".join(self.text),
            note="\n\n".join(self.notes),
            outcome=Outcome.STOPPED if self.stopped else outcome,
            files=files,
            generation_id=self.began.generation_id,
            model=self.began.model,
            usage=self.usage,
        )
