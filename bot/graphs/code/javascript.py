"""Finds the imports of JavaScript and TypeScript, in Vue and Svelte files too."""

from __future__ import annotations

import re

from bot.graphs.code.grammars import find_nodes, list_texts, read_node
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
from bot.graphs.code.javascript_settings import Packages, PathRules, read_packages, read_path_rules

_QUERY = """
(import_statement source: (string) @source)
(export_statement source: (string) @source)
(call_expression function: (import) arguments: (arguments . (_) @argument))
(call_expression function: (identifier) @called arguments: (arguments . (_) @argument)
  (#eq? @called "require"))
(call_expression
  function: (member_expression object: (identifier) @object property: (property_identifier) @called)
  arguments: (arguments . (_) @argument)
  (#eq? @object "require") (#eq? @called "resolve"))
"""
_TYPESCRIPT_QUERY = _QUERY + "(import_require_clause source: (string) @source)\n"
_SCRIPT = re.compile(rb"<script\b[^>]*>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
_MAY_IMPORT = re.compile(rb"\b(?:import|require|export)\b")
_ENDINGS = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte")
_TRIED = ("", ".ts", ".tsx", ".d.ts", *_ENDINGS[2:], ".json")
_TRIED_INDEX = tuple(f"/index{ending}" for ending in _TRIED if ending)
# TypeScript is imported by the name that it will have when it is compiled.
_COMPILED = {".js": (".ts", ".tsx"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}
_BUILT_IN = frozenset(
    re.findall(
        r"\w+",
        "assert async_hooks buffer child_process cluster console constants crypto dgram "
        "diagnostics_channel dns domain events fs http http2 https inspector module net "
        "os path perf_hooks process punycode querystring readline repl stream "
        "string_decoder sys timers tls trace_events tty url util v8 vm wasi "
        "worker_threads zlib ",
    )
)


def find_imports(path: str, source: bytes) -> FileImports:
    """Return the imports, exports from elsewhere, and calls of `import` and `require`."""
    if path.endswith((".vue", ".svelte")):
        source = b"\n".join(_SCRIPT.findall(source))
    if _MAY_IMPORT.search(source) is None:
        return FileImports()
    nodes = find_nodes(source, *_choose_grammar(path))
    imports, computed = list[Import](), list[str]()
    for text in list_texts(nodes.get("source")):
        imports.append(Import(text[1:-1]))
    for argument in nodes.get("argument", ()):
        text = read_node(argument)
        is_plain = argument.type == "string" or (
            argument.type == "template_string" and "${" not in text
        )
        if is_plain:
            imports.append(Import(text[1:-1]))
        else:
            computed.append(text)
    kept = tuple(found for found in imports if found.words)
    return FileImports(kept, computed=tuple(computed), has_errors=nodes.has_errors)


def _choose_grammar(path: str) -> tuple[str, str, str]:
    if path.endswith((".ts", ".mts", ".cts", ".vue", ".svelte")):
        return _TYPESCRIPT_QUERY, "tree_sitter_typescript", "language_typescript"
    if path.endswith(".tsx"):
        return _TYPESCRIPT_QUERY, "tree_sitter_typescript", "language_tsx"
    return _QUERY, "tree_sitter_javascript", "language"


class _JavaScriptResolver:
    def __init__(self, repository: Repository) -> None:
        self._paths = repository.paths
        self._rules: dict[str, PathRules] = read_path_rules(repository)
        self._packages: Packages = read_packages(repository)

    def resolve(self, path: str, found: Import) -> Target:
        words = found.words.partition("?")[0]  # what bundlers are told of it
        words = words.rpartition("!")[2]
        folder = path.rpartition("/")[0]
        if words.startswith(("./", "../")) or words in (".", ".."):
            return self._build_target(self._find(join_path(folder, words)), found.words)
        if words.startswith("/"):
            places = (self._find(join_path(parent, words[1:])) for parent in list_parents(path))
            return self._build_target(next(filter(None, places), ""), found.words)
        inside = self._find_by_rules(path, words) or self._find_package(path, words)
        if inside:
            return self._build_target(inside, found.words)
        return _judge_foreign(words)

    def _build_target(self, found: str, words: str) -> Target:
        if not found:
            is_code = re.search(r"\.(?!(?:[cm]?[jt]sx?|vue|svelte)$)\w{2,5}$", words) is None
            return Target(missing=words) if is_code else Target()
        return Target((found,)) if found.endswith(_ENDINGS) else Target()

    def _find_by_rules(self, path: str, words: str) -> str:
        """Follow the short names of the nearest `tsconfig.json`."""
        for folder in list_parents(path):
            rules = self._rules.get(folder)
            if rules is not None:
                for place in rules.list_places(words):
                    found = self._find(place)
                    if found:
                        return found
                return ""
        return ""

    def _find_package(self, path: str, words: str) -> str:
        """Find a package of the repository, or a name that a package gives to its own files."""
        for place in self._packages.list_places(path, words):
            found = self._find(place)
            if found:
                return found
        return ""

    def _find(self, place: str) -> str:
        """Return the file that a place stands for: with an ending, or the index of a folder."""
        base = normalize_path(place)
        if base is None:
            return ""
        for ending in (*_TRIED, *_TRIED_INDEX):
            candidate = f"{base}{ending}".lstrip("/")
            if candidate in self._paths:
                return candidate
        stem, dot, ending = base.rpartition(".")
        for compiled in _COMPILED.get(dot + ending, ()):
            if stem + compiled in self._paths:
                return stem + compiled
        return ""


def _judge_foreign(words: str) -> Target:
    """Return what a name is that leads to no file of the repository."""
    if re.match(r"(?:node|bun|data|virtual):|$", words):
        return Target()
    if words.partition("/")[0] in _BUILT_IN:
        return Target()
    if words.startswith(("@/", "~", "#", "$")):
        return Target(missing=words)  # a short name that other settings explain
    return Target(external=_name_package(words))


def _name_package(words: str) -> str:
    parts = words.split("/")
    return "/".join(parts[:2]) if words.startswith("@") else parts[0]


LANGUAGE = Language("JavaScript", _ENDINGS, find_imports, _JavaScriptResolver)
