"""Extracts long runs of base64 from a stream as it arrives, to hold a picture in memory once. Pure.

A picture of 10 MB is one line of 13 MB. If it were read whole, every step would copy it, and
parsing JSON and base64 would block the event loop for a tenth of a second. Instead it is decoded
piece by piece, and a short placeholder takes its place in the line. The placeholder holds a random
nonce, so no provider can have written it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import string

# Shorter runs stay in the stream, because words are runs, too.
MIN_RUN_CHARS = 4096
MAX_BLOB_BYTES = 64 * 1024 * 1024
MAX_HELD_BYTES = 96 * 1024 * 1024
_LONG_RUN_PATTERN = re.compile(rb"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{%d,}" % MIN_RUN_CHARS)
_HALF_RUN_CHARS = MIN_RUN_CHARS // 2
_HALF_RUN_PATTERN = re.compile(rb"[A-Za-z0-9+/]{%d}" % _HALF_RUN_CHARS)
_RUN_CHARS = (string.ascii_letters + string.digits + "+/").encode()
_RUN_PATTERN = re.compile(rb"[A-Za-z0-9+/]*")


def _find_long_run(data: bytes) -> re.Match[bytes] | None:
    """Find the first long run. Words are told from one at a few places, which costs next to
    nothing: the pattern tries every run of letters."""
    # A long run covers one of these places, and as much again behind it.
    places = range(0, len(data) - _HALF_RUN_CHARS + 1, _HALF_RUN_CHARS)
    if not any(_HALF_RUN_PATTERN.match(data, place) for place in places):
        return None
    return _LONG_RUN_PATTERN.search(data)


class RunTooLong(ValueError):
    """A run of base64 is longer than the limit."""


class ExtractedBlobs:
    """The extracted runs of one stream, by placeholder. `nonce` is random, new for each stream."""

    def __init__(self, nonce: str) -> None:
        self._placeholder_prefix = f"taken-{nonce}-"
        # The bytes, their SHA-256, and trailing characters that do not make up a byte.
        self._blobs: dict[int, tuple[bytes, str, bytes]] = {}
        self._count = 0
        self._held_bytes = 0

    def add(self, data: bytes, sha256: str, rest: bytes) -> bytes:
        """Store a decoded run and return its placeholder. Raises `RunTooLong` if runs that no
        payload has asked for are too many."""
        number, self._count = self._count, self._count + 1
        self._blobs[number] = (data, sha256, rest)
        self._held_bytes += len(data)
        if self._held_bytes > MAX_HELD_BYTES:
            raise RunTooLong(f"runs of more than {MAX_HELD_BYTES} bytes")
        return f"{self._placeholder_prefix}{number}.".encode()

    def forget(self, payload: bytes) -> None:
        """Drop the runs of a payload, which was read."""
        prefix = self._placeholder_prefix.encode()
        if prefix in payload:
            for found in re.finditer(rb"%s(\d+)\." % prefix, payload):
                data, _, _ = self._blobs.pop(int(found[1]), (b"", "", b""))
                self._held_bytes -= len(data)

    def find_data(self, body: str) -> tuple[bytes, str] | None:
        """Return the bytes and SHA-256 of a placeholder.

        Return None if `body` is not a placeholder, or the run was not valid base64.
        """
        if not body.startswith(self._placeholder_prefix):
            return None
        number = body[len(self._placeholder_prefix) :].partition(".")[0]
        data, sha256, rest = self._blobs[int(number)]
        return None if rest else (data, sha256)

    def has_placeholder(self, text: str) -> bool:
        return self._placeholder_prefix in text

    def restore(self, text: str) -> str:
        """Replace every placeholder in `text` with the original base64."""
        if self._placeholder_prefix not in text:
            return text

        def encode_original(placeholder: re.Match[str]) -> str:
            data, _, rest = self._blobs[int(placeholder[1])]
            return (base64.b64encode(data).rstrip(b"=") + rest).decode()

        return re.sub(rf"{self._placeholder_prefix}(\d+)\.", encode_original, text)


class Base64Extractor:
    """Replaces long runs of base64 by placeholders while the bytes arrive in chunks."""

    def __init__(self, blobs: ExtractedBlobs, *, max_bytes: int = MAX_BLOB_BYTES) -> None:
        self._blobs = blobs
        self._max_bytes = max_bytes
        self._pending = b""  # a run at the end of the input that may still become long
        self._pieces: list[bytes] | None = None  # decoded pieces of the current long run
        self._carry = b""  # up to three characters of it that do not make up whole bytes yet
        self._byte_count = 0
        self._hash = hashlib.sha256()

    def feed(self, chunk: bytes) -> bytes:
        """Take the next bytes; return those that are ready. Raises `RunTooLong`."""
        out: list[bytes] = []
        rest = chunk
        if self._pieces is not None:
            rest = self._decode_run(rest, out)
        if self._pieces is None:
            rest, self._pending = self._pending + rest, b""
            while found := _find_long_run(rest):
                out.append(rest[: found.start()])
                self._pieces = []
                rest = self._decode_run(rest[found.start() :], out)
                if self._pieces is not None:
                    return b"".join(out)
            ready = rest.rstrip(_RUN_CHARS)
            self._pending = rest[len(ready) :]
            out.append(ready)
        return b"".join(out)

    def close(self) -> bytes:
        """Return the bytes that are still held back once the stream has ended."""
        if self._pieces is not None:
            return self._finish_run()
        pending, self._pending = self._pending, b""
        return pending

    def _decode_run(self, data: bytes, out: list[bytes]) -> bytes:
        """Decode the run at the start of `data`; return what follows it."""
        found = _RUN_PATTERN.match(data)
        run = found.group() if found else b""
        whole = self._carry + run
        end = len(whole) - len(whole) % 4
        piece = binascii.a2b_base64(whole[:end])
        self._carry = whole[end:]
        self._byte_count += len(piece)
        if self._byte_count > self._max_bytes:
            raise RunTooLong(f"a run of more than {self._max_bytes} bytes")
        assert self._pieces is not None  # noqa: S101 - the caller is in a run
        self._pieces.append(piece)
        self._hash.update(piece)  # piece by piece, so that the event loop is never blocked for long
        rest = data[len(run) :]
        if rest:
            out.append(self._finish_run())
        return rest

    def _finish_run(self) -> bytes:
        pieces, carry = self._pieces or [], self._carry
        self._pieces, self._carry, self._byte_count = None, b"", 0
        last = binascii.a2b_base64(carry + b"=" * (-len(carry) % 4)) if len(carry) > 1 else b""
        # Leftover bits have to be zero; otherwise the run was not base64.
        if last and base64.b64encode(last).rstrip(b"=") == carry:
            pieces.append(last)
            self._hash.update(last)
            carry = b""
        data = b"".join(pieces)
        pieces.clear()
        sha256, self._hash = self._hash.hexdigest(), hashlib.sha256()
        return self._blobs.add(data, sha256, carry)
