"""Every way in which objects of Kubernetes, charts and services of Compose need each other."""

from __future__ import annotations

from bot.graphs.manifests.infrastructure.compose import read_compose
from bot.graphs.manifests.infrastructure.kubernetes import read_kubernetes
from bot.graphs.manifests.infrastructure.kustomization import read_chart, read_kustomization
from tests.support.infrastructure_texts import COMPOSE, KUBERNETES
from tests.unit.graphs.manifests.reading import tell


def test_compose() -> None:
    graph = read_compose("compose.yml", COMPOSE)
    assert tell(graph) == {
        "web image nginx:${TAG:-1.2}?",
        "web depends_on (healthy) db",
        "web depends_on (optional) cache",
        "web network front",
        "web network gone?",
        "web volume data",
        "web volume far?",
        "web mounts ./a",
        "web mounts ${P:-/x}",
        "web mounts C:\\x",
        "web mounts /etc",
        "web secret one",
        "web secret two",
        "db image reg:5000/pg/postgres 15",
        "db network back",
        "cache build (prod) ./c",
        "cache links (database) db",
        "cache extends base.yml: base?",
        "cache network_mode web",
        "cache volumes_from db",
        "cache volumes_from foo?",
        "last extends web",
        "last build .",
        "last depends_on nope?",
        "last depends_on db",
    }
    assert {"other.yml", "a.yml"} <= {one.what for one in graph.unresolved}
    assert "topsecret" not in repr(graph)


def test_kubernetes() -> None:
    graph = read_kubernetes("all.yaml", KUBERNETES)
    assert tell(graph) == {
        "Deployment/web account ServiceAccount/robot?",
        "Deployment/web pull secret Secret/reg?",
        "Deployment/web environment ConfigMap/map",
        "Deployment/web environment Secret/hidden",
        "Deployment/web volume PersistentVolumeClaim/disk?",
        "Deployment/web volume Secret/second?",
        "Deployment/web volume Secret/ceph?",
        "Deployment/web image nginx 1.2",
        "Service/svc selects Deployment/web",
        "Ingress/ing ingress class IngressClass/nginx?",
        "Ingress/ing tls Secret/cert?",
        "Ingress/ing routes to Service/svc",
        "Ingress/ing routes to Service/old?",
        "PodDisruptionBudget/pdb selects Deployment/web",
        "HorizontalPodAutoscaler/hpa scale target Deployment/web",
        "RoleBinding/binding role ClusterRole/view?",
        "RoleBinding/binding subject ServiceAccount/robot?",
        "RoleBinding/binding subject User/bob?",
        "Service/lost selects a=b?",
        "HTTPRoute/route parent Gateway/gate?",
        "HTTPRoute/route routes to Service/svc",
    }
    assert {node.group for node in graph.nodes if node.name == "Deployment/web"} == {"prod"}
    assert "topsecret" not in repr(graph)


def test_kustomize_and_helm() -> None:
    kustomization = (
        "resources: [a.yaml, ../base]\npatches: [{path: p.yaml}]\n"
        "secretGenerator: [{name: s, files: [k=tls.key], literals: [a=topsecret]}]\n"
        "images: [{name: nginx, newTag: '2'}]\n"
    )
    graph = read_kustomization("kustomization.yaml", kustomization)
    assert tell(graph) == {
        "kustomization.yaml resource a.yaml?",
        "kustomization.yaml resource ../base?",
        "kustomization.yaml patch p.yaml?",
        "kustomization.yaml generates s",
        "s file tls.key",
        "kustomization.yaml image nginx 2",
    }
    assert "topsecret" not in repr(graph)
    chart = "apiVersion: v2\nname: c\nversion: 1\ndependencies: [{name: pg, version: ~12}]"
    assert tell(read_chart("Chart.yaml", chart)) == {"c 1 depends on pg ~12"}


def test_images_that_a_build_of_compose_takes_from() -> None:
    text = """
services:
  web: {build: {context: ., additional_contexts: {x: docker-image://alpine:3, y: service:db}}}
  db: {image: pg}
"""
    assert {"web build alpine 3", "web build db"} <= tell(read_compose("compose.yml", text))
