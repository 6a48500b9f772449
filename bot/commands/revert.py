"""“Undo”, “go back to v2”: an earlier picture becomes the newest again, as it was, at no cost.

What is said beside it (“go back to v2 and add a hat”) is a request to the model, and not ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.errors import TellPerson
from bot.domain.files import FileRef, Lineage
from bot.domain.llm import ImageMade
from bot.domain.questions import Question
from bot.domain.stores import History
from bot.files.cache import WorkingCopies
from bot.files.kinds import recognise
from bot.request.picture_references import STEPS, version_of

_BACK = re.compile(
    r"(?:please |now )?(?:undo(?: (?:it|that|this))?|(?:the )?previous (?:version|one|picture)"
    r"|(?:go )?back to (?:the )?(?:version |v)(?P<version>\d{1,4})|go back"
    r"|(?:go )?back to (?:the )?(?:previous|last) (?:version|one|picture)"
    r"|(?:go )?(?P<steps>one|two|three|four|[1-9]) versions? back"
    r"|(?:go )?back (?P<more>one|two|three|four|[1-9]) versions?)(?: please)?\W*",
    re.IGNORECASE,
)
_LONGEST = 60

_SAID = "Back to v{} as it was, as v{}. What you change next is changed from there."
_FIRST = "There is nothing before v{} in this thread."


@dataclass(frozen=True, slots=True)
class Restored:
    """What to say, and the picture that is the newest again."""

    text: str
    picture: ImageMade
    lineage: Lineage


class Restoring:
    """Brings pictures of a thread back."""

    def __init__(self, history: History, copies: WorkingCopies) -> None:
        self._history = history
        self._copies = copies

    async def obey(self, question: Question) -> Restored | None:
        """The picture that the message goes back to; None where it says something else, or nothing
        was made here. Raises `EaselError`."""
        said = question.text.strip()
        wish = _BACK.fullmatch(said) if len(said) <= _LONGEST else None
        if wish is None:
            return None
        past = await self._history.past(question.thread, before=question.ts, limit=0)
        made = [ref for ref in past.files if ref.version]
        if not made:
            return None
        ref, newest = wanted(wish, made), made[-1].version
        data = await self._copies.original(ref)
        return Restored(
            _SAID.format(ref.version, newest + 1),
            ImageMade(data, recognise(data) or ref.mimetype, ""),
            Lineage(newest + 1, f"v{ref.version}"),
        )


def wanted(wish: re.Match[str], made: Sequence[FileRef]) -> FileRef:
    """Which of the pictures `made`, oldest first, a message goes back to. Raises `TellPerson`."""
    if wish["version"]:
        return version_of(made, int(wish["version"]))
    back = STEPS[(wish["steps"] or wish["more"] or "one").lower()]
    place = _current(made)
    if place == 0:
        raise TellPerson("nothing before", said=_FIRST.format(made[place].version))
    return made[max(0, place - back)]


def _current(made: Sequence[FileRef]) -> int:
    """Where among them the newest really stands: one that was brought back is what it was.

    So that undoing twice goes two steps, and not to and fro.
    """
    places = {f"v{ref.version}": place for place, ref in enumerate(made)}
    place = len(made) - 1
    while _BACK.fullmatch(made[place].asked.strip()) and made[place].made_from in places:
        place = places[made[place].made_from]
    return place
