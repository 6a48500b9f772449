"""Finds the pods that objects of Kubernetes describe, and what such a pod names. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.graphs.manifests.infrastructure.kubernetes_names import Reference
from bot.graphs.manifests.infrastructure.values import get_dict, get_in, get_list, get_text

# How sources of values and of volumes are called, the key that names the object, and its kind.
_VALUE_SOURCES = (
    ("configMapKeyRef", "name", "ConfigMap"),
    ("secretKeyRef", "name", "Secret"),
    ("configMapRef", "name", "ConfigMap"),
    ("secretRef", "name", "Secret"),
)
_VOLUME_SOURCES = (
    ("configMap", "name", "ConfigMap"),
    ("secret", "secretName", "Secret"),
    ("secret", "name", "Secret"),
    ("azureFile", "secretName", "Secret"),
    ("persistentVolumeClaim", "claimName", "PersistentVolumeClaim"),
)
_NAMES = (
    ("serviceAccountName", "ServiceAccount", "account"),
    ("priorityClassName", "PriorityClass", "priority"),
    ("runtimeClassName", "RuntimeClass", "runtime"),
)


def find_pod(item: dict[str, Any]) -> dict[str, Any]:
    """Return the specification of the pods that an object makes or is, else nothing."""
    spec = get_dict(item.get("spec"))
    if item.get("kind") == "Pod":
        return spec
    if item.get("kind") == "CronJob":
        spec = get_dict(get_in(spec, "jobTemplate", "spec"))
    template = get_in(spec, "template", "spec")
    pod = get_dict(template)
    return pod if "containers" in pod or "initContainers" in pod else {}


def list_pod_references(pod: dict[str, Any]) -> Iterator[Reference]:
    """Yield the objects that a pod names, each as often as it does."""
    for key, kind, edge in _NAMES:
        yield from _name(kind, pod.get(key), edge)
    if "serviceAccountName" not in pod:
        yield from _name("ServiceAccount", pod.get("serviceAccount"), "account")
    for entry in get_list(pod.get("imagePullSecrets")):
        yield from _name("Secret", get_in(entry, "name"), "pull secret")
    for container in list_containers(pod):
        values = [get_in(entry, "valueFrom") for entry in get_list(container.get("env"))]
        for source in [*get_list(container.get("envFrom")), *values]:
            yield from _list_sources(source, _VALUE_SOURCES, "environment")
    for volume in get_list(pod.get("volumes")):
        yield from _list_volume_references(volume)


def _list_volume_references(volume: Any) -> Iterator[Reference]:
    for source in [volume, *get_list(get_in(volume, "projected", "sources"))]:
        yield from _list_sources(source, _VOLUME_SOURCES, "volume")
    for values in get_dict(volume).values():
        for key in ("secretRef", "nodePublishSecretRef"):
            yield from _name("Secret", get_in(values, key, "name"), "volume")


def list_containers(pod: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the containers of a pod, also those that run before and for a while."""
    for key in ("initContainers", "containers", "ephemeralContainers"):
        yield from (get_dict(container) for container in get_list(pod.get(key)))


def _list_sources(
    entry: Any, sources: tuple[tuple[str, str, str], ...], edge: str
) -> Iterator[Reference]:
    for key, name_key, kind in sources:
        yield from _name(kind, get_in(entry, key, name_key), edge)


def _name(kind: str, name: Any, edge: str) -> Iterator[Reference]:
    if get_text(name):
        yield Reference(kind, get_text(name), edge)
