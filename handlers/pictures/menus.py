"""Presses under pictures: stores each as a question, or opens the form that it needs first.

See `reading.py` for what comes back, and `bot.queue.picture_presses` for what it becomes.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncRespond

from bot.domain.errors import EaselError
from bot.domain.messages import Message, render
from bot.domain.pictures.presses import PictureAction, PictureWish
from bot.domain.questions import Presser, PressResult
from bot.domain.safe_text import replace_invisible
from bot.queue.picture_presses import PictureOffer
from handlers.actions import STRANGER_MESSAGE
from handlers.identifiers import DONE_KEY, PICTURE_ACTION_ID, PICTURE_CALLBACK_ID, WORDS_FIELD_ID
from handlers.parsing.actions import parse_button_press, read_action_id
from handlers.parsing.shortcuts import parse_chooser, read_trigger_id
from handlers.pictures.forms import (
    build_confirm_form,
    build_convert_form,
    build_edit_form,
    build_notice,
)
from handlers.pictures.reading import (
    FORMAT_FIELD_ID,
    PictureForm,
    PictureSubmission,
    build_wish,
    name_picture,
    open_form,
    parse_picture_form,
    sign_form,
)
from handlers.presses.press import GONE_MESSAGE, NOT_THEIRS_MESSAGE
from handlers.services import Services
from handlers.shortcuts import notify_chooser

log = structlog.get_logger(__name__)

UNDERWAY_MESSAGE = Message(
    "Somebody else has just pressed the same, and I am drawing it in this thread."
)
NOT_OPENED_MESSAGE = Message(
    "I could not open the form for this just now. Please press it again in a moment."
)
NOT_READ_MESSAGE = Message(
    "I cannot tell any more which picture this is about. Please close this and choose it again from"
    " the menu under the picture."
)
NOT_OFFERED_MESSAGE = Message("Something was chosen here that I do not offer. Please choose again.")
NO_WORDS_MESSAGE = Message("Please say in a few words what should change.")
NOT_STORED_MESSAGE = Message(
    "That did not work just now, and nothing was asked. Please send it again in a moment; if it"
    " goes on, tell the person who runs me."
)
KEPT_MESSAGE = (
    "Your next question in this thread takes v{version} along as a reference, if you ask it within"
    " a day."
)
_REFUSALS = {
    PressResult.GONE: GONE_MESSAGE,
    PressResult.NOT_THEIRS: NOT_THEIRS_MESSAGE,
    PressResult.UNDERWAY: UNDERWAY_MESSAGE,
}
# A second delivery of a press whose form is open.
_OPEN_ALREADY_CODE = "exchanged_trigger_id"
_FORM_ACTIONS = (PictureAction.EDIT, PictureAction.CONVERT)
_ACTIONS = {action.value: action for action in PictureAction}


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the menus and to their forms. What is pressed or sent is committed, then
    acknowledged."""

    async def on_press(
        body: dict[str, Any], context: AsyncBoltContext, ack: AsyncAck, respond: AsyncRespond
    ) -> None:
        _, told = await _take_press(body, services)
        context[DONE_KEY] = True
        await ack()
        if told is not None:
            await notify_chooser(respond, told, _choose_language(body, services))

    async def on_submit(body: dict[str, Any], context: AsyncBoltContext, ack: AsyncAck) -> None:
        submission = parse_picture_form(body, bot_user_id=context.bot_user_id or "")
        problem = await _take_submission(submission, services)
        context[DONE_KEY] = True
        if problem is None:
            await ack()
            return
        await _answer_refused(body, ack, problem, _choose_language(body, services))

    app.action(PICTURE_ACTION_ID)(on_press)
    app.view(PICTURE_CALLBACK_ID)(on_submit)


async def store_picture_press(
    body: Mapping[str, Any], services: Services, *, bot_user_id: str
) -> bool:
    """Do what `body` asks of a picture; committed when this returns. Return False if it asks for
    nothing. Raises `EaselError` if it was not stored."""
    is_press, _ = await _take_press(body, services)
    if is_press:
        return True
    submission = parse_picture_form(body, bot_user_id=bot_user_id)
    form = None if submission is None else open_form(submission, services.views.key)
    if submission is None or form is None:
        return False
    return await _store(form, submission, services) is None


