"""Chooses the row under an answer by what the answer is. Pure.

See `handlers/web_api/visuals/controls.py` for how the row looks.
"""

from __future__ import annotations

from bot.domain.posts import Button, Controls
from bot.domain.questions import MAX_CRASHES, Answer, Ending, Outcome, Question

_BUTTONS = {Outcome.FAILED: (Button.RETRY,), Outcome.ASKED_BACK: (Button.GO_ON,)}


def choose_controls(question: Question, answer: Answer) -> Controls:
    """Return the controls of the message that ends the answer."""
    # A question that has ended the process so often is not answered again, whatever is pressed.
    buttons = () if question.crashes >= MAX_CRASHES else _choose_buttons(answer)
    return Controls(
        buttons,
        has_feedback=answer.ending is not Ending.NONE and answer.outcome is Outcome.ANSWERED,
        version=question.version,
    )


def _choose_buttons(answer: Answer) -> tuple[Button, ...]:
    if answer.took_along and answer.outcome is Outcome.ANSWERED:
        return (Button.WITHOUT,)
    return _BUTTONS.get(answer.outcome, ())
