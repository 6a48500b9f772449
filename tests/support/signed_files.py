"""Builds signed files (CMS, RFC 5652), without certificates."""

from __future__ import annotations

# What each kind of content is called (RFC 5652, 4 and 5).
SIGNED, DATA = bytes.fromhex("06092a864886f70d010702"), bytes.fromhex("06092a864886f70d010701")


def wrap(tag: int, value: bytes) -> bytes:
    """A value of DER, its length in three bytes."""
    return bytes([tag, 0x83]) + len(value).to_bytes(3, "big") + value


def sign(content: bytes, *, in_pieces: bool = False) -> bytes:
    """A CMS SignedData around the content, without certificates."""
    octets = wrap(0x04, content)
    if in_pieces:
        pieces = (content[at : at + 7] for at in range(0, len(content), 7))
        octets = b"\x24\x80" + b"".join(wrap(0x04, piece) for piece in pieces) + b"\0\0"
    inner = wrap(0x30, DATA + wrap(0xA0, octets))
    body = b"\x02\x01\x01" + wrap(0x31, b"") + inner + wrap(0x31, b"")
    return wrap(0x30, SIGNED + wrap(0xA0, wrap(0x30, body)))
