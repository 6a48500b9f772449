"""Requests in the ledger, as an answer records them."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.costs import PlannedRequest
from bot.domain.llm import RequestSent
from bot.domain.questions import Question
from storage.ledger import SqliteLedger


async def record_taken(
    ledger: SqliteLedger,
    question: Question,
    generation_id: str,
    max_cost: Decimal = Decimal(0),
    *,
    provider: str = "openrouter",
    model: str = "m",
) -> PlannedRequest:
    """Record a request that is sent and taken by the provider. Its key is its generation's id."""
    planned = PlannedRequest(generation_id, max_cost=max_cost)
    await ledger.record_sent(question.cost_owner, planned, RequestSent(provider, model))
    await ledger.record_started(planned, provider, generation_id)
    return planned
