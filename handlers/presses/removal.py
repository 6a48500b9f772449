"""The button that deletes the answer to a deleted question."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.messages import Message
from handlers.identifiers import DELETE_ACTION_ID
from handlers.parsing.actions import ButtonPress
from handlers.presses.press import PressReply, TakePress
from handlers.services import Services

REMOVED_MESSAGE = Message("I have deleted my answer.")
NOTHING_TO_REMOVE_MESSAGE = Message(
    "I cannot delete this for you: only the person who asked can have an answer deleted, after"
    " deleting the question."
)


async def _remove(press: ButtonPress, services: Services) -> PressReply:
    person = press.presser.person if press.presser is not None else None
    if person is None or not await services.removals.remove(
        press.question_id, press.channel, person
    ):
        return PressReply(NOTHING_TO_REMOVE_MESSAGE, refusal="nothing to remove")
    return PressReply(REMOVED_MESSAGE)


REMOVAL_PRESSES: Mapping[str, TakePress] = {DELETE_ACTION_ID: _remove}
