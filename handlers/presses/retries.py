"""Buttons that ask a question again which failed, waits for a choice, or took too much along."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.messages import Message
from bot.domain.questions import PressResult
from handlers.identifiers import GO_ON_ACTION_ID, RETRY_ACTION_ID, WITHOUT_ACTION_ID
from handlers.parsing.actions import ButtonPress
from handlers.presses.press import PressReply, TakePress, build_reply
from handlers.services import Services

# The button stays: to take it away, the answer above it would have to be sent again.
ASKED_BEFORE_MESSAGE = Message(
    "I have already been asked to answer this without it. Look further down in this conversation."
    " For another answer, please say everything in one message."
)


async def _retry(press: ButtonPress, services: Services) -> PressReply:
    return await _ask_again(press, services, go_on=False)


async def _answer_shortened(press: ButtonPress, services: Services) -> PressReply:
    return await _ask_again(press, services, go_on=True)


async def _ask_again(press: ButtonPress, services: Services, *, go_on: bool) -> PressReply:
    if press.presser is None:
        return build_reply(PressResult.NOTHING_TO_ASK)
    question_id, channel = press.question_id, press.channel
    return build_reply(await services.queue.retry(question_id, channel, press.presser, go_on=go_on))


async def _ask_apart(press: ButtonPress, services: Services) -> PressReply:
    if press.presser is None:
        return build_reply(PressResult.NOTHING_TO_ASK)
    result = await services.queue.ask_apart(press.question_id, press.channel, press.presser)
    return build_reply(result, {PressResult.ASKED_BEFORE: ASKED_BEFORE_MESSAGE})


RETRY_PRESSES: Mapping[str, TakePress] = {
    RETRY_ACTION_ID: _retry,
    GO_ON_ACTION_ID: _answer_shortened,
    WITHOUT_ACTION_ID: _ask_apart,
}
