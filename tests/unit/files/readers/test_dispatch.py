"""The bytes of a file decide which reader it gets, whatever its name is."""

from __future__ import annotations

import io
import zipfile

import pytest

from bot.files.readers.dispatch import read_file
from bot.files.unreadable import UnreadableError
from tests.support.easel import build_png


def build_zip(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    "kind", ["vnd.oasis.opendocument.graphics", "vnd.oasis.opendocument.formula"]
)
def test_other_documents_are_refused_with_what_to_do(kind: str) -> None:
    data = build_zip(mimetype=f"application/{kind}".encode(), content=b"<x/>")
    with pytest.raises(UnreadableError) as refused:
        read_file("letter.odt", data)
    assert "OpenDocument" in refused.value.user_message and "PDF" in refused.value.user_message


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("photo.txt", build_png(), "PNG picture"),
        ("photo", build_png(kind="WEBP"), "WebP picture"),
        ("notes.png", b"only words here", "text"),
        ("page", b"<!DOCTYPE html><html><body>Hello there</body></html>", "web page"),
        ("mail", b"From: a@b.c\nTo: d@e.f\nSubject: Hi\n\nHello there", "e-mail"),
        (
            "drawing",
            b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
            "SVG drawing",
        ),
    ],
)
def test_bytes_tell_what_a_file_is(name: str, data: bytes, kind: str) -> None:
    assert read_file(name, data).kind == kind


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "it is empty"),
        (b" \n\t ", "it is empty"),
        (b"\x7fELF" + bytes(range(256)) * 8, "I read pictures"),
        (b"Rar!\x1a\x07\x00" + bytes(40), "of archives I read ZIP, 7z"),
        (b"OggS" + bytes(40), "audio"),
    ],
)
def test_what_is_not_read_gets_its_sentence(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        read_file("thing.bin", data)
    assert words in refused.value.user_message
