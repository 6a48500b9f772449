"""What a reply says above its answer: which request it belongs to. See `open_reply.py`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.domain.messages import Message


@dataclass(frozen=True, slots=True)
class Heading:
    """`build` returns its words. `is_needed`: the order of the thread does not show what they say.
    `newest` is the ts of another answer's last message in the thread, "" for none."""

    build: Callable[[], Awaitable[Message]]
    is_needed: bool
    newest: str = ""
