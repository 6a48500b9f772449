"""Finds the imports of Java, and the files of the classes that they name."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from itertools import takewhile

from bot.graphs.code.grammars import find_nodes, read_node
from bot.graphs.code.imports import FileImports, Import, Language, Repository, Target

_QUERY = """
(package_declaration [(scoped_identifier) (identifier)] @package)
(import_declaration) @import
"""
_LAST_IMPORT = re.compile(rb"^[ \t]*(?:import|package)\b[^;]*;", re.MULTILINE)
_WORD = re.compile(rb"\b[A-Z]\w*")
_STANDARD = ("java.", "javax.", "jdk.", "sun.", "com.sun.", "org.w3c.", "org.xml.", "org.ietf.")
# Before Jakarta took these over, they came with no Java either.
_NOT_STANDARD = (
    "javax.servlet.",
    "javax.persistence.",
    "javax.inject.",
    "javax.validation.",
    "javax.ws.",
    "javax.enterprise.",
    "javax.ejb.",
    "javax.faces.",
    "javax.mail.",
)
_PACKAGE_PARTS = 3


def find_imports(_path: str, source: bytes) -> FileImports:
    """Return the package and the imports of a file, and its words where an import has `*`."""
    last = next(iter(deque(_LAST_IMPORT.finditer(source), maxlen=1)), None)
    if last is None:
        return FileImports()
    nodes = find_nodes(source[: last.end()] + b"\n", _QUERY, "tree_sitter_java")
    package = read_node(next(iter(nodes.get("package", ())), None)).replace(" ", "")
    imports = []
    for statement in nodes.get("import", ()):
        text = read_node(statement).removeprefix("import ").rstrip(";").strip()
        # What is taken out of a class: its name is in front of it.
        is_static = text.startswith("static ")
        imports.append(Import(text.removeprefix("static ").replace(" ", ""), level=is_static))
    has_star = any(found.words.endswith(".*") for found in imports)
    words = _WORD.findall(source[last.end() :]) if has_star else ()
    names = frozenset(word.decode() for word in words)
    return FileImports(tuple(imports), package, names, has_errors=nodes.has_errors)


class _JavaResolver:
    def __init__(self, repository: Repository) -> None:
        self._classes: dict[str, str] = {}
        self._packages: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._read = repository.read
        for path, file in repository.read.items():
            if path.endswith(".java"):
                name = path.rpartition("/")[2].removesuffix(".java")
                self._classes.setdefault(f"{file.package}.{name}".lstrip("."), path)
                self._packages[file.package].setdefault(name, path)

    def resolve(self, path: str, found: Import) -> Target:
        words = found.words
        star = words.endswith(".*")
        name = words.removesuffix(".*")
        if star and not found.level and name in self._packages:
            return self._resolve_star(path, name)
        # A class, or what is in one.
        for prefix in _list_prefixes(name):
            if prefix in self._classes:
                return Target((self._classes[prefix],))
        package = name if star and not found.level else name.rpartition(".")[0]
        if package in self._packages:
            return Target(missing=words)
        if words.startswith(_STANDARD) and not words.startswith(_NOT_STANDARD):
            return Target()
        return Target(external=_name_package(name))

    def _resolve_star(self, path: str, package: str) -> Target:
        """Return the classes of a package that the file has the names of."""
        there = self._packages[package]
        used = self._read[path].words
        return Target(tuple(there[name] for name in there if name in used and there[name] != path))


def _list_prefixes(name: str) -> list[str]:
    parts = name.split(".")[:50]
    return [".".join(parts[:count]) for count in range(len(parts), 0, -1)]


def _name_package(name: str) -> str:
    """Return the first parts of a package's name, without the names of classes."""
    parts = list(takewhile(lambda part: part[:1].islower() or part[:1] == "_", name.split(".")))
    return ".".join(parts[:_PACKAGE_PARTS]) or name


LANGUAGE = Language("Java", (".java",), find_imports, _JavaResolver)
