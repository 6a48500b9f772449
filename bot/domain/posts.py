"""Values of Easel's own posts in Slack: their metadata and buttons. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Button(StrEnum):
    """A button under a message of a reply."""

    RETRY = "retry"
    GO_ON = "go_on"  # answer, although something has to be left out
    WITHOUT = "without"  # answer again, without what was taken along


@dataclass(frozen=True, slots=True)
class PostMetadata:
    """What a message carries in addition to its text: the question that it answers, buttons.

    `is_sign`: it only says that the answer takes long, and goes when the question is closed.
    """

    question_id: int
    buttons: tuple[Button, ...] = ()
    is_sign: bool = False


@dataclass(frozen=True, slots=True)
class OwnPost:
    """One of Easel's messages in a thread. `question_id` is None if it has no metadata."""

    ts: str
    question_id: int | None = None
    is_sign: bool = False
