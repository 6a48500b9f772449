"""Says under an answer which model gave it, how long that took, and what it cost. Pure.

Only where the person who runs Easel wants that for all people.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from bot.billing.pricing import round_cost
from bot.domain.costs import ModelRequest
from bot.domain.messages import Message

_WITH_COST = "_{models} · {seconds:,.0f} s · ${cost:,}_"
_WITHOUT_COST = "_{models} · {seconds:,.0f} s_"


def build_footer(requests: Sequence[ModelRequest]) -> Message | None:
    """Return the footer of an answer that took `requests`; None if they tell nothing.

    The cost is left out while that of a request is unknown.
    """
    names = [one.model.rpartition("/")[2] for one in requests if one.model]
    if not names:
        return None
    begin = min(one.started_at for one in requests)
    end = max(one.started_at + (one.total_seconds or 0.0) for one in requests)
    values: dict[str, Any] = {
        "models": ", ".join(dict.fromkeys(names)),
        "seconds": max(1.0, end - begin),
    }
    costs = [one.cost for one in requests if one.cost is not None]
    if len(costs) < len(requests):
        return Message(_WITHOUT_COST, **values)
    return Message(_WITH_COST, cost=round_cost(sum(costs, start=Decimal(0))), **values)
