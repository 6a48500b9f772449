"""Opens what Zstandard has packed, with a bound on the memory that it takes."""

from __future__ import annotations

from typing import IO, Any

from bot.files.readers.parquet.packing import zstd

_OPTIONS: dict[int, int] = {int(zstd.DecompressionParameter.window_log_max): 27}


def open_zstandard(file: IO[bytes]) -> Any:
    """Open a packed file for reading."""
    return zstd.ZstdFile(file, options=_OPTIONS)


def build_zstandard_decoder() -> Any:
    """Return a decoder of one stream, called as those of `lzma` are."""
    return zstd.ZstdDecompressor(options=_OPTIONS)
