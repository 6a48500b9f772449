"""Reads Terraform's `.tf` files: resources, modules, values, and what refers to what.

From https://developer.hashicorp.com/terraform/language. Nothing is evaluated: how many there are of
a thing, and what other files declare, is listed as open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.domain.messages import Message
from bot.graphs.graph import Graph, Node
from bot.graphs.manifests.collector import Collector
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.infrastructure.hcl_references import find_references
from bot.graphs.manifests.infrastructure.hcl_text import read_hcl
from bot.graphs.manifests.infrastructure.values import get_dict, get_list, get_text, walk
from bot.graphs.manifests.reasons import ELSEWHERE

_COUNT = Message("How many there are is computed when it is run.")
# Blocks with two names, and those with one: the beginning of their address, and their kind.
_TWO_NAMES = {
    "resource": ("", "resource"),
    "data": ("data.", "data"),
    "ephemeral": ("ephemeral.", "ephemeral"),
}
_KINDS = {"var": "variable"} | {
    word: word for word in ("local", "module", "data", "ephemeral", "provider")
}
_ONE_NAME = {
    "module": ("module.", "module"),
    "variable": ("var.", "variable"),
    "output": ("output.", "output"),
}


def read_terraform(name: str, text: str) -> Graph:
    """Read a `.tf` file. Raises `GraphError`."""
    reader = _TerraformReader(name)
    for piece in read_hcl(name, text):
        reader.take(piece)
    return reader.finish()


class _TerraformReader:
    def __init__(self, name: str) -> None:
        self._graph = Collector(name)
        self._bodies: list[tuple[str, str, dict[str, Any]]] = []  # id, kind, what is in it

    def take(self, piece: dict[str, Any]) -> None:
        """Take the blocks of a piece. What they refer to is read when all are there."""
        for address, kind, body in _list_blocks(piece):
            self._declare(address, kind, body)
        for entry in get_list(piece.get("terraform")):
            self._take_requirements(entry)
        for entry in get_list(piece.get("check")):
            for _, body in _list_items(entry):
                self.take(get_dict(body))

    def _take_requirements(self, entry: Any) -> None:
        for required in get_list(get_dict(entry).get("required_providers")):
            for name, value in _list_items(required):
                source = _strip_quotes(get_dict(value).get("source")) or name
                version = _strip_quotes(get_dict(value).get("version")) or _strip_quotes(value)
                # A block `provider` of that name says less: it may stand before or behind.
                identity = f"provider {name}"
                node = Node(identity, source, version, "provider", "providers")
                self._graph.nodes[self._graph.add(node)] = node

    def _declare(self, address: str, kind: str, body: Any) -> None:
        values = get_dict(body)
        is_repeated = any(
            _is_computed(values.get(key)) for key in ("count", "for_each") if kind != "variable"
        )
        name = address.removeprefix("provider ")
        version = _strip_quotes(values.get("version")) if kind == "module" else ""
        group = _find_group(address, kind)
        self._graph.add(Node(address, name, version, kind, group, is_repeated))
        if is_repeated:
            self._graph.leave_open(address, _COUNT)
        self._bodies.append((address, kind, values))

    def finish(self) -> Graph:
        for address, kind, body in self._bodies:
            self._read_body(address, kind, body)
        needed = {edge.target for edge in self._graph.edges if edge.source != edge.target}
        self._graph.roots = [item for item in self._graph.nodes if item not in needed]
        return self._graph.build()

    def _read_body(self, address: str, kind: str, body: dict[str, Any]) -> None:
        own = _find_iterators(body)
        for key, value in body.items():
            if kind == "module" and key == "source":
                self._join_source(address, _strip_quotes(value))
                continue
            edge = "depends_on" if key == "depends_on" else "reference"
            is_provider = key in ("provider", "providers")
            for parts in _list_references(value):
                if is_provider:
                    self._join(address, f"provider {'.'.join(parts)}", "provider")
                elif parts[0] not in own:
                    self._join(address, _find_address(parts), edge)
            if is_provider and isinstance(value, str) and re.fullmatch(r"\$?\{?[\w-]+\}?", value):
                self._join(address, f"provider {value.strip('${}')}", "provider")

    def _join_source(self, address: str, source: str) -> None:
        node = Node(f"source {source}", source, "", "module source", is_unresolved=True)
        self._graph.join_dashed(address, self._graph.add(node), "source")
        self._graph.leave_open(source, ELSEWHERE)

    def _join(self, source: str, target: str, kind: str) -> None:
        if not target or target == source:
            return
        if target not in self._graph.nodes:
            name = target.removeprefix("provider ")
            kind_there = _KINDS.get(re.split(r"[. ]", target)[0], "resource")
            self._graph.add(Node(target, name, "", kind_there, is_unresolved=True))
            self._graph.leave_open(name, ELSEWHERE)
        self._graph.join(source, target, kind)


def _list_blocks(piece: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield the address, the kind and the body of each block that others can refer to."""
    for block, (prefix, kind) in _TWO_NAMES.items():
        for type_name, bodies in _list_entries(piece, block):
            for name, body in _list_items(bodies):
                yield f"{prefix}{type_name}.{name}", kind, body
    for block, (prefix, kind) in _ONE_NAME.items():
        for name, body in _list_entries(piece, block):
            yield f"{prefix}{name}", kind, body
    for name, value in _list_entries(piece, "locals"):
        yield f"local.{name}", "local", {"value": value}
    for name, body in _list_entries(piece, "provider"):
        alias = _strip_quotes(get_dict(body).get("alias"))
        yield f"provider {name}" + (f".{alias}" if alias else ""), "provider", body


def _list_entries(piece: dict[str, Any], block: str) -> Iterator[tuple[str, Any]]:
    for entry in get_list(piece.get(block)):
        yield from _list_items(entry)


def _find_address(parts: tuple[str, ...]) -> str:
    """Return the address of the block that a reference points into."""
    count = 3 if parts[0] in ("data", "ephemeral") else 2
    return ".".join(parts[:count]) if len(parts) >= count else ""


def _list_references(value: Any) -> Iterator[tuple[str, ...]]:
    for part in walk(value):
        if isinstance(part, str) and "." in part:
            yield from find_references(part)


def _find_iterators(body: dict[str, Any]) -> set[str]:
    """Return the names that `dynamic` blocks give to their current element."""
    found: set[str] = set()
    for part in walk(body):
        for entry in get_list(get_dict(part).get("dynamic")):
            for name, inner in _list_items(entry):
                found.add(name)
                found.add(get_text(get_dict(inner).get("iterator")).strip('${}"'))
    return found


def _find_group(address: str, kind: str) -> str:
    """Return the provider that a type of resources begins with: “aws” of `aws_vpc.main`."""
    if kind not in ("resource", "data", "ephemeral"):
        return f"{kind}s"
    type_name = address.removeprefix("data.").removeprefix("ephemeral.").partition(".")[0]
    return type_name.partition("_")[0]


def _is_computed(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("${")


def _list_items(value: Any) -> Iterator[tuple[str, Any]]:
    for key, item in get_dict(value).items():
        if not key.startswith("__"):
            yield _strip_quotes(key), item


def _strip_quotes(value: Any) -> str:
    text = get_text(value)
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _match(name: str, _text: str) -> bool:
    return name.lower().endswith((".tf", ".tofu"))


FORMAT = ManifestFormat("Terraform", _match, read_terraform, separator="\n")
