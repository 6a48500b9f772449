"""What Easel answers by itself, without asking a model: settings, pictures' history, what was seen.

Nothing is spent. Each kind of answer stands in its own module.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.commands.pictures import PictureCommands, is_picture_command
from bot.commands.revert import Restoring
from bot.commands.settings import is_command, obey
from bot.domain.files import Lineage, NewFile
from bot.domain.llm import ImageMade
from bot.domain.options import Parameters
from bot.domain.questions import Question
from bot.domain.stores import ChannelSettings, History, Readings
from bot.prompt.file_views import told

_WHAT_SEEN = re.compile(
    r"(?:please )?(?:what (?:did|have) you (?:see|seen)|what were you shown|show what you saw"
    r"|was hast du gesehen)(?: (?:so far|of (?:it|that|my files?)|in (?:it|there|my files?)))?\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """What to answer, and the files that go with it; pictures get a version, other files none."""

    text: str
    files: tuple[NewFile, ...] = ()
    pictures: tuple[ImageMade, ...] = ()
    lineage: Lineage = field(default_factory=Lineage)


class OwnAnswers:
    """Knows the messages that need no model."""

    def __init__(
        self,
        settings: ChannelSettings,
        defaults: Parameters,
        pictures: PictureCommands,
        restoring: Restoring,
        readings: Readings,
        history: History,
    ) -> None:
        self._settings = settings
        self._defaults = defaults
        self._pictures = pictures
        self._restoring = restoring
        self._readings = readings
        self._history = history

    async def answer(self, question: Question) -> OwnAnswer | None:
        """The answer; None for a question that a model is to be asked. Raises `EaselError`."""
        if is_command(question.text):
            return OwnAnswer(await obey(question, self._settings, self._defaults))
        if is_picture_command(question.text):
            shown = await self._pictures.obey(question)
            return OwnAnswer(shown.text, (shown.file,))
        restored = None if question.files else await self._restoring.obey(question)
        if restored is not None:
            return OwnAnswer(restored.text, (), (restored.picture,), restored.lineage)
        # With a file it is a question about that one.
        if not question.files and _WHAT_SEEN.fullmatch(question.text.strip()):
            seen = await self._readings.seen(question.thread)
            past = await self._history.past(question.thread, before=question.ts, limit=0)
            return OwnAnswer(told(seen, past.files))
        return None
