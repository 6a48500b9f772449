"""Values of Easel's own posts in Slack: their metadata and buttons."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Button(StrEnum):
    """What a message of a reply offers to press."""

    NONE = ""
    RETRY = "retry"
    GO_ON = "go_on"  # answer although something has to be left out


@dataclass(frozen=True, slots=True)
class PostMetadata:
    """What a message of a reply carries besides its text: whose it is, and a button."""

    question_id: int
    button: Button = Button.NONE


@dataclass(frozen=True, slots=True)
class OwnPost:
    """A message of Easel's in a thread. `question` is that of its mark, None without one."""

    ts: str
    question_id: int | None = None
