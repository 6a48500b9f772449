"""Finds what people can press under an answer of the played Slack."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.playground.slack import PlayedMessage, PlayedSlack
from handlers.identifiers import (
    CONTINUE_ACTION_ID,
    FEEDBACK_ACTION_ID,
    MENU_ACTION_ID,
    PICTURE_ACTION_ID,
    REGENERATE_ACTION_ID,
    RETRY_ACTION_ID,
    STOP_ACTION_ID,
)
from tests.chaos.people import CHANNEL, SentQuestion
from tests.chaos.steering.acts import PICTURE_ACTS, ActKind
from tests.chaos.steering.stored import StoredQuestion

_ACTION_IDS = {
    ActKind.REGENERATE: REGENERATE_ACTION_ID,
    ActKind.RETRY: RETRY_ACTION_ID,
    ActKind.CONTINUE: CONTINUE_ACTION_ID,
    ActKind.COPY: MENU_ACTION_ID,
    ActKind.FEEDBACK: FEEDBACK_ACTION_ID,
    ActKind.STOP_BUTTON: STOP_ACTION_ID,
    **dict.fromkeys(PICTURE_ACTS, PICTURE_ACTION_ID),
}
_WORDS = {ActKind.COPY: "copy", ActKind.FEEDBACK: "good"}
_WORDS |= {kind: kind.value for kind in PICTURE_ACTS}
_VALUE_PATTERN = re.compile(r"(?:([a-z]+):)?(\d+)(?:\.(\d+))?")


@dataclass(frozen=True, slots=True)
class Control:
    """A button, or an entry of a menu, and which answer or picture it names."""

    message_ts: str
    action_id: str
    value: str
    question_id: int
    version: int


def find_control(
    slack: PlayedSlack, question: SentQuestion, row: StoredQuestion, kind: ActKind
) -> Control | None:
    """Return the control for `kind` under the answer to a question, None if it has none."""
    for message in slack.list_replies(CHANNEL, question.root):
        for one in [*message.buttons, *message.controls]:
            found = _VALUE_PATTERN.fullmatch(one["value"])
            if found is None or one["action_id"] != _ACTION_IDS[kind]:
                continue
            if (found[1] or "") == _WORDS.get(kind, "") and int(found[2]) == row.id:
                version = int(found[3] or 1)
                return Control(message.ts, one["action_id"], one["value"], row.id, version)
    return None


def find_reply(
    slack: PlayedSlack, question: SentQuestion, row: StoredQuestion
) -> PlayedMessage | None:
    """Return the message with the row of a question's answer, None if there is none."""
    control = find_control(slack, question, row, ActKind.REGENERATE)
    return None if control is None else slack.workspace.find_message(CHANNEL, control.message_ts)
