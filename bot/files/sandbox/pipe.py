"""Sends messages between the service and a sandbox process: a small header and blobs of bytes.

Uses a blocking socket; each end runs in its own thread. See `tasks.py` for the headers' meaning.
"""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Sequence
from typing import Any, TypeAlias

_LENGTH_BYTES = 4
_MAX_HEADER_BYTES = 1024 * 1024
_CHUNK_BYTES = 1024 * 1024
# More than any file that Easel accepts, and any picture that is computed from it.
_MAX_BYTES = 1024 * 1024 * 1024
# The longest single wait.
_LOOK_SECONDS = 0.5

# In the header of a result: the process could not begin with the task. Another one may.
NOT_READY = "not_ready"

Header: TypeAlias = dict[str, Any]
Message: TypeAlias = tuple[Header, list[bytes]]


class PipeError(Exception):
    """The other end is gone, or does not follow the protocol."""


class TimeLimit:
    """The `seconds` that the other end has for all that uses this.

    Time in which this process stood still does not count: a machine that stalls stops both ends,
    and what is done after that is not the other end's delay.
    """

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self._seen_at = time.monotonic()

    def begin_wait(self) -> float:
        """Return how long to wait now. Raises `TimeoutError` when the time is over."""
        now = time.monotonic()
        # What took longer than the longest wait was no waiting.
        self._left -= min(now - self._seen_at, _LOOK_SECONDS)
        self._seen_at = now
        if self._left <= 0:
            raise TimeoutError
        return min(self._left, _LOOK_SECONDS)


def send(
    sock: socket.socket, header: Header, blobs: Sequence[bytes], limit: TimeLimit | None = None
) -> None:
    """Send a message. Raises `OSError` if the other end is gone, `TimeoutError` by `limit`."""
    encoded = json.dumps({**header, "blobs": [len(blob) for blob in blobs]}).encode()
    _send_all(sock, len(encoded).to_bytes(_LENGTH_BYTES, "big") + encoded, limit)
    for blob in blobs:
        _send_all(sock, blob, limit)


def receive(sock: socket.socket, limit: TimeLimit | None = None) -> Message:
    """Return the next message. Raises `PipeError`, `OSError`, and `TimeoutError` by `limit`."""
    size = int.from_bytes(_receive_exactly(sock, _LENGTH_BYTES, limit), "big")
    if size > _MAX_HEADER_BYTES:
        raise PipeError("header too long")
    try:
        header = json.loads(_receive_exactly(sock, size, limit))
        sizes = [int(length) for length in header.pop("blobs")]
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
        raise PipeError(type(error).__name__) from error
    except RecursionError as error:
        raise PipeError("too deep") from error
    if sum(sizes) > _MAX_BYTES or any(length < 0 for length in sizes):
        raise PipeError("message too long")
    return header, [_receive_exactly(sock, length, limit) for length in sizes]


def _send_all(sock: socket.socket, data: bytes, limit: TimeLimit | None) -> None:
    if limit is None:
        sock.sendall(data)
        return
    view = memoryview(data)
    while view:
        sock.settimeout(limit.begin_wait())
        with contextlib.suppress(TimeoutError):
            view = view[sock.send(view[:_CHUNK_BYTES]) :]


def _receive_exactly(sock: socket.socket, size: int, limit: TimeLimit | None) -> bytes:
    """Receive `size` bytes. Memory grows as they arrive: a false claim of a size takes none."""
    data = bytearray()
    while len(data) < size:
        if limit is not None:
            sock.settimeout(limit.begin_wait())
        try:
            piece = sock.recv(min(_CHUNK_BYTES, size - len(data)))
        except TimeoutError:
            continue  # `limit` says whether the time is over
        if not piece:
            raise PipeError("closed")
        data += piece
    return bytes(data)
