"""Hostile Office files: each ends soon, in its text or in one sentence."""

from __future__ import annotations

import builtins
import struct
import sys
import tracemalloc
import zlib
from typing import Any

import pytest

from bot.domain.errors import UserError
from bot.files.readers.dispatch import read_file
from bot.files.readers.office import read_office
from tests.support.office import (
    CONTENT_TYPES,
    build_docx,
    build_paragraph,
    build_pptx,
    build_xlsx,
    expect_refusal,
    join_pages,
    replace_part,
)


def test_encrypted_and_old_office_files_are_named_as_such() -> None:
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    encrypted = container + "EncryptedPackage".encode("utf-16-le")
    for read in (read_office, read_file):
        assert "protected by a password" in expect_refusal(encrypted, read)
        assert "old Office format" in expect_refusal(container, read)
    locked = bytearray(build_docx(build_paragraph("x")))
    while (at := locked.find(b"PK\x01\x02")) >= 0:
        locked[at : at + 2] = b"pk"
        locked[at + 8] |= 1
    assert "protected by a password" in expect_refusal(
        bytes(locked).replace(b"pk\x01\x02", b"PK\x01\x02")
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("before", ["", f"<!-- {'x' * 100_000} -->"])
@pytest.mark.parametrize(
    "declared",
    ['<!DOCTYPE a [<!ENTITY b "ha">]>', '<!DOCTYPE a SYSTEM "file:///etc/passwd">'],
)
def test_parts_that_declare_entities_are_refused(encoding: str, before: str, declared: str) -> None:
    part = f"{before}{declared}<a>&b;</a>".encode(encoding)
    for path in ("word/document.xml", "customXml/item1.xml", "word/_rels/document.xml.rels"):
        assert "declares XML entities" in expect_refusal(replace_part(build_docx(), path, part))


@pytest.mark.parametrize(
    "part",
    [
        b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE a+AD4-<a/>',
        '<?xml version="1.0" encoding="cp037"?><!DOCTYPE a><a/>'.encode("cp037"),
    ],
)
def test_encodings_that_hide_what_a_part_says_are_refused(part: bytes) -> None:
    assert "damaged" in expect_refusal(replace_part(build_docx(), "word/document.xml", part))


def test_bombs_are_refused_before_anything_is_unpacked() -> None:
    zeros = replace_part(build_docx(), "word/document.xml", bytes(60_000_000))
    many = build_docx("", {f"word/x{n}.xml": "<a/>" for n in range(10_001)})
    wide = build_docx("", {f"word/media/{n}.png": bytes(9_000_000) for n in range(25)})
    tracemalloc.start()
    for bomb in (zeros, many, wide):
        assert "larger than I can hold" in expect_refusal(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60_000_000


@pytest.mark.parametrize("claimed_bytes", [10, 3_000_000])
def test_parts_that_lie_about_their_size_are_never_unpacked_beyond_it(claimed_bytes: int) -> None:
    real = b"<a>" + b" " * 50_000_000
    data = replace_part(build_docx(), "word/x.xml", real)
    data = data.replace(struct.pack("<I", len(real)), struct.pack("<I", claimed_bytes))
    tracemalloc.start()
    assert "damaged" in expect_refusal(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40_000_000


def test_names_that_lead_out_of_the_package_lead_nowhere(tmp_path: Any) -> None:
    data = build_docx(
        build_paragraph("hello"), {"../../../out.xml": "<a/>", f"{tmp_path}/out.xml": "<a/>"}
    )
    assert "hello" in join_pages(read_office("a.docx", data))
    assert list(tmp_path.iterdir()) == []


def test_what_is_cut_off_or_says_nothing_sensible_is_damaged() -> None:
    whole = build_docx(build_paragraph("x"))
    assert "damaged" in expect_refusal(whole[: len(whole) // 2])
    for part in (b"<a", b"\0\1\2", b"<a/>"):
        for path in ("word/document.xml", "[Content_Types].xml", "_rels/.rels"):
            try:
                read_office("letter.docx", replace_part(whole, path, part))
            except UserError as error:
                assert "damaged" in error.user_message
    assert "damaged" in expect_refusal(
        replace_part(build_xlsx({"a": [[1]]}), "xl/workbook.xml", b"<a/>")
    )
    assert "damaged" in expect_refusal(
        replace_part(build_pptx(("a", "b")), "ppt/presentation.xml", b"<a/>")
    )
    broken = whole.replace(zlib.crc32(CONTENT_TYPES.encode()).to_bytes(4, "little"), b"abcd")
    assert "damaged" in expect_refusal(broken)


def test_parts_nested_without_end_are_refused_soon() -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 20_000 + "</w:tc></w:tr></w:tbl>" * 20_000
    message = expect_refusal(build_docx(deep))
    assert "larger than I can hold" in message or "damaged" in message


def test_without_a_library_people_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def raise_import_error(name: str, *more: Any, **named: Any) -> Any:
        if name.partition(".")[0] in ("lxml", "python_calamine"):
            raise ImportError(name)
        return real(name, *more, **named)

    monkeypatch.setattr(builtins, "__import__", raise_import_error)
    for module in [name for name in sys.modules if name.startswith(("lxml", "python_calamine"))]:
        monkeypatch.delitem(sys.modules, module)
    old_workbook = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook\0".encode("utf-16-le")
    assert "not installed" in expect_refusal(old_workbook)
    assert "not installed" in expect_refusal(b"<html>x</html>", read_file)
