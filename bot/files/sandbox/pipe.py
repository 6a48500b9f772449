"""Messages between the service and a decoder's process: a small header and any number of bytes.

Over a socket that blocks: both ends are threads of their own. What headers mean, `tasks.py` knows.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Sequence
from typing import Any

_LENGTH_BYTES = 4
_MAX_HEADER_BYTES = 1024 * 1024
_CHUNK_BYTES = 1024 * 1024
# More than any file that is let in, and any picture that can come of it.
_MAX_BYTES = 1024 * 1024 * 1024


class PipeError(Exception):
    """The other end is gone, or speaks another language."""


def send(sock: socket.socket, header: dict[str, Any], blobs: Sequence[bytes]) -> None:
    """Send all of it. Raises `OSError` where the other end is gone or does not take it in time."""
    told = json.dumps({**header, "blobs": [len(blob) for blob in blobs]}).encode()
    sock.sendall(len(told).to_bytes(_LENGTH_BYTES, "big") + told)
    for blob in blobs:
        sock.sendall(blob)


def receive(
    sock: socket.socket, *, deadline: float | None = None
) -> tuple[dict[str, Any], list[bytes]]:
    """The next message. Raises `PipeBroken`, `OSError`, `TimeoutError` at monotonic `until`."""
    size = int.from_bytes(_receive_exactly(sock, _LENGTH_BYTES, deadline), "big")
    if size > _MAX_HEADER_BYTES:
        raise PipeError("a header of another kind")
    try:
        header = json.loads(_receive_exactly(sock, size, deadline))
        sizes = [int(length) for length in header.pop("blobs")]
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
        raise PipeError(type(error).__name__) from error
    except RecursionError as error:
        raise PipeError("too deep") from error
    if sum(sizes) > _MAX_BYTES or any(length < 0 for length in sizes):
        raise PipeError("more than there can be")
    return header, [_receive_exactly(sock, length, deadline) for length in sizes]


def _receive_exactly(sock: socket.socket, size: int, deadline: float | None) -> bytes:
    """So many bytes. Room is made as they come: what is only claimed takes none."""
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
