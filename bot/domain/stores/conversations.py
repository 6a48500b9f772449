"""Protocols of what is remembered of conversations: messages, settings, deletions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.conversation import Thread, ThreadHistory, Turn

# Later than any message: with it, nothing of a thread is left out as too new.
AFTER_ANY_TS = "9"


class ConversationStore(Protocol):
    """The messages of threads, and the summaries of older ones."""

    async def load(
        self,
        thread: Thread,
        *,
        before: str,
        limit: int,
        keywords: Sequence[str] = (),
        starts_with_oldest: bool = False,
    ) -> ThreadHistory:
        """Return the history of the thread before ts `before`: at most the newest `limit` turns
        that are not summarized, or the oldest, and summarized ones that contain `keywords`.

        Only with `starts_with_oldest` the tokens of all that are summarized are counted.
        """
        ...

    async def list_latest(
        self, thread: Thread, person: str, *, before: str, since: str, limit: int
    ) -> list[Thread]:
        """Return the other threads of the channel in which `person` wrote between the ts `since`
        and `before`, at most `limit`: first the one in which something was stored last."""
        ...

    async def has_earlier(self, thread: Thread) -> bool:
        """Whether the messages from before Easel joined are stored, or there were none."""
        ...

    async def save_earlier(self, thread: Thread, earlier: Sequence[Turn]) -> None:
        """Store `earlier` as those messages. From then on `has_earlier` is True."""
        ...

    async def count_answers(self, thread: Thread) -> int:
        """Return how many answers the thread holds, summarized or not."""
        ...

    async def find_answer(self, thread: Thread, *, before: str, question_ts: str = "") -> str:
        """Return the words of the answer to the message at `question_ts`, of the last answer to a
        message before `before` where that is empty; "" where there are none."""
        ...

    async def save_summary(self, thread: Thread, summarized: Sequence[Turn], summary: str) -> None:
        """Replace `summarized`, and all that the previous summary covers, with `summary`."""
        ...


class DeletionStore(Protocol):
    """Forgets what is deleted in Slack."""

    async def forget_file(self, file_id: str) -> list[str]:
        """Forget a file. Return the sha256 of the working copies that no other file has."""
        ...

    async def forget_message(self, team: str, channel: str, ts: str) -> list[str]:
        """Forget the text and files of a person's message. Returns as `forget_file` does."""
        ...

    async def forget_answer(self, thread: Thread, ts: str, file_ids: Sequence[str]) -> list[str]:
        """Forget the answer that a deleted message of Easel's is part of, and the files in that
        message. What Easel has deleted itself is none. Returns as `forget_file` does."""
        ...


class SettingsStore(Protocol):
    """What people have set for a channel: request options as flags, and when Easel answers."""

    def get(self, team: str, channel: str) -> str: ...

    def find_setter(self, team: str, channel: str) -> str:
        """Return the id of the person who has set what holds, "" where there are none."""
        ...

    async def set(self, team: str, channel: str, flags: str, *, set_by: str) -> None: ...

    def is_for_mentions_only(self, team: str, channel: str) -> bool:
        """Whether follow-ups without a mention are left unanswered in the channel."""
        ...

    async def set_mentions_only(self, team: str, channel: str, *, value: bool, set_by: str) -> None:
        """Set what `is_for_mentions_only` returns, for all replicas."""
        ...
