"""Easel is ready if it can take events; a short outage is ignored."""

from __future__ import annotations

from bot.observability.health import Health
from bot.observability.metrics import Metrics


class HealthHarness:
    """A connection and a store that a test can break, and a clock that it can advance."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.connected = True
        self.stored_at = 1000.0
        self.health = Health(
            lambda: self.connected, lambda: self.stored_at, Metrics(), lambda: self.now
        )

    def advance(self, seconds: float, *, store_works: bool = True) -> None:
        self.now += seconds
        if store_works:
            self.stored_at = self.now


def test_easel_is_not_ready_before_the_first_connection() -> None:
    harness = HealthHarness()
    harness.connected = False
    assert harness.health.find_problem() == "not connected to Slack"
    harness.connected = True
    assert harness.health.is_ready()


def test_a_connection_may_be_gone_for_a_moment() -> None:
    harness = HealthHarness()
    assert harness.health.is_ready()
    harness.connected = False
    harness.advance(4)
    assert harness.health.is_ready()
    harness.advance(2)
    assert harness.health.find_problem() == "not connected to Slack"
    harness.connected = True
    assert harness.health.is_ready()


def test_a_store_may_stumble_for_a_minute() -> None:
    harness = HealthHarness()
    assert harness.health.is_ready()
    harness.advance(59, store_works=False)
    assert harness.health.is_ready()
    harness.advance(2, store_works=False)
    assert harness.health.find_problem() == "the database does not take anything"


def test_whoever_stops_is_not_ready_however_well_all_works() -> None:
    harness = HealthHarness()
    assert harness.health.is_ready()
    harness.health.begin_stop()
    assert harness.health.find_problem() == "stopping"


def test_a_replica_without_a_place_at_slack_is_ready_and_says_so() -> None:
    harness = HealthHarness()
    harness.connected = False
    is_waiting = True
    health = Health(
        lambda: harness.connected,
        lambda: harness.stored_at,
        Metrics(),
        lambda: harness.now,
        is_waiting=lambda: is_waiting,
    )
    assert health.is_ready() and "works on the queue" in health.describe()
    is_waiting = False
    assert health.find_problem() == "not connected to Slack"
    harness.connected = True
    assert health.is_ready() and health.describe() == "ready"
