"""“Undo”, “go back to v2”: an earlier picture becomes the newest again, as it was, at no cost.

What is said beside it (“go back to v2 and add a hat”) is a request to the model, and not ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.errors import UserError
from bot.domain.files import FileRef, Provenance
from bot.domain.llm import ImageOutput
from bot.domain.questions import Question
from bot.domain.stores import ConversationStore
from bot.files.cache import FileCache
from bot.files.kinds import detect_picture_mimetype
from bot.request.picture_references import STEP_COUNTS, find_version

_GO_BACK_PATTERN = re.compile(
    r"(?:please |now )?(?:undo(?: (?:it|that|this))?|(?:the )?previous (?:version|one|picture)"
    r"|(?:go )?back to (?:the )?(?:version |v)(?P<version>\d{1,4})|go back"
    r"|(?:go )?back to (?:the )?(?:previous|last) (?:version|one|picture)"
    r"|(?:go )?(?P<steps>one|two|three|four|[1-9]) versions? back"
    r"|(?:go )?back (?P<more>one|two|three|four|[1-9]) versions?)(?: please)?\W*",
    re.IGNORECASE,
)
_MAX_COMMAND_CHARS = 60

_REVERTED_MESSAGE = "Back to v{} as it was, as v{}. What you change next is changed from there."
_NO_EARLIER_VERSION_MESSAGE = "There is nothing before v{} in this thread."


@dataclass(frozen=True, slots=True)
class RevertResult:
    """What to say, and the picture that is the newest again."""

    text: str
    picture: ImageOutput
    provenance: Provenance


class Reverter:
    """Brings pictures of a thread back."""

    def __init__(self, conversations: ConversationStore, file_cache: FileCache) -> None:
        self._conversations = conversations
        self._file_cache = file_cache

    async def run(self, question: Question) -> RevertResult | None:
        """The picture that the message goes back to; None where it says something else, or nothing
        was made here. Raises `EaselError`."""
        said = question.text.strip()
        wish = _GO_BACK_PATTERN.fullmatch(said) if len(said) <= _MAX_COMMAND_CHARS else None
        if wish is None:
            return None
        past = await self._conversations.load(question.thread, before=question.ts, limit=0)
        made = [ref for ref in past.files if ref.version]
        if not made:
            return None
        ref, newest = find_target_version(wish, made), made[-1].version
        data = await self._file_cache.fetch_original(ref)
        return RevertResult(
            _REVERTED_MESSAGE.format(ref.version, newest + 1),
            ImageOutput(data, detect_picture_mimetype(data) or ref.mimetype, ""),
            Provenance(newest + 1, f"v{ref.version}"),
        )


def find_target_version(match: re.Match[str], versions: Sequence[FileRef]) -> FileRef:
    """Which of the pictures `made`, oldest first, a message goes back to. Raises `TellPerson`."""
    if match["version"]:
        return find_version(versions, int(match["version"]))
    back = STEP_COUNTS[(match["steps"] or match["more"] or "one").lower()]
    place = _find_current_index(versions)
    if place == 0:
        raise UserError(
            "nothing before",
            user_message=_NO_EARLIER_VERSION_MESSAGE.format(versions[place].version),
        )
    return versions[max(0, place - back)]


def _find_current_index(versions: Sequence[FileRef]) -> int:
    """Where among them the newest really stands: one that was brought back is what it was.

    So that undoing twice goes two steps, and not to and fro.
    """
    places = {f"v{ref.version}": place for place, ref in enumerate(versions)}
    place = len(versions) - 1
    while (
        _GO_BACK_PATTERN.fullmatch(versions[place].request_text.strip())
        and versions[place].made_from in places
    ):
        place = places[versions[place].made_from]
    return place
