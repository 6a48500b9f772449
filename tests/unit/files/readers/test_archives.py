"""Archives as people send them: a list and a few files are read."""

from __future__ import annotations

import io
import zipfile
import zlib

import pytest

from bot.files.readers.archives import (
    MAX_FILES_READ,
    MAX_PICTURES,
    MAX_UNPACKED_BYTES,
    format_size,
    read_zip,
)
from bot.files.unreadable import UnreadableError
from tests.support.archives import (
    CountingReader,
    append_end_record,
    build_directory_entry,
    build_entry,
    build_zip,
    deflate,
    expect_refusal,
)


def test_small_files_are_read_in_order_and_the_list_comes_first() -> None:
    data = build_zip({"docs/a.txt": b"alpha\fbeta", "b.png": b"PNG", "c.bin": b"\0" * 2_000})
    parsed_file = read_zip("stuff.zip", data, CountingReader())
    assert (parsed_file.kind, parsed_file.count, parsed_file.name) == (
        "ZIP archive",
        3,
        "stuff.zip",
    )
    assert parsed_file.pages[0].splitlines()[:3] == [
        "This archive holds 3 files:",
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


def test_an_archive_of_nothing_is_empty() -> None:
    assert "it is empty" in expect_refusal(build_zip({}))
    assert "it is empty" in expect_refusal(build_zip({"folder/": b""}))


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1024, "1.0 kB"), (12_000, "12 kB"), (2**40, "1,024 GB")],
)
def test_sizes_are_told_as_people_say_them(size: int, text: str) -> None:
    assert format_size(size) == text
