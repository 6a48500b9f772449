"""Every way in which infrastructure and pipelines say what needs what; nothing of it runs."""

from __future__ import annotations

import pytest

from bot.graphs.graph import GraphError
from bot.graphs.manifests import infrastructure
from bot.graphs.manifests.infrastructure.compose import read_compose
from bot.graphs.manifests.infrastructure.github_actions import read_workflow
from bot.graphs.manifests.infrastructure.gitlab_ci import read_gitlab_ci
from bot.graphs.manifests.infrastructure.hcl_references import find_references
from bot.graphs.manifests.infrastructure.kubernetes import read_kubernetes
from bot.graphs.manifests.infrastructure.kustomization import read_chart, read_kustomization
from bot.graphs.manifests.infrastructure.terraform import read_terraform
from tests.unit.graphs.manifests.reading import tell
from tests.unit.graphs.manifests.test_pipeline_dialects import GITLAB, WORKFLOW

COMPOSE = """
include: [other.yml, {path: [a.yml]}]
x-common: &common {restart: always}
services:
  web:
    <<: *common
    image: "nginx:${TAG:-1.2}"
    depends_on: {db: {condition: service_healthy}, cache: {required: false}}
    networks: [front, gone]
    volumes: ["data:/x:ro", "./a:/b", "${P:-/x}:/y", /anon, 'C:\\x:/y',
      {type: volume, source: far, target: /z}, {type: bind, source: /etc, target: /z}]
    secrets: [one, {source: two, target: x}]
    environment: {PASSWORD: topsecret}
  db: {image: 'reg:5000/pg/postgres:15@sha256:abc', networks: {back: {aliases: [x]}}}
  cache:
    build: {context: ./c, target: prod}
    links: ["db:database"]
    extends: {file: base.yml, service: base}
    network_mode: service:web
    volumes_from: ["db:ro", "container:foo"]
  last: {extends: web, build: ., depends_on: [nope, db]}
volumes: {data: , far: {external: true}}
networks: {front: {}, back: {}}
secrets: {one: {file: ./s}, two: {environment: X}}
"""


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


KUBERNETES = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: prod}
spec:
  template:
    metadata: {labels: {app: web, tier: "1"}}
    spec:
      serviceAccountName: robot
      imagePullSecrets: [{name: reg}]
      containers:
      - image: nginx:1.2
        env:
        - {name: A, valueFrom: {configMapKeyRef: {name: map, key: x}}}
        - {name: S, value: topsecret}
        envFrom: [{secretRef: {name: hidden}}]
      volumes:
      - {name: v, persistentVolumeClaim: {claimName: disk}}
      - {name: x, cephfs: {secretRef: {name: ceph}}}
      - {name: w, projected: {sources: [{secret: {name: second}}]}}
---
apiVersion: v1
kind: Service
metadata: {name: svc, namespace: prod}
spec: {selector: {app: web}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: ing, namespace: prod}
spec:
  ingressClassName: nginx
  tls: [{secretName: cert}]
  rules: [{http: {paths: [{backend: {service: {name: svc}}}, {backend: {serviceName: old}}]}}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: pdb, namespace: prod}
