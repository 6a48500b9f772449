"""Archives, valid and hostile: a list and a few files are read, and never more."""

from __future__ import annotations

import hashlib
import io
import random
import struct
import time
import tracemalloc
import zipfile
import zlib

import pytest

from bot.domain.errors import UserError
from bot.domain.files import Image, ParsedFile
from bot.files.readers.archives import (
    MAX_FILES_READ,
    MAX_PICTURES,
    MAX_UNPACKED_BYTES,
    format_size,
    read_zip,
)
from bot.files.unreadable import UnreadableError, build_unreadable_error


class CountingReader:
    """Reads `.txt` as pages and `.png` as a picture, refuses other files; records its input."""

    def __init__(self) -> None:
        self.names = list[str]()
        self.total_bytes = 0

    def __call__(self, name: str, data: bytes) -> ParsedFile:
        self.names.append(name)
        self.total_bytes += len(data)
        if name.endswith(".png"):
            digest = hashlib.sha256(data).hexdigest()
            picture = Image("x", "image/png", data, digest, 1, 1)
            return ParsedFile(name, "PNG picture", (picture,))
        if name.endswith(".txt"):
            return ParsedFile(name, "text", pages=tuple(data.decode("latin-1").split("\f")))
        raise build_unreadable_error(
            name, "another archive" if name.endswith(".zip") else "unsupported"
        )


def build_zip(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def build_entry(name: bytes, packed: bytes, *, size: int, crc: int = 0, flags: int = 0) -> bytes:
    """The local part of an entry, written by hand."""
    head = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, flags, 8, 0, 0, crc, len(packed), size, 0, 0)
    return head[:26] + struct.pack("<HH", len(name), 0) + name + packed


def build_directory_entry(
    name: bytes, offset: int, packed: int, *, size: int, crc: int = 0, flags: int = 0
) -> bytes:
    """An entry's line in the directory."""
    fields = (
        0x02014B50,
        20,
        20,
        flags,
        8,
        0,
        0,
        crc,
        packed,
        size,
        len(name),
        0,
        0,
        0,
        0,
        0,
        offset,
    )
    return struct.pack("<IHHHHHHIIIHHHHHII", *fields) + name


def append_end_record(body: bytes, directory: bytes, count: int) -> bytes:
    count = min(count, 0xFFFF)
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + end


def deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def build_with_size(actual_bytes: int, claimed_bytes: int) -> bytes:
    """An archive of one text file whose headers claim another size."""
    data = b"a" * actual_bytes
    packed, crc = deflate(data), zlib.crc32(data)
    body = build_entry(b"a.txt", packed, size=claimed_bytes, crc=crc)
    return append_end_record(
        body, build_directory_entry(b"a.txt", 0, len(packed), size=claimed_bytes, crc=crc), 1
    )


def expect_refusal(data: bytes) -> str:
    with pytest.raises(UserError) as caught:
        read_zip("a.zip", data, CountingReader())
    return caught.value.user_message


def test_small_files_are_read_in_order_and_the_list_comes_first() -> None:
    data = build_zip({"docs/a.txt": b"alpha\fbeta", "b.png": b"PNG", "c.bin": b"\0" * 2_000})
    parsed_file = read_zip("stuff.zip", data, CountingReader())
    assert (parsed_file.kind, parsed_file.count, parsed_file.name) == (
        "ZIP archive",
        3,
        "stuff.zip",
    )
    assert parsed_file.pages[0].splitlines()[:3] == [
        "stuff.zip holds 3 files:",
        "- docs/a.txt, 10 bytes",
        "- b.png, 3 bytes",
    ]
    assert "c.bin, 2.0 kB (I read pictures" in parsed_file.pages[0]
    assert parsed_file.pages[1:] == (
        "File docs/a.txt, page 1 of 2:\nalpha",
        "File docs/a.txt, page 2 of 2:\nbeta",
    )
    assert [picture.name for picture in parsed_file.pictures] == ["b.png"]
    assert parsed_file.left_out == "1 of 3 files only listed"


def test_of_many_files_only_the_first_are_read_and_the_list_is_bounded() -> None:
    reader = CountingReader()
    parsed_file = read_zip("a.zip", build_zip({f"{n}.txt": b"x" for n in range(500)}), reader)
    assert len(reader.names) == MAX_FILES_READ and parsed_file.count == 500
    assert parsed_file.pages[0].splitlines()[-1] == "... and 300 more"
    assert parsed_file.left_out == "480 of 500 files only listed"


