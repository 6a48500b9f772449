"""What becomes of an answer where a person pressed for another one, and that fails. Pure.

The earlier answer stays then, and its messages are not touched; who pressed is told alone.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.messages import Message
from bot.domain.questions import Answer, Outcome, Question

KEPT_MESSAGE = Message("I did not answer again, so the earlier answer stays.")


def should_keep_earlier(question: Question, answer: Answer) -> bool:
    """Whether the earlier answer stands instead of `answer`, which is none, or was stopped.

    Pictures are paid for: where some came, they are the answer.
    """
    return question.is_regeneration and answer.outcome is not Outcome.ANSWERED and not answer.files


def drop_partial_text(question: Question, answer: Answer) -> Answer:
    """Return `answer` without words that no one is shown."""
    return replace(answer, text="") if should_keep_earlier(question, answer) else answer
