"""The costs of answers that have ended and are about to be settled."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.budgets import Scope, get_subject
from bot.domain.costs import CostOwner


class FinishedCosts:
    """Keeps the cost of each answer from its end until it is settled."""

    def __init__(self) -> None:
        self._costs: dict[CostOwner, Decimal] = {}

    def add(self, cost_owner: CostOwner, cost: Decimal) -> None:
        """Note that the answer for `cost_owner` has ended and cost `cost` US dollars."""
        self._costs[cost_owner] = cost

    def remove(self, cost_owner: CostOwner) -> None:
        """Note that the answer is settled: from here on the ledger has its cost."""
        self._costs.pop(cost_owner, None)

    def sum_for(self, cost_owner: CostOwner, scope: Scope) -> Decimal:
        """Return the sum of all answers that count for the same subject of `scope`."""
        subject = cost_owner.team, get_subject(cost_owner, scope)
        costs = (
            cost
            for other, cost in self._costs.items()
            if (other.team, get_subject(other, scope)) == subject
        )
        return sum(costs, Decimal(0))
