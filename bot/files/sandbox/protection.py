"""Says what a sandbox process that a hostile file has taken over cannot do here. Pure.

See `confinement.py` for how its rights are taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

_SIGNALS_SINCE = 6


@dataclass(frozen=True, slots=True)
class Protection:
    """Which of the kernel's means hold in a sandbox process; `landlock` is a version, 0 for none.

    `has_no_network`: its network has no device.
    """

    landlock: int = 0
    has_filter: bool = False
    has_no_network: bool = False
    has_no_new_privileges: bool = False

    @property
    def means(self) -> tuple[str, ...]:
        """The kernel's means that hold, by their names."""
        named = (
            (f"landlock-{self.landlock}", self.landlock),
            ("seccomp", self.has_filter),
            ("no_new_privs", self.has_no_new_privileges),
            ("own_network", self.has_no_network),
        )
        return tuple(name for name, holds in named if holds)

    @property
    def open_doors(self) -> tuple[str, ...]:
        """What a decoder that was taken over could still do, in words; empty if nothing of it."""
        landlock, has_filter = self.landlock, self.has_filter
        doors = (
            ("read all files of this user", landlock),
            ("change files of this user", has_filter),
            (self._connections, has_filter),
            ("start programs", has_filter),
            ("read the memory of other processes of this user", landlock or has_filter),
            ("end other processes of this user", has_filter or landlock >= _SIGNALS_SINCE),
        )
        return tuple(door for door, is_shut in doors if not is_shut)

    @property
    def _connections(self) -> str:
        where = " to services of this machine" if self.has_no_network else ""
        return f"open connections{where}"


def serialize_protection(protection: Protection) -> dict[str, Any]:
    """Return the protection as a sandbox process reports it, before it receives a file."""
    return asdict(protection)


def parse_protection(header: Mapping[str, Any]) -> Protection:
    """Return what a sandbox process reports. Raises `ValueError` for anything else."""
    try:
        return Protection(
            int(header["landlock"]),
            bool(header["has_filter"]),
            bool(header["has_no_network"]),
            bool(header["has_no_new_privileges"]),
        )
    except (LookupError, TypeError) as error:
        raise ValueError("no protection") from error
