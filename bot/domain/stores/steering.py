"""Protocol of what is stored when people steer a conversation."""

from __future__ import annotations

from typing import Protocol

from bot.domain.answers.steering import StopReport
from bot.domain.conversation import IncomingMessage, Thread


class SteeringStore(Protocol):
    """Notes what people want of answers. Each call is one transaction, committed when it returns.

    Raises `StoreError`.
    """

    async def stop_by_word(self, message: IncomingMessage) -> StopReport:
        """Note that `message` wants the answer in its thread to stop; once, however often it is
        delivered. A direct message outside of threads means all that its sender waits for there."""
        ...

    async def stop_thread(self, thread: Thread) -> bool:
        """Note that the answer in progress in `thread` is to stop; return False if there is
        none."""
        ...
