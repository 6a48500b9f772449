"""What becomes of an answer where a person pressed for another one, and that fails. Pure.

The earlier answer stays then, and its messages are not touched; who pressed is told alone.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.messages import Message
from bot.domain.questions import Answer, Ending, Outcome, Question

KEPT_MESSAGE = Message("I did not answer again, so the earlier answer stays.")


def should_keep_earlier(question: Question, answer: Answer) -> bool:
    """Whether the earlier answer stands instead of `answer`, which is none, or was stopped.

    A sentence that says why nothing was asked is none, nor is one on what the model has not said.
    Pictures are paid for: where some came, they are the answer.
    """
    is_models = answer.ending is not Ending.NONE and bool(answer.text)
    is_new = answer.outcome is Outcome.ANSWERED and is_models
    return question.is_regeneration and not answer.files and not is_new


def choose_kept_outcome(answer: Answer) -> Outcome:
    """Return how the question ends whose earlier answer stands instead of `answer`."""
    return Outcome.FAILED if answer.outcome is Outcome.ANSWERED else answer.outcome


def drop_partial_text(question: Question, answer: Answer) -> Answer:
    """Return `answer` without words that no one is shown."""
    return replace(answer, text="") if should_keep_earlier(question, answer) else answer
