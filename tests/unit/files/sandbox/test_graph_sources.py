"""Which files become graphs: found by name or content, and together where they belong."""

from __future__ import annotations

import io
import zipfile

from bot.files.sandbox.computing.graph_sources import read_sources
from bot.graphs.graph import Graph

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{image: x}]}}}
"""
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: svc}\nspec: {selector: {app: web}}\n"


def tell(graph: Graph) -> set[str]:
    labels = {node.id: node.label for node in graph.nodes}
    return {f"{labels[edge.source]} > {labels[edge.target]}" for edge in graph.edges}


def read(files: dict[str, str]) -> list[Graph]:
    blobs = [text.encode() for text in files.values()]
    return read_sources(list(files), blobs, takes_first=False).graphs


def test_files_of_terraform_are_read_as_one() -> None:
    (graph,) = read(
        {
            "main.tf": 'resource "a" "b" {\n  x = var.y\n}',
            "variables.tf": 'variable "y" {\n  type = string\n}',
        }
    )
    assert graph.source == "main.tf, variables.tf"
    assert tell(graph) == {"a.b > var.y"}
    assert graph.unresolved == ()


def test_a_zip_of_objects_of_kubernetes_is_found_by_content_and_read_by_folder() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("k8s/one.yaml", DEPLOYMENT)
        packed.writestr("k8s/two.yml", SERVICE)
        packed.writestr("far/two.yml", SERVICE.replace("svc", "far"))
        packed.writestr("k8s/values.yaml", "a: 1")
    sources = read_sources(["x.zip"], [out.getvalue()], takes_first=False)
    assert [tell(graph) for graph in sources.graphs] == [
        {"Deployment/web > x", "Service/svc > Deployment/web"},
        {"Service/far > app=web"},
    ]


def test_one_broken_file_leaves_the_others() -> None:
    sources = read_sources(
        ["a.tf", "b.tf", "c.tf"],
        [b'variable "y" {\n}\n', b"resource {", b"locals {\n  z = var.y\n}\n"],
        takes_first=False,
    )
    assert [tell(graph) for graph in sources.graphs] == [{"local.z > var.y"}]
    (refusal,) = sources.refusals
    assert refusal.startswith("b.tf is not valid HCL")


def test_a_manifest_that_needs_nothing_is_no_picture_next_to_those_that_do() -> None:
    read_files = {"a/go.mod": "module x\n", "b/go.mod": "module y\n\nrequire a.b/c v1.0.0\n"}
    assert [graph.source for graph in read(read_files)] == ["b/go.mod"]
    assert [graph.source for graph in read({"a/go.mod": "module x\n"})] == ["a/go.mod"]
