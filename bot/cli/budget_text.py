"""Write what is spent of budgets as text for a terminal, or as JSON. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bot.billing.budget_messages import format_limit
from bot.cli.table import format_table
from bot.cli.usage.names import Names
from bot.domain.budgets import AnswerLimit, Limit, Scope, Standing
from bot.domain.costs import BudgetEvent

_MAX_SHOWN = 20
_SMALL_USD = Decimal("0.001")
_NO_BUDGETS_MESSAGE = (
    "There is no budget. Set EASEL_BUDGETS, for example: user/day=2 workspace/month=100\n"
)
_EVERYONE_ELSE = {
    Scope.USER: "Everybody else has all of it.",
    Scope.CHANNEL: "Every other channel has all of it.",
    Scope.WORKSPACE: "",
}
_NOBODY = {
    Scope.USER: "Nobody has spent anything of it yet: everybody has all of it.",
    Scope.CHANNEL: "Nothing of it is spent yet: every channel has all of it.",
    Scope.WORKSPACE: "Nothing of it is spent yet.",
}


@dataclass(frozen=True, slots=True)
class LimitReport:
    """A limit, the only one whom it is for or "", when it frees up, and what is spent of it."""

    limit: Limit
    subject: str
    frees_up_at: datetime
    standings: Sequence[Standing]

    @property
    def name(self) -> str:
        scope = f"{self.limit.scope}:{self.subject}" if self.subject else self.limit.scope
        return f"{scope}/{self.limit.period}"


@dataclass(frozen=True, slots=True)
class BudgetReport:
    """All limits with what is spent of them, and the latest events, newest first.

    `has_older`: there are more events than these.
    """

    max_answer_usd: Decimal | None
    limits: Sequence[LimitReport]
    events: Sequence[BudgetEvent]
    has_older: bool = False


def format_report(report: BudgetReport, names: Names, *, is_whole: bool = False) -> str:
    """Return all limits and events as text. Unless `is_whole`, of each limit the first ones."""
    has_budgets = bool(report.limits) or report.max_answer_usd is not None
    parts = [] if has_budgets else [_NO_BUDGETS_MESSAGE]
    if report.max_answer_usd is not None:
        limit = format_limit(AnswerLimit(report.max_answer_usd))
        parts.append(f"answer: at most ${limit:,} each\n")
    parts += [_format_limit_report(one, names, is_whole=is_whole) for one in report.limits]
    if report.events:
        parts.append("The record, newest first, times are UTC:\n" + _format_events(report, names))
    return "\n".join(parts)


def format_json(report: BudgetReport, names: Names) -> str:
    """Return all limits and events as JSON, with money as text of exact decimals."""
    values = {
        "answer_limit_usd": _write_plainly(report.max_answer_usd),
        "budgets": [_build_limit_object(one, names) for one in report.limits],
        "events": [_build_event_object(event, names) for event in report.events],
    }
    return json.dumps(values, indent=1, ensure_ascii=False) + "\n"


def _format_limit_report(report: LimitReport, names: Names, *, is_whole: bool) -> str:
    limit = report.limit
    heading = (
        f"{report.name}: ${format_limit(limit):,}; frees up on"
        f" {report.frees_up_at:%Y-%m-%d} at 00:00 UTC\n"
    )
    if not report.standings:
        return f"{heading}  {_NOBODY[limit.scope]}\n"
    shown = report.standings if is_whole else report.standings[:_MAX_SHOWN]
    table = [[limit.scope.value, "spent", "set aside", "left"]]
    for standing in shown:
        amounts = (standing.spent.settled, standing.spent.pending, _find_left(limit, standing))
        name = names.format_key(limit.scope, standing.subject) or "unknown"
        table.append([name, *(_format_amount(amount) for amount in amounts)])
    text = "".join(f"  {line}\n" for line in format_table(table).splitlines())
    if len(shown) < len(report.standings):
        text += f"  and {len(report.standings) - len(shown):,} more: see --all\n"
    elif _EVERYONE_ELSE[limit.scope] and not report.subject:
        text += f"  {_EVERYONE_ELSE[limit.scope]}\n"
    return heading + text


def _format_events(report: BudgetReport, names: Names) -> str:
    table = []
    for event in report.events:
        at = datetime.fromtimestamp(event.at, UTC)
        costs = ""
        if event.least is not None and event.most is not None:
            least, most = _format_amount(event.least), _format_amount(event.most)
            costs = f"would have cost {least} to {most}"
        user, channel = (
            names.format_key(name, key)
            for name, key in (("user", event.user), ("channel", event.channel))
        )
        table.append([f"{at:%Y-%m-%d %H:%M}", event.kind, event.text, user, channel, costs])
    return format_table(table, left=6) + "and older ones: see --all\n" * report.has_older


def _build_limit_object(report: LimitReport, names: Names) -> dict[str, Any]:
    limit = report.limit
    return {
        "budget": report.name,
        "scope": limit.scope.value,
        "period": limit.period.value,
        "only_for": report.subject or None,
        "limit_usd": _write_plainly(limit.max_usd),
        "frees_up_at": report.frees_up_at.isoformat(),
        "spenders": [
            {
                "id": standing.subject,
                "name": names.find_name(limit.scope, standing.subject),
                "workspace": standing.team,
                "spent_usd": _write_plainly(standing.spent.settled),
                "set_aside_usd": _write_plainly(standing.spent.pending),
                "left_usd": _write_plainly(_find_left(limit, standing)),
            }
            for standing in report.standings
        ],
    }


def _build_event_object(event: BudgetEvent, names: Names) -> dict[str, Any]:
    return {
        "at": datetime.fromtimestamp(int(event.at), UTC).isoformat(),
        "kind": event.kind,
        "text": event.text,
        "user": event.user,
        "user_name": names.find_name("user", event.user),
        "channel": event.channel,
        "channel_name": names.find_name("channel", event.channel),
        "least_usd": _write_plainly(event.least),
        "most_usd": _write_plainly(event.most),
    }


def _find_left(limit: Limit, standing: Standing) -> Decimal:
    """Return what a question may still cost, while what is set aside is not free again."""
    return max(Decimal(0), limit.max_usd - standing.spent.settled - standing.spent.pending)


def _format_amount(amount: Decimal) -> str:
    """Format US dollars so finely that little does not look like nothing."""
    return f"${amount:,.6f}" if 0 < amount < _SMALL_USD else f"${amount:,.4f}"


def _write_plainly(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"
