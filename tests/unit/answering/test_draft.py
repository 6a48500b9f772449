"""The draft of an answer: which failures can be tried again, and why an answer ends."""

from __future__ import annotations

import pytest

from bot.answering.draft import LENGTH_LIMIT_MESSAGE, AnswerDraft
from bot.billing.budget_messages import ALL_RESERVED_MESSAGE
from bot.billing.grants import BudgetExceeded
from bot.domain.errors import EaselError, UserError
from bot.domain.llm import FinishReason, ResponseFinished
from bot.domain.messages import Message
from bot.domain.questions import Outcome

USED_UP = Message("It is used up.")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (BudgetExceeded("user/day", USED_UP), Outcome.ANSWERED),
        (BudgetExceeded("all taken", ALL_RESERVED_MESSAGE, can_retry=True), Outcome.FAILED),
        (UserError("x", user_message=USED_UP), Outcome.ANSWERED),
        (EaselError("x"), Outcome.FAILED),
    ],
)
def test_only_what_may_pass_by_itself_can_be_tried_again(
    error: EaselError, outcome: Outcome
) -> None:
    draft = AnswerDraft()
    draft.add_error(error)
    assert (draft.outcome, draft.notes) == (outcome, [error.user_message])


def test_an_answer_that_reached_its_length_says_what_bounds_it() -> None:
    draft = AnswerDraft()
    draft.add_event(ResponseFinished(FinishReason.LENGTH, None))
    assert draft.notes == [LENGTH_LIMIT_MESSAGE]
    draft = AnswerDraft(length_note=USED_UP)
    draft.add_event(ResponseFinished(FinishReason.STOP, None))
    assert draft.notes == []
    draft.add_event(ResponseFinished(FinishReason.LENGTH, None))
    assert draft.notes == [USED_UP]
