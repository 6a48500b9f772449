"""Finds the modules and imports of Rust, and the files that they lead to.

From https://doc.rust-lang.org/reference/items/modules.html and `…/use-declarations.html`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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
    normalize_path,
)
from bot.graphs.code.rust_settings import Crates

if TYPE_CHECKING:
    from tree_sitter import Node

_QUERY = """
(use_declaration argument: (_) @use)
(mod_item name: (identifier) !body) @mod
(extern_crate_declaration name: (identifier) @crate)
"""
_STANDARD = {"std", "core", "alloc", "proc_macro", "test"}
_PATH = re.compile(r'path\s*=\s*"([^"]+)"')
_MAX_USED = 2_000
_MAX_DEPTH = 30
_FOLDERS_OF_ROOTS = ("bin", "tests", "benches", "examples")


def find_imports(_path: str, source: bytes) -> FileImports:
    """Return what a file uses, and the modules that it declares."""
    nodes = find_nodes(source, _QUERY, "tree_sitter_rust")
    imports = [
        Import(words, level=_count_inline(node))
        for node in nodes.get("use", ())
        for words in _expand(node)
    ]
    for node in nodes.get("mod", ()):
        name = read_node(node.child_by_field_name("name"))
        imports.append(Import(name, (_find_path(node),), _count_inline(node), kind="mod"))
    imports += [Import(f"::{read_node(node)}") for node in nodes.get("crate", ())]
    return FileImports(tuple(imports), has_errors=nodes.has_errors)


def _expand(node: Node) -> Iterator[str]:
    """Yield every path of a `use`: `a::{b, c::*}` is `a::b` and `a::c`."""
    waiting: list[tuple[str, Node | None, int]] = [("", node, 0)]
    for _ in range(_MAX_USED):
        if not waiting:
            return
        prefix, current, depth = waiting.pop()
        if current is None or depth > _MAX_DEPTH or "comment" in current.type:
            continue
        inner, head = _open(current, prefix)
        if inner:
            waiting.extend((head, child, depth + 1) for child in reversed(inner))
        elif current.type == "use_wildcard":
            yield _join(prefix, read_node(current).removesuffix("*").rstrip(": "))
        else:
            words = read_node(current)
            yield prefix if words == "self" and prefix else _join(prefix, words)


def _open(node: Node, prefix: str) -> tuple[list[Node | None], str]:
    """Return the parts of a list or of a path with one, and what is in front of each."""
    if node.type == "scoped_use_list":
        head = _join(prefix, read_node(node.child_by_field_name("path")))
        return [node.child_by_field_name("list")], head
    if node.type == "use_list":
        return list(node.named_children), prefix
    if node.type == "use_as_clause":
        return [node.child_by_field_name("path")], prefix
    return [], prefix


def _join(prefix: str, words: str) -> str:
    words = words.replace(" ", "")
    return f"{prefix}::{words}" if prefix and words else prefix or words


def _count_inline(node: Node) -> int:
    """Return how many modules with a body lie around a node."""
    count, parent = 0, node.parent
    for _ in range(200):
        if parent is None:
            break
        count += parent.type == "mod_item"
        parent = parent.parent
    return count


def _find_path(node: Node) -> str:
    """Return the `path` attribute in front of a module, else nothing."""
    before = node.prev_sibling
    for _ in range(10):
        if before is None or before.type not in ("attribute_item", "line_comment"):
            return ""
        found = _PATH.search(read_node(before))
        if found is not None:
            return found[1]
        before = before.prev_sibling
    return ""


class _RustResolver:
    def __init__(self, repository: Repository) -> None:
        self._paths = {path for path in repository.paths if path.endswith(".rs")}
        self._crates = Crates(repository.list_settings("Cargo.toml"))
        self._folders = set(repository.list_settings("Cargo.toml"))

    def resolve(self, path: str, found: Import) -> Target:
        if found.kind == "mod":
            return self._resolve_mod(path, found)
        parts = found.words.split("::")
        first = parts[0]
        if first == "crate":
            root = self._find_root(path)
            return self._follow(root, self._get_module_folder(root), parts[1:], found)
        if first in ("self", "super"):
            return self._resolve_relative(path, parts, found)
        inner = self._get_module_folder(path)
        if first and not found.level and self._find_module(inner, first):
            return self._follow(path, inner, parts, found)
        return self._resolve_crate(path, parts if first else parts[1:], found)

    def _resolve_crate(self, path: str, parts: list[str], found: Import) -> Target:
        name = parts[0] if parts else ""
        home = self._crates.find_folder(name, path)
        library = self._find_library(home) if home is not None else ""
        if library:
            return self._follow(library, self._get_module_folder(library), parts[1:], found)
        if name in _STANDARD or not name or name[:1].isupper():
            return Target()
        return Target(external=name) if self._crates.is_foreign(name, path) else Target()

    def _resolve_mod(self, path: str, found: Import) -> Target:
        if found.names[0]:
            place = normalize_path(join_path(path.rpartition("/")[0], found.names[0]))
            return Target((place,)) if place in self._paths else Target(missing=found.words)
        target = self._find_module(self._get_module_folder(path), found.words)
        if not target and found.level:
            return Target()  # in a folder that is named after the inline module
        return Target((target,)) if target else Target(missing=f"mod {found.words}")

    def _resolve_relative(self, path: str, parts: list[str], found: Import) -> Target:
        """Follow `self` and `super`, out of inline modules first."""
        ups = 0
        while ups < len(parts) and parts[ups] in ("self", "super"):
            ups += 1
        count = parts[:ups].count("super") - found.level
        if count < 0:
            return Target()
        module = path
        for _ in range(count):
            module = self._find_parent(module)
        return self._follow(module, self._get_module_folder(module), parts[ups:], found)

    def _follow(self, start: str, folder: str, parts: list[str], found: Import) -> Target:
        """Go down from a module as far as there are files; the rest is in the last one."""
        current = start
        for part in parts:
            inner = self._find_module(folder, part)
            if not inner:
                break
            current, folder = inner, self._get_module_folder(inner)
        return Target((current,)) if current else Target(missing=found.words)

    def _find_module(self, folder: str, name: str) -> str:
        for candidate in (f"{name}.rs", f"{name}/mod.rs"):
            if join_path(folder, candidate) in self._paths:
                return join_path(folder, candidate)
        return ""

    def _get_module_folder(self, path: str) -> str:
        """Return the folder in which the modules of a file lie."""
        folder, _, name = path.rpartition("/")
        is_root = name in ("lib.rs", "main.rs", "mod.rs", "build.rs")
        in_roots = folder.rpartition("/")[2] in _FOLDERS_OF_ROOTS
        if is_root or (in_roots and path == self._find_root(path)):
            return folder
        return join_path(folder, name.removesuffix(".rs"))

    def _find_parent(self, path: str) -> str:
        folder, _, name = path.rpartition("/")
        if name == "mod.rs":
            folder = folder.rpartition("/")[0]
        for candidate in ("lib.rs", "main.rs", "mod.rs"):
            place = join_path(folder, candidate)
            if place in self._paths and place != path:
                return place
        return f"{folder}.rs" if f"{folder}.rs" in self._paths else ""

    def _find_root(self, path: str) -> str:
        """Return the file with which the crate of a file begins."""
        own = next((item for item in list_parents(path) if item in self._folders), None)
        if own is None:
            return self._find_library(path.rpartition("/")[0]) or path
        inner = path.removeprefix(own).strip("/")
        first = inner.split("/")
        if first[:2] == ["src", "bin"]:
            first = ["src/bin", *first[2:]]
        if first[0] in ("src/bin", "tests", "benches", "examples") and len(first) == 2:
            return path
        if path.endswith("/main.rs"):
            return path
        return self._find_library(own) or path

    def _find_library(self, folder: str) -> str:
        for candidate in ("src/lib.rs", "src/main.rs", "lib.rs", "main.rs"):
            if join_path(folder, candidate) in self._paths:
                return join_path(folder, candidate)
        return ""


LANGUAGE = Language("Rust", (".rs",), find_imports, _RustResolver)
