"""An answer that was checked: what is shown instead of it, and what the model should mend. Pure.

See `bot.files.schema_checks` for answers that fit a JSON Schema.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.files import GeneratedFile
from bot.domain.messages import Message

# Why an answer is no data: to the person, and to the model that is asked once more.
NO_DATA_NOTE = Message("_The model did not answer with data. This is what it said._")
NOT_JSON = Message("it is not JSON")


@dataclass(frozen=True, slots=True)
class Presentation:
    """An answer that is data: the text to show instead of it, its files, notes on its faults."""

    shown_text: str | None = None
    files: tuple[GeneratedFile, ...] = ()
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedAnswer:
    """How an answer is shown, and in short sentences what the model should mend, if it can."""

    presentation: Presentation
    problems: tuple[str, ...] = ()
