"""What answers took: tokens and cost, as the provider reported them. Computes no prices."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Connection, insert

from bot.types import Answered, Usage
from storage.schema import answers

_NANO = Decimal(1_000_000_000)
_RECORD = insert(answers)


def record_answer(
    connection: Connection, question_id: int, turn_id: int | None, answer: Answered
) -> None:
    """Keep the cost of one answer, inside the caller's transaction."""
    usage = answer.usage or Usage()
    connection.execute(
        _RECORD,
        {
            "question_id": question_id,
            "turn_id": turn_id,
            "model": answer.model,
            "generation_id": answer.generation_id,
            "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
            "cached_tokens": usage.cached_tokens,
            "reasoning_tokens": usage.reasoning_tokens,
            "image_tokens": usage.image_tokens,
            "cost_nano": None if usage.cost is None else int(usage.cost * _NANO),
        },
    )
