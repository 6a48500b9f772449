"""What a kind of press is, and what is said to the person who pressed. Pure.

`table.py` lists the kinds, `handlers/actions.py` takes a press to its kind.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.domain.messages import Message
from bot.domain.questions import PressResult
from handlers.parsing.actions import ButtonPress
from handlers.services import Services

NOT_THEIRS_MESSAGE = Message(
    "For now only the person who asked can use this button. Please ask them to press it, or ask"
    " me yourself."
)
GONE_MESSAGE = Message(
    "The question of this answer is not there any more, so this button does nothing. Please ask"
    " again."
)
STRANGER_MESSAGE = Message(
    "This button is for people of the workspace that I belong to. Please ask one of them to press"
    " it, or ask me your question again."
)
RUNNING_MESSAGE = Message("I am answering this already: the answer comes into this message.")
REPLACED_MESSAGE = Message(
    "There is a newer answer in the place of this one. Please press the button under that one."
)
NOT_OPENED_MESSAGE = Message(
    "I could not open the form for this just now. Please press it again in a moment."
)
UNDERWAY_MESSAGE = Message(
    "Somebody else has just pressed the same, and I am drawing it in this thread."
)
_TOLD = {
    PressResult.GONE: GONE_MESSAGE,
    PressResult.NOT_THEIRS: NOT_THEIRS_MESSAGE,
    PressResult.RUNNING: RUNNING_MESSAGE,
    PressResult.REPLACED: REPLACED_MESSAGE,
    PressResult.UNDERWAY: UNDERWAY_MESSAGE,
}


@dataclass(frozen=True, slots=True)
class PressReply:
    """What comes of a press. `told` is for the person alone, then `words`, which are Markdown.

    `refusal` is why nothing was done, "" if something was. `view` is a form that opens; where Slack
    cannot open it, `not_opened` is told instead, if the press is nothing without it.
    """

    told: Message | None = None
    words: str = ""
    refusal: str = ""
    view: Mapping[str, Any] | None = None
    not_opened: Message | None = None


# Does what a press asks for, committed when it returns. The person is of the home workspace. It may
# raise `TransientError`: then nothing was done, and Slack is not acknowledged.
TakePress: TypeAlias = Callable[[ButtonPress, Services], Awaitable[PressReply]]


def build_reply(
    result: PressResult, told: Mapping[PressResult, Message] | None = None
) -> PressReply:
    """Return the reply to a press with this result. `told` says what is told of some results
    instead of what is told everywhere."""
    refusal = "" if result is PressResult.ASKED else result.value
    return PressReply({**_TOLD, **(told or {})}.get(result), refusal=refusal)
