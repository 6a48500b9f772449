"""Opens a ZIP of a repository: its paths, and its files one after the other. Writes nothing.

Paths that lead out of the ZIP, links and files with a password are left out and counted. Sizes are
limited, whatever the directory of the ZIP claims.
"""

from __future__ import annotations

import io
import stat
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.domain.messages import Message
from bot.graphs.code.imports import normalize_path
from bot.graphs.graph import GraphError, clean_label
from bot.graphs.manifests.collector import refuse

MAX_ENTRIES = 100_000
MAX_FILE_BYTES = 1_000_000
MAX_UNPACKED_BYTES = 200_000_000
_MAX_PATH_CHARS, _MAX_DEPTH = 500, 60
_DIRECTORY_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 0x1
_SOURCE_FOLDERS = {"src", "lib", "app", "pkg", "cmd", "internal", "packages", "tests", "test"}
_BOUNDED_COMPRESSION_TYPES = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

_DAMAGED_MESSAGE = "{source} is damaged: I cannot open it as a ZIP."
_MANY_MESSAGE = "{source} has more than {limit:,} files. Send the part that you want to see."
_OVERLAP_MESSAGE = "{source} is damaged: files in it lie over each other."


@dataclass(slots=True)
class Archive:
    """An open ZIP. `paths` leads from clean paths to entries; `left_out` counts by reason."""

    zip: zipfile.ZipFile
    paths: dict[str, zipfile.ZipInfo] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    unpacked_bytes: int = 0

    def read(self, path: str) -> bytes | None:
        """Return a file, or None for one that is too large or damaged; that is counted."""
        info = self.paths[path]
        limit = min(MAX_FILE_BYTES, MAX_UNPACKED_BYTES - self.unpacked_bytes)
        if info.file_size > limit:
            self.left_out["large"] += 1
            return None
        try:
            with self.zip.open(info) as entry:
                data = entry.read(limit + 1)
        except Exception:  # noqa: BLE001 - zlib.error, BadZipFile, EOFError, … of a damaged entry
            self.left_out["damaged"] += 1
            return None
        self.unpacked_bytes += len(data)
        if len(data) > limit:
            self.left_out["large"] += 1
            return None
        return data


def open_archive(source: str, data: bytes) -> Archive:
    """Open a ZIP. Raises `GraphError` where it is damaged or has too many files."""
    if data.count(_DIRECTORY_ENTRY) > MAX_ENTRIES:
        raise refuse(Message(_MANY_MESSAGE, source=clean_label(source), limit=MAX_ENTRIES))
    try:
        archive = Archive(zipfile.ZipFile(io.BytesIO(data)))
        infos = archive.zip.infolist()
    except Exception as error:
        # Usually BadZipFile, but the parser raises anything on a hostile directory.
        raise _build_damaged(source) from error
    if _has_overlaps(infos):
        raise refuse(Message(_OVERLAP_MESSAGE, source=clean_label(source)))
    for info in infos:
        _add(archive, info)
    _strip_top_folder(archive)
    return archive


def _build_damaged(source: str) -> GraphError:
    return refuse(Message(_DAMAGED_MESSAGE, source=clean_label(source)))


def _add(archive: Archive, info: zipfile.ZipInfo) -> None:
    if info.is_dir() or info.filename.startswith("__MACOSX/"):
        return
    path = _clean_path(info.filename)
    is_link = stat.S_ISLNK(info.external_attr >> 16)
    if path is None or is_link:
        archive.left_out["unsafe"] += 1
    elif info.flag_bits & _ENCRYPTED:
        archive.left_out["password"] += 1
    elif info.compress_type not in _BOUNDED_COMPRESSION_TYPES:
        archive.left_out["damaged"] += 1
    elif path in archive.paths:
        archive.left_out["twice"] += 1
    else:
        archive.paths[path] = info


def _clean_path(path: str) -> str | None:
    """Return a path within the ZIP, or None for one that leads out of it or is none."""
    plain = path.replace("\\", "/")
    if plain.startswith("/") or plain[1:2] == ":" or len(plain) > _MAX_PATH_CHARS:
        return None
    if any(not character.isprintable() for character in plain) or ".." in plain.split("/"):
        return None
    normal = normalize_path(plain)
    return normal if normal and normal.count("/") < _MAX_DEPTH else None


def _strip_top_folder(archive: Archive) -> None:
    """Take off the folder that all files lie in, as in downloads of whole repositories.

    A Python package stays: its name is the first word of its imports.
    """
    tops = {path.partition("/")[0] for path in archive.paths if "/" in path}
    is_package = any(f"{top}/__init__.py" in archive.paths for top in tops)
    if len(tops) != 1 or tops & _SOURCE_FOLDERS or is_package:
        return
    if all("/" in path for path in archive.paths):
        archive.paths = {path.partition("/")[2]: info for path, info in archive.paths.items()}


def _has_overlaps(infos: Iterable[zipfile.ZipInfo]) -> bool:
    """Whether entries share bytes, as in bombs whose entries all use the same data."""
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            return True
        end = info.header_offset + 30 + info.compress_size
    return False
