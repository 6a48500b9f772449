"""Reads `build.gradle` and `build.gradle.kts`: dependencies and plugins that stand there plainly.

A build file is a program and is not run: what it computes is drawn dashed and listed. From
https://docs.gradle.org/current/userguide/declaring_dependencies_basics.html.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from bot.graphs.graph import Graph, Node
from bot.graphs.manifests.collector import Collector, check_length, get_file_name
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.java.gradle_notations import Dependency, read_dependencies
from bot.graphs.manifests.java.gradle_statements import Statement, list_statements, split_arguments
from bot.graphs.manifests.java.gradle_tokens import cut_tokens, fill_holes, find_values
from bot.graphs.manifests.reasons import COMPUTED, CONDITIONAL, ELSEWHERE, NO_VERSION

# Blocks in which everything stands for certain; in others it depends on what is run.
_CERTAIN = re.compile(
    r"buildscript|allprojects|subprojects|dependencies|plugins|constraints|kotlin|sourceSets"
    r"|android|pluginManagement|testing|suites|jvm|js|multiplatform"
    r"|(?:\w+\.)?\w*(?:Main|Test|main|test)(?:\.dependencies)?|(?:project|configure)\w*"
)
_CONTROL = {"if", "else", "for", "while", "switch", "when", "try", "catch", "def", "val", "var"} | {
    "fun",
    "return",
    "exclude",
    "import",
    "println",
}
_RICH = ("strictly", "require", "prefer")
_KINDS = (
    ("test", re.compile(r"(?i)^(?:android)?test|test\w*$")),
    ("runtime", re.compile(r"(?i)runtime(?:only)?$|^runtime")),
    ("provided", re.compile(r"(?i)compileOnly|provided")),
    ("annotation processor", re.compile(r"(?i)annotationProcessor|kapt|ksp")),
    ("build script", re.compile(r"classpath")),
)


def read_gradle(name: str, text: str) -> Graph:
    """Read a build file of Gradle. Raises `GraphError` where it is too large."""
    check_length(name, text)
    return _GradleReader(name, text).read()


class _GradleReader:
    def __init__(self, name: str, text: str) -> None:
        self._tokens = cut_tokens(text.removeprefix("\ufeff"))
        self._values = find_values(self._tokens)
        self._graph = Collector(name)
        self._rich_versions: dict[int, str] = {}
        self._root = self._graph.add(Node("project", name, "", "project"), is_root=True)

    def read(self) -> Graph:
        statements = list(list_statements(self._tokens))
        self._rich_versions = _find_rich_versions(statements)
        for statement in statements:
            path = [part.rpartition(".")[2] for part in statement.path]
            if statement.word.endswith(".dependencies.add"):
                self._read_dependency(statement)
            elif "dependencies" in path:
                if self._is_dependency(path):
                    self._read_dependency(statement)
            elif path[-1:] == ["plugins"]:
                self._read_plugin(statement)
            elif statement.word == "apply":
                self._read_apply(statement)
        return self._graph.build()

    def _is_dependency(self, path: list[str]) -> bool:
        """Whether it is a dependency, and not what is set for one or for all in a block of it."""
        inside = path[path.index("dependencies") + 1 :]
        return all(part in ("constraints", "?") or part in _CONTROL for part in inside) or (
            len(inside) == 1 and inside[0] in ("each", "forEach")
        )

    def _read_dependency(self, statement: Statement) -> None:
        word, rest = statement.word, statement.tokens[1:]
        if word in _CONTROL or not word or (statement.opens_block and not rest):
            return
        if word == "add" or word.endswith(".add"):
            arguments = split_arguments(rest)
            if len(arguments) > 1:
                word, rest = arguments[0][0].value, arguments[1]
        filled = tuple(fill_holes(token, self._values) for token in rest)
        if not filled or filled[0].value in ("=", "."):
            return
        is_certain = all(_CERTAIN.fullmatch(part) for part in statement.path)
        for dependency in read_dependencies(filled):
            version = self._rich_versions.get(id(statement), "")
            if version and dependency.reason == NO_VERSION:
                dependency = replace(dependency, version=version, reason=None)  # noqa: PLW2901 - with it
            self._add(word, dependency, statement, is_certain=is_certain)

    def _add(
        self, word: str, dependency: Dependency, statement: Statement, *, is_certain: bool
    ) -> None:
        kind = dependency.kind or _find_kind(word)
        if "constraints" in statement.path:
            kind = "constraint"
        elif "buildscript" in statement.path:
            kind = "build script"
        is_open = dependency.reason is not None
        node = Node(
            f"{dependency.name}@{dependency.version}",
            dependency.name,
            dependency.version,
            kind,
            dependency.group,
            is_open,
        )
        self._graph.add(node)
        join = self._graph.join if is_certain and not is_open else self._graph.join_dashed
        join(self._root, node.id, word)
        if dependency.reason is not None:
            self._graph.leave_open(node.label, dependency.reason)
        elif not is_certain:
            self._graph.leave_open(node.label, CONDITIONAL)

    def _read_plugin(self, statement: Statement) -> None:
        tokens = tuple(fill_holes(token, self._values) for token in statement.tokens)
        word = statement.word
        if word in _CONTROL:
            return
        texts = [token for token in tokens[1:] if token.kind == "text"]
        version = ""
        for before, token in pairwise(tokens):
            if before.value == "version" or (before.value == "(" and version == "?"):
                version = token.value if token.kind == "text" else "?"
        if word in ("id", "kotlin") and texts:
            name = f"org.jetbrains.kotlin.{texts[0].value}" if word == "kotlin" else texts[0].value
            self._add_plugin(name, version, is_open=texts[0].has_holes or "$" in version)
        elif word == "alias":
            names = [token.value for token in tokens[1:] if token.kind == "word"]
            self._add_plugin(names[0] if names else "?", "", is_open=True, is_elsewhere=True)
        elif len(tokens) == 1 or word.startswith("kotlin"):
            self._add_plugin(word, version)

    def _read_apply(self, statement: Statement) -> None:
        arguments = split_arguments(statement.tokens[1:])
        for argument in arguments:
            what, value = argument[0].value, argument[-1]
            if what == "plugin" and len(argument) > 2:
                self._add_plugin(value.value, "", is_open=value.has_holes)
            elif what == "from" and len(argument) > 2:
                node = Node(f"script {value.value}", value.value, "", "script", is_unresolved=True)
                self._graph.join_dashed(self._root, self._graph.add(node), "apply from")
                self._graph.leave_open(node.label, ELSEWHERE)

    def _add_plugin(
        self, name: str, version: str, *, is_open: bool = False, is_elsewhere: bool = False
    ) -> None:
        is_open = is_open or version == "?"
        version = "" if version == "?" else version
        node = Node(f"plugin {name}@{version}", name, version, "plugin", "", is_open)
        join = self._graph.join_dashed if is_open else self._graph.join
        join(self._root, self._graph.add(node), "plugin")
        if is_open:
            self._graph.leave_open(node.label, ELSEWHERE if is_elsewhere else COMPUTED)


def _find_rich_versions(statements: list[Statement]) -> dict[int, str]:
    """Return of each statement, by its identity, what `version { strictly("1") }` in it says."""
    found: dict[int, str] = {}
    opened: dict[int, Statement] = {}  # by how many blocks are around it
    for statement in statements:
        depth = len(statement.path)
        if statement.opens_block:
            opened[depth] = statement
        owner = opened.get(depth - 2)
        if statement.path[-1:] == ("version",) and statement.word in _RICH and owner is not None:
            texts = [token.value for token in statement.tokens if token.kind == "text"]
            if texts:
                known = found.get(id(owner), "")
                found[id(owner)] = f"{known}, {texts[0]}".removeprefix(", ")
    return found


def _find_kind(word: str) -> str:
    return next((kind for kind, pattern in _KINDS if pattern.search(word)), "compile")


def _match(name: str, text: str) -> bool:
    file_name = get_file_name(name)
    if file_name.startswith(("settings.gradle", "init.gradle")):
        return False
    return file_name.endswith((".gradle", ".gradle.kts")) and not text.startswith("#")


FORMAT = ManifestFormat("build.gradle", _match, read_gradle)
