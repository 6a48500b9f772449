"""Which format a file of infrastructure has, and what all of these readers share."""

from __future__ import annotations

import pytest

from bot.graphs.graph import GraphError
from bot.graphs.manifests import infrastructure
from bot.graphs.manifests.infrastructure.github_actions import read_workflow
from bot.graphs.manifests.infrastructure.gitlab_ci import read_gitlab_ci
from tests.support.infrastructure_texts import COMPOSE, GITLAB, KUBERNETES, WORKFLOW
from tests.unit.graphs.manifests.reading import tell


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


def test_of_equal_keys_the_last_one_holds_and_that_is_said() -> None:
    text = "stages: [a]\nj:\n  script: x\n  needs: [one]\n  needs: [two]\n"
    graph = read_gitlab_ci(".gitlab-ci.yml", text)
    assert "j needs two?" in tell(graph)
    assert "j needs one?" not in tell(graph)
    assert graph.notes == (
        ".gitlab-ci.yml has “needs” twice in one place (line 5). The last one holds here.",
    )
