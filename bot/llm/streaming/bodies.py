"""Reads the body of a response in small pieces, however much a compressed byte stands for.

httpx unpacks a chunk as a whole: 64 KB of it may become 64 MB at once.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing

import httpx

# What Easel offers to take; it reads no other compression.
ACCEPTED_ENCODINGS = "gzip, deflate"
_MAX_PIECE_BYTES = 128 * 1024
_GZIP_BITS, _ZLIB_BITS, _RAW_BITS = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS


async def iterate_pieces(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    """Yield the body, unpacked, in pieces of at most 128 KB where it is compressed.

    Raises `httpx.DecodingError` for a compression that was not offered, or is broken.
    """
    encoding = response.headers.get("content-encoding", "").strip().lower()
    unpacker = _choose_unpacker(encoding, response.request)
    async with aclosing(_iterate_raw(response)) as chunks:
        async for chunk in chunks:
            if unpacker is None:
                yield chunk
                continue
            try:
                for piece in unpacker.iterate_pieces(chunk):
                    yield piece
                    await asyncio.sleep(0)  # a chunk may take long
            except zlib.error as error:
                raise httpx.DecodingError(str(error), request=response.request) from error


async def read_body(response: httpx.Response, max_bytes: int) -> bytes | None:
    """Return the body, None if it has more than `max_bytes`. Raises as `iterate_pieces` does."""
    body = bytearray()
    async with aclosing(iterate_pieces(response)) as pieces:
        async for piece in pieces:
            body += piece
            if len(body) > max_bytes:
                return None
    return bytes(body)


async def _iterate_raw(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    async for chunk in response.aiter_raw():
        yield chunk


def _choose_unpacker(encoding: str, request: httpx.Request) -> _Unpacker | None:
    match encoding:
        case "" | "identity":
            return None
        case "gzip" | "x-gzip":
            return _Unpacker(_GZIP_BITS)
        case "deflate":
            return _Unpacker(None)
        case _:
            raise httpx.DecodingError("a compression that was not offered", request=request)


class _Unpacker:
    """Unpacks chunks. Without `bits` the first one tells: servers send "deflate" in two ways
    (RFC 9110, 8.4.1.2)."""

    def __init__(self, bits: int | None) -> None:
        self._stream = None if bits is None else zlib.decompressobj(bits)

    def iterate_pieces(self, chunk: bytes) -> Iterator[bytes]:
        if self._stream is None:
            has_header = chunk[:1] != b"" and chunk[0] & 0x0F == zlib.DEFLATED
            self._stream = zlib.decompressobj(_ZLIB_BITS if has_header else _RAW_BITS)
        while chunk and not self._stream.eof:
            piece = self._stream.decompress(chunk, _MAX_PIECE_BYTES)
            chunk = self._stream.unconsumed_tail
            if piece:
                yield piece
