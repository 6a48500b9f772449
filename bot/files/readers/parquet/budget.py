"""Counts the work that one Parquet file may cause, and stops it."""

from __future__ import annotations

from dataclasses import dataclass

_MAX_PAGE_BYTES = 32 * 1024 * 1024


class BudgetError(ValueError):
    """The file asks for more work than is done for one."""


@dataclass
class Budget:
    """What is left: bytes to unpack, and steps of a loop in Python (about two million a second)."""

    unpacked_bytes: int = 128 * 1024 * 1024
    steps: int = 12_000_000

    def take_bytes(self, count: int) -> None:
        """Take `count` bytes. Raises `BudgetError` if they are not left."""
        self.unpacked_bytes -= count
        if count > _MAX_PAGE_BYTES or self.unpacked_bytes < 0:
            raise BudgetError("too many bytes")

    def take_steps(self, count: int) -> None:
        """Take `count` steps. Raises `BudgetError` if they are not left."""
        self.steps -= count
        if self.steps < 0:
            raise BudgetError("too many steps")