def test_only_so_many_pictures_are_kept() -> None:
    parsed_file = read_zip(
        "a.zip", build_zip({f"{n}.png": b"%d" % n for n in range(9)}), CountingReader()
    )
    assert [picture.name for picture in parsed_file.pictures] == [
        f"{n}.png" for n in range(MAX_PICTURES)
    ]
    assert parsed_file.left_out == "3 of 9 files only listed"


def test_a_large_file_is_only_listed_and_small_ones_behind_it_are_read() -> None:
    reader = CountingReader()
    data = build_zip({"big.txt": b"a" * (MAX_UNPACKED_BYTES + 1), "small.txt": b"hello"})
    parsed_file = read_zip("a.zip", data, reader)
    assert reader.names == ["small.txt"] and "big.txt, 5.0 MB\n" in parsed_file.pages[0]


def test_folders_and_what_macos_adds_are_no_files() -> None:
    data = build_zip({"d/": b"", "d/a.txt": b"x", "__MACOSX/d/._a.txt": b"x"})
    assert read_zip("a.zip", data, CountingReader()).count == 1


def test_files_with_a_password_are_listed_as_such_beside_others() -> None:
    body = build_entry(b"a.txt", b"?" * 30, size=18, flags=1)
    entry = build_directory_entry(b"a.txt", 0, 30, size=18, flags=1)
    plain = build_entry(b"b.txt", b"hi", size=2)
    both = append_end_record(
        body + plain, entry + build_directory_entry(b"b.txt", len(body), 2, size=2), 2
    )
    parsed_file = read_zip("a.zip", both, CountingReader())
    assert "a.txt, 18 bytes (protected by a password)" in parsed_file.pages[0]
    reader = CountingReader()
    with pytest.raises(UnreadableError, match="password"):
        read_zip("a.zip", append_end_record(body, entry, 1), reader)
    assert not reader.names


def test_paths_lose_what_leads_out_or_deceives() -> None:
    names = [
        "../../etc/passwd.txt",
        "/root/x.txt",
        "..\\..\\win\\a.txt",
        "safe\u202etxt.exe",
        "a\x07\nb.txt",
        "..",
        "x/" * 900 + "end.txt",
    ]
    reader = CountingReader()
    page = read_zip("a.zip", build_zip(dict.fromkeys(names, b"x")), reader).pages[0]
    lines = page.splitlines()
    assert lines[1:6] == [
        "- etc/passwd.txt, 1 byte",
        "- root/x.txt, 1 byte",
        "- win/a.txt, 1 byte",
        lines[4],
        "- a b.txt, 1 byte",
    ]
    assert lines[4].startswith("- safe txt.exe") and lines[6].startswith("- a file")
    assert len(lines) == 8 and max(map(len, lines)) < 400
    assert reader.names[:3] == ["passwd.txt", "x.txt", "a.txt"]
    assert not any(c in page for c in "\u202e\x07\\") and ".." not in page


def test_a_name_in_utf_8_is_read_where_the_archive_does_not_say_so() -> None:
    name = "Übung.txt".encode()
    packed, crc = deflate(b"x"), zlib.crc32(b"x")
    body = build_entry(name, packed, size=1, crc=crc)
    data = append_end_record(body, build_directory_entry(name, 0, len(packed), size=1, crc=crc), 1)
    assert "- Übung.txt, 1 byte" in read_zip("a.zip", data, CountingReader()).pages[0]


def test_two_files_of_one_name_are_both_there() -> None:
    parts, lines, at = list[bytes](), list[bytes](), 0
    for text in (b"one", b"two"):
        packed, crc = deflate(text), zlib.crc32(text)
        parts.append(build_entry(b"a.txt", packed, size=3, crc=crc))
        lines.append(build_directory_entry(b"a.txt", at, len(packed), size=3, crc=crc))
        at += len(parts[-1])
    parsed_file = read_zip(
        "a.zip", append_end_record(b"".join(parts), b"".join(lines), 2), CountingReader()
    )
    assert [page[-3:] for page in parsed_file.pages[1:]] == [
        "one",
        "two",
    ] and parsed_file.count == 2


def test_an_archive_in_the_long_format_is_read() -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", allowZip64=True) as archive,
        archive.open("a.txt", "w", force_zip64=True) as file,
    ):
        file.write(b"hello")
    assert read_zip("a.zip", out.getvalue(), CountingReader()).pages[1].endswith("hello")


