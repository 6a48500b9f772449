"""Presses that are about an answer: Regenerate, Continue, and the entries of the menu."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.answers.chart_fence import remove_fence
from bot.domain.answers.presses import EarlierAnswer
from bot.domain.messages import Message
from bot.domain.posts import MenuEntry
from bot.domain.questions import PressResult
from bot.domain.stores.feedback import AnswerName
from handlers.identifiers import CONTINUE_ACTION_ID, MENU_ACTION_ID, REGENERATE_ACTION_ID
from handlers.parsing.actions import ButtonPress
from handlers.presses.press import PressReply, TakePress, build_reply
from handlers.services import Services

CONTINUED_MESSAGE = Message(
    "I have already been asked to go on with this answer. Look further down in this conversation."
)
COPIED_MESSAGE = Message(
    "This answer was copied already. The file is further down in this conversation."
)
EARLIER_MESSAGE = Message("The answer before this one, which only you see now:")
NO_EARLIER_MESSAGE = Message("The words of the answer before this one are not there any more.")
VIEWS_MESSAGE = Message("Only you see this:")


async def _answer_again(press: ButtonPress, services: Services) -> PressReply:
    if press.presser is None:
        return build_reply(PressResult.NOTHING_TO_ASK)
    return build_reply(await services.presses.answer_again(name_answer(press), press.presser))


async def _resume(press: ButtonPress, services: Services) -> PressReply:
    if press.presser is None:
        return build_reply(PressResult.NOTHING_TO_ASK)
    result = await services.presses.resume(name_answer(press), press.presser)
    return build_reply(result, {PressResult.ASKED_BEFORE: CONTINUED_MESSAGE})


async def _copy(press: ButtonPress, services: Services) -> PressReply:
    if press.presser is None:
        return build_reply(PressResult.NOTHING_TO_ASK)
    result = await services.presses.copy(name_answer(press), press.presser)
    return build_reply(result, {PressResult.ASKED_BEFORE: COPIED_MESSAGE})


async def _show_earlier(press: ButtonPress, services: Services) -> PressReply:
    if press.presser is None:
        return build_reply(PressResult.NOTHING_TO_ASK)
    found = await services.presses.find_earlier(name_answer(press), press.presser)
    match found:
        case EarlierAnswer(text) if text.strip():
            return PressReply(EARLIER_MESSAGE, words=remove_fence(text))
        case EarlierAnswer():
            return PressReply(NO_EARLIER_MESSAGE)
        case _:
            return build_reply(found)


async def _show_cost(press: ButtonPress, services: Services) -> PressReply:
    if press.presser is None:
        return build_reply(PressResult.NOTHING_TO_ASK)
    found = await services.presses.describe_cost(name_answer(press), press.presser)
    return build_reply(found) if isinstance(found, PressResult) else PressReply(found)


async def _show_views(press: ButtonPress, services: Services) -> PressReply:
    if press.presser is None:
        return build_reply(PressResult.NOTHING_TO_ASK)
    found = await services.presses.describe_views(name_answer(press), press.presser)
    if isinstance(found, PressResult):
        return build_reply(found)
    return PressReply(VIEWS_MESSAGE, words=found)


def name_answer(press: ButtonPress) -> AnswerName:
    """Return the answer that a press is about."""
    return AnswerName(press.question_id, press.version, press.channel)


_ENTRIES = {
    MenuEntry.COPY: _copy,
    MenuEntry.EARLIER: _show_earlier,
    MenuEntry.SEEN: _show_views,
    MenuEntry.COST: _show_cost,
}
ANSWER_PRESSES: Mapping[str, TakePress] = {
    REGENERATE_ACTION_ID: _answer_again,
    CONTINUE_ACTION_ID: _resume,
    **{f"{MENU_ACTION_ID}:{entry.value}": take for entry, take in _ENTRIES.items()},
}
