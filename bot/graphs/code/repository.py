"""Makes the graph of a repository in a ZIP: its modules, and which imports which. Writes nothing.

For Python, JavaScript, TypeScript, Go, Java and Rust. See `fold.py` for making it small enough to
be read.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

from bot.domain.messages import Message
from bot.graphs.code import go, java, javascript, python, rust
from bot.graphs.code.archive import Archive, open_archive
from bot.graphs.code.imports import FileImports, Import, Language, Repository, Resolver, Target
from bot.graphs.code.left_out import is_test, split_paths
from bot.graphs.graph import Graph, Node, clean_label
from bot.graphs.manifests.collector import Collector, refuse
from bot.graphs.manifests.reasons import COMPUTED

LANGUAGES = (python.LANGUAGE, javascript.LANGUAGE, go.LANGUAGE, java.LANGUAGE, rust.LANGUAGE)
MAX_SECONDS = 15.0  # for reading; what is not read by then is counted
_SETTINGS = re.compile(
    r"(?:.*/)?(?:go\.mod|Cargo\.toml|package\.json|pyproject\.toml|[jt]sconfig[\w.-]*\.json)"
)
# Files that say more with their folder.
_NAMELESS = re.compile(r"(?:__init__\.pyi?|index\.\w+|mod\.rs|lib\.rs|main\.\w+)$")

_NO_SOURCE_MESSAGE = (
    "{source} has no source code in Python, JavaScript, TypeScript, Go, Java or Rust."
)
_MISSING = Message("There is no such file in the repository.")
_JUNK_MESSAGE = "Left out, because builds or tools put it there: {folders}."
_COUNTED = {
    "unread": "{count:,} file is left out: it is too large, damaged, locked, or not in the ZIP.",
    "broken": "{count:,} file has code that I do not understand; the rest of it is read.",
    "late": "{count:,} file is not read: it took too long.",
}
_COUNTED_MANY = {
    "unread": "{count:,} files are left out: too large, damaged, locked, or not in the ZIP.",
    "broken": "{count:,} files have code that I do not understand; the rest of them is read.",
    "late": "{count:,} files are not read: it took too long.",
}


def read_repository(name: str, data: bytes) -> Graph:
    """Return the whole graph of the code in a ZIP. Raises `GraphError`.

    Nodes are files, and folders for Go; a node's group is its folder. Foreign packages are nodes
    of the kind and group “external”; standard libraries are left out.
    """
    archive = open_archive(name, data)
    paths, junk = split_paths(archive.paths)
    reading = _Reading(archive, {path: language for path in paths if (language := _find(path))})
    if not reading.languages:
        raise refuse(Message(_NO_SOURCE_MESSAGE, source=clean_label(name)))
    reading.read_all()
    repository = Repository(frozenset(paths), _read_settings(archive, paths), reading.files)
    graph = _GraphOfCode(name, repository, reading.languages).build()
    graph.notes += _list_notes(archive, junk, reading)
    return graph.build(is_whole=True)


def _find(path: str) -> Language | None:
    return next((item for item in LANGUAGES if path.endswith(item.endings)), None)


def _read_settings(archive: Archive, paths: list[str]) -> dict[str, str]:
    texts = {}
    for path in paths:
        data = archive.read(path) if _SETTINGS.fullmatch(path) else None
        if data is not None:
            texts[path] = data.decode("utf-8-sig", "replace")
    return texts


@dataclass(slots=True)
class _Reading:
    """The files of source, as far as they could be read."""

    archive: Archive
    languages: dict[str, Language]
    files: dict[str, FileImports] = field(default_factory=dict)
    broken: int = 0
    late: int = 0

    def read_all(self) -> None:
        """Read until the time is up."""
        until = time.monotonic() + MAX_SECONDS
        for path, language in self.languages.items():
            if time.monotonic() > until:
                self.late += 1
                continue
            data = self.archive.read(path)
            if data is not None:
                found = language.find_imports(path, data.removeprefix(b"\xef\xbb\xbf"))
                self.files[path] = found
                self.broken += found.has_errors


class _GraphOfCode:
    """Joins the files of a repository by what their imports lead to."""

    def __init__(self, name: str, repository: Repository, languages: dict[str, Language]) -> None:
        self._graph = Collector(name)
        self._repository = repository
        self._languages = languages

    def build(self) -> Collector:
        resolvers: dict[str, Resolver] = {}
        for path, language in self._languages.items():
            self._add(path, language)
        for path, found in self._repository.read.items():
            language = self._languages[path]
            if language.name not in resolvers:
                resolvers[language.name] = language.build_resolver(self._repository)
            resolver = resolvers[language.name]
            for item in found.imports:
                self._join(path, language, item, resolver.resolve(path, item))
            for words in found.computed:
                self._graph.leave_open(f"{path}: {words}", COMPUTED)
        needed = {edge.target for edge in self._graph.edges}
        nodes = self._graph.nodes.values()
        self._graph.roots = [
            node.id for node in nodes if node.id not in needed and node.kind != "test"
        ]
        return self._graph

    def _add(self, path: str, language: Language) -> None:
        folder, _, name = path.rpartition("/")
        parent, _, last = folder.rpartition("/")
        if language.joins_folders:
            kind = language.name
            node = Node(self._identify(path, language), f"{last or '.'}/", "", kind, parent)
        else:
            kind = "test" if is_test(path) else _name_language(path, language)
            name = f"{last}/{name}" if last and _NAMELESS.match(name) else name
            node = Node(path, name, "", kind, folder)
        self._graph.add(node)

    def _identify(self, path: str, language: Language) -> str:
        """Return the id of the node of a file."""
        return f"{path.rpartition('/')[0]}/" if language.joins_folders else path

    def _join(self, path: str, language: Language, found: Import, target: Target) -> None:
        source = self._identify(path, language)
        kind = "test" if language.joins_folders and is_test(path) else found.kind or "imports"
        for other in target.paths:
            if self._identify(other, language) != source:
                self._graph.join(source, self._identify(other, language), kind)
        if target.external:
            name = target.external
            node = Node(f"external {language.name} {name}", name, "", "external", "external")
            self._graph.join(source, self._graph.add(node), kind)
        if target.missing:
            words = target.missing
            # The same relative words are other files elsewhere.
            what = f"{path}: {words}" if words.startswith((".", "mod ")) else words
            gone = Node(f"missing {what}", words, "", "missing", "missing", is_unresolved=True)
            self._graph.join_dashed(source, self._graph.add(gone), kind)
            self._graph.leave_open(what, _MISSING)


def _name_language(path: str, language: Language) -> str:
    is_typed = path.endswith((".ts", ".tsx", ".mts", ".cts"))
    return "TypeScript" if is_typed else language.name


def _list_notes(archive: Archive, junk: dict[str, int], reading: _Reading) -> list[Message]:
    notes = []
    if junk:
        ordered = sorted(junk.items(), key=lambda item: -item[1])[:8]
        folders = ", ".join(f"{name} ({count:,})" for name, count in ordered)
        notes.append(Message(_JUNK_MESSAGE, folders=folders))
    counts = {
        "unread": sum(archive.left_out.values()),
        "broken": reading.broken,
        "late": reading.late,
    }
    for what, count in counts.items():
        if count:
            notes.append(Message(_COUNTED[what], plural=_COUNTED_MANY[what], count=count))
    return notes
