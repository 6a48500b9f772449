"""Counts what lies outside the cells of a workbook that a library reads: it is not shown.

Sources: OpenDocument 1.3, part 3; MS-XLS 2.4.179 (Note), 2.4.21 (BOF); MS-XLSB 2.4.28
(BrtBeginComment).
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from bot.files.readers.documents.ole_pictures import count_pictures
from bot.files.readers.documents.parts import Parts, open_parts
from bot.files.readers.ooxml.package import is_old_workbook
from bot.files.unreadable import UnreadableError

_OPEN_ELEMENTS = {
    "comments": re.compile(rb"<office:annotation[ >/]"),
    "pictures": re.compile(rb"<draw:image[ >/]"),
    "objects": re.compile(rb"<draw:object(?:-ole)?[ >/]"),
}
# What a chart is shown as where its program does not know it.
_OBJECT_PICTURE = re.compile(rb"</?draw:object(?:-ole)?[^>]{0,2000}>\s{0,20}<draw:image[ >/]")
_MEDIA = re.compile(r"xl/media/[^/]{1,200}")
_CHART = re.compile(r"xl/charts/chart[^/]{0,100}\.xml", re.IGNORECASE)
_COMMENTS = re.compile(r"xl/comments[^/]{0,100}\.bin", re.IGNORECASE)
_BEGIN_COMMENT = 635
_NOTE, _BEGINNING, _CHART_KIND = 0x1C, 0x809, 0x20
_MAX_RECORDS = 5_000_000


def count_outside_cells(name: str, data: bytes) -> Mapping[str, int]:
    """Return how many comments, charts, pictures and files lie outside the cells.

    `data` is a workbook that was read: .xls, .xlsb or .ods. What cannot be counted counts nothing.
    """
    if is_old_workbook(data):
        return _count_old(data)
    try:
        with open_parts(name, data) as parts:
            return _count_open(parts) if "content.xml" in parts.names else _count_binary(parts)
    except UnreadableError:
        return {}


def _count_open(parts: Parts) -> Counter[str]:
    content = parts.read("content.xml")
    counts = Counter({key: len(found.findall(content)) for key, found in _OPEN_ELEMENTS.items()})
    counts["pictures"] -= len(_OBJECT_PICTURE.findall(content))
    charts = sum(1 for path in parts.names if re.fullmatch(r"Object [^/]{1,20}/content\.xml", path))
    counts["objects"] -= min(charts, counts["objects"])
    counts["drawings"] = charts
    return counts


def _count_binary(parts: Parts) -> Counter[str]:
    counts = Counter[str]()
    for path in parts.names:
        counts["pictures"] += bool(_MEDIA.fullmatch(path))
        counts["drawings"] += bool(_CHART.fullmatch(path))
        if _COMMENTS.fullmatch(path):
            records = _iterate_binary(parts.read(path))
            counts["comments"] += sum(1 for kind in records if kind == _BEGIN_COMMENT)
    return counts


def _iterate_binary(data: bytes) -> Iterator[int]:
    """Yield the kinds of records (MS-XLSB 2.1.4); their numbers have seven bits a byte."""
    at = 0
    while at < len(data):
        kind, at = _read_number(data, at, max_bytes=2)
        size, at = _read_number(data, at, max_bytes=4)
        yield kind
        at += size


def _read_number(data: bytes, at: int, *, max_bytes: int) -> tuple[int, int]:
    number = 0
    for place in range(max_bytes):
        byte = data[at] if at < len(data) else 0
        number |= (byte & 0x7F) << (7 * place)
        at += 1
        if not byte & 0x80:
            break
    return number, at


def _count_old(data: bytes) -> Counter[str]:
    counts = Counter(pictures=count_pictures(data))
    for kind, body in _iterate_old(_read_book(data)):
        counts["comments"] += kind == _NOTE
        counts["drawings"] += kind == _BEGINNING and body[2:4] == bytes((_CHART_KIND, 0))
    return counts


def _read_book(data: bytes) -> bytes:
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            name = next((name for name in ("Workbook", "Book") if ole.exists(name)), "")
            return bytes(ole.openstream(name).read()) if name else b""
    except Exception:  # noqa: BLE001 - the parser raises anything; the cells were read elsewhere
        return b""


def _iterate_old(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _ in range(_MAX_RECORDS):
        if at + 4 > len(data):
            return
        kind, size = (
            int.from_bytes(data[at : at + 2], "little"),
            int.from_bytes(data[at + 2 : at + 4], "little"),
        )
        yield kind, data[at + 4 : at + 8]
        at += 4 + size
