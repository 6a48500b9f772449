"""Shares the calls of Slack among the replicas of a workspace. `shares.py` decides."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, not_, or_, select, update

from bot.domain.stores.replicas import CallBlock, CallNeed, CallShares
from storage.engine.announcements import announce
from storage.engine.database import Database
from storage.engine.dialects import insert
from storage.engine.named_locks import lock
from storage.replicas.clock import read_now
from storage.replicas.schema import call_blocks, call_shares
from storage.replicas.shares import OthersNeed, choose_share

# Announced with the replica that says so: `HUNGER_TOPIC`, with `method`, `channel` and `seconds`
# `BLOCKS_TOPIC`, with `channels` `POSTS_TOPIC`.
HUNGER_TOPIC, BLOCKS_TOPIC, POSTS_TOPIC = "calls_needed", "calls_blocked", "posts"
# Who has not renewed for this long has ended, or makes few calls: see `CallSharing`.
LEASE_SECONDS = 6.0
# What a replica has called before it left counts until it is a minute old.
_WINDOW_SECONDS, _LEFT_PREFIX = 60.0, "left "
_MAX_CHANNELS = 100

_SELECT_SHARES = select(call_shares).where(call_shares.c.team == bindparam("team"))
_IS_LEFT = call_shares.c.replica.startswith(_LEFT_PREFIX)
_DELETE_OLD_SHARES = delete(call_shares).where(
    call_shares.c.team == bindparam("of_team"),
    or_(
        call_shares.c.renewed_at < bindparam("left_before"),
        and_(call_shares.c.renewed_at < bindparam("before"), not_(_IS_LEFT)),
    ),
)
_INSERT_SHARES = insert(call_shares)
_UPSERT_SHARES = _INSERT_SHARES.on_conflict_do_update(
    index_elements=["team", "replica"],
    set_={name: _INSERT_SHARES.excluded[name] for name in ("shares", "hungry", "renewed_at")},
)
_LEAVE = (
    update(call_shares)
    .where(
        call_shares.c.team == bindparam("of_team"), call_shares.c.replica == bindparam("of_replica")
    )
    .values(
        replica=bindparam("new_replica"),
        shares=bindparam("new_shares"),
        hungry="[]",
        renewed_at=bindparam("left_at"),
    )
)
_SELECT_BLOCKS = select(call_blocks).where(
    call_blocks.c.team == bindparam("team"), call_blocks.c.until > bindparam("now")
)
_DELETE_OLD_BLOCKS = delete(call_blocks).where(call_blocks.c.until < bindparam("before"))
_INSERT_BLOCK = insert(call_blocks)
_UPSERT_BLOCK = _INSERT_BLOCK.on_conflict_do_update(
    index_elements=["team", "method", "channel"], set_={"until": _INSERT_BLOCK.excluded.until}
)


class SqlCallStore:
    """Implements `bot.domain.stores.replicas.CallStore` for the replica `replica` of `team`."""

    def __init__(
        self,
        database: Database,
        *,
        team: str,
        replica: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._team = team
        self._replica = replica
        self._clock = clock

    async def renew(self, needs: Mapping[str, CallNeed]) -> CallShares:
        def write(connection: Connection) -> CallShares:
            lock(connection, "calls", self._team)
            now = read_now(connection, self._clock)
            ends = {"before": now - LEASE_SECONDS, "left_before": now - _WINDOW_SECONDS}
            connection.execute(_DELETE_OLD_SHARES, {"of_team": self._team, **ends})
            rows = connection.execute(_SELECT_SHARES, {"team": self._team}).all()
            others = [row for row in rows if row.replica != self._replica]
            held = [json.loads(row.shares) for row in rows if row.replica == self._replica]
            result = _share(needs, held[0] if held else {}, others)
            row = {
                "team": self._team,
                "replica": self._replica,
                "shares": json.dumps(dict(result.shares)),
                "hungry": json.dumps(sorted(m for m, need in needs.items() if need.is_hungry)),
                "renewed_at": now,
            }
            connection.execute(_UPSERT_SHARES, row)
            blocks = connection.execute(_SELECT_BLOCKS, {"team": self._team, "now": now}).all()
            return CallShares(
                result.shares,
                result.hungry,
                result.replicas,
                tuple(CallBlock(row.method, row.channel, row.until - now) for row in blocks),
            )

        return await self._database.write(write)

    async def announce_hunger(self) -> None:
        await self._announce(HUNGER_TOPIC)

    async def announce_posts(self, channels: Sequence[str]) -> None:
        for start in range(0, len(channels), _MAX_CHANNELS):
            await self._announce(POSTS_TOPIC, channels=channels[start : start + _MAX_CHANNELS])

    async def record_block(self, block: CallBlock) -> None:
        def write(connection: Connection) -> None:
            now = read_now(connection, self._clock)
            connection.execute(_DELETE_OLD_BLOCKS, {"before": now})
            key = {"team": self._team, "method": block.method, "channel": block.channel}
            connection.execute(_UPSERT_BLOCK, {**key, "until": now + block.seconds})
            self._announce_in(connection, BLOCKS_TOPIC, **key, seconds=block.seconds)

        await self._database.write(write)

    async def leave(self, used: Mapping[str, int]) -> None:
        def write(connection: Connection) -> None:
            row = {
                "of_team": self._team,
                "of_replica": self._replica,
                "new_replica": f"{_LEFT_PREFIX}{self._replica}",
                "new_shares": json.dumps(dict(used)),
                "left_at": read_now(connection, self._clock),
            }
            connection.execute(_LEAVE, row)
            self._announce_in(connection, HUNGER_TOPIC, team=self._team)

        await self._database.write(write)

    async def _announce(self, topic: str, **values: Any) -> None:
        await self._database.write(lambda c: self._announce_in(c, topic, team=self._team, **values))

    def _announce_in(self, connection: Connection, topic: str, **values: Any) -> None:
        announce(connection, topic, replica=self._replica, **values)


def _share(
    needs: Mapping[str, CallNeed], held: Mapping[str, int], others: Sequence[Any]
) -> CallShares:
    alive = [row for row in others if not row.replica.startswith(_LEFT_PREFIX)]
    hungry = frozenset(method for row in alive for method in json.loads(row.hungry))
    of_others: Counter[str] = Counter()
    for row in others:
        of_others.update(json.loads(row.shares))
    shares = {
        method: choose_share(
            need,
            held.get(method, 0),
            of_others[method],
            OthersNeed(len(alive) + 1, are_hungry=method in hungry),
        )
        for method, need in needs.items()
    }
    return CallShares(shares, hungry, len(alive) + 1, ())
