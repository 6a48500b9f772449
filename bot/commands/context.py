"""What a command receives and returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.conversation import Person, Thread
from bot.domain.files import FileRef, GeneratedFile, Provenance
from bot.domain.llm import ImageOutput
from bot.domain.messages import Message
from bot.i18n.catalog import ENGLISH
from bot.request.parse import ParsedRequest


@dataclass(frozen=True, slots=True)
class CommandContext:
    """Who runs a command, and where. `ts` and `files` are those of the message.

    `language` is that in which the answer is given, for words in pictures. `about_ts` is the ts of
    the message that the command is about, if that is another one.
    """

    thread: Thread
    person: Person
    ts: str
    files: tuple[FileRef, ...] = ()
    language: str = ENGLISH
    about_ts: str = ""


@dataclass(frozen=True, slots=True)
class CommandResult:
    """The answer, and the files that go with it; only pictures get a version.

    `subject` is what the pictures show, in the words of the person who asked for them.
    """

    text: Message
    files: tuple[GeneratedFile, ...] = ()
    pictures: tuple[ImageOutput, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)
    subject: str = ""


class CommandRunner(Protocol):
    """Runs the commands of one kind."""

    async def run(self, context: CommandContext, request: ParsedRequest) -> CommandResult | None:
        """Run the command of `request`; None where it is of another kind. Raises `EaselError`."""
        ...
