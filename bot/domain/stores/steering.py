"""Protocol of what is stored when people steer a conversation."""

from __future__ import annotations

from typing import Protocol

from bot.domain.answers.steering import EditReport, MessageEdit, StopReport
from bot.domain.conversation import IncomingMessage, Person, Thread


class SteeringStore(Protocol):
    """Notes what people want of answers. Each call is one transaction, committed when it returns.

    Raises `StoreError`.
    """

    async def stop_by_word(self, message: IncomingMessage) -> StopReport:
        """Note that `message` wants the answer in its thread to stop; once, however often it is
        delivered. A direct message outside of threads means all that its sender waits for there."""
        ...

    async def stop_by_press(
        self, question_id: int, channel: str, person: Person, *, version: int
    ) -> StopReport:
        """Note that `person` stops the answer `version` to a question of `channel`.

        For an hour only who asked it may.
        """
        ...

    async def stop_thread(self, thread: Thread) -> bool:
        """Note that the answer in progress in `thread` is to stop; return False if there is
        none."""
        ...

    async def take_edit(self, edit: MessageEdit) -> EditReport:
        """Note what a message says now. The last question of its thread is asked again, three times
        an hour at most; an older message is corrected without a word."""
        ...

    async def list_running_deleted(self, team: str, channel: str, ts: str) -> list[str]:
        """Return the ts of the questions that are being answered although the message at `ts`,
        which they ask or quote, is deleted."""
        ...

    async def list_changed(self) -> list[tuple[str, str, str]]:
        """Return the questions, by team, channel and ts, that are being answered although something
        that their requests say was edited or deleted, and that are to be asked again for it."""
        ...

    async def leave_thread(self, thread: Thread, ts: str) -> None:
        """Note that the message at `ts` asks Easel to answer nothing more in `thread`, until a
        later message mentions it."""
        ...
