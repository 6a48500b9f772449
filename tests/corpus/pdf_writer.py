"""Builds PDF from single objects, sound or broken on purpose."""

from __future__ import annotations

import hashlib
import io
import re
import zlib
from collections.abc import Mapping, Sequence

import pypdfium2

_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
_ID = b"0123456789abcdef"
PDF_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"

PdfObjects = dict[int, bytes]


def build_stream(content: bytes, entries: str = "", *, packed: bool = False) -> bytes:
    """Build an object with a stream, deflated if `packed`."""
    if packed:
        content, entries = zlib.compress(content, 9), entries + "/Filter/FlateDecode"
    head = f"<<{entries}/Length {len(content)}>>stream\n".encode()
    return head + content + b"\nendstream"


def draw_text(text: str, *, size: int = 18) -> bytes:
    """Build the page content that draws lines of text."""
    lines = [f"({line}) Tj 0 -{size + 4} Td" for line in text.split("\n")]
    return f"BT /F1 {size} Tf 40 700 Td {' '.join(lines)} ET".encode("cp1252")


def build_document(
    contents: Sequence[bytes],
    *,
    box: str = "0 0 612 792",
    page: str = "",
    catalog: str = "",
    more: Mapping[int, bytes] | None = None,
) -> PdfObjects:
    """Build the objects of a PDF with these pages: 1 is its catalog, 2 its page tree, 3 its font.

    The objects in `more` are added or replace others. Pages have numbers from 10,000.
    """
    first = 10_000
    kids = " ".join(f"{first + 2 * n} 0 R" for n in range(len(contents)))
    objects = {
        1: f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode(),
        2: f"<</Type/Pages/Count {len(contents)}/Kids[{kids}]>>".encode(),
        3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    }
    for n, content in enumerate(contents):
        objects[first + 2 * n] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents {first + 2 * n + 1} 0 R"
            f"/Resources<</Font<</F1 3 0 R>>/XObject<</I 5 0 R/J 6 0 R>>>>{page}>>"
        ).encode()
        objects[first + 2 * n + 1] = build_stream(content)
    return {**objects, **(more or {})}


def build_pdf(objects: PdfObjects, *, trailer: str = "", head: bytes = PDF_HEADER) -> bytes:
    """Build the file: its objects, their cross-reference table, and the trailer."""
    body, offsets = bytearray(head), {}
    for number, content in objects.items():
        offsets[number] = len(body)
        body += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(body)
    body += b"xref\n0 1\n0000000000 65535 f \n"
    for number, offset in offsets.items():
        body += b"%d 1\n%010d 00000 n \n" % (number, offset)
    size = max(objects) + 1
    body += f"trailer\n<</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(body)


def build_protected_pdf(contents: Sequence[bytes], password: bytes) -> bytes:
    """Build a PDF with the oldest encryption, which needs `password` to be opened."""
    owner = _apply_rc4(hashlib.md5(_pad_password(b"owner")).digest()[:5], _pad_password(password))
    allowed = b"\xfc\xff\xff\xff"
    key = hashlib.md5(_pad_password(password) + owner + allowed + _ID).digest()[:5]
    user = _apply_rc4(key, _PADDING)
    objects = build_document([])
    objects = build_document([_encrypt(key, n, content) for n, content in enumerate(contents)])
    objects[900] = (f"<</Filter/Standard/V 1/R 2/P -4/O<{owner.hex()}>/U<{user.hex()}>>>").encode()
    return build_pdf(objects, trailer=f"/Encrypt 900 0 R/ID[<{_ID.hex()}><{_ID.hex()}>]")


def rewrite_pdf(data: bytes) -> bytes:
    """Write a PDF again with pdfium."""
    document = pypdfium2.PdfDocument(data)
    out = io.BytesIO()
    try:
        document.save(out)
    finally:
        document.close()
    return _remove_timestamps(out.getvalue())


def build_blank_pdf() -> bytes:
    """Build a PDF of three empty pages with pdfium."""
    document = pypdfium2.PdfDocument.new()
    out = io.BytesIO()
    try:
        for _ in range(3):
            document.new_page(300, 400).close()
        document.save(out)
    finally:
        document.close()
    return _remove_timestamps(out.getvalue())


def _remove_timestamps(data: bytes) -> bytes:
    """Remove the time at which the file was made, and the id derived from it."""
    data = re.sub(rb"\(D:\d{14}", b"(D:20240229120000", data)
    return re.sub(rb"<[0-9A-F]{32}>", b"<" + b"0" * 32 + b">", data)


def _encrypt(key: bytes, index: int, content: bytes) -> bytes:
    number = 10_000 + 2 * index + 1
    salted = key + number.to_bytes(3, "little") + b"\x00\x00"
    return _apply_rc4(hashlib.md5(salted).digest()[:10], content)


def _pad_password(password: bytes) -> bytes:
    return (password + _PADDING)[:32]


def _apply_rc4(key: bytes, data: bytes) -> bytes:
    box = list(range(256))
    at = 0
    for place in range(256):
        at = (at + box[place] + key[place % len(key)]) % 256
        box[place], box[at] = box[at], box[place]
    out, one, two = bytearray(), 0, 0
    for byte in data:
        one = (one + 1) % 256
        two = (two + box[one]) % 256
        box[one], box[two] = box[two], box[one]
        out.append(byte ^ box[(box[one] + box[two]) % 256])
    return bytes(out)
