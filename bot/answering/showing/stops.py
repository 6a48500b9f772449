"""Stops that come before a reply is open, and what is said where an answer was stopped."""

from __future__ import annotations

from bot.answering.draft import AnswerDraft
from bot.delivery.reply import Reply
from bot.delivery.stopping.stop_button import StopButton
from bot.domain.messages import Message
from bot.domain.questions import Question

STOPPED_MESSAGE = Message("_I was asked to stop here._")
STOPPED_BEFORE_MESSAGE = Message("_I was asked to stop before anything came._")
_MAX_EARLY = 1_000


def note_stop(draft: AnswerDraft, reply: Reply) -> None:
    """Let the answer say that it was stopped, unless nothing of it is there and no one asks."""
    if draft.text or draft.pictures or reply.is_visible:
        draft.notes.append(STOPPED_MESSAGE)
    elif not reply.stop_button.is_silent:
        draft.notes.append(STOPPED_BEFORE_MESSAGE)


def is_empty(question: Question) -> bool:
    """Whether nothing of the question is there, as where its message was deleted."""
    return not question.text and all(ref.is_gone for ref in question.files)


def is_deleted(question: Question, reply: Reply) -> bool:
    """Whether the question seems to be deleted: it was stopped for that, or nothing of it is left.

    A bare mention looks the same. What the store knows of a deletion, it tells who asks it.
    """
    return reply.stop_button.is_deleted or is_empty(question)


class EarlyStops:
    """Stops of claimed questions whose replies are not open yet. Each claim is stopped once."""

    def __init__(self) -> None:
        self._presses: dict[tuple[int, int], list[bool]] = {}

    def add(self, question_id: int, claims: int, *, silently: bool) -> None:
        presses = self._presses.setdefault((question_id, claims), [])
        if silently not in presses:
            presses.append(silently)
        if len(self._presses) > _MAX_EARLY:
            del self._presses[next(iter(self._presses))]

    def apply(self, question: Question, button: StopButton) -> None:
        """Press `button` if the question is to stop."""
        presses = self._presses.pop((question.id, question.claims), [])
        if not presses and question.is_stopped:
            presses = [is_empty(question)]
        for silently in presses:
            button.press(silently=silently)
