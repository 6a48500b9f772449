"""Values of what people do to steer a conversation: stopping, editing, deleting. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class StopResult(StrEnum):
    """Result of a message that asks to stop."""

    STOPPED = "stopped"
    NOTHING = "nothing to stop"  # no answer is in progress, or its text is complete
    NOT_THEIRS = "not theirs"  # for a while only who asked may stop it
    IGNORED = "ignored"  # Slack has sent it before, or Easel takes no part in that thread


@dataclass(frozen=True, slots=True)
class StopReport:
    """`result`, and the messages whose answers are to stop, each as team, channel and ts."""

    result: StopResult
    messages: tuple[tuple[str, str, str], ...] = ()
