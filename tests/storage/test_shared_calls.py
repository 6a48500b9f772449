"""The replicas of a workspace together call Slack no more often than its limits allow."""

from __future__ import annotations

import random
from collections import deque

import pytest

from bot.domain.stores.replicas import CallBlock, CallNeed
from handlers.web_api.limits.call_sharing import CallSharing
from handlers.web_api.rate_limits import WINDOW_SECONDS, RateLimiter
from storage.engine.postgres import PostgresDatabase
from storage.replicas.calls import SqlCallStore
from storage.replicas.shares import OthersNeed, choose_share
from tests.support.replicas import NAMES, open_replicas

METHOD, LIMIT = "chat.update", 47


class Replica:
    """A limiter with its share of the calls, on a clock that all replicas of a test have."""

    def __init__(self, database: PostgresDatabase, name: str, now: list[float]) -> None:
        self.limiter = RateLimiter(lambda: now[0])
        self.store = SqlCallStore(database, team="T", replica=name, clock=lambda: now[0])
        self.sharing = CallSharing(self.limiter, self.store, replica=name, team="T")

    def call(self) -> bool:
        return self.limiter.try_acquire(METHOD)

    def call_as_often_as_allowed(self) -> int:
        count = 0
        while self.call():
            count += 1
        return count


async def test_a_replica_that_is_alone_may_call_as_often_as_a_single_process(
    postgres_url: str,
) -> None:
    async with open_replicas(postgres_url, 1) as (database,):
        replica = Replica(database, "a", [1000.0])
        await replica.sharing.open()
        assert replica.call_as_often_as_allowed() == LIMIT


async def test_who_needs_more_calls_gets_what_the_others_do_not_use(postgres_url: str) -> None:
    async with open_replicas(postgres_url) as databases:
        now = [1000.0]
        replicas = [
            Replica(database, name, now) for database, name in zip(databases, NAMES, strict=True)
        ]
        for replica in replicas:
            await replica.sharing.open()
        for replica in replicas * 2:  # each knows of the others, and of what they need
            await replica.sharing.renew()
        busy = replicas[0]
        calls = busy.call_as_often_as_allowed()
        assert LIMIT // 3 <= calls < LIMIT
        for replica in [busy, *replicas[1:], *replicas[1:], busy]:
            await replica.sharing.renew()
        calls += busy.call_as_often_as_allowed()
        assert calls >= LIMIT * 3 // 4
        # The others keep a little for what comes.
        assert all(replica.call() for replica in replicas[1:])


@pytest.mark.parametrize("seed", range(3))
async def test_together_they_never_exceed_a_limit_within_any_minute(
    postgres_url: str, seed: int
) -> None:
    rnd = random.Random(seed)
    async with open_replicas(postgres_url) as databases:
        now, calls = [1000.0], deque[float]()
        replicas = [
            Replica(database, name, now) for database, name in zip(databases, NAMES, strict=True)
        ]
        running: list[Replica] = []
        for _ in range(120):
            if len(running) < len(replicas):
                newcomer = replicas[len(running)]
                await newcomer.sharing.open()
                await newcomer.sharing.renew()
                for other in running:  # who starts is heard of at once
                    await other.sharing.renew()
                    await other.sharing.renew()
                await newcomer.sharing.renew()
                running.append(newcomer)
            busy = rnd.choice(running)
            for _ in range(rnd.randrange(12)):
                calls.extend([now[0]] * busy.call())
            for replica in rnd.sample(running, len(running)):
                await replica.sharing.renew()
            now[0] += rnd.choice((0.1, 0.5, 1.0, 2.0))
            while calls and calls[0] <= now[0] - WINDOW_SECONDS:
                calls.popleft()
            assert len(calls) <= LIMIT + 1
        assert len(calls) > LIMIT // 2


