"""Finds the imports of Python, and which files of a repository they lead to."""

from __future__ import annotations

import sys
from collections import defaultdict
from typing import TYPE_CHECKING

from bot.graphs.code.grammars import find_nodes, read_node
from bot.graphs.code.imports import (
    FileImports,
    Import,
    Language,
    Repository,
    Target,
    join_path,
    list_parents,
)

if TYPE_CHECKING:
    from tree_sitter import Node

_QUERY = """
(import_statement) @import
(import_from_statement) @from
(call function: [(identifier) @called (attribute attribute: (identifier) @called)]
  arguments: (argument_list . (_) @argument)
  (#any-of? @called "import_module" "__import__"))
"""
_STANDARD = sys.stdlib_module_names | {"__future__", "__main__", "_typeshed"}


def find_imports(_path: str, source: bytes) -> FileImports:
    """Return the imports of a file, those within functions and for types too."""
    if b"import" not in source:
        return FileImports()
    nodes = find_nodes(source, _QUERY, "tree_sitter_python")
    imports, computed = list[Import](), list[str]()
    for statement in nodes.get("import", ()):
        for name in statement.children_by_field_name("name"):
            imports.append(Import(_read_name(name)))
    for statement in nodes.get("from", ()):
        imports.append(_read_from(statement))
    for argument in nodes.get("argument", ()):
        text = read_node(argument)
        if argument.type == "string" and text[:1] in "\"'" and len(text) > 2:
            dotted = text.strip("\"'")
            level = len(dotted) - len(dotted.lstrip("."))
            imports.append(Import(dotted.lstrip("."), level=level, kind="dynamic"))
        else:
            computed.append(text)
    return FileImports(tuple(imports), computed=tuple(computed), has_errors=nodes.has_errors)


def _read_name(node: Node) -> str:
    inner = node.child_by_field_name("name") if node.type == "aliased_import" else node
    return read_node(inner).replace(" ", "")


def _read_from(statement: Node) -> Import:
    module = statement.child_by_field_name("module_name")
    text = read_node(module).replace(" ", "")
    names = tuple(_read_name(node) for node in statement.children_by_field_name("name"))
    words = text.lstrip(".")
    return Import(words, names, len(text) - len(words))


class _PythonResolver:
    """Knows every file by its dotted name below each folder that can be a root of imports."""

    def __init__(self, repository: Repository) -> None:
        self._paths = {path for path in repository.paths if path.endswith((".py", ".pyi"))}
        self._packages = {
            path.rpartition("/")[0]
            for path in self._paths
            if path.rpartition("/")[2] in ("__init__.py", "__init__.pyi")
        }
        self._folders = {folder for path in self._paths for folder in list_parents(path)}
        # The first words of names, by which most foreign imports are told at once.
        self._known: defaultdict[str, list[str]] = defaultdict(list)
        names = self._list_names()
        for root in self._find_roots(repository):
            for name in names[root]:
                self._known[name].append(root)

    def resolve(self, path: str, found: Import) -> Target:
        if found.level:
            return self._resolve_relative(path, found)
        first = found.words.partition(".")[0]
        roots = self._order_roots(path, first)
        for root in roots:
            paths = self._find(root, found)
            if paths:
                return Target(paths)
        if first in _STANDARD:
            return Target()
        if paths := self._find_above(path, found):
            return Target(paths)
        # A folder alone may only be called like a foreign package, as `alembic` of migrations is.
        has_own = any(self._find_module(join_path(root, first)) for root in roots)
        if has_own and not found.kind:
            return Target(missing=found.words)
        return Target(external=first)

    def _find_above(self, path: str, found: Import) -> tuple[str, ...]:
        """Return files below a folder above the importing one: packages need no `__init__.py`.

        Such a folder can be where the program is started: PEP 420.
        """
        places = (self._find(parent, found) for parent in list_parents(path))
        return next(filter(None, places), ())

    def _resolve_relative(self, path: str, found: Import) -> Target:
        parents = list_parents(path)
        if found.level > len(parents):
            return Target(missing="." * found.level + found.words)
        paths = self._find(parents[found.level - 1], found)
        dotted = "." * found.level + (found.words or ", ".join(found.names))
        return Target(paths) if paths else Target(missing=dotted)

    def _find(self, root: str, found: Import) -> tuple[str, ...]:
        """Return the files that an import names below a root, as far as they are there."""
        base = join_path(root, found.words.replace(".", "/")) if found.words else root
        paths = [self._find_module(join_path(base, name)) for name in found.names]
        inner = [path for path in paths if path]
        own = self._find_module(base)
        if own and (len(inner) < len(found.names) or not found.names):
            inner.append(own)
        return tuple(dict.fromkeys(inner))

    def _find_module(self, base: str) -> str:
        for ending in (".py", "/__init__.py", ".pyi", "/__init__.pyi"):
            if base + ending in self._paths:
                return base + ending
        return ""

    def _find_roots(self, repository: Repository) -> list[str]:
        """Folders above packages, of scripts, and with settings of their own, and the top."""
        roots = {""}
        for package in self._packages:
            parent = package.rpartition("/")[0]
            if package and parent not in self._packages:
                roots.add(parent)
        roots |= {path.rpartition("/")[0] for path in self._paths} - self._packages
        for folder in repository.list_settings("pyproject.toml"):
            roots |= {folder, join_path(folder, "src")}
        return sorted(root for root in roots if root in self._folders)

    def _list_names(self) -> defaultdict[str, set[str]]:
        """Return the names of the modules and packages in each folder."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for path in self._paths | self._folders:
            parent, _, name = path.rpartition("/")
            if name:
                found[parent].add(name.partition(".")[0])
        return found

    def _order_roots(self, path: str, first: str) -> list[str]:
        """Return the roots below which there is such a name, those near to the file first."""
        near = {parent: index for index, parent in enumerate(list_parents(path))}
        known = self._known.get(first, [])
        return sorted(known, key=lambda root: (near.get(root, 1_000), len(root)))


LANGUAGE = Language("Python", (".py", ".pyi"), find_imports, _PythonResolver)
