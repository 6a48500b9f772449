"""The Stop button: ends the answer in progress. Tells only those whose press does nothing."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.answers.steering import StopResult
from bot.domain.messages import Message
from bot.queue.steering_notices import NOT_THEIRS_MESSAGE
from handlers.identifiers import STOP_ACTION_ID
from handlers.parsing.actions import ButtonPress
from handlers.presses.press import PressReply, TakePress
from handlers.services import Services

COMPLETE_MESSAGE = Message("There is nothing to stop any more: this answer has ended.")
_TOLD = {
    StopResult.NOTHING: COMPLETE_MESSAGE,
    StopResult.NOT_THEIRS: NOT_THEIRS_MESSAGE,
}


async def _stop(press: ButtonPress, services: Services) -> PressReply:
    if press.presser is None:
        return PressReply(refusal=StopResult.IGNORED.value)
    result = await services.steering.stop_by_press(
        press.question_id, press.channel, press.presser.person, version=press.version
    )
    refusal = "" if result is StopResult.STOPPED else result.value
    return PressReply(_TOLD.get(result), refusal=refusal)


STOP_PRESSES: Mapping[str, TakePress] = {STOP_ACTION_ID: _stop}
