"""Parquet files: the columns with their types, the first rows, and what is not shown."""

from __future__ import annotations

import struct

import pytest

from bot.files.readers.dispatch import read_file
from bot.files.readers.parquet.budget import Budget
from bot.files.readers.parquet.encodings import decode_runs, decode_split
from bot.files.readers.parquet.metadata import Node, Physical, Repetition
from tests.support.office import expect_refusal, join_pages
from tests.support.parquet_files import (
    BOOLEAN,
    BYTE_ARRAY,
    DOUBLE,
    FIXED,
    GZIP,
    INT32,
    INT64,
    NOT_PACKED,
    SNAPPY,
    Column,
    build_parquet,
    write_struct,
    write_varint,
)
from tests.support.processor_time import hold_to

_TEXT = {6: ("i", 0)}
_DATE = {6: ("i", 6)}
_MILLISECONDS = {6: ("i", 9)}
_DECIMAL = {6: ("i", 5), 7: ("i", 2), 8: ("i", 9)}


def build_columns() -> list[Column]:
    return [
        Column("id", INT64, [1, None, -3]),
        Column("name", BYTE_ARRAY, ["Zoë|x".encode(), None, b""], _TEXT),
        Column("ok", BOOLEAN, [True, False, None]),
        Column("share", DOUBLE, [0.1, None, 2.0]),
        Column("day", INT32, [0, 19_782, None], _DATE),
        Column("at", INT64, [1_700_000_000_123, None, 0], _MILLISECONDS),
        Column("sum", INT32, [-1_234, 5, None], _DECIMAL),
        Column("raw", BYTE_ARRAY, [b"\xff\0", b"plain", None]),
        Column("list", INT64, [[1, 2], [], None], is_list=True),
        Column("city", BYTE_ARRAY, [b"Oslo", b"Rome", b"Oslo"], _TEXT, has_dictionary=True),
    ]


@pytest.mark.parametrize("codec", [NOT_PACKED, SNAPPY, GZIP])
def test_a_table_comes_with_types_dates_decimals_lists_and_empty_cells(codec: int) -> None:
    parsed_file = read_file("sales.parquet", build_parquet(build_columns(), codec))
    lines = join_pages(parsed_file).splitlines()
    assert parsed_file.kind == "Parquet file" and not parsed_file.left_out
    assert lines[0] == "A table of 3 rows and 10 columns."
    assert "- sum: decimal(9, 2)" in lines and "- at: time with date, UTC" in lines
    assert lines[-3:] == [
        "| 1 | Zoë\\|x | TRUE | 0.1 | 1970-01-01 | 2023-11-14 22:13:20.123Z | -12.34 | [2 bytes]"
        " | [1, 2] | Oslo |",
        "|  |  | FALSE |  | 2024-02-29 |  | 0.05 | plain | [] | Rome |",
        "| -3 |  |  | 2.0 |  | 1970-01-01 00:00:00Z |  |  |  | Oslo |",
    ]


def test_rows_and_columns_that_are_not_shown_are_counted() -> None:
    columns = [Column(f"c{number}", INT32, range(700)) for number in range(120)]
    parsed_file = read_file("wide.parquet", build_parquet(columns))
    assert parsed_file.left_out == "200 of 700 rows; 20 of 120 columns"
    assert "of which the first 500 follow" in parsed_file.pages[0]


def test_a_column_that_cannot_be_read_leaves_the_others() -> None:
    columns = [Column("a", INT32, [7]), Column("u", FIXED, [b"1" * 16])]
    parsed_file = read_file("x.parquet", build_parquet(columns))
    assert parsed_file.left_out == "1 of 2 columns" and "| 7 | [not read] |" in join_pages(
        parsed_file
    )


def test_what_only_begins_like_a_parquet_file_is_text() -> None:
    assert read_file("par.txt", b"PAR1 and PAR2 are the parts.\n").kind == "text"
    assert read_file("par.txt", b"par1, in small letters\n").kind == "text"


def test_encrypted_and_cut_off_files_are_refused_with_the_reason() -> None:
    data = build_parquet(build_columns())
    assert "password" in expect_refusal(data[:-4] + b"PARE", read_file)
    assert "damaged or cut off" in expect_refusal(data[: len(data) // 2], read_file)


def build_lying_files() -> list[bytes]:
    """Files whose description promises far more than they hold."""
    honest = build_parquet([Column("a", INT64, [1])])
    endless_list = b"\x19\xfc" + write_varint(1 << 40)
    deep = write_struct({4: ("text", b"x"), 5: ("i", 1)})
    nested = b"\x19" + bytes([0xFC]) + write_varint(5_000) + deep * 5_000 + b"\0"
    return [
        build_parquet([Column("a", INT64, [1])], rows=1 << 60),
        build_parquet([Column("a", BYTE_ARRAY, [bytes(1 << 18)] * 4)], GZIP),
        honest[:4] + endless_list + struct.pack("<I", len(endless_list)) + b"PAR1",
        honest[:4] + nested + struct.pack("<I", len(nested)) + b"PAR1",
        honest[:-8] + struct.pack("<I", 0xFFFFFFFF) + b"PAR1",
        b"PAR1" + b"\0" * 8 + b"PAR1",
    ]


@pytest.mark.parametrize("number", range(6))
def test_a_file_that_lies_ends_in_a_table_or_a_sentence(number: int) -> None:
    data = build_lying_files()[number]
    with hold_to(10):
        try:
            parsed_file = read_file("x.parquet", data)
        except Exception as error:  # noqa: BLE001 - only one kind may come out
            assert "x.parquet" in getattr(error, "user_message", "")
        else:
            assert sum(map(len, parsed_file.pages)) < 2_000_000


def test_runs_and_split_bytes_are_decoded_as_the_format_says() -> None:
    # From `Encodings.md`: the numbers 0 to 7 in three bits each.
    packed = bytes([0x03, 0b10001000, 0b11000110, 0b11111010])
    assert decode_runs(packed, 3, 8, Budget()) == list(range(8))
    assert decode_runs(b"\x08\x05", 3, 4, Budget()) == [5, 5, 5, 5]
    node = Node("x", Repetition.REQUIRED, Physical.INT32)
    split = bytes([1, 2, 0, 0, 0, 0, 0, 0])
    assert decode_split(node, split, 2, Budget()) == [1, 2]