spec: {selector: {matchExpressions: [{key: tier, operator: In, values: ["1"]}]}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: hpa, namespace: prod}
spec: {scaleTargetRef: {kind: Deployment, name: web}}
---
kind: RoleBinding
apiVersion: rbac.authorization.k8s.io/v1
metadata: {name: binding, namespace: prod}
roleRef: {kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: robot, namespace: prod}, {kind: User, name: bob}]
---
apiVersion: v1
kind: List
items:
- {kind: ConfigMap, apiVersion: v1, metadata: {name: map, namespace: prod}, data: {a: topsecret}}
- {kind: Secret, apiVersion: v1, metadata: {name: hidden, namespace: prod}, data: {a: topsecret}}
- {kind: Service, apiVersion: v1, metadata: {name: lost, namespace: prod}, spec: {selector: {a: b}}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: route, namespace: prod}
spec: {parentRefs: [{name: gate}], rules: [{backendRefs: [{name: svc, port: 80}]}]}
"""


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


TERRAFORM = """
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 4"
    }
  }
}
provider "aws" {
  alias  = "west"
  region = var.region
}
resource "aws_instance" "web" {
  count      = var.n > 1 ? 2 : 0
  ami        = data.aws_ami.ubuntu.id
  provider   = aws.west
  tags       = { Name = "x-${var.name}", for = [for k, v in local.m : v.id if k != ""] }
  depends_on = [aws_vpc.main, module.m]
  user_data  = <<EOT
hello ${aws_s3_bucket.b.id} not.a.ref
EOT
  dynamic "ingress" {
    for_each = var.x
    content {
      port = ingress.value
    }
  }
}
data "aws_ami" "ubuntu" {
  owner = "x"
}
module "m" {
  source    = "./x"
  version   = "1"
  providers = { aws = aws.west }
  v         = aws_instance.web["k"].id
}
locals {
  a = 1
  b = local.a
}
variable "n" {
  type = number
}
"""


def test_terraform() -> None:
    graph = read_terraform("main.tf", TERRAFORM)
    assert tell(graph) == {
        "aws.west reference var.region?",
        "aws_instance.web reference var.n",
        "aws_instance.web reference data.aws_ami.ubuntu",
        "aws_instance.web provider aws.west",
        "aws_instance.web reference var.name?",
        "aws_instance.web reference local.m?",
        "aws_instance.web depends_on aws_vpc.main?",
        "aws_instance.web depends_on module.m 1",
        "aws_instance.web reference aws_s3_bucket.b?",
        "aws_instance.web reference var.x?",
        "module.m 1 source ./x?",
        "module.m 1 provider aws.west",
        "module.m 1 reference aws_instance.web?",
        "local.b reference local.a",
    }
    assert "hashicorp/aws ~> 4" in {node.label for node in graph.nodes}


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ('"a.b ${var.x} $${var.no} %{ if var.y }c.d%{ endif }"', ["var.x", "var.y"]),
        ('"${a.b["k"].c} ${"in ${local.d} e.f"}"', ["a.b", "local.d"]),
        ("x.y[local.i].foo.bar", ["x.y", "local.i"]),
        ("a.b[0].c[*].d", ["a.b.c.d"]),
        ("{ for k, v in data.a.b : v.id => k.x if each.value.y }", ["data.a.b"]),
        ("foo::bar(module.z.out, path.module, self.id)", ["module.z.out"]),
        ("<<EOT\nx.y ${a.b} z.z\nEOT", ["a.b"]),
        ("# a.b\n/* c.d */ e.f", ["e.f"]),
    ],
)
def test_references_of_expressions(expression: str, found: list[str]) -> None:
    assert [".".join(parts) for parts in find_references(expression)] == found


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


@pytest.mark.parametrize(
    ("name", "text", "format_name"),
    [
        ("deploy.yaml", KUBERNETES, "Kubernetes"),
        ("app.yml", COMPOSE, "docker-compose.yml"),
        ("docker-compose.override.yml", "services: {}", "docker-compose.yml"),
        (".github/workflows/x.yml", "", "GitHub Actions"),
        ("x.yml", WORKFLOW, "GitHub Actions"),
        ("x.yml", GITLAB, ".gitlab-ci.yml"),
        ("ci/main.gitlab-ci.yml", "", ".gitlab-ci.yml"),
        ("a/b/main.tf", "", "Terraform"),
        ("k/kustomization.yaml", "", "kustomization.yaml"),
        ("pnpm-lock.yaml", "lockfileVersion: '9.0'\nimporters: {}", None),
        ("values.yaml", "image: nginx\nservices: 3", None),
        ("notes.txt", KUBERNETES, None),
    ],
)
def test_the_content_decides_where_the_name_does_not(
    name: str, text: str, format_name: str | None
) -> None:
    found = [one.name for one in infrastructure.FORMATS if one.matches(name, text[:4_000])]
    assert next(iter(found), None) == format_name


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("docker-compose.yml", "a: 1", "has no services"),
        ("x.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {}", "no object of Kubernetes"),
        ("x.yaml", "apiVersion: v1\nkind: Pod\nname: {{ .Values.x }}", "is a template"),
        ("main.tf", "resource {", "not valid HCL: I cannot read on from line"),
        ("main.tf", "a = " + "[" * 100, "levels deep"),
        (".gitlab-ci.yml", "stages: [a]", "has no jobs"),
        (".github/workflows/x.yml", "on: push", "has no jobs"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(name: str, text: str, why: str) -> None:
    found = next(one for one in infrastructure.FORMATS if one.matches(name, text))
    with pytest.raises(GraphError) as refused:
        found.read(name, text)
    assert why in refused.value.user_message


def test_names_of_any_length_stay_apart_and_are_bounded() -> None:
    long = "x" * 100_000
    text = f"jobs: {{a: {{needs: [{long}1, {long}2]}}}}"
    graph = read_workflow("ci.yml", text)
    assert len(graph.edges) == 2
    assert max(len(node.id) for node in graph.nodes) <= 500
    assert {edge.target for edge in graph.edges} <= {node.id for node in graph.nodes}


def test_files_that_are_joined_know_each_other() -> None:
    (terraform,) = [one for one in infrastructure.FORMATS if one.name == "Terraform"]
    texts = ['variable "a" {\n  type = string\n}', "locals {\n  b = var.a\n}\n"]
    assert terraform.separator is not None
    graph = terraform.read("infra", terraform.separator.join(texts))
    assert tell(graph) == {"local.b reference var.a"}
    assert graph.unresolved == ()


def test_of_equal_keys_the_last_one_holds_and_that_is_said() -> None:
    text = "stages: [a]\nj:\n  script: x\n  needs: [one]\n  needs: [two]\n"
    graph = read_gitlab_ci(".gitlab-ci.yml", text)
    assert "j needs two?" in tell(graph)
    assert "j needs one?" not in tell(graph)
    assert graph.notes == (
        ".gitlab-ci.yml has “needs” twice in one place (line 5). The last one holds here.",
    )


def test_images_that_a_build_of_compose_takes_from() -> None:
    text = """
services:
  web: {build: {context: ., additional_contexts: {x: docker-image://alpine:3, y: service:db}}}
  db: {image: pg}
"""
    assert {"web build alpine 3", "web build db"} <= tell(read_compose("compose.yml", text))


def test_providers_of_terraform_have_their_source_and_version() -> None:
    text = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.0" }
  }
}
provider "aws" {}
data "http" "me" { url = "x" }
"""
    nodes = {node.id: node for node in read_terraform("main.tf", text).nodes}
    assert nodes["provider aws"].label == "hashicorp/aws ~> 5.0"
    assert nodes["data.http.me"].group == "http"
