"""Detects the type of Office files, checks their limits, and packs them again from safe parts.

Does not interpret the parts, and writes nothing to disk. See `office.py` for their text.
"""

from __future__ import annotations

import io
import re
import zipfile
from xml.parsers import expat

from bot.files.readers.archives import has_overlapping_entries, open_zip, unpack_entry
from bot.files.unreadable import UnreadableError, build_unreadable_error

_MAX_ENTRIES, _MAX_LISTED_ENTRIES = 10_000, 100_000
# Converters recurse for each level.
_MAX_DEPTH = 200
_MAX_UNPACKED_BYTES = 200 * 1024 * 1024
# No Office program reaches this compression ratio; only data made to unpack to gigabytes does.
_SUSPECT_RATIO, _SUSPECT_BYTES = 250, 10 * 1024 * 1024
_TYPES_BY_FOLDER = {"word": "docx", "xl": "xlsx", "ppt": "pptx"}
_DECLARED_ENCODING = re.compile(rb"<\?xml[^>]{0,100}?encoding\s{0,9}=\s{0,9}[\"']([^\"'>]{0,40})")
# In other encodings, a declaration that is forbidden here would be visible only to the parser.
_ALLOWED_ENCODINGS = {b"utf-8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"}
_BOM_AND_WHITESPACE = b"\xef\xbb\xbf\xff\xfe \t\r\n"


def detect_office_type(data: bytes) -> str:
    """Return `docx`, `xlsx` or `pptx` by the folders in the file; "" for any other file."""
    try:
        with open_zip("", data, _MAX_LISTED_ENTRIES) as archive:
            names = archive.namelist()
    except UnreadableError:
        return ""
    folders = [
        _TYPES_BY_FOLDER[name.partition("/")[0]]
        for name in names
        if name.split("/")[0] in _TYPES_BY_FOLDER
    ]
    return folders[0] if folders and "[Content_Types].xml" in names else ""


def repack(name: str, data: bytes) -> bytes:
    """Return the same package with its XML parts only, each unpacked once and within limits.

    No parser of the result can unpack more, or see other bytes than those that were checked.
    Raises `UnreadableError`.
    """
    with open_zip(name, data, _MAX_LISTED_ENTRIES) as archive:
        entries = archive.infolist()
        if len(entries) > _MAX_ENTRIES or sum(e.file_size for e in entries) > _MAX_UNPACKED_BYTES:
            raise build_unreadable_error(name, "too large inside")
        if any(_is_suspect(entry) for entry in entries):
            raise build_unreadable_error(name, "too large inside", detail="ratio")
        if has_overlapping_entries(archive):
            raise build_unreadable_error(name, "damaged", detail="overlapping")
        parts = {entry.filename: _read_part(name, archive, entry) for entry in entries}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as clean:
        for path, part in parts.items():
            clean.writestr(zipfile.ZipInfo(path), part)
    return out.getvalue()


def _is_suspect(entry: zipfile.ZipInfo) -> bool:
    is_large = entry.file_size > _SUSPECT_BYTES
    return is_large and entry.file_size > _SUSPECT_RATIO * max(1, entry.compress_size)


def _read_part(name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return the bytes of an XML part; b"" for pictures and other parts, which are not used."""
    if not entry.filename.lower().endswith((".xml", ".rels")):
        return b""
    try:
        part = unpack_entry(archive, entry, entry.file_size)
    except UnreadableError as error:
        why = str(error) if str(error) in ("password", "too large inside") else "damaged"
        raise build_unreadable_error(name, why) from error
    # In UTF-16 each ASCII letter comes with a NUL: remove the NULs to find declarations.
    plain = part.replace(b"\0", b"") if b"\0" in part[:64] else part
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise build_unreadable_error(name, "entities")
    start = plain[:256].lstrip(_BOM_AND_WHITESPACE)
    encoding = _DECLARED_ENCODING.match(start)
    is_forbidden = encoding is not None and encoding[1].lower() not in _ALLOWED_ENCODINGS
    if start and (is_forbidden or not start.startswith(b"<")):
        raise build_unreadable_error(name, "damaged", detail="no XML")
    if entry.filename.startswith(("word/", "ppt/")):
        _check_depth(name, part)
    return part


def _check_depth(name: str, part: bytes) -> None:
    depth = 0

    def start(_tag: str, _attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise build_unreadable_error(name, "too large inside", detail="levels")

    def end(_tag: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.ParseFile(io.BytesIO(part))
    except expat.ExpatError as error:
        raise build_unreadable_error(name, "damaged", detail="no XML") from error
