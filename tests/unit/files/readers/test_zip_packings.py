"""ZIP entries packed by other means than Deflate are read, and never beyond what they claim."""

from __future__ import annotations

import bz2
import io
import lzma
import struct
import time
import zipfile
import zlib
from collections.abc import Callable

import pytest

from bot.files.readers.archives import read_zip
from bot.files.readers.parquet.packing import zstd
from tests.support.archives import CountingReader, build_packed_zip, build_zip
from tests.support.processor_time import hold_to

_TEXT = "Zeile für Zeile, " * 9_000


def pack_lzma(data: bytes) -> bytes:
    """APPNOTE.TXT, section 5.8: a version, the length of the properties, these, the stream."""
    raw = lzma.compress(data, lzma.FORMAT_ALONE)
    return struct.pack("<BBH", 9, 20, 5) + raw[:5] + raw[13:]


PACKINGS: dict[str, tuple[int, Callable[[bytes], bytes]]] = {
    "bzip2": (zipfile.ZIP_BZIP2, bz2.compress),
    "lzma": (zipfile.ZIP_LZMA, pack_lzma),
    "xz": (95, lzma.compress),
    "zstandard": (93, zstd.compress),
}
each_packing = pytest.mark.parametrize("packing", list(PACKINGS))


def build(packing: str, data: bytes, *, size: int | None = None, crc: int | None = None) -> bytes:
    number, pack = PACKINGS[packing]
    checksum = zlib.crc32(data) if crc is None else crc
    claimed = len(data) if size is None else size
    return build_packed_zip("a.txt", pack(data), number, size=claimed, crc=checksum)


@each_packing
@pytest.mark.parametrize("text", [_TEXT, "x", ""], ids=["long", "short", "empty"])
def test_it_is_unpacked(packing: str, text: str) -> None:
    reader = CountingReader()
    parsed_file = read_zip("a.zip", build(packing, text.encode("latin-1")), reader)
    assert reader.total_bytes == len(text)
    assert (f"File a.txt:\n{text}" in parsed_file.pages) and not parsed_file.left_out


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_archives_that_python_itself_writes_are_unpacked_behind_junk(how: int) -> None:
    data = b"#!/bin/sh\n" * 9 + build_zip({"ä.txt": b"one", "b/c.txt": b"two" * 9_000}, how)
    parsed_file = read_zip("a.zip", data, CountingReader())
    assert [page.partition(":")[0] for page in parsed_file.pages[1:]] == [
        "File ä.txt",
        "File b/c.txt",
    ]
    with zipfile.ZipFile(io.BytesIO(data)) as other:
        assert parsed_file.pages[2].endswith(other.read("b/c.txt").decode())


@each_packing
def test_a_bomb_is_unpacked_only_as_far_as_it_claims(packing: str) -> None:
    bomb = bytes(60_000_000)
    began = time.process_time()
    packed, reader = PACKINGS[packing][1](bomb), CountingReader()
    packing_seconds = time.process_time() - began
    small = build_packed_zip("a.txt", packed, PACKINGS[packing][0], size=1_000, crc=0)
    large = build_packed_zip("a.txt", packed, PACKINGS[packing][0], size=len(bomb), crc=0)
    with hold_to(packing_seconds + 1):
        for data in (small, large):
            parsed_file = read_zip("a.zip", data, reader)
            assert parsed_file.left_out == "1 of 1 files only listed"
    assert reader.total_bytes == 0


@each_packing
def test_damaged_ones_are_listed_with_the_reason(packing: str) -> None:
    data = _TEXT.encode("latin-1")
    whole = build(packing, data)
    cut = build_packed_zip(
        "a.txt", PACKINGS[packing][1](data)[:40], PACKINGS[packing][0], size=len(data), crc=0
    )
    scrambled = bytearray(whole)
    scrambled[60:70] = b"\xff" * 10
    for broken in (
        build(packing, data, crc=5),
        build(packing, data, size=len(data) + 9),
        bytes(scrambled),
        cut,
        build_packed_zip("a.txt", b"", PACKINGS[packing][0], size=9, crc=0),
    ):
        page = read_zip("a.zip", broken, CountingReader()).pages[0]
        assert "- a.txt" in page and "(it is damaged)" in page


@pytest.mark.parametrize(
    "preset", [0, 6, 9, 9 | lzma.PRESET_EXTREME], ids=["0", "6", "9", "9 extreme"]
)
def test_every_preset_of_xz_is_unpacked(preset: int) -> None:
    data = _TEXT.encode("latin-1")
    packed = lzma.compress(data, preset=preset)
    archive = build_packed_zip("a.txt", packed, 95, size=len(data), crc=zlib.crc32(data))
    assert not read_zip("a.zip", archive, CountingReader()).left_out


def test_one_that_takes_too_much_memory_is_not_called_damaged() -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 128 * 1024 * 1024}]
    packed = lzma.compress(b"one", filters=filters)
    archive = build_packed_zip("a.txt", packed, 95, size=3, crc=zlib.crc32(b"one"))
    page = read_zip("a.zip", archive, CountingReader()).pages[0]
    assert "- a.txt" in page and "it is damaged" not in page
    assert "unpacked it would be larger than I can hold" in page


def test_a_packing_that_nothing_here_reads_is_said() -> None:
    data = build_packed_zip("a.txt", b"xyz", 9, size=3, crc=0)  # Deflate64
    page = read_zip("a.zip", data, CountingReader()).pages[0]
    assert "(packed in a way I do not read)" in page
