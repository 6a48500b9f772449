"""Parses the header of a 7z archive: which files lie in which packed stream. Unpacks nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bot.files.readers.containers.seven_zip_numbers import HeaderReader, SevenZipError

_END, _ARCHIVE_PROPERTIES, _ADDITIONAL, _MAIN, _FILES = 0x00, 0x02, 0x03, 0x04, 0x05
_PACK_INFO, _UNPACK_INFO, _SUBSTREAMS, _SIZE, _CRC, _FOLDER = 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0B
_UNPACK_SIZES, _STREAM_COUNTS, _EMPTY_STREAM, _EMPTY_FILE, _NAMES = 0x0C, 0x0D, 0x0E, 0x0F, 0x11
_START_BYTES = 32
_MAX_FOLDERS, _MAX_FILES, _MAX_CODERS = 10_000, 100_000, 8


@dataclass(frozen=True)
class Folder:
    """A packed stream: its place in the file, its unpacked size, and its codecs with properties.

    The first of `chain` is the last that is applied in unpacking.
    """

    start: int
    packed_size: int
    size: int
    chain: tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True)
class Archive:
    """The streams of an archive; `sizes` are those of the files in each, in order.

    `names` are of all files; `empty` has True for those that no stream holds.
    """

    folders: tuple[Folder, ...] = ()
    sizes: tuple[tuple[int, ...], ...] = ()
    names: tuple[str, ...] = ()
    empty: tuple[bool, ...] = ()
    folder_entries: tuple[bool, ...] = ()

    def list_files(self) -> Iterator[tuple[Folder | None, list[tuple[str, int]]]]:
        """Yield each stream with the names and sizes of its files; None for empty files."""
        named = iter(
            [name for name, is_empty in zip(self.names, self.empty, strict=True) if not is_empty]
        )
        for folder, sizes in zip(self.folders, self.sizes, strict=True):
            yield folder, [(next(named, "a file"), size) for size in sizes]
        empty_files = [
            (name, 0)
            for name, is_empty, is_folder in zip(
                self.names, self.empty, self.folder_entries, strict=True
            )
            if is_empty and not is_folder
        ]
        yield None, empty_files


def parse_header(header: bytes) -> Archive:
    """Parse a header that is not packed. Raises `SevenZipError`, `IndexError` or `ValueError`."""
    reader = HeaderReader(header, 1)
    archive = Archive()
    while (kind := reader.read_byte()) != _END:
        if kind == _ARCHIVE_PROPERTIES:
            while reader.read_byte() != _END:
                reader.drop(reader.read_number())
        elif kind in (_ADDITIONAL, _MAIN):
            folders, sizes = _parse_streams(reader)
            if kind == _MAIN:
                archive = replace(archive, folders=folders, sizes=sizes)
        elif kind == _FILES:
            archive = _parse_files(reader, archive)
        else:
            raise SevenZipError("damaged")
    return archive


def parse_packed_header(header: bytes) -> Folder:
    """Parse where a packed header lies. Raises as `parse_header`."""
    folders, _ = _parse_streams(HeaderReader(header, 1))
    return folders[0]


@dataclass
class _Streams:
    """What the parts of a header say of its streams."""

    start: int = 0
    packed_sizes: list[int] = field(default_factory=list)
    chains: list[tuple[tuple[bytes, bytes], ...]] = field(default_factory=list)
    packed_counts: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    has_checksum: list[bool] = field(default_factory=list)
    file_sizes: list[tuple[int, ...]] = field(default_factory=list)


def _parse_streams(reader: HeaderReader) -> tuple[tuple[Folder, ...], tuple[tuple[int, ...], ...]]:
    streams = _Streams()
    while (kind := reader.read_byte()) != _END:
        if kind == _PACK_INFO:
            _parse_pack_info(reader, streams)
        elif kind == _UNPACK_INFO:
            _parse_unpack_info(reader, streams)
        elif kind == _SUBSTREAMS:
            _parse_substreams(reader, streams)
        else:
            raise SevenZipError("damaged")
    folders, position, number = list[Folder](), _START_BYTES + streams.start, 0
    for chain, count, size in zip(
        streams.chains, streams.packed_counts, streams.sizes, strict=True
    ):
        folders.append(Folder(position, streams.packed_sizes[number], size, chain))
        position += sum(streams.packed_sizes[number : number + count])
        number += count
    file_sizes = streams.file_sizes or [(size,) for size in streams.sizes]
    return tuple(folders), tuple(file_sizes)


def _parse_pack_info(reader: HeaderReader, streams: _Streams) -> None:
    streams.start, count = reader.read_number(), reader.read_count(4 * _MAX_FOLDERS)
    while (kind := reader.read_byte()) != _END:
        if kind == _SIZE:
            streams.packed_sizes = [reader.read_number() for _ in range(count)]
        elif kind == _CRC:
            reader.drop(4 * sum(reader.read_optional_bits(count)))
        else:
            raise SevenZipError("damaged")


def _parse_unpack_info(reader: HeaderReader, streams: _Streams) -> None:
    if reader.read_byte() != _FOLDER:
        raise SevenZipError("damaged")
    count = reader.read_count(_MAX_FOLDERS)
    if reader.read_byte():
        raise SevenZipError("other packing")
    mains, coder_counts = list[int](), list[int]()
    for _ in range(count):
        chain, main, coder_count, packed_count = _parse_folder(reader)
        streams.chains.append(chain)
        streams.packed_counts.append(packed_count)
        mains.append(main)
        coder_counts.append(coder_count)
    streams.has_checksum = [False] * count
    while (kind := reader.read_byte()) != _END:
        if kind == _UNPACK_SIZES:
            for main, coder_count in zip(mains, coder_counts, strict=True):
                streams.sizes.append([reader.read_number() for _ in range(coder_count)][main])
        elif kind == _CRC:
            streams.has_checksum = reader.read_optional_bits(count)
            reader.drop(4 * sum(streams.has_checksum))
        else:
            raise SevenZipError("damaged")


def _parse_folder(reader: HeaderReader) -> tuple[tuple[tuple[bytes, bytes], ...], int, int, int]:
    """Return the chain of a folder, its last coder, and how many coders and packed parts it has."""
    coders, inputs, outputs = list[tuple[bytes, bytes]](), 0, 0
    for _ in range(reader.read_count(_MAX_CODERS)):
        flags = reader.read_byte()
        codec, ins, outs = reader.read(flags & 0x0F), 1, 1
        if flags & 0x10:
            ins, outs = reader.read_count(_MAX_CODERS), reader.read_count(_MAX_CODERS)
        coders.append((codec, reader.read(reader.read_count(1_000)) if flags & 0x20 else b""))
        inputs, outputs = inputs + ins, outputs + outs
    if not outputs:
        raise SevenZipError("damaged")
    pairs = {reader.read_number(): reader.read_number() for _ in range(outputs - 1)}
    packed_count = inputs - len(pairs)
    if packed_count > 1:
        for _ in range(packed_count):
            reader.read_number()
    main = next((number for number in range(outputs) if number not in pairs.values()), 0)
    if inputs != len(coders) or outputs != len(coders):
        # Coders of several inputs: only executables are packed so.
        return ((b"\xff", b""),), main, outputs, max(1, packed_count)
    return _follow_pairs(coders, pairs, main), main, outputs, 1


def _follow_pairs(
    coders: list[tuple[bytes, bytes]], pairs: dict[int, int], main: int
) -> tuple[tuple[bytes, bytes], ...]:
    chain, number = [coders[main]], main
    while number in pairs and len(chain) < len(coders):
        number = pairs[number]
        chain.append(coders[number])
    return tuple(chain)


def _parse_substreams(reader: HeaderReader, streams: _Streams) -> None:
    counts = [1] * len(streams.sizes)
    kind = reader.read_byte()
    if kind == _STREAM_COUNTS:
        counts = [reader.read_count(_MAX_FILES) for _ in streams.sizes]
        kind = reader.read_byte()
    if sum(counts) > _MAX_FILES:
        raise SevenZipError("too large inside")
    for count, size in zip(counts, streams.sizes, strict=True):
        known = [reader.read_number() for _ in range(count - 1)] if kind == _SIZE else []
        rest = size - sum(known)
        if rest < 0 or (count > 1 and kind != _SIZE):
            raise SevenZipError("damaged")
        streams.file_sizes.append((*known, rest) if count else ())
    if kind == _SIZE:
        kind = reader.read_byte()
    while kind != _END:
        if kind != _CRC:
            raise SevenZipError("damaged")
        unknown = sum(
            count
            for count, has_checksum in zip(counts, streams.has_checksum, strict=True)
            if count != 1 or not has_checksum
        )
        reader.drop(4 * sum(reader.read_optional_bits(unknown)))
        kind = reader.read_byte()


def _parse_files(reader: HeaderReader, archive: Archive) -> Archive:
    count = reader.read_count(_MAX_FILES)
    names, empty, empty_files = [""] * count, [False] * count, list[bool]()
    while (kind := reader.read_byte()) != _END:
        size = reader.read_number()
        end = reader.position + size
        if kind == _EMPTY_STREAM:
            empty = reader.read_bits(count)
        elif kind == _EMPTY_FILE:
            empty_files = reader.read_bits(sum(empty))
        elif kind == _NAMES and not reader.read_byte():
            text = reader.read(end - reader.position).decode("utf-16-le", "replace")
            names = (text.split("\0")[:count] + [""] * count)[:count]
        reader.drop(end - reader.position)
    files = iter(empty_files)
    is_folder = [is_empty and not next(files, False) for is_empty in empty]
    return replace(archive, names=tuple(names), empty=tuple(empty), folder_entries=tuple(is_folder))
