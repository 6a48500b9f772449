"""The protocol of bytes that must survive the process, wherever they are kept.

Working copies are not among them: those may be lost, see `files.py`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

# More than any file that Easel makes: what is larger is none of its own, and is not read.
MAX_OBJECT_BYTES = 512 * 1024 * 1024
# The kind, a folder, a name. None begins with a point, so that none leads upwards.
_NAME_PATTERN = re.compile(r"[a-z]{1,32}/[0-9a-f]{2}/[0-9A-Za-z][0-9A-Za-z._-]{0,199}", re.ASCII)


@dataclass(frozen=True, slots=True)
class BucketAddress:
    """Where objects are kept at a provider: `scheme` is `s3`, `gs` or `az`, `prefix` may be ""."""

    scheme: str
    bucket: str
    prefix: str = ""

    def __str__(self) -> str:
        return f"{self.scheme}://{self.bucket}/{self.prefix}".rstrip("/")


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One object: its name, its size in bytes, and when it was put, as a Unix time."""

    name: str
    size: int
    put_at: float


class ObjectStore(Protocol):
    """Bytes by their names: a kind, a folder of two digits and a name, such as `outbox/ab/cd12`.

    A name is checked with `check_object_name`. All raise `StoreError` where it may work later,
    `put` also `OperatorError` where it will not.
    """

    async def put(self, name: str, data: bytes) -> None:
        """Store `data`; what was there under that name is replaced as a whole. Once this returns,
        the bytes survive this process and this machine's loss of power."""
        ...

    async def get(self, name: str) -> bytes | None:
        """Return the bytes; None if they are missing, or more than `MAX_OBJECT_BYTES`."""
        ...

    async def delete(self, names: Collection[str]) -> None:
        """Delete what is there of `names`."""
        ...

    async def list_objects(self, kind: str, folder: str = "") -> list[StoredObject]:
        """List the objects of a kind, or of one folder of it. Of very many, some may be missing;
        what has no name of Easel's is left out."""
        ...


def check_object_name(name: str) -> str:
    """Return `name` if it is one. Raises `ValueError`."""
    if not is_object_name(name):
        raise ValueError("that is no name of an object")
    return name


def is_object_name(name: str) -> bool:
    """Whether Easel may have given that name."""
    return _NAME_PATTERN.fullmatch(name) is not None
