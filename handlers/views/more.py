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
from bot.domain.stores.recipes import RecipePlace
from bot.request.recipes import list_more_recipes
from handlers.identifiers import DELETE_FIELD_ID, DONE_KEY, MORE_CALLBACK_ID, RECIPE_FIELD_ID
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
from handlers.views.choices import (
    find_saved,
    find_sentence,
    list_quiet_offers,
    list_saved_offers,
)
from handlers.views.form import NOT_STORED_MESSAGE, build_deleted_form, build_more_form

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
NOT_SAVED_MESSAGE = Message(
    "Only a recipe that somebody has saved can be deleted. Nothing was asked, and nothing deleted."
)
RECIPE_GONE_MESSAGE = Message(
    "That recipe is not there any more: somebody has deleted it. Please choose another one."
)
# A second delivery of a shortcut whose form is open.
_OPEN_ALREADY_CODE = "exchanged_trigger_id"


class _Refused(Exception):
    """What is sent is not asked; `sentence` says why to the person, under the field `at`."""

    def __init__(self, sentence: Message, reason: str, at: str = RECIPE_FIELD_ID) -> None:
        super().__init__(reason)
        self.sentence = sentence
        self.at = at


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
        taken = await _take(submission, services, bot_user_id=context.bot_user_id or "")
        context[DONE_KEY] = True
        words = "" if submission is None else submission.words
        language = services.choose_language(parse_chooser(body), words)
        match taken:
            case _Refused():
                told = render(taken.sentence, language)
                await ack(response_action="errors", errors={taken.at: told})
            case "":
                await ack()
            case deleted:
                await ack(response_action="update", view=build_deleted_form(deleted, language))

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
    thread = choice.thread
    is_quiet = services.is_for_mentions_only(thread.team, thread.channel)
    form = build_more_form(
        list_more_recipes(),
        metadata,
        language,
        saved=list_saved_offers(services.recipes, choice),
        settings=list_quiet_offers(thread, is_for_mentions_only=is_quiet),
    )
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
) -> _Refused | str:
    """Do what a form says, or return why not. Return the name of a recipe that was deleted."""
    if submission is None:
        return _Refused(NOT_READ_MESSAGE, "unreadable")
    try:
        return await _store(submission, services, bot_user_id=bot_user_id)
    except _Refused as refusal:
        log.info("ignored", reason=str(refusal), kind="view_submission")
        return refusal
    except EaselError as error:
        log.warning("not_stored", error=type(error).__name__, code=error.code)
        is_told = isinstance(error, SlackError)
        return _Refused(error.user_message if is_told else NOT_STORED_MESSAGE, "failed")


async def _store(submission: Submission, services: Services, *, bot_user_id: str) -> str:
    """Ask what is chosen, or delete it and return its name.

    Raises `_Refused`, and `EaselError` if it was not stored.
    """
    choice = _check(submission, services)
    saved = find_saved(submission.chosen, choice)
    if submission.deletes:
        return await _delete(saved, services)
    wish = await _read_wish(submission, saved, services)
    message = await services.views.fetch_message(choice.thread, choice.ts)
    if message is None:
        raise _Refused(GONE_MESSAGE, "message_gone")
    # However often one form is sent, it is one question, and as old as when it was sent.
    event_id = f"more:{choice.sender.id}:{choice.thread.channel}:{choice.ts}:{choice.chosen_at}"
    sent_at = max(choice.chosen_at, f"{time.time():.6f}", key=float)
    sent = replace(choice, chosen_at=sent_at)
    question = build_question(sent, wish, message, event_id=event_id, bot_user_id=bot_user_id)
    if not wish.is_about_message:
        await services.steering.leave(question)
    await services.queue.submit(question)
    return ""


def _check(submission: Submission, services: Services) -> MessageChoice:
    """Return of which message a form is, and whose. Raises `_Refused`."""
    choice = open_choice(submission.metadata, services.views.key)
    if choice is None or submission.person != choice.sender.id:
        raise _Refused(NOT_READ_MESSAGE, "not_sealed_here")
    if not submission.teams <= services.home_teams:
        raise _Refused(STRANGER_MESSAGE, "another_workspace")
    return choice


async def _read_wish(
    submission: Submission, saved: tuple[RecipePlace, str] | None, services: Services
) -> Wish:
    """Return what is asked. Raises `_Refused`."""
    if submission.recipe is not None:
        return Wish(submission.recipe.title, submission.words)
    if sentence := find_sentence(submission.chosen):
        return Wish(sentence, is_about_message=False)
    if saved is None:
        raise _Refused(NOT_CHOSEN_MESSAGE, "no_such_recipe")
    recipe = await services.recipes.fetch(*saved)
    if recipe is None:
        raise _Refused(RECIPE_GONE_MESSAGE, "recipe_gone")
    return Wish(recipe.text, submission.words)


async def _delete(saved: tuple[RecipePlace, str] | None, services: Services) -> str:
    """Delete a saved recipe and return its name. Raises `_Refused`, and `StoreError`."""
    if saved is None:
        raise _Refused(NOT_SAVED_MESSAGE, "nothing_to_delete", DELETE_FIELD_ID)
    place, name = saved
    if not await services.recipes.delete(place, name):
        raise _Refused(RECIPE_GONE_MESSAGE, "recipe_gone")
    return name
