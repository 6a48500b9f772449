"""The forms of the menus under pictures that come back: stores each as a question.

See `handlers/presses/pictures.py` for the presses that open them, `reading.py` for what a form
holds, and `bot.queue.picture_presses` for what it becomes.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from bot.domain.errors import EaselError
from bot.domain.messages import Message, render
from bot.domain.pictures.presses import PictureAction
from bot.domain.questions import Presser
from bot.domain.safe_text import replace_invisible
from handlers.identifiers import DONE_KEY, PICTURE_CALLBACK_ID, WORDS_FIELD_ID
from handlers.parsing.shortcuts import parse_chooser
from handlers.pictures.forms import build_notice
from handlers.pictures.reading import (
    FORMAT_FIELD_ID,
    PictureForm,
    PictureSubmission,
    build_wish,
    open_form,
    parse_picture_form,
)
from handlers.presses.press import STRANGER_MESSAGE, build_reply
from handlers.services import Services
from handlers.views.form import NOT_STORED_MESSAGE

log = structlog.get_logger(__name__)

NOT_READ_MESSAGE = Message(
    "I cannot tell any more which picture this is about. Please close this and choose it again from"
    " the menu under the picture."
)
NOT_OFFERED_MESSAGE = Message("Something was chosen here that I do not offer. Please choose again.")
NO_WORDS_MESSAGE = Message("Please say in a few words what should change.")


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the forms. What they ask for is committed, then acknowledged."""

    async def on_submit(body: dict[str, Any], context: AsyncBoltContext, ack: AsyncAck) -> None:
        submission = parse_picture_form(body, bot_user_id=context.bot_user_id or "")
        problem = await _take_submission(submission, services)
        context[DONE_KEY] = True
        if problem is None:
            await ack()
            return
        await _answer_refused(body, ack, problem, _choose_language(body, services))

    app.view(PICTURE_CALLBACK_ID)(on_submit)


async def store_picture_form(
    body: Mapping[str, Any], services: Services, *, bot_user_id: str
) -> bool:
    """Ask what the form in `body` says; committed when this returns. Return False if it asks for
    nothing. Raises `EaselError` if it was not stored."""
    submission = parse_picture_form(body, bot_user_id=bot_user_id)
    form = None if submission is None else open_form(submission, services.views.key)
    if submission is None or form is None:
        return False
    return await _store(form, submission, services) is None


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
    return build_reply(result).told


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
