"""Failures on demand: what a method does instead of its work, and how often."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


class ApiError(Exception):
    """A refusal with Slack's error code and the other fields of the answer."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass(slots=True)
class Fault:
    """A failure on demand.

    `after`: the work is done and only the answer fails. `drop`: the connection breaks. `argument`:
    only calls with this argument fail, such as "blocks"; `block`: only those with a block of this
    type. `html`: a page comes instead: a gateway's, or Slack's page for signing in where it is a
    download without `status`.
    """

    method: str
    error: str | None = None
    status: int | None = None
    retry_after: int | None = None
    html: bool = False
    times: int = 1
    after: bool = False
    drop: bool = False
    delay: float = 0.0
    argument: str = ""
    block: str = ""

    def is_meant_for(self, method: str, args: Mapping[str, Any]) -> bool:
        """Whether a call is one that should fail."""
        if self.method not in (method, "*") or self.times <= 0:
            return False
        has_block = not self.block or self.block in _list_block_types(args.get("blocks"))
        return has_block and (not self.argument or bool(args.get(self.argument)))

    @property
    def is_failure(self) -> bool:
        """Whether the call fails, rather than only takes longer."""
        return bool(self.error or self.status or self.html or self.drop or not self.delay)


def _list_block_types(blocks: object) -> list[object]:
    if isinstance(blocks, str):
        try:
            blocks = json.loads(blocks or "[]")
        except ValueError:
            return []
    found = blocks if isinstance(blocks, list) else []
    return [block.get("type") for block in found if isinstance(block, dict)]


class FaultQueue:
    """The faults whose method has not been called yet."""

    def __init__(self) -> None:
        self._pending: list[Fault] = []
        self.on_take: Callable[[], object] = lambda: None

    def add(self, fault: Fault) -> None:
        self._pending.append(fault)

    def __len__(self) -> int:
        return len(self._pending)

    def take(self, method: str, args: Mapping[str, Any] | None = None) -> Fault | None:
        """Return the fault for this call and count it; "*" means every method."""
        for fault in self._pending:
            if fault.is_meant_for(method, args or {}):
                fault.times -= 1
                if fault.times == 0:
                    self._pending.remove(fault)
                self.on_take()
                return fault
        return None

    def clear(self) -> None:
        self._pending.clear()
