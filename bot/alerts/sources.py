"""Finds out what is wrong: disk, budgets, models, Slack's scopes, and the providers' answers."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import structlog

from bot.alerts.decide import Reading
from bot.alerts.providers import ACCOUNT, KeyLimit, ProviderOutcomes
from bot.billing.budgets import find_period_end, find_period_start
from bot.domain.budgets import Budgets, Limit, Period, Scope
from bot.domain.costs import CostOwner
from bot.domain.errors import EaselError
from bot.domain.model_info import ModelInfo
from bot.domain.stores.alerts import AlertKind, AlertStore, Operators
from bot.domain.stores.budgets import BudgetStore

log = structlog.get_logger(__name__)

_MB = 1024 * 1024
# The disk is nearly full below this, or below a tenth of a small one.
_MIN_FREE_BYTES, _MIN_FREE_SHARE, _ENOUGH_FACTOR = 1024 * _MB, 10, 1.5
# How often providers and Slack are asked, and how often while something is wrong there.
_ASK_SECONDS, _ASK_AGAIN_SECONDS = 600.0, 60.0
_CENT, _FINE = Decimal("0.01"), Decimal("0.0001")

# Returns what a key may spend and has left, or what is wrong with the key. Raises `EaselError`.
FetchLimit = Callable[[], Awaitable[KeyLimit | AlertKind]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedParts:
    """What is looked at: `folders` on disks, `budgets` of `team`, models, keys by provider."""

    folders: tuple[Path, ...]
    team: str
    budgets: Budgets
    list_model_infos: Callable[[], Sequence[ModelInfo]]
    keys: Mapping[str, FetchLimit]
    outcomes: ProviderOutcomes


class AlertSources:
    """Reads all that can be wrong. `clock` gives seconds since 1970."""

    def __init__(
        self,
        parts: WatchedParts,
        alerts: AlertStore,
        budgets: BudgetStore,
        operators: Operators,
        clock: Callable[[], float],
    ) -> None:
        self._parts = parts
        self._alerts = alerts
        self._budgets = budgets
        self._operators = operators
        self._clock = clock
        self._scopes = Reading(AlertKind.SCOPES_MISSING, "", is_known=False)
        self._has_scopes = False
        self._ask_at = dict[str, float]()

    async def read(self) -> list[Reading]:
        """Return everything that is wrong now, or not known. Raises `StoreError`."""
        for provider, fetch in self._parts.keys.items():
            await self._ask_provider(provider, fetch)
        await self._ask_slack()
        disks = await asyncio.to_thread(lambda: list(read_disks(self._parts.folders)))
        return [
            *disks,
            *self._parts.outcomes.read(),
            *read_models(self._parts.list_model_infos()),
            *await self._read_budgets(),
            *([] if self._has_scopes else [self._scopes]),
        ]

    async def _ask_provider(self, provider: str, fetch: FetchLimit) -> None:
        outcomes, now = self._parts.outcomes, self._clock()
        seconds = _ASK_AGAIN_SECONDS if outcomes.is_failing(provider) else _ASK_SECONDS
        if now < self._ask_at.get(provider, 0.0) + seconds:
            return
        self._ask_at[provider] = now
        try:
            told = await fetch()
        except EaselError as error:
            log.info("key_not_looked_up", provider=provider, code=error.code)
            return
        if isinstance(told, AlertKind):
            outcomes.note(provider, ACCOUNT, told)
        else:
            outcomes.note_limit(provider, told)

    async def _ask_slack(self) -> None:
        now, name = self._clock(), "slack"
        seconds = _ASK_SECONDS if self._has_scopes else _ASK_AGAIN_SECONDS
        if now < self._ask_at.get(name, 0.0) + seconds:
            return
        self._ask_at[name] = now
        try:
            missing = await self._operators.fetch_missing_scopes()
        except EaselError as error:
            log.info("scopes_not_looked_up", code=error.code)
            return
        if missing is None:
            return
        self._has_scopes = not missing
        self._scopes = Reading(AlertKind.SCOPES_MISSING, "", {"scopes": ", ".join(missing)})

    async def _read_budgets(self) -> list[Reading]:
        now = datetime.fromtimestamp(self._clock(), UTC)
        owners = [
            (limit, CostOwner(self._parts.team, channel, ""))
            for period in Period
            for limit, channel in await self._list_refusing(period, now)
        ]
        readings = []
        for limit, owner in owners:
            spent = (await self._budgets.get_spent(owner, [limit]))[limit].settled
            details = {
                "budget": str(limit),
                "channel": owner.channel if limit.scope is Scope.CHANNEL else "",
                "limit": f"{limit.max_usd:f}",
                "spent": f"{spent.quantize(_FINE if 0 < spent < _CENT else _CENT):f}",
                "day": f"{find_period_end(limit.period, now):%Y-%m-%d}",
            }
            subject = f"{limit} {details['channel']}".strip()
            readings.append(Reading(AlertKind.BUDGET_USED, subject, details))
        return readings

    async def _list_refusing(self, period: Period, now: datetime) -> list[tuple[Limit, str]]:
        """Return the shared limits that have refused a question in their period, with the channel.

        A limit of one person is that person's matter, and they were told.
        """
        since, budgets = find_period_start(period, now).timestamp(), self._parts.budgets
        shared = [
            limit
            for _, limit in budgets.list_limits()
            if limit.period is period and limit.scope is not Scope.USER
        ]
        refusing = dict[tuple[Limit, str], None]()
        for name in dict.fromkeys(map(str, shared)):
            for channel in await self._alerts.list_refusals(name, since):
                for limit in budgets.select_limits(CostOwner(self._parts.team, channel, "")):
                    if str(limit) == name:
                        is_channel = limit.scope is Scope.CHANNEL
                        refusing[limit, channel if is_channel else ""] = None
        return list(refusing)


def read_disks(folders: Sequence[Path]) -> Iterator[Reading]:
    """Yield the disks that are nearly full, each once. Blocks."""
    disks = dict[int, Path]()
    for folder in folders:
        try:
            disks.setdefault(folder.stat().st_dev, folder)
        except OSError:
            yield Reading(AlertKind.DISK_LOW, str(folder), is_known=False)
    for folder in disks.values():
        try:
            usage = shutil.disk_usage(folder)
        except OSError:
            yield Reading(AlertKind.DISK_LOW, str(folder), is_known=False)
            continue
        reading = judge_disk(str(folder), usage.total, usage.free)
        if reading is not None:
            yield reading


def judge_disk(folder: str, total_bytes: int, free_bytes: int) -> Reading | None:
    """Return that a disk is nearly full; not known where it has just enough again."""
    floor = min(_MIN_FREE_BYTES, total_bytes // _MIN_FREE_SHARE)
    if free_bytes >= floor * _ENOUGH_FACTOR:
        return None
    details = {"folder": folder, "free_mb": str(free_bytes // _MB)}
    return Reading(AlertKind.DISK_LOW, folder, details, is_known=free_bytes < floor)


def read_models(model_infos: Sequence[ModelInfo]) -> list[Reading]:
    """Return the models that will be switched off, also of those that only draw."""
    ends = {info.model: info.expiration_date for info in model_infos}
    ends |= {info.drawing.name: info.drawing.ends_on for info in model_infos if info.drawing}
    return [
        Reading(AlertKind.MODEL_ENDS, model, {"model": model, "day": day})
        for model, day in ends.items()
        if day
    ]
