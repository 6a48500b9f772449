"""What tests of the connection to Slack share: a quick pace, and pages of the running service."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import aiohttp

from handlers.socket_mode.pace import Pace
from tests.support.easel import EaselEnvironment

# The real order of steps and waits, in fractions of a second.
QUICK_PACE = Pace(
    address=1.0,
    handshake=0.4,
    hello=0.4,
    ping=0.1,
    silence=0.5,
    drain=1.0,
    first_delay=0.02,
    max_delay=0.1,
    refused_delay=0.2,
    stable=0.3,
    rebuild=30.0,
    reminder=0.2,
    watch=0.05,
)
# Where the far end answers: on a busy machine a limit on its answers would meet some of them.
STEADY_PACE = replace(QUICK_PACE, address=60.0, handshake=60.0, hello=60.0, silence=60.0)
_PACE_FOR_SILENCE = replace(STEADY_PACE, handshake=1.0, hello=1.0)


def has_short_limits(fault: dict[str, Any]) -> bool:
    """Whether a handshake with this fault is never answered."""
    return "hangs" in fault or "silent" in fault


def choose_pace(fault: dict[str, Any]) -> Pace:
    """Return a pace with short limits only where something has to run into them."""
    return _PACE_FOR_SILENCE if has_short_limits(fault) else STEADY_PACE


async def fetch_text(easel: EaselEnvironment, path: str) -> tuple[int, str]:
    """Return the status and the text of a page of the running service."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{easel.service.address}{path}") as response,
    ):
        return response.status, await response.text()


async def read_metric(easel: EaselEnvironment, name: str) -> float:
    """Return the sum of a metric over its labels."""
    _, page = await fetch_text(easel, "/metrics")
    lines = [line for line in page.splitlines() if line.startswith((f"{name} ", f"{name}{{"))]
    return sum(float(line.rpartition(" ")[2]) for line in lines)
