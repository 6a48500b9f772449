"""Builds workbooks that no library here writes: .xlsb, .ods with drawings, pieces of .xls."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from tests.support.office import pack_zip

_PART = "application/vnd.ms-excel"


def build_record(kind: int, body: bytes = b"") -> bytes:
    """Build a record of MS-XLSB: its kind and its size are numbers of seven bits a byte."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return head + bytes([len(body) & 0x7F | 0x80, len(body) >> 7]) + body


def build_binary_book(
    rows: Sequence[Sequence[object]], comments: int = 0, charts: int = 0
) -> bytes:
    """Build an .xlsb of one sheet, “Daten”."""
    size = struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    sheet = build_record(129) + build_record(148, size) + build_record(145)
    for number, row in enumerate(rows):
        sheet += build_record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0))
        for column, value in enumerate(row):
            head = struct.pack("<II", column, 0)
            if isinstance(value, bool):
                sheet += build_record(4, head + bytes([value]))
            elif isinstance(value, (int, float)):
                sheet += build_record(5, head + struct.pack("<d", value))
            else:
                sheet += build_record(6, head + _wide(str(value)))
    sheet += build_record(146) + build_record(130)
    bundle = struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Daten")
    book = b"".join(map(build_record, (131, 143))) + build_record(156, bundle)
    book += build_record(144) + build_record(132)
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.bin" ContentType="{_PART}.sheet.binary'
        '.macroEnabled.main"/>'
        f'<Override PartName="/xl/worksheets/sheet1.bin" ContentType="{_PART}.worksheet"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1"'
        f' Type="{relation}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        "xl/workbook.bin": book,
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{relation}/worksheet" Target="worksheets/sheet1.bin"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.bin": sheet,
    }
    if comments:
        note = build_record(628) + build_record(635, bytes(36)) * comments + build_record(629)
        parts["xl/comments1.bin"] = note
    parts |= {f"xl/charts/chart{number}.xml": "<c/>" for number in range(1, charts + 1)}
    return pack_zip(parts)


def build_records(*records: tuple[int, bytes]) -> bytes:
    """Build the stream of an .xls (MS-XLS 2.1.4)."""
    return b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in records)


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")
