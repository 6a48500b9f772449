"""Opens the packages of Office files: checks their limits, reads parts and what they link to.

Writes nothing to disk, fetches nothing, and never unpacks a part beyond the size that was checked.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError

from bot.files.readers.archives import has_overlapping_entries, open_zip, unpack_entry
from bot.files.readers.ooxml.xml_trees import parse_tree
from bot.files.unreadable import UnreadableError, build_unreadable_error

_MAX_ENTRIES, _MAX_LISTED_ENTRIES = 10_000, 100_000
_MAX_UNPACKED_BYTES = 200 * 1024 * 1024
# No Office program reaches this compression ratio; only data made to unpack to gigabytes does.
_SUSPECT_RATIO, _SUSPECT_BYTES = 250, 10 * 1024 * 1024
_TYPES_BY_FOLDER = {"word": "docx", "xl": "xlsx", "ppt": "pptx"}
_DECLARED_ENCODING = re.compile(rb"<\?xml[^>]{0,100}?encoding\s{0,9}=\s{0,9}[\"']([^\"'>]{0,40})")
# In other encodings, a declaration that is forbidden here would be visible only to the parser.
_ALLOWED_ENCODINGS = {b"utf-8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"}
_BOM_AND_WHITESPACE = b"\xef\xbb\xbf\xff\xfe \t\r\n"
_KIND_ENTRY, _MAX_KIND_BYTES = "mimetype", 200
_OPEN_SHEET = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The names of the streams that hold an old workbook.
_OLD_WORKBOOK = re.compile(
    b"|".join(f"{one}\0".encode("utf-16-le") for one in ("Workbook", "Book"))
)
_XML_ENDINGS = (".xml", ".rels", ".vml")
# Copies of cells for pivot tables: they are not seen, and may be larger than all sheets.
_IGNORED_FOLDERS = ("xl/pivotcache/",)


@dataclass(frozen=True, slots=True)
class Link:
    """Where a part of a package leads to: another part, or an address outside of it.

    `kind` is the last word of the relationship's type: “image”, “chart”, “hyperlink”.
    """

    kind: str
    target: str
    is_external: bool


class Package:
    """The parts of one package, by their paths, in which upper and lower case are equal."""

    def __init__(self, name: str, data: bytes) -> None:
        """Read all XML parts. Raises `UnreadableError`: damaged, locked, too large, entities."""
        self.name = name
        self._archive = open_zip(name, data, _MAX_LISTED_ENTRIES)
        entries = [entry for entry in self._archive.infolist() if not _is_ignored(entry)]
        self._check_sizes(entries)
        self._entries = {_normalize_path(entry.filename): entry for entry in entries}
        self._parts = {
            path: self._read_xml(entry)
            for path, entry in self._entries.items()
            if path.endswith(_XML_ENDINGS)
        }
        self._links = dict[str, dict[str, Link]]()

    @property
    def paths(self) -> list[str]:
        """All parts, in lower case."""
        return list(self._entries)

    def read_xml(self, path: str) -> bytes:
        """Return the bytes of an XML part; b"" if there is none."""
        return self._parts.get(_normalize_path(path), b"")

    def read_tree(self, path: str) -> Element | None:
        """Return the root of a part; None if there is none. Raises `UnreadableError`."""
        part = self.read_xml(path)
        if not part.strip():
            return None
        try:
            return parse_tree(part)
        except ParseError as error:
            raise build_unreadable_error(self.name, "damaged", detail="no XML") from error

    def read_side_tree(self, path: str) -> Element | None:
        """Return the root of a part without which the file is still worth reading; None for a
        part that is missing or damaged."""
        try:
            return self.read_tree(path)
        except UnreadableError:
            return None

    def read_bytes(self, path: str) -> bytes:
        """Return the bytes of any part; b"" if there is none. Raises `UnreadableError`."""
        entry = self._entries.get(_normalize_path(path))
        if entry is None:
            return b""
        return unpack_entry(self._archive, entry, entry.file_size)

    def list_links(self, path: str) -> dict[str, Link]:
        """Return what a part links to, by the ids that the part uses. "" is the package itself."""
        if path not in self._links:
            folder, _, file = path.rpartition("/")
            tree = self.read_side_tree(f"{folder}/_rels/{file}.rels".lstrip("/"))
            links = [] if tree is None else [child for child in tree if child.get("Id")]
            self._links[path] = {link.get("Id", ""): _parse_link(folder, link) for link in links}
        return self._links[path]

    def find_linked(self, path: str, kind: str) -> list[str]:
        """Return the parts to which a part links by a kind of relationship, in order."""
        return [
            link.target
            for link in self.list_links(path).values()
            if link.kind == kind and not link.is_external
        ]

    def find_main(self, folder: str, default: str) -> str:
        """Return the path of the main part, which lies in `folder`."""
        named = [path for path in self.find_linked("", "officeDocument") if self.read_xml(path)]
        if not named and self.read_xml(default):
            return default
        if not named:
            raise build_unreadable_error(self.name, "damaged", detail=f"no {folder}")
        return named[0]

    def _check_sizes(self, entries: list[zipfile.ZipInfo]) -> None:
        if len(entries) > _MAX_ENTRIES or sum(e.file_size for e in entries) > _MAX_UNPACKED_BYTES:
            raise build_unreadable_error(self.name, "too large inside")
        if any(map(_is_suspect, entries)):
            raise build_unreadable_error(self.name, "too large inside", detail="ratio")
        if has_overlapping_entries(self._archive):
            raise build_unreadable_error(self.name, "damaged", detail="overlapping")

    def _read_xml(self, entry: zipfile.ZipInfo) -> bytes:
        try:
            part = unpack_entry(self._archive, entry, entry.file_size)
        except UnreadableError as error:
            why = str(error) if str(error) in ("password", "too large inside") else "damaged"
            raise build_unreadable_error(self.name, why) from error
        check_declarations(self.name, part)
        return part


def check_declarations(name: str, part: bytes) -> None:
    """Raise `UnreadableError` for a part that declares entities, or hides what it declares."""
    # In UTF-16 each ASCII letter comes with a NUL: remove the NULs to find declarations.
    plain = part.replace(b"\0", b"") if b"\0" in part[:64] else part
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise build_unreadable_error(name, "entities")
    start = plain[:256].lstrip(_BOM_AND_WHITESPACE)
    encoding = _DECLARED_ENCODING.match(start)
    is_forbidden = encoding is not None and encoding[1].lower() not in _ALLOWED_ENCODINGS
    if start and (is_forbidden or not start.startswith(b"<")):
        raise build_unreadable_error(name, "damaged", detail="no XML")


def detect_office_type(data: bytes) -> str:
    """Return `docx`, `xlsx`, `xlsb` or `pptx` by the folders in the file; "" for any other file."""
    try:
        with open_zip("", data, _MAX_LISTED_ENTRIES) as archive:
            paths = [_normalize_path(path) for path in archive.namelist()]
    except UnreadableError:
        return ""
    if "xl/workbook.bin" in paths:
        return "xlsb"
    types = (_TYPES_BY_FOLDER.get(path.partition("/")[0], "") for path in paths if "/" in path)
    return next(filter(None, types), "") if "[content_types].xml" in paths else ""


def is_old_workbook(data: bytes) -> bool:
    """Whether an OLE container holds a workbook as Excel wrote it until 2003."""
    return data.startswith(_OLE_SIGNATURE) and _OLD_WORKBOOK.search(data) is not None


def is_open_sheet(data: bytes) -> bool:
    """Whether a ZIP archive is a spreadsheet of the OpenDocument format."""
    if data[30:120].startswith(_OPEN_SHEET):
        return True
    # Programs that pack a folder again may pack that entry, too, or put it elsewhere.
    if _KIND_ENTRY.encode() not in data:
        return False
    try:
        with open_zip("", data, _MAX_ENTRIES) as archive:
            return f"{_KIND_ENTRY}{read_archive_kind(archive)}".encode().startswith(_OPEN_SHEET)
    except UnreadableError:
        return False


def read_archive_kind(archive: zipfile.ZipFile) -> str:
    """Return what an archive says it is (OpenDocument 1.3, part 2, 3.3; EPUB OCF 3.3, 4.3);
    "" for one that says nothing that can be read."""
    if _KIND_ENTRY not in archive.NameToInfo:
        return ""
    try:
        kind = unpack_entry(archive, archive.getinfo(_KIND_ENTRY), _MAX_KIND_BYTES)
    except UnreadableError:
        return ""
    return kind.decode("ascii", "replace").strip()


def repack(name: str, data: bytes, endings: tuple[str, ...]) -> bytes:
    """Return a package with only the parts of these endings, each within its limits.

    A library that reads the result can unpack no more than was checked. Raises `UnreadableError`.
    """
    package, out = Package(name, data), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as clean:
        for entry in package._entries.values():
            is_kept = entry.filename.lower().endswith(endings)
            part = package.read_bytes(entry.filename) if is_kept else b""
            clean.writestr(zipfile.ZipInfo(entry.filename), part)
    return out.getvalue()


def _normalize_path(path: str) -> str:
    """Return a path in the form that is compared: no `..`, no `\\`, in lower case."""
    parts = list[str]()
    for part in path.replace("\\", "/").lower().split("/"):
        if part == ".." and parts:
            parts.pop()
        elif part not in ("", ".", ".."):
            parts.append(part)
    return "/".join(parts)


def _is_ignored(entry: zipfile.ZipInfo) -> bool:
    return _normalize_path(entry.filename).startswith(_IGNORED_FOLDERS)


def _is_suspect(entry: zipfile.ZipInfo) -> bool:
    is_large = entry.file_size > _SUSPECT_BYTES
    return is_large and entry.file_size > _SUSPECT_RATIO * max(1, entry.compress_size)


def _parse_link(folder: str, link: Element) -> Link:
    target = link.get("Target", "")
    kind = link.get("Type", "").rpartition("/")[2]
    if link.get("TargetMode") == "External":
        return Link(kind, target, is_external=True)
    target = unquote(target).replace("\\", "/").partition("#")[0]
    path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
    return Link(kind, _normalize_path(path), is_external=False)
