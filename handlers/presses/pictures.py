"""Presses under pictures: asks what is pressed, or opens the form that it needs first.

See `handlers/pictures/submissions.py` for what comes back, and `bot.queue.picture_presses` for what
it becomes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.messages import Message
from bot.domain.pictures.presses import PictureAction, PictureWish
from bot.domain.questions import PressResult
from bot.queue.picture_presses import PictureOffer
from handlers.identifiers import PICTURE_ACTION_ID
from handlers.parsing.actions import ButtonPress
from handlers.pictures.forms import build_confirm_form, build_convert_form, build_edit_form
from handlers.pictures.reading import PictureForm, name_picture, sign_form
from handlers.presses.press import NOT_OPENED_MESSAGE, PressReply, TakePress, build_reply
from handlers.services import Services

KEPT_MESSAGE = (
    "Your next question in this thread takes v{version} along as a reference, if you ask it within"
    " a day."
)
_FORM_ACTIONS = (PictureAction.EDIT, PictureAction.CONVERT)


async def _take(press: ButtonPress, services: Services) -> PressReply:
    """Ask what is pressed, or open the form that it needs."""
    if press.presser is None:
        return build_reply(PressResult.NOTHING_TO_ASK)
    form = PictureForm(PictureAction(press.word), name_picture(press), press.presser)
    offer = await services.pictures.offer(form.name, form.presser, form.action)
    if isinstance(offer, PressResult):
        return build_reply(offer)
    if form.action in _FORM_ACTIONS or offer.is_dear:
        return PressReply(view=_build_form(form, offer, services), not_opened=NOT_OPENED_MESSAGE)
    wish = PictureWish(form.action)
    return build_reply(await services.pictures.ask(form.name, form.presser, wish))


async def _keep_reference(press: ButtonPress, services: Services) -> PressReply:
    if press.presser is None:
        return build_reply(PressResult.NOTHING_TO_ASK)
    result = await services.pictures.keep_reference(name_picture(press), press.presser)
    return build_reply(result, {PressResult.ASKED: Message(KEPT_MESSAGE, version=press.version)})


def _build_form(form: PictureForm, offer: PictureOffer, services: Services) -> dict[str, Any]:
    metadata = sign_form(form, services.views.key)
    language = services.choose_language(form.presser.person, "")
    match form.action:
        case PictureAction.EDIT:
            return build_edit_form(offer, metadata, language)
        case PictureAction.CONVERT:
            return build_convert_form(offer, metadata, language)
        case action:
            return build_confirm_form(action, offer, metadata, language)


PICTURE_PRESSES: Mapping[str, TakePress] = {
    **{f"{PICTURE_ACTION_ID}:{action.value}": _take for action in PictureAction},
    f"{PICTURE_ACTION_ID}:{PictureAction.REFERENCE.value}": _keep_reference,
}
