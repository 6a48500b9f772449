"""The form that asks what is wrong with an answer: stores what comes back.

See `handlers/presses/feedback.py` for the thumb that opens it, `feedback_form.py` for the form and
`handlers/parsing/feedback.py` for what it holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from bot.domain.errors import EaselError
from bot.domain.messages import Message, render
from handlers.identifiers import DONE_KEY, FAULT_FIELD_ID, FEEDBACK_CALLBACK_ID
from handlers.parsing.feedback import FeedbackSubmission, open_answer, parse_feedback
from handlers.parsing.shortcuts import parse_chooser
from handlers.presses.press import GONE_MESSAGE, STRANGER_MESSAGE
from handlers.services import Services

log = structlog.get_logger(__name__)

NOT_READ_MESSAGE = Message(
    "I cannot tell any more which answer this is about. Please close this and press the thumb under"
    " the answer again."
)
NOT_STORED_MESSAGE = Message(
    "That did not work just now, and nothing was stored. Please send it again in a moment; if"
    " that keeps failing, tell the person who runs me."
)


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the form. What it says is committed, then acknowledged."""

    async def on_submit(body: dict[str, Any], context: AsyncBoltContext, ack: AsyncAck) -> None:
        problem = await _take_submission(parse_feedback(body), services)
        context[DONE_KEY] = True
        if problem is None:
            await ack()
            return
        told = render(problem, _choose_language(body, services))
        await ack(response_action="errors", errors={FAULT_FIELD_ID: told})

    app.view(FEEDBACK_CALLBACK_ID)(on_submit)


async def store_feedback(body: Mapping[str, Any], services: Services) -> bool:
    """Store what the form in `body` says; it is committed when this returns. Return False if it is
    none. Raises `TransientError` if it was not stored."""
    submission = parse_feedback(body)
    answer = None if submission is None else open_answer(submission, services.views.key)
    if submission is None or answer is None or not submission.teams <= services.home_teams:
        return False
    await services.feedback.explain(answer, submission.person, submission.faults, submission.words)
    return True


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


def _choose_language(body: Mapping[str, Any], services: Services) -> str:
    return services.choose_language(parse_chooser(body), "")