async def _take_press(body: Mapping[str, Any], services: Services) -> tuple[bool, Message | None]:
    """Return whether `body` is a press, and what is said to the person alone."""
    press = parse_button_press(body)
    if press is None or read_action_id(body) != PICTURE_ACTION_ID:
        return False, None
    action, presser = _ACTIONS.get(press.word), press.presser
    if action is None or presser is None:
        return False, None
    if not press.teams <= services.home_teams:
        log.info("press_refused", reason="another_workspace", question=press.question_id)
        return True, STRANGER_MESSAGE
    form = PictureForm(action, name_picture(press), presser)
    if action is PictureAction.REFERENCE:
        return True, await _keep_reference(form, services)
    return True, await _take_menu_press(form, body, services)


async def _keep_reference(form: PictureForm, services: Services) -> Message | None:
    result = await services.pictures.keep_reference(form.name, form.presser)
    if result is PressResult.ASKED:
        return Message(KEPT_MESSAGE, version=form.name.version)
    return _refuse(result, form)


async def _take_menu_press(
    form: PictureForm, body: Mapping[str, Any], services: Services
) -> Message | None:
    """Ask what is pressed, or open the form that it needs; return what the person is told."""
    offer = await services.pictures.offer(form.name, form.presser, form.action)
    if isinstance(offer, PressResult):
        return _refuse(offer, form)
    if form.action in _FORM_ACTIONS or offer.is_dear:
        return await _open_form(body, form, offer, services)
    wish = PictureWish(form.action)
    return _refuse(await services.pictures.ask(form.name, form.presser, wish), form)


def _refuse(result: PressResult, form: PictureForm) -> Message | None:
    """Return what is said of a press that asked nothing, None where nothing needs to be."""
    if result is not PressResult.ASKED:
        reason = result.replace(" ", "_")
        log.info("press_refused", reason=reason, question=form.name.question_id)
    return _REFUSALS.get(result)


async def _open_form(
    body: Mapping[str, Any], form: PictureForm, offer: PictureOffer, services: Services
) -> Message | None:
    """Open the form of a press; return what the person is told instead, None if it is open."""
    metadata = sign_form(form, services.views.key)
    language = _choose_language(body, services)
    match form.action:
        case PictureAction.EDIT:
            view = build_edit_form(offer, metadata, language)
        case PictureAction.CONVERT:
            view = build_convert_form(offer, metadata, language)
        case action:
            view = build_confirm_form(action, offer, metadata, language)
    try:
        await services.views.open_view(read_trigger_id(body), view)
    except EaselError as error:
        if error.code == _OPEN_ALREADY_CODE:
            return None
        log.info("form_not_opened", error=type(error).__name__, code=error.code)
        return NOT_OPENED_MESSAGE
    return None


async def _take_submission(
    submission: PictureSubmission | None, services: Services
) -> Message | None:
    """Ask what a form says; return what the person is told instead, None if it is asked."""
    form = None if submission is None else open_form(submission, services.views.key)
    if submission is None or form is None:
        return NOT_READ_MESSAGE
    try:
        return await _store(form, submission, services)
    except EaselError as error:
        log.warning("not_stored", error=type(error).__name__, code=error.code)
        return NOT_STORED_MESSAGE


async def _store(
    form: PictureForm, submission: PictureSubmission, services: Services
) -> Message | None:
    """As `_take_submission`. Raises `EaselError` if it was not stored."""
    if not submission.teams <= services.home_teams:
        return STRANGER_MESSAGE
    wish = build_wish(form, submission)
    if wish is None:
        return NOT_OFFERED_MESSAGE
    if form.action is PictureAction.EDIT and not replace_invisible(wish.words).strip():
        return NO_WORDS_MESSAGE
    # As old as when it was sent: an hour may have passed.
    sent_at = max(form.presser.ts, f"{time.time():.6f}", key=float)
    result = await services.pictures.ask(form.name, Presser(form.presser.person, sent_at), wish)
    return _REFUSALS.get(result)


async def _answer_refused(
    body: Mapping[str, Any], ack: AsyncAck, problem: Message, language: str
) -> None:
    """Say in the form why it is not asked; where it has no field, in place of it."""
    blocks = body.get("view", {}).get("blocks", [])
    names = {block.get("block_id") for block in blocks}
    field = next((name for name in (WORDS_FIELD_ID, FORMAT_FIELD_ID) if name in names), "")
    if field:
        await ack(response_action="errors", errors={field: render(problem, language)})
    else:
        await ack(response_action="update", view=build_notice(problem, language))


def _choose_language(body: Mapping[str, Any], services: Services) -> str:
    return services.choose_language(parse_chooser(body), "")
