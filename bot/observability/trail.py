"""The trail of the question that is being answered: what log lines say of it, and its troubles.

It follows the context, so that whatever the answer starts belongs to it. Ids and codes, no words.
`bot/queue/attempts.py` opens it, and hands the troubles to the store.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace

from structlog.contextvars import bound_contextvars

from bot.domain.errors import EaselError
from bot.domain.questions import Question, Trouble, TroubleKind

# Of more different ones in one attempt, the first tell enough.
_MAX_TROUBLES = 20


class Trail:
    """The troubles of one attempt at a question, in order; equal failures of calls count as one."""

    def __init__(self) -> None:
        self._troubles: dict[tuple[TroubleKind, str, str], Trouble] = {}

    def add(
        self, kind: TroubleKind, *, code: str = "", method: str = "", seconds: float = 0.0
    ) -> None:
        """Note a trouble."""
        key = (kind, method, code)
        known = self._troubles.get(key)
        if known is not None:
            self._troubles[key] = replace(known, count=known.count + 1)
        elif len(self._troubles) < _MAX_TROUBLES or kind is not TroubleKind.CALL_FAILED:
            self._troubles[key] = Trouble(time.time(), kind, code, method, seconds=seconds)

    def add_failure(self, error: EaselError) -> None:
        """Note that people are told of `error`."""
        # A status such as 403 alone would say too little.
        is_number = error.recorded_code.isdecimal()
        code = f"{type(error).__name__}_{error.code}" if is_number else error.recorded_code
        self.add(TroubleKind.FAILED, code=code, method=error.method)

    def list_troubles(self) -> list[Trouble]:
        return list(self._troubles.values())

    @property
    def failure_code(self) -> str:
        """Why people were told that the answer failed, in one word; "" if they were not."""
        codes = [t.code for t in self._troubles.values() if t.kind is TroubleKind.FAILED]
        return codes[-1] if codes else ""


_current: ContextVar[Trail | None] = ContextVar("trail", default=None)


@contextmanager
def follow_question(question: Question) -> Iterator[Trail]:
    """Note what happens in the block as the question's; log lines name it."""
    trail = Trail()
    token = _current.set(trail)
    thread = question.thread
    with bound_contextvars(
        question=question.id, channel=thread.channel, thread=thread.root, user=question.asker.id
    ):
        try:
            yield trail
        finally:
            _current.reset(token)


def note_failed_call(method: str, error: EaselError) -> None:
    """Note that a call of Slack's failed, for the question that is being answered, if one is."""
    trail = _current.get()
    if trail is not None:
        trail.add(TroubleKind.CALL_FAILED, code=error.recorded_code, method=method)


def note_failure(error: EaselError) -> None:
    """Note that people are told of `error` in answer to the question that is being answered."""
    trail = _current.get()
    if trail is not None:
        trail.add_failure(error)
