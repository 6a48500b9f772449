"""Keeps the calls of all replicas within Slack's limits, which are one for a workspace.

Each replica may make a share of the calls of a minute (`RateLimiter.set_shares`), which it renews
in the background: no call waits for the database while there is room. Who needs more takes what the
others do not use. Where the database does not answer, the last share holds, and after a while an
even one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import structlog

from bot.domain.errors import EaselError
from bot.domain.stores.replicas import CallBlock, CallNeed, CallShares, CallStore
from bot.observability.background_tasks import BackgroundTasks
from bot.observability.rare_warning import RareWarning
from handlers.web_api.rate_limits import RateLimiter

log = structlog.get_logger(__name__)

# How often shares are renewed without a reason, and at most.
RENEW_SECONDS, MIN_GAP_SECONDS = 2.0, 0.2
# Without the database for as long, a replica is taken for gone, and others get its share.
_LEASE_SECONDS = 6.0
# Posts are told together: a call for each would cost more than it saves.
_POSTS_DELAY_SECONDS = 0.02


class CallSharing:
    """Implements `handlers.web_api.rate_limits.LimitListener` with what `store` keeps."""

    def __init__(self, limiter: RateLimiter, store: CallStore, *, replica: str, team: str) -> None:
        self._limiter = limiter
        self._store = store
        self._replica = replica
        self._team = team
        self._last = CallShares({}, frozenset(), 1, ())
        self._shares: Mapping[str, int] = {}  # as the limiter has them
        self._is_due = asyncio.Event()
        self._renewed_at = time.monotonic()
        self._told_hungry: frozenset[str] = frozenset()
        self._channels: list[str] = []
        self._tasks = BackgroundTasks("calls")
        self._failures = RareWarning(time.monotonic)

    async def open(self) -> None:
        """Take part: from now on this replica makes no more calls than its share."""
        self._limiter.connect(self)
        self._set_shares({})
        await self.renew()

    async def run(self) -> None:
        """Renew the shares until cancelled, then give them back."""
        try:
            while True:
                try:
                    async with asyncio.timeout(RENEW_SECONDS):
                        await self._is_due.wait()
                except TimeoutError:
                    pass
                self._is_due.clear()
                await self.renew()
                await asyncio.sleep(MIN_GAP_SECONDS)
        finally:
            await self._tasks.cancel()
            await self._try(self._store.leave(self._limiter.count_used()))

    async def renew(self) -> None:
        """Renew once. Where that fails, the last share holds."""
        hungry = self._limiter.take_hungry()
        needs = self._offer(hungry)
        try:
            result = await self._store.renew(needs)
        except EaselError as error:
            self._handle_failure(error)
            return
        self._renewed_at = time.monotonic()
        has_news = bool(result.hungry - self._last.hungry)
        has_grown = any(result.shares[name] > self._shares.get(name, 0) for name in hungry)
        self._last = result
        self._set_shares(result.shares)
        for block in result.blocks:
            self._limiter.apply_block(block.method, block.seconds, block.channel)
        wanting = frozenset(name for name in hungry if result.shares[name] < needs[name].limit)
        is_new = await self._tell_hunger(wanting)
        if has_news or (wanting and (is_new or has_grown)):
            self._is_due.set()  # more may be given up, here or by others

    def handle_hunger(self) -> None:
        self._is_due.set()

    def handle_block(self, method: str, channel: str, seconds: float) -> None:
        self._tasks.spawn(self._try(self._store.record_block(CallBlock(method, channel, seconds))))

    def handle_post(self, channel: str) -> None:
        self._channels.append(channel)
        if len(self._channels) == 1:
            self._tasks.spawn(self._tell_posts())

    def hear_hunger(self, values: Mapping[str, Any]) -> None:
        """Heed that another replica needs more calls."""
        if self._is_others(values):
            self._is_due.set()

    def hear_block(self, values: Mapping[str, Any]) -> None:
        """Heed that Slack has refused a call of another replica."""
        if self._is_others(values):
            self._limiter.apply_block(values["method"], values["seconds"], values["channel"])

    def hear_posts(self, values: Mapping[str, Any]) -> None:
        """Heed that another replica has posted."""
        if self._is_others(values):
            self._limiter.note_posts(values["channels"])

    def renew_soon(self) -> None:
        """Renew at once: something may have been missed."""
        self._is_due.set()

    def _offer(self, hungry: set[str]) -> dict[str, CallNeed]:
        """Return what is needed. What others may get is held back before they do."""
        used, needs, held_back = self._limiter.count_used(), dict[str, CallNeed](), dict[str, int]()
        for name, limit in self._limiter.limits.items():
            share, even = self._shares.get(name, 0), limit // self._last.replicas
            is_hungry, is_wanted = name in hungry, name in self._last.hungry
            may_lower = is_wanted or (share > even and not is_hungry)
            kept = max(used[name] + 1, even) if is_hungry else used[name] + 1
            kept = min(share, kept)
            held_back[name] = kept if may_lower else share
            needs[name] = CallNeed(limit, kept, may_lower, is_hungry)
        self._set_shares(held_back)
        return needs

    def _handle_failure(self, error: EaselError) -> None:
        """Go on with what is left; others may have got what was held back."""
        if count := self._failures.count():
            log.warning("store_failed", at="calls", code=error.recorded_code, count=count)
        if time.monotonic() - self._renewed_at > _LEASE_SECONDS:
            limits, replicas = self._limiter.limits, self._last.replicas
            even = {name: limit // replicas for name, limit in limits.items()}
            self._set_shares({name: min(self._shares.get(name, 0), even[name]) for name in even})

    def _set_shares(self, shares: Mapping[str, int]) -> None:
        self._shares = shares
        self._limiter.set_shares(shares)

    async def _tell_hunger(self, hungry: frozenset[str]) -> bool:
        """Let the others give up what they do not use; return whether they did not know."""
        news, self._told_hungry = hungry - self._told_hungry, hungry
        if news and self._last.replicas > 1:
            await self._try(self._store.announce_hunger())
        return bool(news) and self._last.replicas > 1

    async def _tell_posts(self) -> None:
        await asyncio.sleep(_POSTS_DELAY_SECONDS)
        channels, self._channels = self._channels, []
        await self._try(self._store.announce_posts(channels))

    async def _try(self, call: Any) -> None:
        try:
            await call
        except EaselError as error:
            log.info("replicas_not_told", at="calls", code=error.recorded_code)

    def _is_others(self, values: Mapping[str, Any]) -> bool:
        return values.get("team") == self._team and values.get("replica") != self._replica
