"""Values of what people press under an answer. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.conversation import Thread


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question that a press asks about an answer, once for each answer.

    `name` tells it from others; `build_text` makes its words of the answer's text.
    """

    name: str
    build_text: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class AnswerPlace:
    """Where an answer is: its thread, and the ts of its question."""

    thread: Thread
    ts: str


@dataclass(frozen=True, slots=True)
class EarlierAnswer:
    """The text of the answer that was replaced, as the model gave it; "" where that is gone."""

    text: str


@dataclass(frozen=True, slots=True)
class AnswerCost:
    """What the answers to one question cost together, in US dollars, and the tokens of them.

    `unknown_count` of the `request_count` requests have no cost yet. `models` are those asked, in
    the order of their names.
    """

    cost: Decimal
    request_count: int = 0
    unknown_count: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    models: tuple[str, ...] = ()
