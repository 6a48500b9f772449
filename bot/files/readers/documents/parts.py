"""Opens documents that are ZIP archives of XML parts, within limits. Interprets no part."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bot.files.readers.archives import has_overlapping_entries, open_zip, unpack_entry
from bot.files.unreadable import UnreadableError, build_unreadable_error

_MAX_ENTRIES = 10_000
_MAX_PART_BYTES, _MAX_ALL_BYTES = 32 * 1024 * 1024, 96 * 1024 * 1024


class Parts:
    """The parts of a document; together no more than 96 MB of them are unpacked."""

    def __init__(self, name: str, archive: zipfile.ZipFile) -> None:
        self._name = name
        self._archive = archive
        self._remaining = _MAX_ALL_BYTES
        self.names = archive.namelist()

    def read(self, path: str) -> bytes:
        """Return a part; b"" if there is none. Raises `UnreadableError`."""
        try:
            info = self._archive.getinfo(path)
        except KeyError:
            return b""
        try:
            data = unpack_entry(self._archive, info, min(_MAX_PART_BYTES, self._remaining))
        except UnreadableError as error:
            why = str(error) if str(error) in ("password", "too large inside") else "damaged"
            raise build_unreadable_error(self._name, why) from error
        self._remaining -= len(data)
        return data

    def read_picture(self, path: str) -> bytes | None:
        """Return a part that may be missing or damaged; None then."""
        try:
            return self.read(path) or None
        except UnreadableError:
            return None


@contextmanager
def open_parts(name: str, data: bytes) -> Iterator[Parts]:
    """Open such a document. Raises `UnreadableError`."""
    with open_zip(name, data, _MAX_ENTRIES) as archive:
        if has_overlapping_entries(archive):
            raise build_unreadable_error(name, "damaged", detail="overlapping")
        yield Parts(name, archive)


def parse_tree(name: str, part: bytes) -> Any:
    """Return the root of a small part. Raises `UnreadableError`."""
    from lxml import etree

    if b"<!DOCTYPE" in part[:4096] or b"<!ENTITY" in part:
        raise build_unreadable_error(name, "entities")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(part, parser)
    except etree.XMLSyntaxError as error:
        raise build_unreadable_error(name, "damaged", detail="no XML") from error


def get_tag(element: Any) -> str:
    """Return an element's name without its namespace; "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def get_attribute(element: Any, name: str) -> str:
    """Return an attribute by its name without the namespace; "" if there is none."""
    return next(
        (str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] == name), ""
    )
