"""Posts a short message with a Stop button while an answer takes long, and deletes it at its end.

In direct messages Slack has a button of its own. A stream's own blocks could carry one from the
first word on, but people wait longest before that; and to take them away again, the whole message
would have to be sent once more.
"""

from __future__ import annotations

import structlog

from bot.delivery.escaper import escape_plain
from bot.delivery.poster import Poster
from bot.domain.errors import AllowanceUsed, EaselError, TransientError
from bot.domain.messages import Message, render
from bot.domain.ports import Chat
from bot.domain.posts import Button, Controls, PostMetadata
from bot.domain.questions import Question

log = structlog.get_logger(__name__)

WORKING_MESSAGE = Message("_I am working on it._")
STOP_AFTER_SECONDS = 3.0
# How soon to try again where too much is being posted.
_RETRY_SECONDS = 5.0
_NEVER = float("inf")


class StopMessage:
    """The message with the Stop button of one reply.

    It is a message of the reply like any other: after a crash it is reused or deleted.
    """

    def __init__(
        self, chat: Chat, question: Question, poster: Poster, *, now: float, language: str
    ) -> None:
        self._chat = chat
        self._question = question
        self._poster = poster
        self._language = language
        self._ts = ""
        self._due_at = now + STOP_AFTER_SECONDS if can_be_stopped(question) else _NEVER

    def get_due_time(self) -> float:
        """Return the loop time from which `post` should be called; infinity for never."""
        return self._due_at

    async def post(self, now: float) -> None:
        """Post it, if Slack takes it; `now` is the loop's time. Never fails the answer."""
        self._due_at = _NEVER
        if not self._chat.try_acquire_removal():
            self._due_at = now + _RETRY_SECONDS
            return
        controls = Controls((Button.STOP,), version=self._question.version)
        metadata = PostMetadata(self._question.id, controls, is_sign=True, language=self._language)
        text = escape_plain(render(WORKING_MESSAGE, self._language))
        try:
            ts = await self._chat.post(self._question.thread, text, metadata, can_wait=False)
        except AllowanceUsed:
            self._due_at = now + _RETRY_SECONDS
        except TransientError as error:
            # It may be there: then it is found, and deleted, when the answer is whole.
            self._poster.note_uncertain(error)
        except EaselError as error:
            log.info("no_stop_shown", error=type(error).__name__, code=error.code)
        else:
            self._ts = ts
            self._poster.note_aside(ts)

    async def remove(self) -> None:
        """Delete it, and post none any more. Raises `TransientError` if Slack may still show it."""
        self._due_at = _NEVER
        if not self._ts:
            return
        try:
            await self._poster.delete(self._ts)
        except TransientError:
            raise
        except EaselError as error:
            log.info("stop_stays", error=type(error).__name__, code=error.code)
        self._ts = ""


def can_be_stopped(question: Question) -> bool:
    """Whether somebody may press the button: a person asked, in a channel, and waits for words."""
    is_persons = question.asker.id.startswith(("U", "W"))
    return is_persons and question.answer is None and not question.thread.is_direct
