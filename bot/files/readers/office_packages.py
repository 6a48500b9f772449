"""What Office files come in: told apart, held against bounds, and packed anew from safe parts.

Understands nothing of what the parts say. Nothing is ever written to disk.
"""

from __future__ import annotations

import io
import re
import zipfile
from xml.parsers import expat

from bot.files.readers.archives import has_overlapping_entries, open_zip, unpack_entry
from bot.files.unreadable import UnreadableError, build_unreadable_error

_MAX_ENTRIES, _MAX_LISTED_ENTRIES = 10_000, 100_000
# Converters call themselves for each level.
_MAX_DEPTH = 200
_MAX_UNPACKED_BYTES = 200 * 1024 * 1024
# No writer of Office files packs so well; zeros do.
_SUSPECT_RATIO, _SUSPECT_BYTES = 250, 10 * 1024 * 1024
_TYPES_BY_FOLDER = {"word": "docx", "xl": "xlsx", "ppt": "pptx"}
_DECLARED_ENCODING = re.compile(rb"<\?xml[^>]{0,100}?encoding\s{0,9}=\s{0,9}[\"']([^\"'>]{0,40})")
# Others could hide what is looked for here from all but the parser.
_ALLOWED_ENCODINGS = {b"utf-8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"}
_BOM_AND_WHITESPACE = b"\xef\xbb\xbf\xff\xfe \t\r\n"


def detect_office_type(data: bytes) -> str:
    """`docx`, `xlsx` or `pptx` for such a file, by what is in it; "" for anything else."""
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
    """The same package with its XML only, each part read once and within bounds.

    So nothing that parses it can unpack more, or see other bytes than were looked at. Raises
    `Unreadable`.
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
    large = entry.file_size > _SUSPECT_BYTES
    return large and entry.file_size > _SUSPECT_RATIO * max(1, entry.compress_size)


def _read_part(name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of an XML part; of pictures and the like nothing, as they are not looked at."""
    if not entry.filename.lower().endswith((".xml", ".rels")):
        return b""
    try:
        part = unpack_entry(archive, entry, entry.file_size)
    except UnreadableError as error:
        why = str(error) if str(error) in ("password", "too large inside") else "damaged"
        raise build_unreadable_error(name, why) from error
    # In UTF-16 the marks are there as well, with a NUL at each letter.
    plain = part.replace(b"\0", b"") if b"\0" in part[:64] else part
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise build_unreadable_error(name, "entities")
    start = plain[:256].lstrip(_BOM_AND_WHITESPACE)
    encoding = _DECLARED_ENCODING.match(start)
    odd = encoding is not None and encoding[1].lower() not in _ALLOWED_ENCODINGS
    if start and (odd or not start.startswith(b"<")):
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
