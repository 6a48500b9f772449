"""The least of a WebSocket server (RFC 6455): whole text frames out, masked frames in."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3
_TEXT, _CLOSE, _PING, _PONG = 0x1, 0x8, 0x9, 0xA


def build_accept(key: bytes) -> bytes:
    """Build the answer to a client's key."""
    return base64.b64encode(hashlib.sha1(key + _MAGIC).digest())


def build_frame(payload: bytes, opcode: int = _TEXT) -> bytes:
    """Build one whole, unmasked frame."""
    size = len(payload)
    if size < 126:
        head = bytes((0x80 | opcode, size))
    elif size < 65_536:
        head = bytes((0x80 | opcode, 126)) + size.to_bytes(2)
    else:
        head = bytes((0x80 | opcode, 127)) + size.to_bytes(8)
    return head + payload


class FrameReader:
    """Reads a client's frames; answers pings and closes itself. Fragments are not expected."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self.receive: Callable[[bytes], None] = lambda _text: None
        self._write = write
        self._received = b""

    def feed(self, data: bytes) -> None:
        """Take bytes as they arrive."""
        self._received += data
        start = 0
        while (end := self._find_end(start)) is not None:
            self._read_frame(start, end)
            start = end
        self._received = self._received[start:]

    def _find_end(self, start: int) -> int | None:
        """Return where the frame at `start` ends, or None if it is not complete."""
        received, available = self._received, len(self._received) - start
        if available < 6:
            return None
        size, head = received[start + 1] & 0x7F, 6
        if size >= 126:
            width = 2 if size == 126 else 8
            size, head = int.from_bytes(received[start + 2 : start + 2 + width]), 6 + width
        return start + head + size if available >= head + size else None

    def _read_frame(self, start: int, end: int) -> None:
        opcode, size = self._received[start] & 0x0F, self._received[start + 1] & 0x7F
        head = start + (2 if size < 126 else 4 if size == 126 else 10)
        mask, masked = self._received[head : head + 4], self._received[head + 4 : end]
        payload = _remove_mask(masked, mask)
        if opcode == _TEXT:
            self.receive(payload)
        elif opcode in (_PING, _CLOSE):
            self._write(build_frame(payload, _PONG if opcode == _PING else _CLOSE))


def _remove_mask(masked: bytes, mask: bytes) -> bytes:
    size = len(masked)
    repeated = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(masked) ^ int.from_bytes(repeated)).to_bytes(size)
