"""The outbox: bytes of pictures that are paid for and not yet shared, by their sha256.

Several processes may share one: then each gives a name of its own to what it puts, so that what one
deletes is never what another has just put.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Collection
from typing import Self

import structlog

from bot.domain.stores.objects import ObjectStore, StoredObject

log = structlog.get_logger(__name__)

_KIND = "outbox"
_SHA256_PATTERN = re.compile(r"[0-9a-f]{64}")
# Longer than any answer takes from its first picture to its end, and than clocks differ.
SHARED_MIN_AGE_SECONDS = 3600.0
_MAX_DELETED_AT_ONCE = 100


class ObjectOutbox:
    """Implements `bot.domain.stores.files.Outbox` in `objects`.

    `is_shared`: other processes use it at the same time. `former` is where pictures were kept
    before, until they are shared.
    """

    def __init__(
        self, objects: ObjectStore, *, is_shared: bool, former: Self | None = None
    ) -> None:
        self._objects = objects
        self._is_shared = is_shared
        self._former = former
        self._own_names: dict[str, set[str]] = {}  # of what this process has put, by sha256

    async def put(self, data: bytes) -> str:
        """Store `data`; return its sha256. Raises `OperatorError`, `StoreError`."""
        sha256 = await asyncio.to_thread(_compute_sha256, data)
        name = _name_object(sha256, secrets.token_hex(8) if self._is_shared else "")
        await self._objects.put(name, data)
        self._own_names.setdefault(sha256, set()).add(name)
        return sha256

    async def get(self, sha256: str) -> bytes | None:
        if not _SHA256_PATTERN.fullmatch(sha256):
            return None
        # The plain name where processes share it, too: that it is missing proves that a store of
        # objects answers, while a web page from something on the way is read as an empty list.
        tried = self._list_own_names(sha256) | {_name_object(sha256, "")}
        data = await self._get_first(sha256, tried)
        if data is None:
            listed = await self._objects.list_objects(_KIND, sha256[:2])
            found = {one.name for one in listed if _read_sha256(one) == sha256}
            data = await self._get_first(sha256, found - tried)
        if data is None and self._former is not None:
            return await self._former.get(sha256)
        return data

    async def delete(self, sha256: str) -> None:
        """Delete the bytes as far as no other process can have put them. What is left, by one that
        has ended, is left to `delete_unneeded`."""
        if not _SHA256_PATTERN.fullmatch(sha256):
            return
        if self._former is not None:
            await self._former.delete(sha256)
        if names := self._list_own_names(sha256):
            await self._objects.delete(names)
            self._own_names.pop(sha256, None)

    async def delete_unneeded(self, list_needed: Callable[[], Awaitable[Collection[str]]]) -> None:
        """Delete what no open question needs. Where processes share it, only what is old enough
        that none can still be about to need it; else only before anything is put.

        `list_needed` returns the sha256 of what is needed. Raises `StoreError`.
        """
        listed = await self._objects.list_objects(_KIND)
        oldest_kept = time.time() - SHARED_MIN_AGE_SECONDS if self._is_shared else float("inf")
        # After the listing: a question may have begun to need what is listed.
        needed = await list_needed()
        unneeded = [
            one.name
            for one in listed
            if one.put_at < oldest_kept and _read_sha256(one) not in needed
        ]
        for start in range(0, len(unneeded), _MAX_DELETED_AT_ONCE):
            await self._objects.delete(unneeded[start : start + _MAX_DELETED_AT_ONCE])
        if self._former is not None:
            await self._former.delete_unneeded(list_needed)

    def _list_own_names(self, sha256: str) -> set[str]:
        plain = set() if self._is_shared else {_name_object(sha256, "")}
        return plain | self._own_names.get(sha256, set())

    async def _get_first(self, sha256: str, names: Collection[str]) -> bytes | None:
        """Return the bytes under the first of `names` that holds the right ones."""
        for name in sorted(names):
            data = await self._objects.get(name)
            if data is None:
                continue
            if await asyncio.to_thread(_compute_sha256, data) == sha256:
                return data
            log.warning("object_ignored", reason="damaged")
        return None


def _name_object(sha256: str, mark: str) -> str:
    name = f"{_KIND}/{sha256[:2]}/{sha256[2:]}"
    return f"{name}.{mark}" if mark else name


def _read_sha256(listed: StoredObject) -> str:
    """Return the sha256 that an object's name tells; of another name something that is none."""
    _, folder, name = listed.name.split("/")
    return folder + name.partition(".")[0]


def _compute_sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
