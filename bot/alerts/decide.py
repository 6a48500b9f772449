"""Decides which troubles are new, which are over, and who is still to be told. Pure.

A trouble that comes and goes is told at most once in `QUIET_SECONDS`, with its end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.stores.alerts import Alert, AlertKey, AlertKind

QUIET_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Reading:
    """That something is wrong now; or, with `is_known` false, that this cannot be told.

    What has no reading is right.
    """

    kind: AlertKind
    subject: str
    details: Mapping[str, str] = field(default_factory=dict)
    is_known: bool = True

    @property
    def key(self) -> AlertKey:
        return self.kind, self.subject


@dataclass(frozen=True, slots=True)
class Notice:
    """What an operator is to be told: that the trouble has begun, or that it is over."""

    alert: Alert
    operator: str
    is_over: bool


def merge_readings(of_replicas: Sequence[Sequence[Reading]]) -> list[Reading]:
    """Return what is wrong for all replicas together.

    What one knows to be wrong is. What one cannot tell is right if another knows that; but a disk
    is a matter of its replica alone.
    """
    keys = [{reading.key for reading in readings} for readings in of_replicas]
    found: dict[AlertKey, Reading] = {}
    for reading in (one for readings in of_replicas for one in readings):
        is_told = all(reading.key in of_one for of_one in keys)
        if reading.is_known or is_told or reading.kind is AlertKind.DISK_LOW:
            known = found.get(reading.key)
            found[reading.key] = known if known is not None and known.is_known else reading
    return list(found.values())


def update_alerts(alerts: Iterable[Alert], readings: Iterable[Reading], now: float) -> list[Alert]:
    """Return all alerts as they are after `readings`, those that have ended included."""
    before = {alert.key: alert for alert in alerts}
    # What is known of a trouble goes over what is not: two providers may serve one model.
    found = {r.key: r for r in sorted(readings, key=lambda reading: reading.is_known)}
    updated = [_update(alert, found.get(key), now) for key, alert in before.items()]
    begun = [
        Alert(reading.kind, reading.subject, now, reading.details)
        for key, reading in found.items()
        if key not in before and reading.is_known
    ]
    return [*updated, *begun]


def _update(alert: Alert, reading: Reading | None, now: float) -> Alert:
    if reading is None:
        return alert if alert.ended_at is not None else replace(alert, ended_at=now)
    if not reading.is_known:
        return alert
    if alert.ended_at is None:
        # What was told stays as it was told.
        return alert if alert.told else replace(alert, details=reading.details)
    # Who has not heard of the end need not hear of the new beginning.
    return replace(
        alert,
        since=now,
        details=reading.details,
        ended_at=None,
        told=alert.told - alert.told_end,
        told_end=frozenset(),
    )


def list_notices(alerts: Iterable[Alert], operators: Sequence[str], now: float) -> list[Notice]:
    """Return what is to be told now, the oldest trouble first."""
    return [
        Notice(alert, operator, is_over=alert.ended_at is not None)
        for alert in sorted(alerts, key=lambda alert: alert.since)
        for operator in operators
        if _is_due(alert, operator, now)
    ]


def _is_due(alert: Alert, operator: str, now: float) -> bool:
    if alert.ended_at is not None:
        return operator in alert.told - alert.told_end
    is_quiet = (
        alert.told_at is not None
        and alert.told_at < alert.since  # of an earlier time
        and now - alert.told_at < QUIET_SECONDS
    )
    return operator not in alert.told and not is_quiet


def mark_told(notice: Notice, now: float) -> Alert:
    """Return the alert of `notice` once its operator has been told."""
    alert, operator = notice.alert, {notice.operator}
    if notice.is_over:
        return replace(alert, told_end=alert.told_end | operator)
    is_first = alert.told_at is None or alert.told_at < alert.since
    told_at = now if is_first else alert.told_at
    return replace(alert, told=alert.told | operator, told_at=told_at)


def is_finished(alert: Alert, operators: Collection[str], now: float) -> bool:
    """Whether an alert can be forgotten: it is over, told, and would be told again if it came."""
    if alert.ended_at is None or (alert.told - alert.told_end) & set(operators):
        return False
    return alert.told_at is None or now - alert.told_at >= QUIET_SECONDS
