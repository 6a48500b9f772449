"""“More…” in a message's menu: opens the form with the other recipes, and stores what is sent.

See `form.py` for the form and `parsing/views.py` for what comes back. Answers nothing.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncRespond

from bot.domain.errors import EaselError, SlackError
from bot.domain.messages import Message, render
from bot.request.recipes import list_more_recipes
from handlers.identifiers import DONE_KEY, MORE_CALLBACK_ID, RECIPE_FIELD_ID
from handlers.parsing.fields import read_mapping, read_text
from handlers.parsing.shortcuts import (
    MessageChoice,
    Wish,
    build_question,
    parse_choice,
    parse_chooser,
    read_trigger_id,
)
from handlers.parsing.views import Submission, open_choice, parse_submission, sign_choice
from handlers.services import Services
from handlers.shortcuts import UNREADABLE_MESSAGE, notify_chooser
from handlers.views.form import build_more_form

log = structlog.get_logger(__name__)

NOT_OPENED_MESSAGE = Message(
    "I could not open the form for this just now. Please choose it again in a moment, or write in"
    " the message's thread what you want, and mention me."
)
NOT_READ_MESSAGE = Message(
    "I cannot tell any more which message this is about. Please close this and choose it again from"
    " the message's menu."
)
NOT_CHOSEN_MESSAGE = Message("Please choose one of these.")
STRANGER_MESSAGE = Message(
    "This form is for people of the workspace that I belong to. Please ask one of them to send it."
)
GONE_MESSAGE = Message(
    "Slack does not show me that message any more: it may be deleted. Nothing was asked."
)
NOT_STORED_MESSAGE = Message(
    "That did not work just now, and nothing was asked. Please send it again in a moment; if it"
    " goes on, tell the person who runs me."
)
# A second delivery of a shortcut whose form is open.
_OPEN_ALREADY_CODE = "exchanged_trigger_id"


class _Refused(Exception):
    """What is sent is not asked; `sentence` says why to the person."""

    def __init__(self, sentence: Message, reason: str) -> None:
        super().__init__(reason)
        self.sentence = sentence


def register(app: AsyncApp, services: Services) -> None:
    """Listen to “More…” and to its form.

    The question is committed before Slack is acknowledged, which closes the form. What is not
    stored is told in the form, which stays open with what the person wrote.
    """

    async def on_more(
        body: dict[str, Any], context: AsyncBoltContext, ack: AsyncAck, respond: AsyncRespond
    ) -> None:
        problem = await _open_form(body, services)
        context[DONE_KEY] = True
        await ack()
        if problem is not None:
            language = services.choose_language(parse_chooser(body), "")
            await notify_chooser(respond, problem, language)

    async def on_submit(body: dict[str, Any], context: AsyncBoltContext, ack: AsyncAck) -> None:
        submission = parse_submission(body, bot_user_id=context.bot_user_id or "")
        problem = await _take(submission, services, bot_user_id=context.bot_user_id or "")
        context[DONE_KEY] = True
        if problem is None:
            await ack()
            return
        words = "" if submission is None else submission.words
        told = render(problem, services.choose_language(parse_chooser(body), words))
        await ack(response_action="errors", errors={RECIPE_FIELD_ID: told})

    app.shortcut({"type": "message_action", "callback_id": MORE_CALLBACK_ID})(on_more)
    app.view(MORE_CALLBACK_ID)(on_submit)


async def store_submission(
    body: Mapping[str, Any], services: Services, *, bot_user_id: str
) -> bool:
    """Store the question of the form in `body`; it is committed when this returns. Return False
    if `body` holds none that is asked. Raises `EaselError` if it was not stored."""
    submission = parse_submission(body, bot_user_id=bot_user_id)
    if submission is None:
        return False
    try:
        await _store(submission, services, bot_user_id=bot_user_id)
    except _Refused as refusal:
        log.info("ignored", reason=str(refusal), kind="view_submission")
        return False
    return True


async def _open_form(body: Mapping[str, Any], services: Services) -> Message | None:
    """Open the form; return what the person is told instead, None if it is open."""
    choice, trigger_id = parse_choice(body), read_trigger_id(body)
    if choice is None or not choice.ts:
        log.info("ignored", reason="unreadable_shortcut", kind="message_action")
        return UNREADABLE_MESSAGE
    # Of whom Slack tells no language, the chosen message shows in which people speak there.
    said = read_text(read_mapping(body, "message").get("text"))
    language = services.choose_language(choice.sender, said)
    metadata = sign_choice(choice, services.views.key)
    form = build_more_form(list_more_recipes(), metadata, language)
    try:
        await services.views.open_view(trigger_id, form)
    except EaselError as error:
        if error.code == _OPEN_ALREADY_CODE:
            return None
        log.info("form_not_opened", error=type(error).__name__, code=error.code)
        return NOT_OPENED_MESSAGE
    return None


async def _take(
    submission: Submission | None, services: Services, *, bot_user_id: str
) -> Message | None:
    """Store the question of a form; return what the person is told instead, None if it is."""
    if submission is None:
        return NOT_READ_MESSAGE
    try:
        await _store(submission, services, bot_user_id=bot_user_id)
    except _Refused as refusal:
        log.info("ignored", reason=str(refusal), kind="view_submission")
        return refusal.sentence
    except EaselError as error:
        log.warning("not_stored", error=type(error).__name__, code=error.code)
        is_told = isinstance(error, SlackError)
        return error.user_message if is_told else NOT_STORED_MESSAGE
    return None


async def _store(submission: Submission, services: Services, *, bot_user_id: str) -> None:
    """Raises `_Refused`, and `EaselError` if it was not stored."""
    choice, wish = _check(submission, services)
    message = await services.views.fetch_message(choice.thread, choice.ts)
    if message is None:
        raise _Refused(GONE_MESSAGE, "message_gone")
    # However often one form is sent, it is one question, and as old as when it was sent.
    event_id = f"more:{choice.sender.id}:{choice.thread.channel}:{choice.ts}:{choice.chosen_at}"
    sent_at = max(choice.chosen_at, f"{time.time():.6f}", key=float)
    sent = replace(choice, chosen_at=sent_at)
    question = build_question(sent, wish, message, event_id=event_id, bot_user_id=bot_user_id)
    await services.queue.submit(question)


def _check(submission: Submission, services: Services) -> tuple[MessageChoice, Wish]:
    """Return what is asked, of which message. Raises `_Refused`."""
    choice = open_choice(submission.metadata, services.views.key)
    if choice is None or submission.person != choice.sender.id:
        raise _Refused(NOT_READ_MESSAGE, "not_sealed_here")
    if not submission.teams <= services.home_teams:
        raise _Refused(STRANGER_MESSAGE, "another_workspace")
    if submission.recipe is None:
        raise _Refused(NOT_CHOSEN_MESSAGE, "no_such_recipe")
    return choice, Wish(submission.recipe, submission.words)
