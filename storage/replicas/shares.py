"""Decides how many calls a replica may make of what all may make together. Pure."""

from __future__ import annotations

from bot.domain.stores.replicas import CallNeed

# What a replica without need keeps of its even share while others need more.
_RESERVE_DIVISOR = 4


def choose_share(need: CallNeed, held: int, of_others: int, others: OthersNeed) -> int:
    """Return the share of a replica that has had `held` while the others have `of_others`.

    It gets no more than is free, and loses none that it uses. A replica in need takes all that is
    free, unless others are in need, too: then each has an even share.
    """
    free = max(0, need.limit - of_others)
    even = max(1, need.limit // others.replicas)
    if others.replicas == 1:
        wanted = need.limit
    elif need.is_hungry:
        wanted = even if others.are_hungry else need.limit
    else:
        wanted = max(1, even // _RESERVE_DIVISOR) if others.are_hungry else even
    kept = min(held, need.used) if need.may_lower else held
    return min(max(wanted, kept), max(free, 0))


class OthersNeed:
    """How many replicas there are, and whether others need more of a method than they have."""

    def __init__(self, replicas: int, *, are_hungry: bool) -> None:
        self.replicas = max(1, replicas)
        self.are_hungry = are_hungry
