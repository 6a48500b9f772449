"""Finds what is in a signed mail or file (CMS SignedData, RFC 5652). Checks no signature. Pure."""

from __future__ import annotations

_SEQUENCE, _OCTETS, _OBJECT = 0x30, 0x04, 0x06
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_DATA = bytes.fromhex("2a864886f70d010701")
_ENVELOPED_DATA = bytes.fromhex("2a864886f70d010703")
# The kind stands behind the head of the whole, which is at most this long.
_MAX_HEAD_BYTES = 16
_MAX_DEPTH, _MAX_PIECES = 12, 10_000


def is_encrypted(data: bytes) -> bool:
    """Whether these bytes are encrypted for the person to whom they were sent."""
    return data[:1] == b"\x30" and _ENVELOPED_DATA in data[: _MAX_HEAD_BYTES + 11]


def is_signed(data: bytes) -> bool:
    """Whether these bytes are signed, and may hold what was signed."""
    return data[:1] == b"\x30" and _SIGNED_DATA in data[: _MAX_HEAD_BYTES + 11]


def find_signed_content(data: bytes) -> bytes | None:
    """Return what was signed; None if the data are encrypted or something else."""
    start = data.find(_SIGNED_DATA, 0, 64)
    if start < 0:
        return None
    kind = data.find(_DATA, start + len(_SIGNED_DATA), start + 512)
    if kind < 0:
        return None
    # [0] EXPLICIT OCTET STRING follows the kind of the content.
    position = kind + len(_DATA)
    if data[position : position + 1] != b"\xa0":
        return None
    inner, _ = _read_head(data, position)
    return b"".join(_read_octets(data, inner, 0)) or None


def _read_head(data: bytes, position: int) -> tuple[int, int]:
    """Return where the value at `position` starts, and its length; -1 if it is not told."""
    first = data[position + 1] if position + 1 < len(data) else 0
    if first < 0x80:
        return position + 2, first
    size = first & 0x7F
    if not size:
        return position + 2, -1
    length = int.from_bytes(data[position + 2 : position + 2 + size], "big")
    return position + 2 + size, length


def _read_octets(data: bytes, position: int, depth: int) -> list[bytes]:
    """Return the pieces of a string of octets, which may itself consist of strings."""
    if position >= len(data) or depth > _MAX_DEPTH:
        return []
    tag, (start, length) = data[position], _read_head(data, position)
    if tag == _OCTETS:
        return [data[start : start + max(0, length)]]
    if tag != _OCTETS | 0x20:
        return []
    end = len(data) if length < 0 else min(len(data), start + length)
    pieces, at = list[bytes](), start
    while at < end and len(pieces) < _MAX_PIECES and data[at : at + 2] != b"\0\0":
        inner, size = _read_head(data, at)
        if size < 0:
            break
        pieces += _read_octets(data, at, depth + 1)
        at = inner + size
    return pieces
