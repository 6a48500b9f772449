"""Reads `libs.versions.toml`, the version catalog of Gradle: libraries, bundles and plugins.

From https://docs.gradle.org/current/userguide/version_catalogs.html.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

from bot.domain.messages import Message
from bot.graphs.graph import Graph, Node, clean_label
from bot.graphs.manifests.collector import Collector, check_length, get_file_name, refuse
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.reasons import NO_VERSION, NOT_STATED

_BROKEN_MESSAGE = "{source} is not valid TOML: I cannot read on from line {line:,}."
_LINE = re.compile(r"at line (\d+)")
# The time that `tomllib` takes grows with the square of the dots in one key.
_LONG_KEY = re.compile(r"(?:[\w\"'-]+[ \t]*\.[ \t]*){100}")


def read_catalog(name: str, text: str) -> Graph:
    """Read a version catalog. Raises `GraphError`."""
    tables = _parse(name, text)
    graph = Collector(name)
    root = graph.add(Node("catalog", name, "", "catalog"), is_root=True)
    versions = _get_table(tables, "versions")
    aliases: dict[str, str] = {}
    for alias, entry in _get_table(tables, "libraries").items():
        module, version = _read_entry(entry, "module", versions)
        node = _build_node(module or alias, version, "library")
        aliases[_normalize(alias)] = _add(graph, root, node, alias)
    for alias, entry in _get_table(tables, "plugins").items():
        plugin, version = _read_entry(entry, "id", versions)
        _add(graph, root, _build_node(plugin or alias, version, "plugin"), alias)
    for bundle, members in _get_table(tables, "bundles").items():
        _add_bundle(graph, root, bundle, members, aliases)
    return graph.build()


def _parse(name: str, text: str) -> dict[str, Any]:
    check_length(name, text)
    long_key = _LONG_KEY.search(text)
    if long_key is not None:
        raise refuse(
            Message(
                _BROKEN_MESSAGE,
                source=clean_label(name),
                line=text.count("\n", 0, long_key.start()) + 1,
            )
        )
    try:
        return tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:  # a date or a number that there is not, too
        found = _LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise refuse(Message(_BROKEN_MESSAGE, source=clean_label(name), line=line)) from error


def _add(graph: Collector, root: str, node: Node, alias: str) -> str:
    (graph.join_dashed if node.is_unresolved else graph.join)(root, graph.add(node), label=alias)
    if node.is_unresolved:
        graph.leave_open(node.label, NO_VERSION)
    return node.id


def _build_node(name: str, version: str | None, kind: str) -> Node:
    group = name.partition(":")[0] if kind == "library" else ""
    return Node(f"{kind} {name}@{version or ''}", name, version or "", kind, group, not version)


def _add_bundle(
    graph: Collector, root: str, bundle: str, members: Any, aliases: dict[str, str]
) -> None:
    node = graph.add(Node(f"bundle {bundle}", bundle, "", "bundle"))
    graph.join(root, node, "bundle")
    for member in members if isinstance(members, list) else []:
        known = aliases.get(_normalize(str(member)))
        if known is not None:
            graph.join(node, known, "bundle")
        else:
            gone = Node(f"library {member}@", str(member), "", "library", is_unresolved=True)
            graph.join_dashed(node, graph.add(gone), "bundle")
            graph.leave_open(gone.name, NOT_STATED)


def _read_entry(entry: Any, key: str, versions: dict[str, Any]) -> tuple[str, str | None]:
    """Return the name of a library or a plugin, and its version where the file gives it."""
    if isinstance(entry, str):
        head, _, version = entry.rpartition(":")
        return (head, version) if ":" in head or key == "id" else (entry, None)
    if not isinstance(entry, dict):
        return "", None
    name = entry.get(key) or ":".join(
        str(entry[part]) for part in ("group", "name") if part in entry
    )
    return str(name), _read_version(entry.get("version"), versions)


def _read_version(version: Any, versions: dict[str, Any]) -> str | None:
    """Return a version: plain, by reference, or the rule that a table gives."""
    if isinstance(version, dict) and "ref" in version:
        version = versions.get(str(version["ref"]))
    if isinstance(version, dict):
        for key in ("strictly", "require", "prefer"):
            if version.get(key):
                return str(version[key])
        return None
    return str(version) if version else None


def _get_table(tables: dict[str, Any], name: str) -> dict[str, Any]:
    table = tables.get(name)
    return table if isinstance(table, dict) else {}


def _normalize(alias: str) -> str:
    return re.sub(r"[-_.]", "-", alias)


def _match(name: str, _text: str) -> bool:
    return get_file_name(name).endswith(".versions.toml")


FORMAT = ManifestFormat("libs.versions.toml", _match, read_catalog)