@pytest.mark.parametrize(
    ("actual_bytes", "claimed_bytes"),
    [(5_000, 10), (50_000_000, 10), (50_000_000, 5_000_000), (10, 5_000)],
)
def test_a_file_is_never_unpacked_beyond_what_it_claims(
    actual_bytes: int, claimed_bytes: int
) -> None:
    reader, data = CountingReader(), build_with_size(actual_bytes, claimed_bytes)
    tracemalloc.start()
    parsed_file = read_zip("a.zip", data, reader)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * MAX_UNPACKED_BYTES and reader.total_bytes <= claimed_bytes
    if actual_bytes > claimed_bytes:
        assert "it is damaged" in parsed_file.pages[0] and not reader.names


def test_a_file_that_claims_to_be_huge_is_only_listed() -> None:
    reader = CountingReader()
    parsed_file = read_zip("a.zip", build_with_size(10, 2**32 - 2), reader)
    assert "a.txt, 4.0 GB" in parsed_file.pages[0] and not reader.names


def test_entries_that_share_their_bytes_are_not_opened() -> None:
    packed, crc = deflate(b"a" * 1_000_000), zlib.crc32(b"a" * 1_000_000)
    body = build_entry(b"a.txt", packed, size=1_000_000, crc=crc)
    line = build_directory_entry(b"a.txt", 0, len(packed), size=1_000_000, crc=crc)
    reader = CountingReader()
    parsed_file = read_zip("a.zip", append_end_record(body, line * 1_000, 1_000), reader)
    assert parsed_file.count == 1_000 and not reader.names
    assert "files lie over each other" in parsed_file.pages[0]


def test_a_bomb_of_archives_in_archives_is_only_listed() -> None:
    bomb = build_zip({"0.txt": bytes(20_000_000)})
    for _ in range(3):
        bomb = build_zip({f"lib {n}.zip": bomb for n in range(16)})
    parsed_file = read_zip("42.zip", bomb, CountingReader())
    assert (
        parsed_file.pages[0].count("of archives I read only ZIP") == 16
        and len(parsed_file.pages) == 1
    )


def test_many_files_together_are_unpacked_only_up_to_the_bound() -> None:
    reader = CountingReader()
    data = build_zip({f"{n}.txt": bytes(1_000_000) for n in range(20)})
    assert read_zip("a.zip", data, reader).count == 20
    assert reader.total_bytes <= MAX_UNPACKED_BYTES and len(reader.names) == 5


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packings_whose_decoders_know_no_bound_are_only_listed(how: int) -> None:
    reader = CountingReader()
    page = read_zip("a.zip", build_zip({"a.txt": b"x" * 900}, how), reader).pages[0]
    assert "packed in a way I do not read" in page and not reader.names


def test_a_directory_of_too_many_entries_is_refused_before_it_is_parsed() -> None:
    began = time.monotonic()
    message = expect_refusal(
        append_end_record(b"", build_directory_entry(b"a", 0, 0, size=0) * 200_000, 200_000)
    )
    assert "larger than I can hold" in message and time.monotonic() - began < 2


def test_what_is_cut_off_or_no_archive_at_all_is_damaged() -> None:
    data = build_zip({"a.txt": random.Random(1).randbytes(3_000)})
    for broken in (
        data[: len(data) // 2],
        data[:-10],
        b"PK\x03\x04",
        b"",
        b"PK\x05\x06" + bytes(9),
    ):
        assert "damaged" in expect_refusal(broken)


def test_an_archive_of_nothing_is_empty() -> None:
    assert "it is empty" in expect_refusal(build_zip({}))
    assert "it is empty" in expect_refusal(build_zip({"folder/": b""}))


def test_one_damaged_file_does_not_hide_the_others() -> None:
    data = build_zip({"a.txt": b"hello" * 99, "b.txt": b"world"}, zipfile.ZIP_STORED)
    broken = data.replace(b"hello", b"jello", 1)
    parsed_file = read_zip("a.zip", broken, CountingReader())
    assert "a.txt, 495 bytes (it is damaged)" in parsed_file.pages[0]
    assert parsed_file.pages[1].endswith("world")


def test_random_damage_ends_in_a_reading_or_a_sentence() -> None:
    sound, dice = build_zip({"a.txt": b"hello" * 99, "b/c.png": b"x" * 99}), random.Random(3)
    for _ in range(300):
        broken = bytearray(sound)
        for _ in range(dice.randint(1, 4)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        try:
            read_zip("a.zip", bytes(broken), CountingReader())
        except UserError as error:
            assert "a.zip" in error.user_message


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1024, "1.0 kB"), (12_000, "12 kB"), (2**40, "1,024 GB")],
)
def test_sizes_are_told_as_people_say_them(size: int, text: str) -> None:
    assert format_size(size) == text
