"""The draft of an answer: which failures can be tried again, and why an answer ends."""

from __future__ import annotations

import pytest

from bot.answering.draft import (
    FAILED_DRAWING_MESSAGE,
    LENGTH_LIMIT_MESSAGE,
    NO_LOG_PROBS_MESSAGE,
    AnswerDraft,
)
from bot.billing.budget_messages import ALL_RESERVED_MESSAGE
from bot.billing.grants import BudgetExceeded
from bot.domain.errors import EaselError, UserError
from bot.domain.files import FileRef
from bot.domain.llm import (
    DrawingsFailed,
    FinishReason,
    LogProbs,
    ResponseFinished,
    StreamEvent,
    TextDelta,
)
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


REFUSED = Message("_The model does not take `{flag}`, so I asked without it._", flag="--logprobs")


@pytest.mark.parametrize(
    ("events", "notes", "said"),
    [
        ([TextDelta("hi")], [], [NO_LOG_PROBS_MESSAGE]),
        ([TextDelta("hi"), LogProbs(({"token": "hi", "logprob": -1.0},))], [], []),
        ([], [], []),
        ([TextDelta("hi")], [REFUSED], [REFUSED]),
    ],
)
def test_log_probabilities_that_did_not_come_are_said_not_to_have(
    events: list[StreamEvent], notes: list[Message], said: list[Message]
) -> None:
    draft = AnswerDraft(notes=notes)
    for event in events:
        draft.add_event(event)
    draft.note_missing_log_probs()
    assert draft.notes == said


CARRIED = Message("I took fox.png along.")
FOX = FileRef("F1", "fox.png", "image/png")


def build_draft_with_fox() -> AnswerDraft:
    draft = AnswerDraft()
    draft.note_carried(CARRIED, (FOX,))
    return draft


@pytest.mark.parametrize("error", [UserError("x", user_message=USED_UP), EaselError("x")])
def test_what_was_never_asked_took_nothing_along(error: EaselError) -> None:
    draft = build_draft_with_fox()
    draft.add_error(error)
    answer = draft.build_answer((), ())
    assert (answer.took_along, answer.carried_files) == (False, ())
    assert CARRIED not in draft.notes


def test_only_an_answer_keeps_what_it_took_along() -> None:
    answer = build_draft_with_fox().build_answer((), ())
    assert (answer.took_along, answer.carried_files, answer.note) == (True, (FOX,), str(CARRIED))
    failed = build_draft_with_fox()
    failed.add_event(TextDelta("Here"))
    failed.fail(USED_UP)
    assert failed.build_answer((), ()).note == str(USED_UP)
    assert not failed.build_answer((), ()).carried_files
    in_part = build_draft_with_fox()
    in_part.fail(USED_UP)
    in_part.mark_answered()
    assert in_part.build_answer((), ()).carried_files == (FOX,)
    stopped = build_draft_with_fox()
    stopped.add_event(TextDelta("Here"))
    stopped.is_stopped = True
    assert stopped.build_answer((), ()).note == str(CARRIED), "the words are based on it"


def test_a_drawing_that_failed_is_said_once() -> None:
    draft = AnswerDraft()
    draft.add_event(DrawingsFailed(1))
    draft.add_event(ResponseFinished(FinishReason.STOP, None))
    draft.add_event(ResponseFinished(FinishReason.STOP, None))
    assert draft.notes == [FAILED_DRAWING_MESSAGE]
