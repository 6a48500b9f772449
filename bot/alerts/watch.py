"""Looks regularly at what can be wrong, and tells the operators what `decide.py` says.

Answers never wait for this, and whatever fails here is tried again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import structlog

from bot.alerts.decide import (
    Notice,
    Reading,
    is_finished,
    list_notices,
    mark_told,
    merge_readings,
    update_alerts,
)
from bot.alerts.messages import format_begun, format_ended
from bot.alerts.sources import AlertSources
from bot.delivery.escaper import escape_text
from bot.domain.errors import AllowanceUsed, EaselError, SlackError, StoreError
from bot.domain.messages import render
from bot.domain.stores.alerts import Alert, AlertKey, AlertStore, Operators
from bot.domain.stores.replicas import Duties

log = structlog.get_logger(__name__)

INTERVAL_SECONDS = 10.0
# After the start, and between rounds that follow from what has just been seen.
_PAUSE_SECONDS = 1.0
_MAX_NOTICES_PER_ROUND = 10
# Slack that does not answer is not waited for again and again.
_MAX_FAILURES_PER_ROUND = 2
# The replica that tells does so for as long after its last round. A round waits for Slack.
_DUTY, _DUTY_SECONDS = "alerts", 60.0
# After this time an operator whom Slack refuses is tried again.
_REFUSED_SECONDS = 3600.0

# Returns the language of a person, by their id. Never raises.
FindLanguage = Callable[[str], Awaitable[str]]


class SharedReadings(Protocol):
    """What the replicas find wrong. Raises `StoreError`."""

    async def publish(self, readings: Sequence[Reading]) -> None:
        """Let the replica that tells the operators know of `readings`, and of nothing else."""
        ...

    async def list_others(self) -> list[list[Reading]]:
        """Return what each other replica has found wrong within the last minute."""
        ...


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What the replicas have in common."""

    readings: SharedReadings
    duties: Duties


class AlertWatch:
    """Tells `people`, who are ids of Slack. `clock` gives seconds since 1970.

    Of several replicas one tells, what all of them find wrong: `elsewhere`.
    """

    def __init__(
        self,
        people: Sequence[str],
        store: AlertStore,
        operators: Operators,
        sources: AlertSources,
        find_language: FindLanguage,
        clock: Callable[[], float],
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self._elsewhere = elsewhere
        self._people = tuple(people)
        self._store = store
        self._operators = operators
        self._sources = sources
        self._find_language = find_language
        self._clock = clock
        self._refused_until = dict[str, float]()
        self._unsaved = dict[AlertKey, Alert]()

    async def run(self, changed: asyncio.Event) -> None:
        """Look every `INTERVAL_SECONDS`, and when `changed` is set, until cancelled."""
        while True:
            await asyncio.sleep(_PAUSE_SECONDS)
            changed.clear()
            try:
                await self.run_round()
            except EaselError as error:
                log.warning("alerts_failed", error=type(error).__name__, code=error.code)
            try:
                async with asyncio.timeout(INTERVAL_SECONDS):
                    await changed.wait()
            except TimeoutError:
                continue

    async def run_round(self) -> None:
        """Look once, and tell what is to be told. Raises `StoreError` if nothing can be read."""
        readings = await self._sources.read()
        if self._elsewhere is not None:
            await self._elsewhere.readings.publish(readings)
            if not await self._elsewhere.duties.take(_DUTY, seconds=_DUTY_SECONDS):
                self._unsaved.clear()
                return
            readings = merge_readings([readings, *await self._elsewhere.readings.list_others()])
        stored = {alert.key: alert for alert in await self._store.list_alerts()}
        before, now = stored | self._unsaved, self._clock()
        alerts = {alert.key: alert for alert in update_alerts(before.values(), readings, now)}
        for key, alert in alerts.items():
            _log_change(alert, before.get(key))
        await self._save([alert for key, alert in alerts.items() if alert != stored.get(key)])
        await self._tell(alerts)
        over = [a.key for a in alerts.values() if is_finished(a, self._people, self._clock())]
        await self._save((), over)

    async def _save(self, changed: Sequence[Alert], removed: Sequence[AlertKey] = ()) -> None:
        """Save, or keep in mind what a full disk does not take: it is a reason to tell."""
        try:
            await self._store.save(changed, removed)
        except StoreError as error:
            log.warning("alerts_not_saved", code=error.code, count=len(changed))
            self._unsaved |= {alert.key: alert for alert in changed}
            return
        for key in (*(alert.key for alert in changed), *removed):
            self._unsaved.pop(key, None)

    async def _tell(self, alerts: dict[AlertKey, Alert]) -> None:
        """Tell what is due, as far as Slack takes it; what it does not take is due again."""
        now, skipped, failures = self._clock(), set[str](), 0
        reachable = [user for user in self._people if self._refused_until.get(user, 0.0) <= now]
        for due in list_notices(alerts.values(), reachable, now)[:_MAX_NOTICES_PER_ROUND]:
            if due.operator in skipped or failures >= _MAX_FAILURES_PER_ROUND:
                continue
            notice = replace(due, alert=alerts[due.alert.key])
            try:
                await self._tell_one(notice)
            except EaselError as error:
                failures += not isinstance(error, AllowanceUsed | SlackError)
                skipped.add(notice.operator)
                self._note_failure(notice, error, now)
                continue
            alert = mark_told(notice, now)
            alerts[alert.key] = alert
            await self._save([alert])

    def _note_failure(self, notice: Notice, error: EaselError, now: float) -> None:
        if isinstance(error, AllowanceUsed):
            return  # others have used what Slack allows for now
        if isinstance(error, SlackError):
            self._refused_until[notice.operator] = now + _REFUSED_SECONDS
        log.warning(
            "operator_not_told",
            user=notice.operator,
            kind=notice.alert.kind.value,
            method=error.method,
            code=error.code,
        )

    async def _tell_one(self, notice: Notice) -> None:
        words = format_ended(notice.alert) if notice.is_over else format_begun(notice.alert)
        language = await self._find_language(notice.operator)
        await self._operators.tell(notice.operator, escape_text(render(words, language)))


def _log_change(alert: Alert, before: Alert | None) -> None:
    subject = alert.subject.replace(" ", ":")  # as one word: the log takes no sentence
    was_open = before is not None and before.ended_at is None
    if alert.ended_at is not None and was_open:
        log.info("alert_ended", kind=alert.kind.value, reason=subject)
    elif alert.ended_at is None and not was_open:
        log.warning("alert_began", kind=alert.kind.value, reason=subject)
