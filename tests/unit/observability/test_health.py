"""Ready means: events can be taken, but for what passes within a minute."""

from __future__ import annotations

from bot.observability.health import Health
from bot.observability.metrics import Metrics


class HealthHarness:
    """A connection and a store that a test breaks, and a clock it moves."""

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


def test_nobody_is_ready_before_the_first_connection() -> None:
    house = HealthHarness()
    house.connected = False
    assert house.health.find_problem() == "not connected to Slack"
    house.connected = True
    assert house.health.is_ready()


def test_a_connection_may_be_gone_for_a_minute() -> None:
    house = HealthHarness()
    assert house.health.is_ready()
    house.connected = False
    house.advance(59)
    assert house.health.is_ready()
    house.advance(2)
    assert house.health.find_problem() == "not connected to Slack"
    house.connected = True
    assert house.health.is_ready()


def test_a_store_may_stumble_for_a_minute() -> None:
    house = HealthHarness()
    assert house.health.is_ready()
    house.advance(59, store_works=False)
    assert house.health.is_ready()
    house.advance(2, store_works=False)
    assert house.health.find_problem() == "the database does not take anything"
