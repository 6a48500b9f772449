"""Reads `kustomization.yaml` and Helm's `Chart.yaml`: the files, bases and charts that are put in.

From https://kubectl.docs.kubernetes.io/references/kustomize/ and https://helm.sh/docs/topics/charts/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.graphs.graph import Graph, Node
from bot.graphs.manifests.bounded_yaml import load_documents
from bot.graphs.manifests.collector import Collector, check_length, get_file_name
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.infrastructure.values import (
    get_dict,
    get_in,
    get_list,
    get_text,
    get_words,
    split_image,
)
from bot.graphs.manifests.reasons import ELSEWHERE

# Lists of paths, and what a path of each is.
_PATHS = {
    "resources": "resource",
    "bases": "base",
    "components": "component",
    "crds": "resource",
} | {
    "patchesStrategicMerge": "patch",
    "generators": "generator",
    "transformers": "transformer",
    "configurations": "configuration",
}


def read_kustomization(name: str, text: str) -> Graph:
    """Read a `kustomization.yaml`. Raises `GraphError`."""
    check_length(name, text)
    document = next(iter(map(get_dict, load_documents(name, text))), {})
    graph = Collector(name)
    namespace = get_text(document.get("namespace"))
    root = graph.add(Node("kustomization", name, "", "kustomization", namespace), is_root=True)
    for path, kind in _list_paths(document):
        _join_path(graph, root, path, kind)
    for section, kind in (("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")):
        for entry in get_list(document.get(section)):
            _read_generator(graph, root, get_dict(entry), kind)
    for entry in map(get_dict, get_list(document.get("images"))):
        _join_image(graph, root, entry)
    for entry in map(get_dict, get_list(document.get("helmCharts"))):
        _join_chart(graph, root, entry, "repo")
    return graph.build()


def read_chart(name: str, text: str) -> Graph:
    """Read a `Chart.yaml` or a `Chart.lock`. Raises `GraphError`."""
    check_length(name, text)
    document = next(iter(map(get_dict, load_documents(name, text))), {})
    graph = Collector(name)
    title, version = get_text(document.get("name")) or name, get_text(document.get("version"))
    root = graph.add(Node("chart", title, version, "chart"), is_root=True)
    for entry in map(get_dict, get_list(document.get("dependencies"))):
        _join_chart(graph, root, entry, "repository")
    return graph.build()


def _list_paths(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the paths that are put in, and what each is."""
    for section, kind in _PATHS.items():
        for path in get_words(document.get(section)):
            yield path, kind
    for section in ("patches", "patchesJson6902", "replacements"):
        for patch in get_list(document.get(section)):
            if get_text(get_in(patch, "path")):
                yield get_text(get_in(patch, "path")), "patch"


def _join_image(graph: Collector, root: str, entry: dict[str, Any]) -> None:
    image = get_text(entry.get("newName")) or get_text(entry.get("name"))
    version = get_text(entry.get("newTag")) or get_text(entry.get("digest"))
    if image:
        node = Node(f"image {image}@{version}", split_image(image)[0], version, "image")
        graph.join(root, graph.add(node), "image")


def _join_path(graph: Collector, root: str, path: str, kind: str) -> None:
    if "\n" in path:
        path = f"{kind} in the file"
    graph.join_dashed(root, graph.add(Node(path, path, "", kind, is_unresolved=True)), kind)
    graph.leave_open(path, ELSEWHERE)


def _read_generator(graph: Collector, root: str, entry: dict[str, Any], kind: str) -> None:
    """Read from which files a map or a secret is made. Values in the file stay unread."""
    name = get_text(entry.get("name"))
    if not name:
        return
    generated = graph.add(Node(f"{kind} {name}", name, "", kind))
    graph.join(root, generated, "generates")
    for key in ("files", "envs", "env"):
        for word in get_words(entry.get(key)):
            path = word.rpartition("=")[2] if key == "files" else word
            graph.join(generated, graph.add(Node(path, path, "", "file")), "file")


def _join_chart(graph: Collector, root: str, entry: dict[str, Any], key: str) -> None:
    name, version = get_text(entry.get("name")), get_text(entry.get("version"))
    if name:
        condition = get_text(entry.get("condition")) or ", ".join(get_words(entry.get("tags")))
        group = get_text(entry.get(key))
        node = Node(f"chart {name}@{version}", name, version, "chart", group)
        graph.join(root, graph.add(node), "depends on", condition)


def _match_kustomization(name: str, text: str) -> bool:
    file_name = get_file_name(name)
    if file_name in ("kustomization.yaml", "kustomization.yml", "kustomization"):
        return True
    has_kind = re.search(r"^kind:[ \t]*(?:Kustomization|Component)\b", text, re.MULTILINE)
    return has_kind is not None and "kustomize.config.k8s.io" in text


def _match_chart(name: str, text: str) -> bool:
    is_named = get_file_name(name) in ("chart.yaml", "chart.lock", "requirements.yaml")
    inner = re.search(r"^(?:apiVersion|dependencies|name):", text, re.MULTILINE)
    return is_named and (not text or inner is not None)


FORMAT = ManifestFormat("kustomization.yaml", _match_kustomization, read_kustomization)
CHART_FORMAT = ManifestFormat("Chart.yaml", _match_chart, read_chart)
