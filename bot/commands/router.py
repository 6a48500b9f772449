"""What Easel answers by itself, without asking a model: settings, pictures' history, what was seen.

Nothing is spent. Each kind of answer stands in its own module.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.commands.pictures import PictureCommands, is_picture_command
from bot.commands.revert import Reverter
from bot.commands.settings import is_settings_command, run
from bot.domain.files import GeneratedFile, Provenance
from bot.domain.llm import ImageOutput
from bot.domain.options import RequestOptions
from bot.domain.questions import Question
from bot.domain.stores import ConversationStore, FileStore, SettingsStore
from bot.prompt.file_views import format_file_views

_WHAT_SEEN_PATTERN = re.compile(
    r"(?:please )?(?:what (?:did|have) you (?:see|seen)|what were you shown|show what you saw"
    r"|was hast du gesehen)(?: (?:so far|of (?:it|that|my files?)|in (?:it|there|my files?)))?\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What to answer, and the files that go with it; pictures get a version, other files none."""

    text: str
    files: tuple[GeneratedFile, ...] = ()
    pictures: tuple[ImageOutput, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)


class CommandRouter:
    """Knows the messages that need no model."""

    def __init__(
        self,
        settings_store: SettingsStore,
        default_options: RequestOptions,
        picture_commands: PictureCommands,
        reverter: Reverter,
        file_store: FileStore,
        conversations: ConversationStore,
    ) -> None:
        self._settings_store = settings_store
        self._default_options = default_options
        self._picture_commands = picture_commands
        self._reverter = reverter
        self._file_store = file_store
        self._conversations = conversations

    async def run_command(self, question: Question) -> CommandResult | None:
        """The answer; None for a question that a model is to be asked. Raises `EaselError`."""
        if is_settings_command(question.text):
            return CommandResult(await run(question, self._settings_store, self._default_options))
        if is_picture_command(question.text):
            shown = await self._picture_commands.run(question)
            return CommandResult(shown.text, (shown.file,))
        restored = None if question.files else await self._reverter.run(question)
        if restored is not None:
            return CommandResult(restored.text, (), (restored.picture,), restored.provenance)
        # With a file it is a question about that one.
        if not question.files and _WHAT_SEEN_PATTERN.fullmatch(question.text.strip()):
            seen = await self._file_store.list_views(question.thread)
            past = await self._conversations.load(question.thread, before=question.ts, limit=0)
            return CommandResult(format_file_views(seen, past.files))
        return None
