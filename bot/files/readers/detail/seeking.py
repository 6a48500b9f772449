"""Finds a picture again within an archive, a mail or a document, by the digest of its bytes.

The file is read as it was before, without decoding any picture. Runs in a sandbox process.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import replace

from bot.domain.files import Image, ParsedFile
from bot.domain.pictures.sight import Origin
from bot.files.unreadable import build_unreadable_error

_wanted: ContextVar[str] = ContextVar("wanted_picture", default="")


class _FoundPicture(BaseException):
    """Ends the reading of a file. No `Exception`, which readers take for damage and go on."""

    def __init__(self, data: bytes) -> None:
        super().__init__("found")
        self.data = data


def find_picture(
    name: str, data: bytes, origin: Origin, read: Callable[[str, bytes], ParsedFile]
) -> bytes:
    """Return the bytes of the picture file in which a picture of the file `data` lies.

    `read` reads that file. Raises `UnreadableError` if the picture is not in it.
    """
    if not origin.sha256:
        return data
    token = _wanted.set(origin.sha256)
    try:
        read(name, data)
    except _FoundPicture as found:
        return found.data
    finally:
        _wanted.reset(token)
    raise build_unreadable_error(name, "damaged", detail="the picture is not in it")


def compute_origin(name: str, data: bytes) -> Origin:
    """Return the origin of the picture in a picture file, which is about to be read.

    Raises `UnreadableError` while another picture is looked for.
    """
    digest, wanted = hashlib.sha256(data).hexdigest(), _wanted.get()
    if digest == wanted:
        raise _FoundPicture(data)
    if wanted:
        raise build_unreadable_error(name, "no picture", detail="another one")
    return Origin(digest)


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
