"""What a command is given, and what it gives back. The same for a message, a button or a form."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.conversation import Person, Thread
from bot.domain.files import FileRef, GeneratedFile, Provenance
from bot.domain.llm import ImageOutput


@dataclass(frozen=True, slots=True)
class CommandContext:
    """Who runs a command, and where. `ts` is that of the message, `files` came with it."""

    thread: Thread
    person: Person
    ts: str
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True, slots=True)
class CommandResult:
    """The answer, and the files that go with it; pictures get a version, other files none."""

    text: str
    files: tuple[GeneratedFile, ...] = ()
    pictures: tuple[ImageOutput, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)
