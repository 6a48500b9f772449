"""Values of an answer whose question is deleted, and that may be deleted as well. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.conversation import Person, Thread


@dataclass(frozen=True, slots=True)
class RemovalOffer:
    """The last question of `thread`, which its author has deleted, and the number of its answer.

    `is_quote`: it quotes a message, and that was deleted, by whoever wrote it.
    """

    question_id: int
    thread: Thread
    author: Person
    version: int
    is_quote: bool = False


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """What Slack shows of an answer: its messages by their ts, and its files by their ids."""

    thread: Thread
    messages: tuple[str, ...]
    file_ids: tuple[str, ...]
