"""The form of a backup: a gzipped tar of `backup.json` and what must survive, each with its digest.

It may come from anywhere, so that nothing in it is believed: names, sizes and kinds are checked
before a byte is written, and digests before anything takes its place.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import tarfile
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from bot.disk.private_folder import FILE_MODE
from bot.domain.errors import NotNow

INDEX_NAME, DATABASE_NAME = "backup.json", "easel.db"
_FORMAT = 1
_CHUNK_BYTES = 1 << 20
_MAX_INDEX_BYTES = 64 << 20
# The database, the key that hashes people's ids, pictures not shared yet, and catalogues.
_NAME_PATTERN = re.compile(
    r"easel\.db|pseudonym\.key|outbox/[0-9a-f]{2}/[0-9a-f]{62}|catalogue[\w-]{0,40}/[\w.-]{1,80}",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Index:
    """What a backup says of itself. `files` are names with sha256, `made_at` is a Unix time."""

    version: str
    revision: str
    made_at: float
    files: Mapping[str, str]

    def serialize(self) -> bytes:
        values = {
            "format": _FORMAT,
            "version": self.version,
            "revision": self.revision,
            "made_at": self.made_at,
            "files": dict(self.files),
        }
        return json.dumps(values, indent=1).encode()


def is_kept(name: str) -> bool:
    """Whether a file of the data folder belongs into a backup."""
    return _NAME_PATTERN.fullmatch(name) is not None and ".." not in name


def compute_digest(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_archive(target: IO[bytes], folder: Path, *, version: str, revision: str) -> Index:
    """Write all files below `folder` that belong into a backup; return the index."""
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    digests = {name: compute_digest(folder / name) for name in names if is_kept(name)}
    index = Index(version, revision, time.time(), digests)
    with tarfile.open(fileobj=target, mode="w:gz", format=tarfile.PAX_FORMAT) as archive:
        _add(archive, INDEX_NAME, io.BytesIO(index.serialize()))
        for name in digests:
            with (folder / name).open("rb") as file:
                _add(archive, name, file)
    return index


def extract_archive(source: Path, folder: Path) -> Index:
    """Write the files of a backup below `folder`, and check each. Raises `NotNow`."""
    with _open_archive(source) as archive:
        index = _read_index(archive, source)
        found = {}
        while (member := archive.next()) is not None:
            if member.name not in index.files or not member.isreg() or member.name in found:
                raise _build_error(source, "it holds something that does not belong into one")
            found[member.name] = _write_member(archive, member, folder / member.name)
        if found != dict(index.files):
            raise _build_error(source, "a part of it is missing or was changed")
        return index


def check_archive(source: Path) -> Index:
    """Read all of a backup and check it, without writing. Raises `NotNow`."""
    with _open_archive(source) as archive:
        index = _read_index(archive, source)
        found = {}
        while (member := archive.next()) is not None:
            found[member.name] = _write_member(archive, member, None)
        if found != dict(index.files):
            raise _build_error(source, "it was not written as it should be; is the disk sound?")
        return index


@contextmanager
def _open_archive(source: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(source, mode="r:gz") as archive:
            yield archive
    except (tarfile.TarError, zlib.error, EOFError, UnicodeError, ValueError) as error:
        raise _build_error(source, "it is damaged, or no backup at all") from error
    except OSError as error:
        raise _build_error(source, error.strerror or "it is damaged") from error


def _read_index(archive: tarfile.TarFile, source: Path) -> Index:
    member = archive.next()
    file = None if member is None or not member.isreg() else archive.extractfile(member)
    if member is None or file is None or member.name != INDEX_NAME:
        raise _build_error(source, "it is no backup of Easel")
    if member.size > _MAX_INDEX_BYTES:
        raise _build_error(source, "its list of files is too long")
    values = json.loads(file.read())
    if not isinstance(values, dict) or values.get("format") != _FORMAT:
        raise _build_error(source, "it has another form; use the Easel that wrote it")
    return _build_index(values, source)


def _build_index(values: Mapping[str, Any], source: Path) -> Index:
    files = values.get("files")
    if not isinstance(files, dict) or DATABASE_NAME not in files:
        raise _build_error(source, "there is no database in it")
    if not all(is_kept(str(name)) and isinstance(digest, str) for name, digest in files.items()):
        raise _build_error(source, "it holds something that does not belong into one")
    made_at = values.get("made_at")
    moment = float(made_at) if isinstance(made_at, int | float) else 0.0
    return Index(str(values.get("version")), str(values.get("revision")), moment, files)


def _write_member(archive: tarfile.TarFile, member: tarfile.TarInfo, path: Path | None) -> str:
    """Return the sha256 of a member, whose bytes are written to `path` if there is one."""
    digest, file = hashlib.sha256(), archive.extractfile(member)
    if file is None:
        return ""
    if path is not None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = None if path is None else path.open("xb")
    try:
        if target is not None and path is not None:
            path.chmod(FILE_MODE)
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
            if target is not None:
                target.write(chunk)
    finally:
        if target is not None:
            target.close()
    return digest.hexdigest()


def _add(archive: tarfile.TarFile, name: str, file: IO[bytes]) -> None:
    member = tarfile.TarInfo(name)
    member.size = file.seek(0, io.SEEK_END)
    member.mode = FILE_MODE
    file.seek(0)
    archive.addfile(member, file)


def _build_error(source: Path, problem: str) -> NotNow:
    return NotNow([f"{source} cannot be used: {problem}"])
