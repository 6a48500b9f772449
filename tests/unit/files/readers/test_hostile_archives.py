"""Hostile archives: nothing is unpacked beyond what is allowed."""

from __future__ import annotations

import random
import tracemalloc
import zipfile
import zlib

import pytest

from bot.domain.errors import UserError
from bot.files.readers.archives import MAX_UNPACKED_BYTES, read_zip
from tests.support.archives import (
    CountingReader,
    append_end_record,
    build_directory_entry,
    build_entry,
    build_with_size,
    build_zip,
    deflate,
    expect_refusal,
)
from tests.support.processor_time import hold_to


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
        parsed_file.pages[0].count("of archives I read ZIP") == 16 and len(parsed_file.pages) == 1
    )


def test_many_files_together_are_unpacked_only_up_to_the_bound() -> None:
    reader = CountingReader()
    data = build_zip({f"{n}.txt": bytes(1_000_000) for n in range(20)})
    assert read_zip("a.zip", data, reader).count == 20
    assert reader.total_bytes <= MAX_UNPACKED_BYTES and len(reader.names) == 5


def test_a_directory_of_too_many_entries_is_refused_before_it_is_parsed() -> None:
    with hold_to(2):
        message = expect_refusal(
            append_end_record(b"", build_directory_entry(b"a", 0, 0, size=0) * 200_000, 200_000)
        )
    assert "larger than I can hold" in message


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
