"""Archives other than ZIP: packed files, tar in them, and 7z."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Callable

import pytest

from bot.files.readers.dispatch import read_file
from bot.files.readers.parquet.packing import zstd
from tests.support.office import expect_refusal, join_pages
from tests.support.seven_zips import ZSTANDARD, build_seven_zip

_NOTE = b"The launch moves to May.\n"
_NUMBERS = b"name,sum\nAda,12\n"
_COPY, _LZMA2 = b"\x01\x00", b"\x21\x21\x01\x18"  # one coder: its flags, its id, its properties


def build_tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in (("notes/a.txt", _NOTE), ("b.csv", _NUMBERS)):
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
        link = tarfile.TarInfo("passwd")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return out.getvalue()


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("name", ["notes.txt", "notes"])
def test_a_packed_file_is_read_as_what_is_in_it(pack: Callable[[bytes], bytes], name: str) -> None:
    assert "launch moves" in join_pages(read_file(f"{name}.gz", pack(_NOTE)))


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_a_tar_is_read_file_by_file_and_its_links_lead_nowhere(
    pack: Callable[[bytes], bytes],
) -> None:
    text = join_pages(read_file("backup.tgz", pack(build_tar())))
    assert "notes/a.txt" in text and "launch moves" in text and "Ada" in text
    assert "root:" not in text


def test_two_packed_files_behind_one_another_are_one() -> None:
    both = gzip.compress(b"first half\n") + gzip.compress(b"second half\n")
    text = join_pages(read_file("a.log.gz", both))
    assert "first half" in text and "second half" in text


def test_a_packed_file_of_which_most_is_missing_is_said_to_be_cut_off() -> None:
    cut = gzip.compress(b"".join(b"line %d\n" % number for number in range(5_000)))[:-4_000]
    assert "damaged or cut off" in expect_refusal(cut, read_file)


def pack_lzma2(data: bytes) -> bytes:
    chain = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 24}]
    return lzma.compress(data, lzma.FORMAT_RAW, filters=chain)


@pytest.mark.parametrize(
    ("coder", "pack"),
    [(_COPY, bytes), (_LZMA2, pack_lzma2), (ZSTANDARD, zstd.compress)],
    ids=["copy", "lzma2", "zstandard"],
)
def test_a_7z_is_read_file_by_file(coder: bytes, pack: Callable[[bytes], bytes]) -> None:
    files = {"ä.txt": _NOTE, "b.csv": _NUMBERS}
    data = build_seven_zip(coder, pack(_NOTE + _NUMBERS), files)
    parsed_file = read_file("a.7z", data)
    text = join_pages(parsed_file)
    assert "ä.txt" in text and "launch moves" in text and "Ada" in text


@pytest.mark.parametrize(
    "coder", [b"\x03\x7f\x01\x02", b"\x23\x03\x04\x01\x05\x06\0\0\1\0"], ids=["unknown", "ppmd"]
)
def test_a_7z_that_is_packed_otherwise_lists_its_files(coder: bytes) -> None:
    parsed_file = read_file("a.7z", build_seven_zip(coder, _NOTE, {"a.txt": _NOTE}))
    assert "a.txt, 25 bytes (packed in a way I do not read)" in join_pages(parsed_file)
    assert "only listed" in str(parsed_file.left_out)


def test_a_7z_with_a_password_is_said_to_have_one() -> None:
    data = build_seven_zip(b"\x04\x06\xf1\x07\x01", _NOTE, {"a.txt": _NOTE})
    assert "password" in expect_refusal(data, read_file)


def test_what_a_7z_claims_of_its_sizes_is_not_believed() -> None:
    data = bytearray(build_seven_zip(_COPY, _NOTE, {"a.txt": _NOTE}))
    assert "damaged" in expect_refusal(bytes(data[:40]), read_file)
