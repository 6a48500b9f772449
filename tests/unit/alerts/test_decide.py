"""What operators hear of: once when it begins, once when it is over, never ten times."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.decide import (
    QUIET_SECONDS,
    Reading,
    is_finished,
    list_notices,
    mark_told,
    update_alerts,
)
from bot.domain.stores.alerts import Alert, AlertKind

KEY = Reading(AlertKind.KEY_REJECTED, "openrouter", {"provider": "openrouter"})
UNKNOWN = replace(KEY, is_known=False)
DISK = Reading(AlertKind.DISK_LOW, "/data", {"folder": "/data", "free_mb": "5"})
PEOPLE = ("U0A", "U0B")


class Desk:
    """Runs rounds on a clock, and keeps what was told: operator, kind, and whether it is over."""

    def __init__(self, people: tuple[str, ...] = PEOPLE) -> None:
        self.people, self.now = people, 1_000_000.0
        self.alerts: list[Alert] = []
        self.told: list[tuple[str, AlertKind, bool]] = []
        self.deaf: set[str] = set()

    def run(self, *readings: Reading, seconds: float = 10.0) -> None:
        self.now += seconds
        alerts = {alert.key: alert for alert in update_alerts(self.alerts, readings, self.now)}
        for due in list_notices(alerts.values(), self.people, self.now):
            if due.operator not in self.deaf:
                notice = replace(due, alert=alerts[due.alert.key])
                alerts[due.alert.key] = mark_told(notice, self.now)
                self.told.append((due.operator, due.alert.kind, due.is_over))
        self.alerts = [a for a in alerts.values() if not is_finished(a, self.people, self.now)]

    def count(self, operator: str, *, is_over: bool) -> int:
        return sum(who == operator and over is is_over for who, _, over in self.told)


def test_each_operator_hears_once_of_the_beginning_and_once_of_the_end() -> None:
    desk = Desk()
    for _ in range(5):
        desk.run(KEY, DISK)
    assert sorted(desk.told) == sorted(
        (who, reading.kind, False) for who in PEOPLE for reading in (KEY, DISK)
    )
    for _ in range(5):
        desk.run(DISK)
    assert desk.told[4:] == [(who, KEY.kind, True) for who in PEOPLE]


def test_what_is_not_known_changes_nothing() -> None:
    desk = Desk()
    desk.run(UNKNOWN)
    assert desk.alerts == []
    desk.run(KEY)
    desk.run(UNKNOWN)
    assert len(desk.told) == 2 and desk.alerts[0].ended_at is None
    desk.run()
    desk.run(UNKNOWN)
    assert len(desk.told) == 4 and desk.alerts[0].ended_at is not None


def test_what_comes_and_goes_is_told_once_in_an_hour() -> None:
    desk = Desk(("U0A",))
    for _ in range(300):  # an hour and forty minutes
        desk.run(KEY)
        desk.run()
    assert desk.count("U0A", is_over=False) == desk.count("U0A", is_over=True) == 2


def test_what_stays_after_it_came_again_is_told_after_the_quiet_time() -> None:
    desk = Desk(("U0A",))
    desk.run(KEY)
    desk.run()
    desk.run(KEY)
    assert desk.count("U0A", is_over=False) == 1
    desk.run(KEY, seconds=QUIET_SECONDS)
    assert desk.count("U0A", is_over=False) == 2


def test_who_could_not_be_told_is_told_later_or_not_of_what_is_over() -> None:
    desk = Desk()
    desk.deaf = {"U0B"}
    desk.run(KEY)
    desk.deaf = set()
    desk.run(KEY)
    assert [who for who, _, _ in desk.told] == ["U0A", "U0B"]
    desk.run(KEY, DISK)
    desk.deaf = {"U0B"}
    desk.run(DISK)
    desk.run(KEY, DISK)  # it is back before B has heard of its end
    desk.deaf = set()
    desk.run(KEY, DISK)
    desk.run(DISK)
    assert desk.count("U0B", is_over=False) == 2 and desk.count("U0B", is_over=True) == 1


def test_an_operator_who_is_new_hears_of_what_goes_on() -> None:
    desk = Desk(("U0A",))
    desk.run(KEY)
    desk.people = ("U0A", "U0C")
    desk.run(KEY)
    assert desk.told == [("U0A", KEY.kind, False), ("U0C", KEY.kind, False)]


def test_what_is_over_and_told_is_forgotten_after_the_quiet_time() -> None:
    desk = Desk()
    desk.run(KEY)
    desk.run()
    assert len(desk.alerts) == 1
    desk.people = ("U0B",)  # one who left need not be told of the end
    desk.run(seconds=QUIET_SECONDS)
    assert desk.alerts == []


@given(st.lists(st.sampled_from(["bad", "good", "unknown", "deaf", "hears"]), max_size=60))
def test_no_one_hears_of_two_beginnings_without_an_end_nor_more_than_once_an_hour(
    steps: list[str],
) -> None:
    desk, readings = Desk(), {"bad": [KEY], "good": [], "unknown": [UNKNOWN]}
    for step in steps:
        if step in readings:
            desk.run(*readings[step], seconds=60.0)
        else:
            desk.deaf = {"U0B"} if step == "deaf" else set()
    for who in PEOPLE:
        heard = [is_over for operator, _, is_over in desk.told if operator == who]
        assert heard == [bool(index % 2) for index in range(len(heard))]
        assert heard.count(False) <= 2
