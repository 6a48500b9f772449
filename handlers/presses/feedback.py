"""The two thumbs: keep what a person thinks of an answer, and ask what is wrong with a bad one.

See `handlers/views/feedback.py` for what comes back.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.questions import PressResult
from bot.domain.stores.feedback import Verdict
from handlers.identifiers import FEEDBACK_ACTION_ID
from handlers.parsing.actions import ButtonPress
from handlers.parsing.feedback import sign_answer
from handlers.presses.answers import name_answer
from handlers.presses.press import PressReply, TakePress, build_reply
from handlers.services import Services
from handlers.views.feedback_form import build_feedback_form


async def _record(press: ButtonPress, services: Services) -> PressReply:
    presser, verdict = press.presser, Verdict(press.word)
    if presser is None:
        return build_reply(PressResult.NOTHING_TO_ASK)
    answer, person = name_answer(press), presser.person
    if not await services.feedback.record(answer, person.id, verdict, pressed_at=presser.ts):
        return build_reply(PressResult.GONE)
    services.count_feedback(verdict.value)
    if verdict is not Verdict.BAD:
        return PressReply()
    # Where the form cannot be opened, the press counts all the same.
    metadata = sign_answer(answer, person.id, services.views.key)
    return PressReply(view=build_feedback_form(metadata, services.choose_language(person, "")))


FEEDBACK_PRESSES: Mapping[str, TakePress] = {
    f"{FEEDBACK_ACTION_ID}:{verdict.value}": _record for verdict in Verdict
}
