"""Reads `settings.gradle` and `settings.gradle.kts`: the projects of a build. Runs nothing.

From https://docs.gradle.org/current/userguide/multi_project_builds.html: `include ":a:b"` includes
the project `:a` as well.
"""

from __future__ import annotations

from bot.graphs.graph import Graph, Node
from bot.graphs.manifests.collector import Collector, check_length, get_file_name
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.java.gradle_statements import list_statements, split_arguments
from bot.graphs.manifests.java.gradle_tokens import Token, cut_tokens, fill_holes, find_values
from bot.graphs.manifests.reasons import COMPUTED, ELSEWHERE

_ROOT = "project :"


def read_settings(name: str, text: str) -> Graph:
    """Read a settings file of Gradle. Raises `GraphError` where it is too large."""
    check_length(name, text)
    tokens = cut_tokens(text.removeprefix("\ufeff"))
    values = find_values(tokens)
    graph = Collector(name)
    graph.add(Node(_ROOT, _find_name(tokens) or name, "", "project"), is_root=True)
    for statement in list_statements(tokens):
        word = statement.word.rpartition(".")[2]
        if word in ("include", "includeFlat", "includeBuild"):
            for argument in _list_arguments(statement.tokens[1:]):
                filled = tuple(fill_holes(token, values) for token in argument)
                _include(graph, word, filled, is_certain=not statement.path)
    return graph.build()


def _list_arguments(tokens: tuple[Token, ...]) -> list[tuple[Token, ...]]:
    """Return the arguments, those within `listOf(…)` too."""
    arguments = split_arguments(tokens)
    if len(arguments) == 1 and arguments[0][0].value in ("listOf", "arrayOf", "setOf"):
        return split_arguments(arguments[0][1:])
    return arguments


def _include(graph: Collector, word: str, argument: tuple[Token, ...], *, is_certain: bool) -> None:
    first = argument[0]
    if len(argument) > 1 or first.kind != "text" or first.has_holes:
        what = "".join(token.value for token in argument[:30])[:80] or "?"
        node = Node(f"computed {what}", what, "", "project", is_unresolved=True)
        graph.join_dashed(_ROOT, graph.add(node), word)
        graph.leave_open(what, COMPUTED)
    elif word == "include":
        _include_path(graph, first.value, is_certain=is_certain)
    else:
        kind = "other build" if word == "includeBuild" else "project"
        node = Node(f"{kind} {first.value}", first.value, "", kind)
        graph.join(_ROOT, graph.add(node), word)
        if word == "includeBuild":
            graph.leave_open(first.value, ELSEWHERE)


def _include_path(graph: Collector, path: str, *, is_certain: bool) -> None:
    parts = [part for part in path.replace("/", ":").split(":") if part][:50]
    parent = _ROOT
    for count in range(1, len(parts) + 1):
        full = ":" + ":".join(parts[:count])
        group = ":".join(parts[: count - 1])
        child = graph.add(Node(f"project {full}", full, "", "project", group))
        (graph.join if is_certain else graph.join_dashed)(parent, child, "include")
        parent = child
    if not is_certain and parts:
        graph.leave_open(":" + ":".join(parts), COMPUTED)


def _find_name(tokens: list[Token]) -> str:
    for at in range(len(tokens) - 2):
        first, sign, value = tokens[at : at + 3]
        if first.value == "rootProject.name" and sign.value == "=" and value.kind == "text":
            return value.value
    return ""


def _match(name: str, _text: str) -> bool:
    return get_file_name(name) in ("settings.gradle", "settings.gradle.kts")


FORMAT = ManifestFormat("settings.gradle", _match, read_settings)
