"""Reads files that were packed alone (gzip, bzip2, xz, Zstandard), and tar archives, packed or not.

Unpacks no more than the allowance, whatever follows, and writes nothing to disk.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
from dataclasses import replace
from typing import IO, Any

from bot.domain.files import ParsedFile
from bot.domain.messages import Message
from bot.files.kinds import is_tar
from bot.files.readers.containers.collecting import (
    Allowance,
    Collector,
    FileReader,
    Member,
    build_archive_file,
    clean_path,
    format_size,
    is_noise,
)
from bot.files.unreadable import build_unreadable_error

_GZIP, _BZIP2, _XZ, _ZSTANDARD = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd"
_KINDS = {_GZIP: "gzip", _BZIP2: "bzip2", _XZ: "xz", _ZSTANDARD: "Zstandard"}
_ENDINGS = (".gz", ".bz2", ".xz", ".zst", ".zstd", ".z")
_SHORT_ENDINGS = {".tgz": ".tar", ".tbz": ".tar", ".tbz2": ".tar", ".txz": ".tar"}
_BLOCK_BYTES, _CHUNK_BYTES = 512, 65_536
_MAX_MEMBERS = 20_000
_MORE_FILES = Message("files behind those listed")
_FNAME, _MAX_NAME_BYTES = 0x08, 500


class _EndOfAllowance(Exception):
    """More was unpacked than is read."""


def is_packed_alone(name: str, data: bytes) -> bool:
    """Whether one file is packed here, and no tar archive. Raises `UnreadableError`."""
    return not is_tar(data) and not is_tar(_unpack_head(name, data))


def read_packed(name: str, data: bytes, read: FileReader, allowance: Allowance) -> ParsedFile:
    """Read a packed file, or a tar archive. Raises `UnreadableError`."""
    if is_tar(data):
        return _read_tar(name, "tar archive", io.BytesIO(data), read, allowance)
    signature = _find_signature(data)
    kind = f"{_KINDS[signature]} archive"
    if is_tar(_unpack_head(name, data)):
        return _read_tar(name, kind, _open(data, signature), read, allowance)
    if allowance.unpacked_bytes <= 0:
        raise build_unreadable_error(name, "too large inside")
    inner, flaw = _unpack(name, _open(data, signature), allowance.unpacked_bytes + 1)
    has_more = len(inner) > allowance.unpacked_bytes
    inner = inner[: allowance.unpacked_bytes]
    member = Member(clean_path(_find_inner_name(name, data)), len(inner))
    allowance.unpacked_bytes -= len(inner)
    collector = Collector(read, allowance=allowance)
    collector.add(0, member, inner)
    more: Message | None = None
    if has_more or flaw:
        more = Message("what follows the first {size}", size=format_size(len(inner)))
        collector.notes[0] = f"only its first {format_size(len(inner))}"
    parsed_file = build_archive_file(name, kind, [member], collector, more)
    return replace(parsed_file, is_incomplete=flaw)


def _find_signature(data: bytes) -> bytes:
    return next(signature for signature in _KINDS if data.startswith(signature))


def _unpack_head(name: str, data: bytes) -> bytes:
    return _unpack(name, _open(data, _find_signature(data)), _BLOCK_BYTES)[0]


def _open(data: bytes, signature: bytes) -> Any:
    file = io.BytesIO(data)
    if signature == _GZIP:
        return gzip.GzipFile(fileobj=file)
    if signature == _BZIP2:
        return bz2.BZ2File(file)
    if signature == _XZ:
        return lzma.LZMAFile(file)
    from bot.files.readers.containers.zstandard import open_zstandard

    return open_zstandard(file)


def _unpack(name: str, stream: IO[bytes], max_bytes: int) -> tuple[bytes, bool]:
    """Unpack at most `max_bytes`; also return whether the file ends too early or is damaged.

    Raises `UnreadableError` if nothing can be unpacked.
    """
    pieces, size = list[bytes](), 0
    try:
        while size < max_bytes and (piece := stream.read(min(_CHUNK_BYTES, max_bytes - size))):
            pieces.append(piece)
            size += len(piece)
    except MemoryError:
        raise
    except Exception as error:
        # EOFError, zlib.error, LZMAError, ZstdError, OSError for a wrong checksum, …
        if not pieces:
            raise build_unreadable_error(name, "damaged", detail=type(error).__name__) from error
        return b"".join(pieces), True
    return b"".join(pieces), False


def _find_inner_name(name: str, data: bytes) -> str:
    """Return the name of what is packed: gzip mostly keeps it, else that of the file tells."""
    if data.startswith(_GZIP) and data[3:4] == bytes([_FNAME]):
        stored = data[10 : 10 + _MAX_NAME_BYTES].partition(b"\0")[0]
        if stored:
            return stored.decode("utf-8", "replace").replace("\\", "/").rpartition("/")[2]
    stem, dot, ending = name.rpartition(".")
    ending = f"{dot}{ending}".lower()
    if ending in _SHORT_ENDINGS:
        return stem + _SHORT_ENDINGS[ending]
    return stem if ending in _ENDINGS and stem else name


class _BoundedStream(io.RawIOBase):
    """Reads from a tar archive until more came out of it than may be passed."""

    def __init__(self, stream: IO[bytes], allowance: Allowance) -> None:
        self._stream = stream
        self._allowance = allowance

    def read(self, size: int = -1) -> bytes:
        """Read some bytes. Raises `_EndOfAllowance`."""
        most = self._allowance.passed_bytes
        if most <= 0:
            raise _EndOfAllowance
        piece = self._stream.read(min(size if size >= 0 else _CHUNK_BYTES, most))
        self._allowance.passed_bytes -= len(piece)
        return piece


def _read_tar(
    name: str, kind: str, stream: IO[bytes], read: FileReader, allowance: Allowance
) -> ParsedFile:
    """List the files of a tar archive, and read the small ones, in one pass."""
    collector = Collector(read, allowance=allowance)
    members, is_cut = list[Member](), False
    bounded: Any = _BoundedStream(stream, allowance)
    try:
        # Called for streams: it never seeks, and reads what follows a large file in pieces.
        with tarfile.open(fileobj=bounded, mode="r|", errorlevel=0) as archive:
            for info in archive:
                # The list of all files that it keeps would grow with them.
                archive.members = []  # type: ignore[attr-defined] # in no stub
                if not info.isfile() or is_noise(info.name):
                    continue
                if len(members) >= _MAX_MEMBERS:
                    is_cut = True
                    break
                members.append(Member(clean_path(info.name), info.size))
                _read_member(archive, info, len(members) - 1, members[-1], collector, allowance)
    except MemoryError:
        raise
    except Exception as error:
        if not members:
            why = "damaged" if allowance.passed_bytes > 0 else "too large inside"
            raise build_unreadable_error(name, why, detail=type(error).__name__) from error
        is_cut = True
    return build_archive_file(name, kind, members, collector, _MORE_FILES if is_cut else None)


def _read_member(
    archive: tarfile.TarFile,
    info: tarfile.TarInfo,
    number: int,
    member: Member,
    collector: Collector,
    allowance: Allowance,
) -> None:
    is_within = info.size <= allowance.unpacked_bytes and allowance.files > 0
    if not is_within or info.issparse():
        return
    allowance.files -= 1
    allowance.unpacked_bytes -= info.size
    file = archive.extractfile(info)
    data = b"" if file is None else file.read(info.size)
    if len(data) == info.size:
        collector.add(number, member, data)
    else:
        collector.notes[number] = "it is cut off"
