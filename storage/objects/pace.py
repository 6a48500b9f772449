"""How long things may take at a store of objects that is not on this machine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RemotePace:
    """How long things may take, in seconds.

    `call` is one attempt without its bytes, which may take `per_mb` for each MB, and `max_bytes` in
    all. `put`, `get` and `others` bound how long attempts are repeated: a picture that is paid for
    waits out an outage of a minute. `lasting`: the same for failures that somebody has to end, and
    for what is put after an outage was waited out in vain.
    """

    call: float = 15.0
    per_mb: float = 4.0
    max_bytes: float = 120.0
    put: float = 75.0
    get: float = 20.0
    others: float = 5.0
    lasting: float = 3.0

    def calculate_seconds(self, size: int) -> float:
        """Return how long one attempt may take that moves `size` bytes."""
        return self.call + min(self.per_mb * size / 1e6, self.max_bytes)


DEFAULT_PACE = RemotePace()