async def test_a_replica_that_has_ended_leaves_its_share_to_the_others(postgres_url: str) -> None:
    async with open_replicas(postgres_url, 2) as databases:
        now = [1000.0]
        ended, next_one = (
            Replica(database, name, now) for database, name in zip(databases, NAMES, strict=False)
        )
        await ended.sharing.open()
        assert ended.call_as_often_as_allowed() == LIMIT
        now[0] += 7.0  # it does not renew its share any more
        await next_one.sharing.open()
        assert next_one.call_as_often_as_allowed() == LIMIT


async def test_a_replica_that_stops_leaves_all_but_what_it_has_used(postgres_url: str) -> None:
    async with open_replicas(postgres_url, 2) as databases:
        now = [1000.0]
        stopping, next_one = (
            Replica(database, name, now) for database, name in zip(databases, NAMES, strict=False)
        )
        await stopping.sharing.open()
        assert all(stopping.call() for _ in range(20))
        await stopping.store.leave(stopping.limiter.count_used())
        await next_one.sharing.open()
        assert next_one.call_as_often_as_allowed() == LIMIT - 20
        now[0] += 61.0
        await next_one.sharing.renew()
        assert next_one.call_as_often_as_allowed() == LIMIT


async def test_what_slack_has_refused_to_one_replica_no_other_tries(postgres_url: str) -> None:
    async with open_replicas(postgres_url, 2) as databases:
        now = [1000.0]
        one, other = (
            Replica(database, name, now) for database, name in zip(databases, NAMES, strict=False)
        )
        await one.sharing.open()
        await one.store.record_block(CallBlock(METHOD, "C1", 30.0))
        await other.sharing.open()  # it has heard no announcement
        assert other.limiter.get_block_seconds(METHOD, "C1") == pytest.approx(30.0)
        assert other.limiter.get_block_seconds(METHOD, "C2") == 0
        # An announcement is heeded at once, and its own is none.
        heard = {"team": "T", "replica": "b", "method": "users.info", "channel": "", "seconds": 9.0}
        one.sharing.hear_block(heard)
        other.sharing.hear_block(heard)
        assert one.limiter.get_block_seconds("users.info") == pytest.approx(9.0)
        assert other.limiter.get_block_seconds("users.info") == 0


async def test_without_the_database_the_last_share_holds_and_then_an_even_one(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_replicas(postgres_url, 2) as databases:
        now = [1000.0]
        one, other = (
            Replica(database, name, now) for database, name in zip(databases, NAMES, strict=False)
        )
        await one.sharing.open()
        await other.sharing.open()
        for replica in (one, other, one, other):
            await replica.sharing.renew()
        await databases[0].close()
        await one.sharing.renew()
        assert one.call()
        monkeypatch.setattr(one.sharing, "_renewed_at", -1_000.0)
        await one.sharing.renew()
        assert 0 < one.call_as_often_as_allowed() <= LIMIT // 2


def build_need(used: int, *, may_lower: bool = True, is_hungry: bool = False) -> CallNeed:
    return CallNeed(LIMIT, used, may_lower=may_lower, is_hungry=is_hungry)


ALONE, CALM, HUNGRY = (
    OthersNeed(1, are_hungry=False),
    OthersNeed(2, are_hungry=False),
    OthersNeed(2, are_hungry=True),
)


@pytest.mark.parametrize(
    ("need", "held", "of_others", "others", "expected"),
    [
        # Alone: all, but for what one that has just left has used.
        (build_need(0), 0, 0, ALONE, 47),
        (build_need(0), 0, 20, ALONE, 27),
        # No more than is free, whatever is needed.
        (build_need(0, is_hungry=True), 0, 47, CALM, 0),
        # What is in use is kept.
        (build_need(40, is_hungry=True), 40, 5, HUNGRY, 40),
        # Without need: a little, where another needs more.
        (build_need(1), 23, 24, HUNGRY, 5),
        (build_need(1, may_lower=False), 23, 24, HUNGRY, 23),
        # Both in need: even.
        (build_need(3, is_hungry=True), 40, 5, HUNGRY, 23),
    ],
)
def test_a_share(
    need: CallNeed, held: int, of_others: int, others: OthersNeed, expected: int
) -> None:
    assert choose_share(need, held, of_others, others) == expected
