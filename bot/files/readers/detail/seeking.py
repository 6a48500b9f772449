"""Finds pictures again within an archive, a mail or a document, by the digests of their bytes.

The file is read once for all of them, as it was before, without decoding any picture. Runs
in a sandbox process.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection
from contextvars import ContextVar
from dataclasses import replace

from bot.domain.files import Image, ParsedFile
from bot.domain.pictures.sight import Origin
from bot.files.unreadable import UnreadableError, build_unreadable_error


class _AllFound(BaseException):
    """Ends the reading of a file. No `Exception`, which readers take for damage and go on."""


class _Search:
    """The pictures that are looked for, and what was found of them."""

    def __init__(self, digests: Collection[str]) -> None:
        self._missing = set(digests)
        self.found = dict[str, bytes]()

    def look_at(self, digest: str, data: bytes) -> None:
        """Take a picture that is looked for. Raises `_AllFound` with the last one."""
        if digest in self._missing:
            self._missing.remove(digest)
            self.found[digest] = data
        if not self._missing:
            raise _AllFound


_search: ContextVar[_Search | None] = ContextVar("search", default=None)


def find_pictures(
    name: str, data: bytes, digests: Collection[str], read: Callable[[str, bytes], ParsedFile]
) -> dict[str, bytes]:
    """Return the bytes of the picture files in the file `data` that have such digests.

    `read` reads that file. Raises `UnreadableError` if none of them is in it.
    """
    search = _Search(digests)
    token = _search.set(search)
    try:
        read(name, data)
    except (_AllFound, UnreadableError):
        # A file that holds pictures alone seems empty while they are passed over.
        pass
    finally:
        _search.reset(token)
    if not search.found:
        raise build_unreadable_error(name, "damaged", detail="the pictures are not in it")
    return search.found


def compute_origin(name: str, data: bytes) -> Origin:
    """Return the origin of the picture in a picture file, which is about to be read.

    Raises `UnreadableError` while pictures are looked for.
    """
    digest, search = hashlib.sha256(data).hexdigest(), _search.get()
    if search is None:
        return Origin(digest)
    search.look_at(digest, data)
    raise build_unreadable_error(name, "no picture", detail="it is only looked for")


def mark_whole_file(parsed_file: ParsedFile, data: bytes) -> ParsedFile:
    """Return a file that was read from `data`, in which the origin of its own picture is itself.

    No two pictures in it have the same origin.
    """
    if not parsed_file.pictures:
        return parsed_file
    digest = hashlib.sha256(data).hexdigest()
    pictures, counts = list[Image](), Counter[Origin]()
    for one in parsed_file.pictures:
        origin = one.origin
        if origin.sha256 == digest:
            origin = replace(origin, sha256="")
        pictures.append(replace(one, origin=replace(origin, twin=counts[origin])))
        counts[origin] += 1
    return replace(parsed_file, pictures=tuple(pictures))
