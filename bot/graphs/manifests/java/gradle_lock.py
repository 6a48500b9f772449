"""Reads `gradle.lockfile`: the versions that Gradle settled on, and for which configurations.

From https://docs.gradle.org/current/userguide/dependency_locking.html. The file does not say which
of them needs which other.
"""

from __future__ import annotations

import re

from bot.domain.messages import Message
from bot.graphs.graph import Graph, Node, clean_label
from bot.graphs.manifests.collector import Collector, check_length, get_file_name, refuse
from bot.graphs.manifests.format import ManifestFormat

_LINE = re.compile(r"([^\s:=]+):([^\s:=]+):([^\s:=]+)(?:=([\w.,$\-]*))?")
_BROKEN_MESSAGE = "{source} is not a lock file of Gradle: I cannot read line {line:,}."
_NO_EDGES_MESSAGE = "The file lists every version, but not which of them needs which."


def read_gradle_lock(name: str, text: str) -> Graph:
    """Read a lock file of Gradle. Raises `GraphError`."""
    check_length(name, text)
    graph = Collector(name)
    root = graph.add(Node("project", name, "", "project"), is_root=True)
    lines = [line.strip() for line in text.removeprefix("\ufeff").splitlines()]
    for number, line in enumerate(lines, 1):
        if not line or line.startswith(("#", "empty=")):
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            raise refuse(Message(_BROKEN_MESSAGE, source=clean_label(name), line=number))
        group, artifact, version = found[1], found[2], found[3]
        kind = _find_kind((found[4] or "").split(","))
        full = f"{group}:{artifact}"
        node = Node(f"{full}@{version}", full, version, kind, group)
        graph.join(root, graph.add(node), kind)
    graph.notes.append(Message(_NO_EDGES_MESSAGE))
    return graph.build()


def _find_kind(configurations: list[str]) -> str:
    """Return what it is for: “test” where nothing else uses it."""
    names = [name for name in configurations if name]
    if names and all("test" in name.lower() for name in names):
        return "test"
    if names and all(re.search(r"(?i)processor|kapt|ksp|plugin|lint", name) for name in names):
        return "build"
    if names and not any("runtime" in name.lower() for name in names):
        return "compile"
    return "production"


def _match(name: str, text: str) -> bool:
    file_name = get_file_name(name)
    is_named = file_name.endswith("gradle.lockfile")
    return is_named or (file_name.endswith(".lockfile") and _is_lock(text))


def _is_lock(text: str) -> bool:
    return text.lstrip("\ufeff").startswith("# This is a Gradle generated file") or any(
        _LINE.fullmatch(line.strip()) for line in text.splitlines()[:5]
    )


FORMAT = ManifestFormat("gradle.lockfile", _match, read_gradle_lock)
