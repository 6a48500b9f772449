"""Sends messages between the service and a sandbox process: a small header and blobs of bytes.

Uses a blocking socket; each end runs in its own thread. See `tasks.py` for the headers' meaning.
"""

from __future__ import annotations

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

# In the header of a result: the process could not begin with the task. Another one may.
NOT_READY = "not_ready"

Header: TypeAlias = dict[str, Any]
Message: TypeAlias = tuple[Header, list[bytes]]


class PipeError(Exception):
    """The other end is gone, or does not follow the protocol."""


def send(sock: socket.socket, header: Header, blobs: Sequence[bytes]) -> None:
    """Send a message. Raises `OSError` if the other end is gone or does not take it in time."""
    encoded = json.dumps({**header, "blobs": [len(blob) for blob in blobs]}).encode()
    sock.sendall(len(encoded).to_bytes(_LENGTH_BYTES, "big") + encoded)
    for blob in blobs:
        sock.sendall(blob)


def receive(sock: socket.socket, *, deadline: float | None = None) -> Message:
    """Return the next message.

    Raises `PipeError`, `OSError`, and `TimeoutError` when the monotonic clock reaches `deadline`.
    """
    size = int.from_bytes(_receive_exactly(sock, _LENGTH_BYTES, deadline), "big")
    if size > _MAX_HEADER_BYTES:
        raise PipeError("header too long")
    try:
        header = json.loads(_receive_exactly(sock, size, deadline))
        sizes = [int(length) for length in header.pop("blobs")]
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
        raise PipeError(type(error).__name__) from error
    except RecursionError as error:
        raise PipeError("too deep") from error
    if sum(sizes) > _MAX_BYTES or any(length < 0 for length in sizes):
        raise PipeError("message too long")
    return header, [_receive_exactly(sock, length, deadline) for length in sizes]


def _receive_exactly(sock: socket.socket, size: int, deadline: float | None) -> bytes:
    """Receive `size` bytes. Memory grows as they arrive: a false claim of a size takes none."""
    data = bytearray()
    while len(data) < size:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            sock.settimeout(left)
        piece = sock.recv(min(_CHUNK_BYTES, size - len(data)))
        if not piece:
            raise PipeError("closed")
        data += piece
    return bytes(data)
