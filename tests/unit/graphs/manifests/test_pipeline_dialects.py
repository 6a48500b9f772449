"""Every way in which pipelines of GitHub and GitLab say what needs what; nothing of it runs."""

from __future__ import annotations

from bot.graphs.manifests.infrastructure.github_actions import read_workflow
from bot.graphs.manifests.infrastructure.gitlab_ci import read_gitlab_ci
from tests.support.infrastructure_texts import GITLAB, WORKFLOW
from tests.unit.graphs.manifests.reading import tell


def test_github_actions() -> None:
    graph = read_workflow("ci.yml", WORKFLOW)
    assert tell(graph) == {
        "a uses actions/checkout v4",
        "a uses ./.github/actions/x?",
        "a uses alpine 3",
        "a container node:${{ matrix.n }}?",
        "a service postgres 15",
        "a runs after Build?",
        "b needs a",
        "c needs a",
        "c needs b",
        "c uses org/repo/.github/workflows/x.yml main",
        "d needs gone?",
    }
    assert {node.name for node in graph.nodes if node.is_unresolved and node.kind == "job"} == {
        "d",
        "gone",
    }
    action = "name: My\nruns: {using: composite, steps: [{uses: actions/cache@v4}]}"
    assert tell(read_workflow("action.yml", action)) == {"My uses actions/cache v4"}


def test_gitlab() -> None:
    graph = read_gitlab_ci(".gitlab-ci.yml", GITLAB)
    assert tell(graph) == {
        "test after build",
        "deploy after test",
        "compile stage build",
        "unit stage test",
        "lint stage test",
        "ship stage deploy",
        "compile image gcc $V?",
        "unit needs compile",
        "unit needs (optional) lint",
        "unit extends .base",
        "unit service postgres 15",
        "lint extends .gone?",
        "lint extends .base",
        "lint reference .scripts?",
        "ship needs g/o: b?",
        "ship artifacts unit",
        "ship trigger child.yml?",
        ".gitlab-ci.yml image python 3",
        ".gitlab-ci.yml include a.yml?",
        ".gitlab-ci.yml include g/p: /x.yml?",
        ".gitlab-ci.yml include g/p: /y.yml?",
        ".gitlab-ci.yml include Auto.yml?",
    }


def test_what_rules_and_triggers_of_gitlab_need() -> None:
    text = """
image: ruby
a: {script: x}
b: {script: x, rules: [{if: $X, needs: [a]}]}
c: {trigger: {include: [{artifact: child.yml, job: a}]}}
"""
    graph = read_gitlab_ci(".gitlab-ci.yml", text)
    told = tell(graph)
    assert {"b needs (if its rule holds) a", "c artifacts a"} <= told
    assert "pipeline" in graph.roots
