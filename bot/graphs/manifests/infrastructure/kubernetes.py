"""Reads manifests of Kubernetes: objects, and what each names or selects. Values stay unread.

From https://kubernetes.io/docs/reference/kubernetes-api/. What else runs in a cluster is not known
here: an object that is named and not in the file is drawn dashed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from bot.domain.messages import Message
from bot.graphs.graph import Graph, Node, clean_label
from bot.graphs.manifests.bounded_yaml import load_documents
from bot.graphs.manifests.collector import Collector, check_length, get_file_name, refuse
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.infrastructure.images import join_image
from bot.graphs.manifests.infrastructure.kubernetes_names import Reference, list_references
from bot.graphs.manifests.infrastructure.kubernetes_pods import (
    find_pod,
    list_containers,
    list_pod_references,
)
from bot.graphs.manifests.infrastructure.kubernetes_selectors import find_selector, has_labels
from bot.graphs.manifests.infrastructure.values import get_dict, get_in, get_text
from bot.graphs.manifests.reasons import ELSEWHERE

_NO_OBJECTS_MESSAGE = "{source} has no object of Kubernetes with a kind and a name."
# Objects that belong to no namespace.
_CLUSTER_WIDE = {
    "Namespace",
    "ClusterRole",
    "ClusterRoleBinding",
    "PersistentVolume",
    "StorageClass",
    "IngressClass",
    "GatewayClass",
    "PriorityClass",
    "RuntimeClass",
    "CustomResourceDefinition",
    "ClusterIssuer",
    "Node",
    "User",
    "Group",
}


def read_kubernetes(name: str, text: str) -> Graph:
    """Read the objects of a file. Raises `GraphError`."""
    check_length(name, text)
    objects = list(_list_objects(load_documents(name, text)))
    if not objects:
        raise refuse(Message(_NO_OBJECTS_MESSAGE, source=clean_label(name)))
    return _KubernetesReader(name, objects).read()


def _list_objects(documents: list[Any]) -> Iterator[dict[str, Any]]:
    """Yield the objects of all documents, those within lists too."""
    waiting = list(reversed(documents))
    while waiting:
        item = get_dict(waiting.pop())
        kind = get_text(item.get("kind"))
        if kind.endswith("List") and isinstance(item.get("items"), list):
            waiting.extend(reversed(item["items"]))
        elif kind and _get_name(item):
            yield item


class _KubernetesReader:
    def __init__(self, name: str, objects: list[dict[str, Any]]) -> None:
        self._graph = Collector(name)
        self._objects = objects
        # What makes pods, by namespace and by each label of these pods.
        self._workloads: defaultdict[tuple[str, ...], dict[str, dict[str, Any]]]
        self._workloads = defaultdict(dict)

    def read(self) -> Graph:
        for item in self._objects:
            self._declare(item)
        for item in self._objects:
            source, namespace = _identify(item), _get_namespace(item)
            pod = find_pod(item)
            references = [*list_pod_references(pod), *list_references(item)]
            for reference in references:
                self._join(source, namespace, reference)
            for container in list_containers(pod):
                if get_text(container.get("image")):
                    join_image(self._graph, source, get_text(container["image"]))
            self._select(source, namespace, item)
        needed = {edge.target for edge in self._graph.edges}
        own = [_identify(item) for item in self._objects]
        self._graph.roots = [item for item in own if item not in needed] or own[:1]
        return self._graph.build()

    def _declare(self, item: dict[str, Any]) -> None:
        kind, name, namespace = get_text(item["kind"]), _get_name(item), _get_namespace(item)
        identity = self._graph.add(Node(_identify(item), name, "", kind, namespace))
        labels = _find_labels(item)
        for key, value in labels.items():
            self._workloads[namespace, key, get_text(value)][identity] = labels
        self._workloads[(namespace,)][identity] = labels

    def _join(self, source: str, namespace: str, reference: Reference) -> None:
        kind = reference.kind
        place = "" if kind in _CLUSTER_WIDE else reference.namespace or namespace
        target = _make_id(kind, place, reference.name)
        if target not in self._graph.nodes:
            node = Node(target, reference.name, "", kind, place, is_unresolved=True)
            self._graph.add(node)
            # People and groups are objects nowhere.
            if kind not in ("User", "Group"):
                self._graph.leave_open(f"{kind} {reference.name}", ELSEWHERE)
        self._graph.join(source, target, reference.edge)

    def _select(self, source: str, namespace: str, item: dict[str, Any]) -> None:
        selector = find_selector(item)
        if selector is None:
            return
        is_found = False
        first = next(((key, get_text(value)) for key, value in selector.labels.items()), ())
        for target, labels in self._workloads[(namespace, *first)].items():
            if target != source and labels and has_labels(selector, labels):
                is_found = True
                self._graph.join(source, target, "selects")
        if not is_found and selector.labels:
            words = ", ".join(f"{key}={value}" for key, value in list(selector.labels.items())[:3])
            identity = f"pods {namespace} {words}"
            self._graph.add(Node(identity, words, "", "Pod", namespace, is_unresolved=True))
            self._graph.join_dashed(source, identity, "selects")
            self._graph.leave_open(words, ELSEWHERE)


def _find_labels(item: dict[str, Any]) -> dict[str, Any]:
    """Return the labels of the pods that an object makes, or of the pod that it is."""
    if item["kind"] == "Pod":
        return get_dict(get_in(item, "metadata", "labels"))
    if item["kind"] == "CronJob":
        template = get_in(item, "spec", "jobTemplate", "spec", "template")
    else:
        template = get_in(item, "spec", "template")
    return get_dict(get_in(template, "metadata", "labels")) if find_pod(item) else {}


def _get_name(item: dict[str, Any]) -> str:
    metadata = get_dict(item.get("metadata"))
    return get_text(metadata.get("name")) or get_text(metadata.get("generateName"))


def _get_namespace(item: dict[str, Any]) -> str:
    if item["kind"] in _CLUSTER_WIDE:
        return ""
    return get_text(get_in(item, "metadata", "namespace"))


def _identify(item: dict[str, Any]) -> str:
    return _make_id(get_text(item["kind"]), _get_namespace(item), _get_name(item))


def _make_id(kind: str, namespace: str, name: str) -> str:
    return f"{kind} {namespace}/{name}" if namespace else f"{kind} {name}"


def _match(name: str, text: str) -> bool:
    if not get_file_name(name).endswith((".yml", ".yaml")):
        return False
    has_version = re.search(r"^(?:- |  )?apiVersion:", text, re.MULTILINE) is not None
    kind = re.search(r"^(?:- |  )?kind:[ \t]*[\"']?(\w+)", text, re.MULTILINE)
    return has_version and kind is not None and kind[1] not in ("Kustomization", "Component")


FORMAT = ManifestFormat("Kubernetes", _match, read_kubernetes)
