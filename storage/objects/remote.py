"""Keeps objects in a bucket of S3, Google Cloud Storage or Azure, through obstore.

Every call is tried again for a bounded time. See `remote_errors.py` for what its failures mean, and
`connect.py` for how the bucket is found.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from typing import Any, TypeVar

import obstore
import stamina
import structlog
from obstore.store import ObjectStore

from bot.domain.errors import StoreError
from bot.domain.messages import Message
from bot.domain.stores.objects import (
    MAX_OBJECT_BYTES,
    StoredObject,
    check_object_name,
    is_object_name,
)
from storage.objects.pace import DEFAULT_PACE, RemotePace
from storage.objects.remote_errors import (
    CALL_ERRORS,
    LASTING_CODES,
    is_missing_object,
    read_code,
)

log = structlog.get_logger(__name__)

UNREACHABLE_MESSAGE = Message(
    "The place where I keep pictures cannot be reached right now. Please ask again in a minute;"
    " if that keeps failing, tell the person who runs me."
)
_CHUNK_BYTES = 1024 * 1024
_PAGE_OBJECTS = 1000
MAX_LISTED = 100_000
_FIRST_WAIT_SECONDS, _MAX_WAIT_SECONDS = 0.2, 5.0

T = TypeVar("T")


class RemoteObjects:
    """Implements `bot.domain.stores.objects.ObjectStore` in `store`."""

    def __init__(self, store: ObjectStore, *, pace: RemotePace = DEFAULT_PACE) -> None:
        self._store = store
        self._pace = pace
        self._is_down = False  # the last put was given up

    async def put(self, name: str, data: bytes) -> None:
        path = check_object_name(name)

        async def put_once() -> None:
            # In one request: the object is there as a whole or not at all.
            await obstore.put_async(self._store, path, data, use_multipart=False)

        patience, seconds = self._pace.put, self._pace.calculate_seconds(len(data))
        if self._is_down:
            patience = self._pace.lasting
            seconds -= max(0.0, self._pace.call - self._pace.lasting)
        try:
            await self._call("put", put_once, patience=patience, seconds=seconds)
        except StoreError:
            self._is_down = True
            raise
        self._is_down = False

    async def get(self, name: str) -> bytes | None:
        path = check_object_name(name)
        # How much comes is known only then: `_get_once` has bounds of its own.
        seconds = self._pace.call + self._pace.calculate_seconds(MAX_OBJECT_BYTES)
        return await self._call(
            "get", lambda: self._get_once(path), patience=self._pace.get, seconds=seconds
        )

    async def delete(self, names: Collection[str]) -> None:
        paths = [check_object_name(name) for name in names]

        async def delete_once() -> None:
            for path in paths:
                try:
                    await obstore.delete_async(self._store, path)
                except FileNotFoundError as error:
                    if not is_missing_object(error):
                        raise

        patience = self._pace.others
        seconds = self._pace.call * max(1, len(paths))
        await self._call("delete", delete_once, patience=patience, seconds=seconds)

    async def list_objects(self, kind: str, folder: str = "") -> list[StoredObject]:
        prefix = f"{kind}/{folder}".rstrip("/")
        check_object_name(f"{prefix}/x" if folder else f"{prefix}/00/x")
        return await self._call(
            "list",
            lambda: self._list_once(prefix),
            patience=self._pace.others,
            seconds=self._pace.call * 4,
        )

    async def _get_once(self, path: str) -> bytes | None:
        try:
            async with asyncio.timeout(self._pace.call):
                result = await obstore.get_async(self._store, path)
        except FileNotFoundError as error:
            if is_missing_object(error):
                return None
            raise
        if not result.meta["e_tag"]:
            # All stores send one. A page of something on the way has none.
            raise OSError("an answer without an ETag")
        if result.meta["size"] > MAX_OBJECT_BYTES:
            log.warning("object_ignored", reason="too_large", count=result.meta["size"])
            return None
        data = bytearray()
        async with asyncio.timeout(self._pace.calculate_seconds(result.meta["size"])):
            # The client ends it where more comes than the server has said.
            async for chunk in result.stream(min_chunk_size=_CHUNK_BYTES):
                data += memoryview(chunk)
        return bytes(data)

    async def _list_once(self, prefix: str) -> list[StoredObject]:
        found = list[StoredObject]()
        seen = 0
        async for page in obstore.list(self._store, prefix, chunk_size=_PAGE_OBJECTS):
            seen += len(page)
            found += [_read_meta(meta) for meta in page if is_object_name(str(meta["path"]))]
            if seen >= MAX_LISTED:
                log.warning("objects_not_all_listed", count=seen)
                break
        return found

    async def _call(
        self, action: str, run: Callable[[], Awaitable[T]], *, patience: float, seconds: float
    ) -> T:
        """Return what `run` does, which may take `seconds`; repeat it for `patience` seconds.

        Raises `StoreError`.
        """
        started_at = time.monotonic()

        def should_repeat(error: Exception) -> bool:
            if not isinstance(error, CALL_ERRORS):
                return False
            is_lasting = read_code(error) in LASTING_CODES
            return not is_lasting or time.monotonic() - started_at < self._pace.lasting

        try:
            async for attempt in stamina.retry_context(
                on=should_repeat,
                attempts=None,
                timeout=patience,
                wait_initial=_FIRST_WAIT_SECONDS,
                wait_max=_MAX_WAIT_SECONDS,
            ):
                with attempt:
                    async with asyncio.timeout(seconds):
                        return await run()
        except CALL_ERRORS as error:
            raise build_store_error(action, error) from error
        raise AssertionError("stamina returns or raises")


def build_store_error(action: str, error: BaseException) -> StoreError:
    """Return the error of a call that has failed for good, or for long enough."""
    failure = StoreError(f"files: {action}: {read_code(error)}", user_message=UNREACHABLE_MESSAGE)
    failure.code = read_code(error)
    return failure


def _read_meta(meta: Any) -> StoredObject:
    put_at = meta["last_modified"]
    seconds = put_at.timestamp() if isinstance(put_at, datetime) else 0.0
    return StoredObject(str(meta["path"]), int(meta["size"]), seconds)
