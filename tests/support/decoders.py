"""Starts of decoders that the tests of a whole service can do without: each takes a fifth of a
second of processor time, and a thousand services are started.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.files.sandbox.pool import SandboxPool
from bot.files.sandbox.protection import Protection

_find_protection = SandboxPool.find_protection
_found: list[Protection] = []


async def _find_protection_once(pool: SandboxPool) -> Protection:
    if not _found:
        _found.append(await _find_protection(pool))
    return _found[0]


@contextmanager
def start_few_decoders() -> Iterator[None]:
    """Start a decoder for a file that needs it: none ahead of one, and one to learn what it may.

    What protection decoders have on this machine is asked once, and the same in all services after
    that. `tests/unit/files/sandbox` has the pool as it is.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SandboxPool, "find_protection", _find_protection_once)
        patch.setattr(SandboxPool, "_prepare_spare", lambda _pool: None)
        yield
