"""Feedback under an answer: stores each press, and asks what is wrong where the answer is bad.

See `feedback_form.py` for the form and `handlers/parsing/feedback.py` for what comes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncRespond

from bot.domain.errors import EaselError
from bot.domain.messages import Message, render
from bot.domain.stores.feedback import AnswerName, Verdict
from handlers.actions import STRANGER_MESSAGE
from handlers.identifiers import (
    DONE_KEY,
    FAULT_FIELD_ID,
    FEEDBACK_ACTION_ID,
    FEEDBACK_CALLBACK_ID,
)
from handlers.parsing.actions import ButtonPress, parse_button_press, read_action_id
from handlers.parsing.feedback import (
    FeedbackSubmission,
    open_answer,
    parse_feedback,
    sign_answer,
)
from handlers.parsing.shortcuts import parse_chooser, read_trigger_id
from handlers.presses.press import GONE_MESSAGE
from handlers.services import Services
from handlers.shortcuts import notify_chooser
from handlers.views.feedback_form import build_feedback_form

log = structlog.get_logger(__name__)

NOT_READ_MESSAGE = Message(
    "I cannot tell any more which answer this is about. Please close this and press the thumb under"
    " the answer again."
)
NOT_STORED_MESSAGE = Message(
    "That did not work just now, and nothing was stored. Please send it again in a moment; if it"
    " goes on, tell the person who runs me."
)
_VERDICTS = {verdict.value: verdict for verdict in Verdict}


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the two thumbs and to the form. What they say is committed, then acknowledged."""

    async def on_press(
        body: dict[str, Any], context: AsyncBoltContext, ack: AsyncAck, respond: AsyncRespond
    ) -> None:
        _, refusal = await _take_press(body, services)
        if refusal is None:
            await _open_form(body, services)
        context[DONE_KEY] = True
        await ack()
        if refusal is not None:
            await notify_chooser(respond, refusal, _choose_language(body, services))

    async def on_submit(body: dict[str, Any], context: AsyncBoltContext, ack: AsyncAck) -> None:
        problem = await _take_submission(parse_feedback(body), services)
        context[DONE_KEY] = True
        if problem is None:
            await ack()
            return
        told = render(problem, _choose_language(body, services))
        await ack(response_action="errors", errors={FAULT_FIELD_ID: told})

    app.action(FEEDBACK_ACTION_ID)(on_press)
    app.view(FEEDBACK_CALLBACK_ID)(on_submit)


async def store_feedback(body: Mapping[str, Any], services: Services) -> bool:
    """Store the feedback in `body`; it is committed when this returns. Return False if there is
    none. Raises `TransientError` if it was not stored."""
    is_press, _ = await _take_press(body, services)
    if is_press:
        return True
    submission = parse_feedback(body)
    answer = None if submission is None else open_answer(submission, services.views.key)
    if submission is None or answer is None or not submission.teams <= services.home_teams:
        return False
    await services.feedback.explain(answer, submission.person, submission.faults, submission.words)
    return True


async def _take_press(body: Mapping[str, Any], services: Services) -> tuple[bool, Message | None]:
    """Return whether `body` is a press, and what is said to a person whose press is refused."""
    press = parse_button_press(body)
    if press is None or read_action_id(body) != FEEDBACK_ACTION_ID:
        return False, None
    verdict, presser = _VERDICTS.get(press.word), press.presser
    if verdict is None or presser is None:
        return False, None
    if not press.teams <= services.home_teams:
        log.info("press_refused", reason="another_workspace", question=press.question_id)
        return True, STRANGER_MESSAGE
    if not await services.feedback.record(
        _name_answer(press), presser.person.id, verdict, pressed_at=presser.ts
    ):
        log.info("press_refused", reason="gone", question=press.question_id)
        return True, GONE_MESSAGE
    services.count_feedback(verdict.value)
    return True, None


async def _open_form(body: Mapping[str, Any], services: Services) -> None:
    """Ask what is wrong. Where that cannot be opened, the press counts all the same."""
    press = parse_button_press(body)
    if press is None or press.presser is None or press.word != Verdict.BAD.value:
        return
    metadata = sign_answer(_name_answer(press), press.presser.person.id, services.views.key)
    form = build_feedback_form(metadata, _choose_language(body, services))
    try:
        await services.views.open_view(read_trigger_id(body), form)
    except EaselError as error:
        log.info("form_not_opened", error=type(error).__name__, code=error.code)


async def _take_submission(
    submission: FeedbackSubmission | None, services: Services
) -> Message | None:
    """Store what the form says; return what the person is told instead, None if it is stored."""
    answer = None if submission is None else open_answer(submission, services.views.key)
    if submission is None or answer is None:
        return NOT_READ_MESSAGE
    if not submission.teams <= services.home_teams:
        return STRANGER_MESSAGE
    try:
        is_stored = await services.feedback.explain(
            answer, submission.person, submission.faults, submission.words
        )
    except EaselError as error:
        log.warning("not_stored", error=type(error).__name__, code=error.code)
        return NOT_STORED_MESSAGE
    return None if is_stored else GONE_MESSAGE


def _name_answer(press: ButtonPress) -> AnswerName:
    return AnswerName(press.question_id, press.version, press.channel)


def _choose_language(body: Mapping[str, Any], services: Services) -> str:
    return services.choose_language(parse_chooser(body), "")
