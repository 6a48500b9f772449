"""Finds the objects of Kubernetes that another object names outside of its pods. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.graphs.manifests.infrastructure.values import get_dict, get_in, get_list, get_text, walk


@dataclass(frozen=True, slots=True)
class Reference:
    """One object that is named; `edge` says what for. No namespace: that of who names it."""

    kind: str
    name: str
    edge: str
    namespace: str = ""


# A key whose value is the name of an object, wherever it stands, and that object's kind.
_NAMING_KEYS = {
    "storageClassName": "StorageClass",
    "ingressClassName": "IngressClass",
    "gatewayClassName": "GatewayClass",
    "volumeName": "PersistentVolume",
}
# Lists of references, and the kind of those that tell none.
_LISTS = {"parentRefs": ("Gateway", "parent"), "backendRefs": ("Service", "routes to")}


def list_references(item: dict[str, Any]) -> Iterator[Reference]:
    """Yield what an object names, each as often as it does, without what its pods name."""
    kind, spec = get_text(item.get("kind")), get_dict(item.get("spec"))
    if kind == "Ingress":
        yield from _list_backends(spec)
    elif kind in ("RoleBinding", "ClusterRoleBinding"):
        yield from _list_binding(item)
    elif kind == "ServiceAccount":
        for entry in [*get_list(item.get("secrets")), *get_list(item.get("imagePullSecrets"))]:
            yield from _name("Secret", get_in(entry, "name"), "secret")
    elif kind == "StatefulSet":
        yield from _name("Service", spec.get("serviceName"), "service")
    for owner in get_list(get_in(item, "metadata", "ownerReferences")):
        yield from _name(get_text(get_in(owner, "kind")), get_in(owner, "name"), "owner")
    if kind != "CustomResourceDefinition":
        # The secrets of an Ingress and of pods are read for what they are.
        is_read = kind in ("Ingress", "Pod") or "template" in spec or "jobTemplate" in spec
        yield from _list_by_keys(spec, reads_secrets=not is_read)


def _list_backends(spec: dict[str, Any]) -> Iterator[Reference]:
    """Yield the services of an Ingress, as v1 has them and as before, and its secrets."""
    paths = [
        get_in(path, "backend")
        for rule in get_list(spec.get("rules"))
        for path in get_list(get_in(rule, "http", "paths"))
    ]
    for backend in [spec.get("defaultBackend"), spec.get("backend"), *paths]:
        name = get_in(backend, "service", "name") or get_in(backend, "serviceName")
        yield from _name("Service", name, "routes to")
        resource = get_in(backend, "resource")
        yield from _name(get_text(get_in(resource, "kind")), get_in(resource, "name"), "routes to")
    for entry in get_list(spec.get("tls")):
        yield from _name("Secret", get_in(entry, "secretName"), "tls")


def _list_binding(item: dict[str, Any]) -> Iterator[Reference]:
    role = get_dict(item.get("roleRef"))
    yield from _name(get_text(role.get("kind")), role.get("name"), "role")
    for subject in map(get_dict, get_list(item.get("subjects"))):
        namespace = get_text(subject.get("namespace"))
        yield from _name(get_text(subject.get("kind")), subject.get("name"), "subject", namespace)


def _list_by_keys(spec: dict[str, Any], *, reads_secrets: bool) -> Iterator[Reference]:
    """Yield what stands under a key that always names an object, or as kind and name together."""
    for part in walk(spec):
        values = get_dict(part)
        for key, value in values.items():
            yield from _name(_NAMING_KEYS.get(key, ""), value, _shorten(key))
            if key.endswith(("Ref", "Reference")) and get_text(get_in(value, "kind")):
                place = get_text(get_in(value, "namespace"))
                yield from _name(value["kind"], value.get("name"), _shorten(key), place)
            elif key in _LISTS:
                yield from _list_entries(key, value)
            elif key == "secretName" and reads_secrets:
                yield from _name("Secret", value, "secret")


def _list_entries(key: str, entries: Any) -> Iterator[Reference]:
    default, edge = _LISTS[key]
    for entry in map(get_dict, get_list(entries)):
        kind = get_text(entry.get("kind")) or default
        yield from _name(kind, entry.get("name"), edge, get_text(entry.get("namespace")))


def _name(kind: str, name: Any, edge: str, namespace: str = "") -> Iterator[Reference]:
    if kind and get_text(name):
        yield Reference(kind, get_text(name), edge, namespace)


def _shorten(key: str) -> str:
    """Return the words of a key: `scaleTargetRef` is “scale target”."""
    for ending in ("ClassName", "Name", "Reference", "Ref"):
        if key.endswith(ending):
            key = key.removesuffix(ending) + (" class" if ending == "ClassName" else "")
            break
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in key).strip()
