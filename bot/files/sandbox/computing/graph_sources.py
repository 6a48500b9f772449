"""Reads graphs from the files of a question: manifests by themselves, or those in a ZIP archive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from bot.domain.messages import Message
from bot.files.readers.archives import has_overlapping_entries, open_zip, unpack_entry
from bot.files.readers.encodings import detect_encoding
from bot.files.unreadable import UnreadableError, build_unreadable_error
from bot.graphs.graph import Graph, GraphError, clean_label
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.formats import find_format
from bot.graphs.manifests.pasted import can_be_untold, guess_name

MAX_GRAPHS = 5
_MAX_CHARS = 40_000_000
_MAX_ENTRIES, _MAX_ENTRY_BYTES, _MAX_ARCHIVE_BYTES = 50_000, 20_000_000, 80_000_000
_MAX_MANIFESTS = 60
_MAX_NAMES = 3  # of files that are read as one
_BEGINNING_BYTES = 8_000
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
    text: str = ""
    format: ManifestFormat | None = None


def read_sources(names: Sequence[str], blobs: Sequence[bytes], *, takes_first: bool) -> Sources:
    """Read the graphs of files. Files of other kinds are passed over.

    With `takes_first`, only the first that holds a graph counts: the others are older.
    """
    sources, found = Sources(), list[_Read]()
    no_code: list[Message] = []
    for name, data in zip(names, blobs, strict=True):
        is_archive = data.startswith(_ZIP_BEGINNING)
        entries = _list_manifests(name, data) if is_archive else [(name, data)]
        for path, content in entries:
            _read_one(path, content, sources, found)
        if is_archive:
            no_code += _add_code(name, data, found)
        if takes_first and (found or sources.refusals):
            break
    if not found and not sources.refusals:
        sources.refusals += no_code
    _choose(_join_files(found), sources)
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
    is_guessed = one is None and can_be_untold(path)
    if text and is_guessed and (name := guess_name(text)):
        one = find_format(name, text)
    if text is None or one is None:
        return
    try:
        graph = one.read(path, text)
    except GraphError as error:
        if not is_guessed:  # else it may be something else
            sources.refusals.append(error.user_message)
        return
    except Exception as error:  # noqa: BLE001 - one odd file of a repository is not all of it
        detail = type(error).__name__
        sources.refusals.append(_build_refusal(path, detail))
        return
    found.append(_Read(path, one.read.__module__.rpartition(".")[0], graph, text, one))


def _join_files(found: Sequence[_Read]) -> list[_Read]:
    """Read files of one folder as one, where they name things of each other, as Terraform's do."""
    together: dict[tuple[str, str], list[_Read]] = {}
    for one in found:
        apart = "" if one.format is not None and one.format.separator is not None else one.path
        name = one.format.name if one.format is not None else ""
        together.setdefault((name, apart or f"{_get_folder(one)}/"), []).append(one)
    return [one for files in together.values() for one in _join(files)]


def _join(files: list[_Read]) -> list[_Read]:
    one = files[0].format
    if len(files) < 2 or one is None or one.separator is None:
        return files
    names = [PurePosixPath(file.path.replace("\\", "/")).name for file in files]
    name = ", ".join(names[:_MAX_NAMES]) + (", …" if len(names) > _MAX_NAMES else "")
    try:
        graph = one.read(name, one.separator.join(file.text for file in files))
    except GraphError:  # too large together
        return files
    return [replace(files[0], graph=graph)]


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
            if info.is_dir() or is_foreign or not _can_be_manifest(path):
                continue
            try:
                content = unpack_entry(archive, info, _MAX_ENTRY_BYTES)
            except UnreadableError:
                continue
            size += len(content)
            if find_format(str(path), "") is None and not _is_manifest(path, content):
                continue
            count += 1
            if size > _MAX_ARCHIVE_BYTES or count > _MAX_MANIFESTS:
                return
            yield str(path), content


def _can_be_manifest(path: PurePosixPath) -> bool:
    """Whether a file's name shows a manifest, or leaves it open, as `deploy.yaml` does."""
    return path.suffix.lower() in (".yaml", ".yml") or find_format(str(path), "") is not None


def _is_manifest(path: PurePosixPath, data: bytes) -> bool:
    text = decode(data[:_BEGINNING_BYTES])
    return bool(text) and find_format(str(path), text or "") is not None


def _add_code(name: str, data: bytes, found: list[_Read]) -> list[Message]:
    """Add the graph of the modules of a repository; return in a sentence why there is none."""
    # Here, as only archives need the grammars.
    from bot.graphs.code.repository import read_repository

    try:
        graph = read_repository(name, data)
    except GraphError as error:
        return [error.user_message]
    except Exception as error:  # noqa: BLE001 - its manifests may be sound
        return [_build_refusal(name, type(error).__name__)]
    if len(graph.nodes) > 1:
        found.insert(0, _Read(name, "code", graph))
    return []


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
    if kept and kept[0].graph.edges:
        # A manifest that needs nothing is no picture next to those that do.
        kept = [one for one in kept if one.graph.edges or len(one.graph.nodes) > 1]
    sources.graphs = [one.graph for one in kept[:MAX_GRAPHS]]
    more = len(kept) - MAX_GRAPHS
    if more > 0:
        sources.notes.append(Message(_MORE, plural=_MORE_MANY, count=more))


def _get_folder(one: _Read) -> str:
    return one.path.replace("\\", "/").rpartition("/")[0]
