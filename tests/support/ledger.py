"""Requests in the ledger, as an answer records them."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.costs import PlannedRequest
from bot.domain.llm import RequestSent
from bot.domain.questions import Question
from storage.ledger import SqlLedger


async def record_taken(
    ledger: SqlLedger,
    question: Question,
    generation_id: str,
    max_cost: Decimal = Decimal(0),
    *,
    key: str = "",
) -> PlannedRequest:
    """Record a request that is sent and taken by the provider. Its key may be its generation's."""
    planned = PlannedRequest(key or generation_id, max_cost=max_cost)
    await ledger.record_sent(question.cost_owner, planned, RequestSent("openrouter", "m"))
    ledger.note_started(planned, "openrouter", generation_id)
    await ledger.record_requests(question.cost_owner, (), is_over=False)  # writes the note, too
    return planned
