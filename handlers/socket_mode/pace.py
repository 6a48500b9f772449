"""How long each step of a connection may take, and how long to wait after a failure. Pure."""

from __future__ import annotations

from dataclasses import dataclass

# Slack's Retry-After is honoured up to this; a larger one would be a fault of a gateway.
_MAX_RETRY_AFTER_SECONDS = 900.0
_MAX_DOUBLINGS = 16


@dataclass(frozen=True, slots=True)
class Pace:
    """All in seconds.

    `address`, `handshake`, `hello`: limits of the three steps of opening. `ping`: between pings;
    a connection on which nothing comes for `silence` is lost. `drain`: how long a connection that
    is replaced may still acknowledge. `first_delay` to `max_delay`: waits between attempts.
    `refused_delay`: the wait after Slack has refused for good. A connection that lasts `stable`
    is a success. `rebuild`: an outage after which everything is built from scratch. `reminder`:
    between log lines of an outage. `watch`: between looks at all this.
    """

    address: float = 10.0
    handshake: float = 10.0
    hello: float = 10.0
    ping: float = 5.0
    silence: float = 20.0
    drain: float = 3.0
    first_delay: float = 0.5
    max_delay: float = 30.0
    refused_delay: float = 60.0
    stable: float = 30.0
    rebuild: float = 60.0
    reminder: float = 60.0
    watch: float = 1.0


def calculate_delay(
    pace: Pace,
    failures: int,
    *,
    retry_after: float | None = None,
    is_refused: bool = False,
    chance: float,
) -> float:
    """Return the seconds to wait after `failures` failures in a row.

    `chance`, from 0 to 1, spreads the attempts of many clients: the wait is between half and all
    of what doubles with each failure. It is never shorter than Slack's `retry_after`.
    """
    if failures <= 0 and retry_after is None and not is_refused:
        return 0.0
    doublings = min(max(failures - 1, 0), _MAX_DOUBLINGS)
    longest: float = min(pace.max_delay, pace.first_delay * 2.0**doublings)
    if is_refused:
        longest = max(longest, pace.refused_delay)
    delay = longest * (0.5 + chance / 2)
    if retry_after is None:
        return delay
    return max(delay, min(retry_after, _MAX_RETRY_AFTER_SECONDS) + pace.first_delay * chance)
