"""Messages that go back to an earlier picture: “undo”, “go back to v2”. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.request import translated_words
from bot.request.translated_commands import translate_command

STEP_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, **{str(n): n for n in range(1, 10)}}
_COUNT = r"one|two|three|four|\d"
_STEPS_BACK = rf"(?:(?P<steps>{_COUNT}) versions? back|back (?P<more>{_COUNT}) versions?)"
_PREVIOUS = r"previous (?:version|one|picture)"
# Anywhere in a message, and as the whole of one.
_GO_BACK_PATTERN = re.compile(rf"\b(?:{_STEPS_BACK}|go back|{_PREVIOUS}|undo)\b", re.IGNORECASE)
_GO_BACK_COMMAND_PATTERN = re.compile(
    rf"(?:please |now )?(?:undo(?: (?:it|that|this))?|(?:the )?{_PREVIOUS}"
    r"|(?:go )?back to (?:the )?(?:version |v)(?P<version>\d{1,4})|go back"
    r"|(?:go )?back to (?:the )?(?:previous|last) (?:version|one|picture)"
    rf"|(?:go )?{_STEPS_BACK})(?: please)?\W*",
    re.IGNORECASE,
)
_MAX_GO_BACK_CHARS = 60


@dataclass(frozen=True, slots=True)
class GoBack:
    """“Undo”, “go back to v2”, “two versions back”: to a `version`, or by a number of `steps`."""

    version: int | None = None
    steps: int = 1


def read_steps_back(text: str, words: str) -> int | None:
    """Return how many versions a message goes back, None for others; `words` is simplified."""
    back = _GO_BACK_PATTERN.search(text) or translated_words.GO_BACK_PATTERN.search(words)
    return None if back is None else _count_steps(back)


def parse_go_back(text: str) -> GoBack | None:
    """Return where a message goes back to that says nothing else; None for other messages.

    “Go back to v2 and add a hat” is a request to the model.
    """
    line = text.strip()
    if len(line) > _MAX_GO_BACK_CHARS:
        return None
    found = _GO_BACK_COMMAND_PATTERN.fullmatch(line) or _GO_BACK_COMMAND_PATTERN.fullmatch(
        translate_command(line)
    )
    if found is None or "0" in (found["steps"], found["more"]):
        return None
    version = int(found["version"]) if found["version"] else None
    return GoBack(version, _count_steps(found))


def _count_steps(found: re.Match[str]) -> int:
    return (STEP_COUNTS | translated_words.STEP_COUNTS).get(
        (found["steps"] or found["more"] or "one").lower(), 1
    )
