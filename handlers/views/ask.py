"""“Ask Easel…”, a shortcut from anywhere: opens its form, posts what is sent, and stores it.

See `ask_form.py` for the form, `ask_calls.py` for the calls, and `handlers/parsing/views.py` for
what comes back. The answer comes into the thread of what was posted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from bot.domain.answers.asks import PendingAsk
from bot.domain.errors import EaselError, SlackError
from bot.domain.messages import Message, render
from bot.domain.safe_text import replace_invisible
from handlers.identifiers import ASK_CALLBACK_ID, DONE_KEY, PLACE_FIELD_ID, WORDS_FIELD_ID
from handlers.parsing.fields import is_ts, read_text
from handlers.parsing.shortcuts import parse_chooser, read_trigger_id
from handlers.parsing.views import AskSubmission, open_ask, parse_ask, sign_ask
from handlers.services import Services
from handlers.views.ask_form import build_ask_form, format_asked
from handlers.views.more import STRANGER_MESSAGE

log = structlog.get_logger(__name__)

NOT_READ_MESSAGE = Message(
    "I cannot tell any more whose form this is. Please close it and choose “Ask Easel…” again."
)
NO_WORDS_MESSAGE = Message("Please write what you want to ask.")
NOT_A_MEMBER_MESSAGE = Message(
    "You are not in this channel. Please choose one that you are in, or leave it empty: then I"
    " answer you directly."
)
UNKNOWN_MEMBER_MESSAGE = Message(
    "I may not look who is in this channel, so I post no question there. Please mention me in it,"
    " or leave this empty: then I answer you directly."
)
NOT_SURE_MESSAGE = Message(
    "That did not work just now. Please send it again in a moment, unchanged: it is asked only"
    " once. If it keeps failing, tell the person who runs me."
)


class _Refused(Exception):
    """What is sent is not asked; `sentence` says why, under the field `at`."""

    def __init__(self, sentence: Message, reason: str, at: str = WORDS_FIELD_ID) -> None:
        super().__init__(reason)
        self.sentence = sentence
        self.at = at


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the shortcut and to its form.

    The question is posted and committed before Slack is acknowledged, which closes the form. What
    fails is told in the form. Sent again, it goes on from what was posted.
    """

    async def on_shortcut(body: dict[str, Any], context: AsyncBoltContext, ack: AsyncAck) -> None:
        await _open_form(body, services)
        context[DONE_KEY] = True
        await ack()

    async def on_submit(body: dict[str, Any], context: AsyncBoltContext, ack: AsyncAck) -> None:
        submission = parse_ask(body, bot_user_id=context.bot_user_id or "")
        problem = await _take(submission, services)
        context[DONE_KEY] = True
        if problem is None:
            await ack()
            return
        words = "" if submission is None else submission.words
        told = render(problem.sentence, services.choose_language(parse_chooser(body), words))
        await ack(response_action="errors", errors={problem.at: told})

    app.shortcut({"type": "shortcut", "callback_id": ASK_CALLBACK_ID})(on_shortcut)
    app.view(ASK_CALLBACK_ID)(on_submit)


async def store_ask(body: Mapping[str, Any], services: Services, *, bot_user_id: str) -> bool:
    """Post and store the question of the form in `body`; committed when this returns. Return False
    if `body` holds none that is asked. Raises `EaselError` if it was not stored."""
    submission = parse_ask(body, bot_user_id=bot_user_id)
    if submission is None:
        return False
    try:
        await _ask(submission, services)
    except _Refused as refusal:
        log.info("ignored", reason=str(refusal), kind="view_submission")
        return False
    return True


async def _open_form(body: Mapping[str, Any], services: Services) -> None:
    """Open the form. Where Slack opens none there is no place to say so."""
    person, at = parse_chooser(body), read_text(body.get("action_ts"))
    if not (person.id and person.team and is_ts(at)):
        log.info("ignored", reason="unreadable_shortcut", kind="shortcut")
        return
    form = build_ask_form(
        sign_ask(person, at, services.views.key), services.choose_language(person, "")
    )
    try:
        await services.views.open_view(read_trigger_id(body), form)
    except EaselError as error:
        log.info("form_not_opened", error=type(error).__name__, code=error.code)


async def _take(submission: AskSubmission | None, services: Services) -> _Refused | None:
    """Ask what a form says; return what the person is told instead, None if it is asked."""
    if submission is None:
        return _Refused(NOT_READ_MESSAGE, "unreadable")
    try:
        await _ask(submission, services)
    except _Refused as refusal:
        log.info("ignored", reason=str(refusal), kind="view_submission")
        return refusal
    except EaselError as error:
        log.warning("not_stored", error=type(error).__name__, code=error.code)
        is_told = isinstance(error, SlackError)
        sentence = error.user_message if is_told else NOT_SURE_MESSAGE
        return _Refused(sentence, "failed", PLACE_FIELD_ID if is_told else WORDS_FIELD_ID)
    return None


async def _ask(submission: AskSubmission, services: Services) -> None:
    """Raises `_Refused`, and `EaselError` if it was not stored."""
    opened = open_ask(submission.metadata, services.views.key)
    if opened is None or opened.person.id != submission.person.id:
        raise _Refused(NOT_READ_MESSAGE, "not_sealed_here")
    if not submission.teams <= services.home_teams:
        raise _Refused(STRANGER_MESSAGE, "another_workspace")
    if not replace_invisible(submission.words).strip():
        raise _Refused(NO_WORDS_MESSAGE, "no_words")
    channel = submission.channel
    if channel:
        is_member = await services.asks.is_member(opened.person, channel)
        if is_member is not True:
            sentence = UNKNOWN_MEMBER_MESSAGE if is_member is None else NOT_A_MEMBER_MESSAGE
            raise _Refused(sentence, "no_member", PLACE_FIELD_ID)
    else:
        channel = await services.asks.find_direct(opened.person)
    language = services.choose_language(opened.person, submission.words)
    name = await services.asks.fetch_name(opened.person, channel)
    text = format_asked(opened.person, name, submission.typed, language)
    ask_id = opened.name_question(submission.channel, submission.words, services.views.key)
    ask = PendingAsk(ask_id, submission.person, channel, submission.words, opened.at)
    await services.ask_desk.ask(ask, text)
