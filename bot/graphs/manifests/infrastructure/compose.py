"""Reads Compose files of Docker: services and what they need. Variables stay words.

From https://docs.docker.com/reference/compose-file/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.domain.messages import Message
from bot.graphs.graph import Graph, Node, clean_label
from bot.graphs.manifests.bounded_yaml import load_documents
from bot.graphs.manifests.collector import Collector, check_length, get_file_name, refuse
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.infrastructure.images import join_image
from bot.graphs.manifests.infrastructure.values import (
    get_dict,
    get_in,
    get_list,
    get_text,
    get_words,
)
from bot.graphs.manifests.reasons import ELSEWHERE, NOT_STATED

_NO_SERVICES_MESSAGE = "{source} has no services, so I can draw no graph of it."
# Top-level lists of things that services use, and what one of them is.
_THINGS = {"networks": "network", "volumes": "volume", "configs": "config", "secrets": "secret"} | {
    "models": "model"
}
_SHARED_SPACES = ("network_mode", "pid", "ipc", "uts", "userns_mode", "cgroup")


def read_compose(name: str, text: str) -> Graph:
    """Read a Compose file. Raises `GraphError`."""
    check_length(name, text)
    notes: list[Message] = []
    documents = [get_dict(document) for document in load_documents(name, text, notes)]
    document = next((document for document in documents if "services" in document), None)
    if document is None:
        document = {"services": documents[0] if documents else {}}  # the first version had none
    services = {
        key: get_dict(value)
        for key, value in get_dict(document["services"]).items()
        if not key.startswith("x-")
    }
    marks = {"image", "build", "extends", "provider"}
    is_whole = any(marks & set(item) for item in services.values())
    if not services or not (is_whole or "services" in (documents or [{}])[0]):
        raise refuse(Message(_NO_SERVICES_MESSAGE, source=clean_label(name)))
    return _ComposeReader(Collector(name, notes), document, services).read()


class _ComposeReader:
    def __init__(
        self, graph: Collector, document: dict[str, Any], services: dict[str, dict[str, Any]]
    ) -> None:
        self._graph = graph
        self._document = document
        self._services = services

    def read(self) -> Graph:
        for name, service in self._services.items():
            profiles = get_words(service.get("profiles"))
            group = f"profile {', '.join(profiles)}" if profiles else ""
            self._graph.add(Node(_make_id(name), name, "", "service", group))
        for section, kind in _THINGS.items():
            for name, values in get_dict(self._document.get(section)).items():
                self._declare(name, kind, get_dict(values))
        for name, service in self._services.items():
            self._read_needs(_make_id(name), service)
            self._read_things(_make_id(name), service)
        for path in get_list(self._document.get("include")):
            self._include(path)
        needed = {edge.target for edge in self._graph.edges}
        ids = [_make_id(name) for name in self._services]
        self._graph.roots = [item for item in ids if item not in needed] or ids[:1]
        return self._graph.build()

    def _declare(self, name: str, kind: str, values: dict[str, Any]) -> None:
        is_external = bool(values.get("external"))
        self._graph.add(Node(_make_id(name, kind), name, "", kind, is_unresolved=is_external))
        if is_external:
            self._graph.leave_open(f"{kind} {name}", ELSEWHERE)

    def _include(self, path: Any) -> None:
        words = get_words(path) or get_words(get_in(path, "path"))
        for word in words:
            self._graph.add(Node(f"file {word}", word, "", "file", is_unresolved=True))
            self._graph.leave_open(word, ELSEWHERE)

    def _read_needs(self, source: str, service: dict[str, Any]) -> None:
        """Read what the service needs to run, and other services."""
        if get_text(service.get("image")):
            join_image(self._graph, source, get_text(service["image"]))
        build = service.get("build")
        context = get_text(build) or get_text(get_in(build, "context")) or ("." if build else "")
        if context:
            node = self._graph.add(Node(f"build {context}", context, "", "build"))
            self._graph.join(source, node, "build", get_text(get_in(build, "target")))
        self._read_contexts(source, get_dict(get_in(build, "additional_contexts")))
        for other, condition in _list_dependencies(service.get("depends_on")):
            self._join(source, other, "depends_on", condition)
        for link in get_words(service.get("links")):
            other, _, alias = link.partition(":")
            self._join(source, other, "links", alias)
        for link in get_words(service.get("external_links")):
            self._join(source, link.partition(":")[0], "external_links", is_elsewhere=True)
        self._read_extension(source, service.get("extends"))
        self._read_shared_spaces(source, service)

    def _read_contexts(self, source: str, contexts: dict[str, Any]) -> None:
        for other in get_words(list(contexts.values())):
            kind, _, name = other.partition(":")
            if kind == "service":
                self._join(source, name, "build")
            elif kind == "docker-image":
                join_image(self._graph, source, name.removeprefix("//"), "build")

    def _read_extension(self, source: str, extends: Any) -> None:
        other = get_text(extends) or get_text(get_in(extends, "service"))
        file = get_text(get_in(extends, "file"))
        if file:
            name = f"{file}: {other}" if other else file
            self._join(source, name, "extends", is_elsewhere=True)
        elif other:
            self._join(source, other, "extends")

    def _read_shared_spaces(self, source: str, service: dict[str, Any]) -> None:
        """Read `network_mode: service:x` and its relatives, and `volumes_from`."""
        for key in _SHARED_SPACES:
            kind, _, other = get_text(service.get(key)).partition(":")
            if kind in ("service", "container") and other:
                self._join(source, other, key, is_elsewhere=kind == "container")
        for word in get_words(service.get("volumes_from")):
            is_container = word.startswith("container:")
            other = word.removeprefix("container:").partition(":")[0]
            self._join(source, other, "volumes_from", is_elsewhere=is_container)

    def _read_things(self, source: str, service: dict[str, Any]) -> None:
        networks = service.get("networks")
        for section, values in (("networks", networks), ("models", service.get("models"))):
            for name in list(values) if isinstance(values, dict) else get_words(values):
                self._use(source, name, _THINGS[section])
        for section in ("configs", "secrets"):
            for entry in get_list(service.get(section)):
                name = get_text(entry) or get_text(get_in(entry, "source"))
                self._use(source, name, _THINGS[section])
        for secret in get_list(get_in(service.get("build"), "secrets")):
            name = get_text(secret) or get_text(get_in(secret, "source"))
            self._use(source, name, "secret")
        for entry in get_list(service.get("volumes")):
            self._read_volume(source, entry)

    def _read_volume(self, source: str, entry: Any) -> None:
        if isinstance(entry, dict):
            origin, kind = get_text(entry.get("source")), get_text(entry.get("type"))
        else:
            origin, kind = _split_volume(get_text(entry)), ""
        if not origin or kind in ("tmpfs", "npipe", "image"):
            return
        if kind == "bind" or re.match(r"[./~\\]|[A-Za-z]:[\\/]|\$", origin):
            node = self._graph.add(Node(f"path {origin}", origin, "", "host path"))
            self._graph.join(source, node, "mounts")
        else:
            self._use(source, origin, "volume")

    def _use(self, source: str, name: str, kind: str) -> None:
        if not name:
            return
        target = _make_id(name, kind)
        # The network “default” is there without a word.
        if target not in self._graph.nodes and not (kind == "network" and name == "default"):
            self._graph.add(Node(target, name, "", kind, is_unresolved=True))
            self._graph.leave_open(f"{kind} {name}", NOT_STATED)
        self._graph.add(Node(target, name, "", kind))
        self._graph.join(source, target, kind)

    def _join(
        self, source: str, name: str, kind: str, label: str = "", *, is_elsewhere: bool = False
    ) -> None:
        target = f"elsewhere {name}" if is_elsewhere else _make_id(name)
        if target not in self._graph.nodes:
            reason = ELSEWHERE if is_elsewhere else NOT_STATED
            self._graph.add(Node(target, name, "", "service", is_unresolved=True))
            self._graph.leave_open(name, reason)
        (self._graph.join_dashed if is_elsewhere else self._graph.join)(source, target, kind, label)


def _make_id(name: str, kind: str = "service") -> str:
    return f"{kind} {name}"


def _list_dependencies(value: Any) -> Iterator[tuple[str, str]]:
    """Yield the services of `depends_on`, in both its forms, and their conditions."""
    if isinstance(value, dict):
        for name, values in value.items():
            condition = get_text(get_in(values, "condition")).removeprefix("service_")
            is_optional = get_in(values, "required") is False
            words = [condition.replace("_", " "), "optional" if is_optional else ""]
            yield name, ", ".join(word for word in words if word and word != "started")
    else:
        for name in get_words(value):
            yield name, ""


def _split_volume(text: str) -> str:
    """Return what is mounted: `data:/var/lib:ro`, `./x:/y`, `C:\\x:/y`, `${A:-x}:/y`."""
    found = re.match(r"((?:[A-Za-z]:[\\/])?(?:\$\{[^}]*\}|[^:$]|\$)+):", text[:1_000])
    return found[1] if found else ""


def _match(name: str, text: str) -> bool:
    file_name = get_file_name(name)
    if not file_name.endswith((".yml", ".yaml")):
        return False
    if re.match(r"(?:docker-)?compose\b", file_name):
        return True
    has_services = re.search(r"^services:[ \t]*(?:#.*)?\r?$", text, re.MULTILINE) is not None
    # Jobs of pipelines have services, too.
    is_other = re.search(r"^(?:jobs|stages|kind|pipelines|parameters):", text, re.MULTILINE)
    inner = r"^[ \t]+(?:image|build|depends_on|container_name):"
    return has_services and not is_other and re.search(inner, text, re.MULTILINE) is not None


FORMAT = ManifestFormat("docker-compose.yml", _match, read_compose)
