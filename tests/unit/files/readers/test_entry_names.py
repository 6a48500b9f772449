"""Names in archives whose encoding is not told, and bytes in front of an archive."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest

from bot.files.readers.dispatch import read_file
from tests.support.archives import build_zip
from tests.support.files import build_pdf
from tests.support.office import join_pages


def build_named_zip(*names: bytes, extras: tuple[bytes, ...] = ()) -> bytes:
    """Build an archive whose names are these bytes, of which it does not tell the encoding."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, raw in enumerate(names):
            # Of equal length, so that the bytes can be put in their place afterwards.
            entry = zipfile.ZipInfo(chr(0x51 + number) * len(raw))
            entry.create_system = 0
            entry.extra = extras[number] if extras else b""
            archive.writestr(entry, f"words {number}")
    data = out.getvalue()
    for number, raw in enumerate(names):
        data = data.replace(bytes([0x51 + number]) * len(raw), raw)
    return data


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp437", ("Größe der Räume.txt", "Übersicht für Jürgen.txt")),
        ("cp850", ("Información útil.txt", "Niño pequeño.txt")),
        ("cp932", ("議事録の写真.txt", "会議メモ.txt")),
        ("gb18030", ("会议记录和照片.txt", "项目计划.txt")),
        ("cp866", ("Отчёт за год.txt", "Список участников.txt")),
        ("utf-8", ("Größe der Räume.txt", "会議メモ.txt")),
    ],
)
def test_names_are_read_in_the_code_page_of_whoever_packed_them(
    encoding: str, names: tuple[str, ...]
) -> None:
    data = build_named_zip(*(name.encode(encoding) for name in names))
    text = join_pages(read_file("a.zip", data))
    assert all(name in text for name in names), text[:400]


def test_a_name_that_is_repeated_in_utf_8_counts_if_it_belongs_to_the_entry() -> None:
    raw, real = b"_________.txt", "меню.txt"

    def repeat(of: bytes) -> bytes:
        body = b"\x01" + struct.pack("<I", zlib.crc32(of)) + real.encode()
        return struct.pack("<HH", 0x7075, len(body)) + body

    assert real in join_pages(read_file("a.zip", build_named_zip(raw, extras=(repeat(raw),))))
    other = join_pages(read_file("a.zip", build_named_zip(raw, extras=(repeat(b"other"),))))
    assert real not in other and "_________.txt" in other


@pytest.mark.parametrize("junk", [b"\r\n", b"#!/bin/sh\nexit\n", bytes(300), b"MZ" + b"\x90" * 900])
def test_an_archive_behind_other_bytes_is_read(junk: bytes) -> None:
    data = junk + build_zip({"a.txt": b"words of a", "b.txt": b"words of b"})
    text = join_pages(read_file("a.zip", data))
    assert "words of a" in text and "words of b" in text


@pytest.mark.parametrize("junk", [b"\r\n\r\n", b"\xef\xbb\xbf", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_pdf_behind_other_bytes_is_read(junk: bytes) -> None:
    assert "Hello Easel" in join_pages(read_file("a.pdf", junk + build_pdf("Hello Easel")))
