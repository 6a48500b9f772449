"""Finds the imports of Go. Its packages are folders, below the path that `go.mod` gives."""

from __future__ import annotations

import re
from collections import deque

from bot.graphs.code.grammars import find_nodes, list_texts
from bot.graphs.code.imports import (
    FileImports,
    Import,
    Language,
    Repository,
    Target,
    join_path,
    list_parents,
    normalize_path,
)

_QUERY = "(import_spec path: (_) @path)"
_LAST_IMPORT = re.compile(rb"^[ \t]*import\b(?:[^\n]*\([^)]*\)?)?[^\n]*", re.MULTILINE)
_MODULE = re.compile(r"^[ \t]*module[ \t]+[\"`]?([^\s\"`]+)", re.MULTILINE)
_REQUIRED = re.compile(r"^[ \t]*(?:require[ \t]+)?([\w.~-]+\.[\w.~/-]+)[ \t]+v\d", re.MULTILINE)
_REPLACED = re.compile(
    r"^[ \t]*(?:replace[ \t]+)?(\S+)(?:[ \t]+v\S+)?[ \t]*=>[ \t]*(\.\.?(?:/\S*)?)", re.MULTILINE
)
# The parts of a path that name a repository, where `go.mod` does not tell.
_HOST_PARTS = {"github.com": 3, "gitlab.com": 3, "bitbucket.org": 3, "golang.org": 3}


def find_imports(_path: str, source: bytes) -> FileImports:
    """Return the imports of a file, which stand in front of everything else."""
    last = next(iter(deque(_LAST_IMPORT.finditer(source), maxlen=1)), None)
    if last is None:
        return FileImports()
    nodes = find_nodes(source[: last.end()] + b"\n", _QUERY, "tree_sitter_go")
    names = (text.strip('"`') for text in list_texts(nodes.get("path")))
    imports = tuple(Import(name) for name in names if name != "C")
    return FileImports(imports, has_errors=nodes.has_errors)


class _GoResolver:
    def __init__(self, repository: Repository) -> None:
        self._files: dict[str, str] = {}
        for path in sorted(repository.paths):
            if path.endswith(".go"):
                folder = path.rpartition("/")[0]
                if folder not in self._files or self._files[folder].endswith("_test.go"):
                    self._files[folder] = path
        self._modules: dict[str, str] = {}  # the path of a module, and its folder
        self._folders: set[str] = set()
        self._required: dict[str, set[str]] = {}  # by the folder of a module
        self._replaced: dict[str, dict[str, str]] = {}
        for folder, text in repository.list_settings("go.mod").items():
            self._read_module(folder, text)

    def _read_module(self, folder: str, text: str) -> None:
        found = _MODULE.search(text)
        if found is not None:
            self._modules.setdefault(found[1], folder)
        self._folders.add(folder)
        self._required[folder] = set(_REQUIRED.findall(text))
        self._replaced[folder] = {
            name: place
            for name, path in _REPLACED.findall(text)
            if (place := normalize_path(join_path(folder, path))) is not None
        }

    def resolve(self, path: str, found: Import) -> Target:
        words = found.words
        if words.startswith("."):
            folder = normalize_path(join_path(path.rpartition("/")[0], words))
            file = self._files.get(folder) if folder is not None else None
            return Target((file,)) if file else Target(missing=words)
        own = next((item for item in list_parents(path) if item in self._folders), "")
        for prefix in _list_prefixes(words):
            folder = self._replaced.get(own, {}).get(prefix, self._modules.get(prefix))
            if folder is not None:
                inner = words[len(prefix) :].strip("/")
                file = self._files.get(join_path(folder, inner) if inner else folder)
                return Target((file,)) if file else Target(missing=words)
            if prefix in self._required.get(own, ()):
                return Target(external=prefix)
        first = words.partition("/")[0]
        if "." not in first:
            return Target()  # of the standard library
        return Target(external="/".join(words.split("/")[: _HOST_PARTS.get(first, 2)]))


def _list_prefixes(words: str) -> list[str]:
    parts = words.split("/")[:50]
    return ["/".join(parts[:count]) for count in range(len(parts), 0, -1)]


LANGUAGE = Language("Go", (".go",), find_imports, _GoResolver, joins_folders=True)
