"""Reads graphs from the files of a question: manifests by themselves, or those in a ZIP archive."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from bot.domain.messages import Message
from bot.files.readers.archives import has_overlapping_entries, open_zip, unpack_entry
from bot.files.readers.encodings import detect_encoding
from bot.files.unreadable import UnreadableError, build_unreadable_error
from bot.graphs.graph import Graph, GraphError, clean_label
from bot.graphs.manifests.formats import find_format

MAX_GRAPHS = 5
_MAX_CHARS = 40_000_000
_MAX_ENTRIES, _MAX_ENTRY_BYTES, _MAX_ARCHIVE_BYTES = 50_000, 20_000_000, 80_000_000
_MAX_MANIFESTS = 60
# Folders that hold what others wrote, or what was built.
_FOREIGN_FOLDERS = frozenset(
    ("node_modules", ".git", "vendor", "dist", "build", "target", ".venv", "venv", "__macosx")
)
_ZIP_BEGINNING = b"PK\x03\x04"
_SAME = "{name} says no more than {other}, which I drew."
_MORE = "One more file of this kind is in there; send it by itself to see it."
_MORE_MANY = "{count:,} more files of this kind are in there; send one by itself to see it."


@dataclass(slots=True)
class Sources:
    """What was read: graphs, and in sentences what was not, and why."""

    graphs: list[Graph] = field(default_factory=list)
    refusals: list[Message] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Read:
    path: str
    family: str
    graph: Graph


def read_sources(names: Sequence[str], blobs: Sequence[bytes], *, takes_first: bool) -> Sources:
    """Read the graphs of files. Files of other kinds are passed over.

    With `takes_first`, only the first that holds a graph counts: the others are older.
    """
    sources, found = Sources(), list[_Read]()
    for name, data in zip(names, blobs, strict=True):
        is_archive = data.startswith(_ZIP_BEGINNING)
        entries = _list_manifests(name, data) if is_archive else [(name, data)]
        for path, content in entries:
            _read_one(path, content, sources, found)
        if is_archive:
            _add_code(name, data, sources, found)
        if takes_first and (found or sources.refusals):
            break
    _choose(found, sources)
    return sources


def decode(data: bytes) -> str | None:
    """Return a file's text without its mark of byte order; None where it is no text."""
    encoding = detect_encoding(data)
    if encoding is None:
        return None
    text = data[: 4 * _MAX_CHARS].decode(encoding, "replace")[:_MAX_CHARS]
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _read_one(path: str, data: bytes, sources: Sources, found: list[_Read]) -> None:
    text = decode(data)
    one = find_format(path, text) if text else None
    if text is None or one is None:
        return
    try:
        graph = one.read(path, text)
    except GraphError as error:
        sources.refusals.append(error.user_message)
        return
    except Exception as error:  # noqa: BLE001 - one odd file of a repository is not all of it
        detail = type(error).__name__
        sources.refusals.append(_build_refusal(path, detail))
        return
    found.append(_Read(path, one.read.__module__.rpartition(".")[0], graph))


def _build_refusal(path: str, detail: str) -> Message:
    return build_unreadable_error(path, "crashed", detail=detail).user_message


def _list_manifests(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Unpack what its name shows to be a manifest. Nothing is written to a disk."""
    with open_zip(name, data, _MAX_ENTRIES) as archive:
        if has_overlapping_entries(archive):
            return
        size = count = 0
        for info in sorted(archive.infolist(), key=lambda info: info.filename.count("/")):
            path = PurePosixPath(info.filename.replace("\\", "/"))
            is_foreign = bool(_FOREIGN_FOLDERS & {part.lower() for part in path.parts[:-1]})
            if info.is_dir() or is_foreign or find_format(str(path), "") is None:
                continue
            try:
                content = unpack_entry(archive, info, _MAX_ENTRY_BYTES)
            except UnreadableError:
                continue
            size, count = size + len(content), count + 1
            if size > _MAX_ARCHIVE_BYTES or count > _MAX_MANIFESTS:
                return
            yield str(path), content


def _add_code(name: str, data: bytes, sources: Sources, found: list[_Read]) -> None:
    """Add the graph of the modules of a repository, where the reader of code is there."""
    if importlib.util.find_spec("bot.graphs.code") is None:
        return
    repository = importlib.import_module("bot.graphs.code.repository")
    try:
        graph = repository.read_repository(name, data)
    except GraphError as error:
        if not found:
            sources.refusals.append(error.user_message)
        return
    if len(graph.nodes) > 1:
        found.insert(0, _Read(name, "code", graph))


def _choose(found: Sequence[_Read], sources: Sources) -> None:
    """Keep a lock file instead of the manifest next to it, and at most `MAX_GRAPHS`."""
    whole = {(_get_folder(one), one.family): one for one in found if one.graph.is_whole}
    kept = []
    for one in found:
        lock = whole.get((_get_folder(one), one.family))
        if lock is not None and not one.graph.is_whole and one.graph.edges:
            other = clean_label(lock.path)
            sources.notes.append(Message(_SAME, name=clean_label(one.path), other=other))
        else:
            kept.append(one)
    kept.sort(key=lambda one: not one.graph.edges)
    sources.graphs = [one.graph for one in kept[:MAX_GRAPHS]]
    more = len(kept) - MAX_GRAPHS
    if more > 0:
        sources.notes.append(Message(_MORE, plural=_MORE_MANY, count=more))


def _get_folder(one: _Read) -> str:
    return one.path.replace("\\", "/").rpartition("/")[0]
