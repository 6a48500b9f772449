"""Threads that are folded, and the terms of that."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.conversation import Speaker, Turn
from bot.domain.costs import Price
from bot.prompt.folding import FoldingTerms

PRICE = Price(Decimal(8), Decimal(2), Decimal(15), Decimal(30))
TERMS = FoldingTerms(PRICE, 260_000, 1_000, system_tokens=400, answer_count=0)
HOUR, DAY = 3_600.0, 86_400.0


def build_exchange(number: int, asked_at: float, question: int, answer: int) -> list[Turn]:
    ts = f"{asked_at:.6f}"
    return [
        Turn(Speaker.PERSON, ts, "q", "U1", (), question, 2 * number),
        Turn(Speaker.EASEL, ts, "a", "", (), answer, 2 * number + 1),
    ]
