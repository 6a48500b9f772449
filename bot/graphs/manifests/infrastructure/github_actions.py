"""Reads workflows and actions of GitHub Actions: jobs, what they wait for, and what they use.

From https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax.
Expressions, `${{ … }}`, stay words.
"""

from __future__ import annotations

import re
from typing import Any

from bot.domain.messages import Message
from bot.graphs.graph import Graph, Node, clean_label
from bot.graphs.manifests.bounded_yaml import load_documents
from bot.graphs.manifests.collector import Collector, check_length, get_file_name, refuse
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.infrastructure.images import join_image
from bot.graphs.manifests.infrastructure.values import (
    get_dict,
    get_in,
    get_list,
    get_text,
    get_words,
)
from bot.graphs.manifests.reasons import COMPUTED, ELSEWHERE, MATRIX, NOT_STATED

_NO_JOBS_MESSAGE = "{source} has no jobs and no steps, so I can draw no graph of it."
_COMPUTED_MATRIX = Message("How often it runs is computed by another job or an expression.")


def read_workflow(name: str, text: str) -> Graph:
    """Read a workflow or a composite action. Raises `GraphError`."""
    check_length(name, text)
    notes: list[Message] = []
    document = next(iter(map(get_dict, load_documents(name, text, notes))), {})
    jobs = {key: get_dict(job) for key, job in get_dict(document.get("jobs")).items()}
    graph = Collector(name, notes)
    if jobs:
        _read_jobs(graph, jobs)
        _read_triggers(graph, document, [f"job {key}" for key in jobs])
    elif get_dict(document.get("runs")):
        title = get_text(document.get("name")) or name
        root = graph.add(Node("action", title, "", "action"), is_root=True)
        _read_steps(graph, root, get_in(document, "runs", "steps"))
        image = get_text(get_in(document, "runs", "image"))
        if image.startswith("docker://"):
            join_image(graph, root, image.removeprefix("docker://"))
        elif image:
            graph.join(root, graph.add(Node(f"build {image}", image, "", "build")), "build")
    else:
        raise refuse(Message(_NO_JOBS_MESSAGE, source=clean_label(name)))
    return graph.build()


def _read_jobs(graph: Collector, jobs: dict[str, dict[str, Any]]) -> None:
    for key, job in jobs.items():
        matrix = get_in(job, "strategy", "matrix")
        is_computed = isinstance(matrix, str)
        graph.add(Node(f"job {key}", key, "", "job", is_unresolved=is_computed))
        if matrix:
            graph.leave_open(key, _COMPUTED_MATRIX if is_computed else MATRIX)
    for key, job in jobs.items():
        source = f"job {key}"
        for other in get_words(job.get("needs")):
            if f"job {other}" not in graph.nodes:
                graph.add(Node(f"job {other}", other, "", "job", is_unresolved=True))
                graph.leave_open(other, NOT_STATED)
            graph.join(source, f"job {other}", "needs")
        if get_text(job.get("uses")):
            _join_used(graph, source, get_text(job["uses"]), "workflow")
        _read_steps(graph, source, job.get("steps"))
        _read_containers(graph, source, job)
    needed = {edge.target for edge in graph.edges}
    graph.roots = [f"job {key}" for key in jobs if f"job {key}" not in needed]


def _read_steps(graph: Collector, source: str, steps: Any) -> None:
    for step in get_list(steps):
        used = get_text(get_in(step, "uses"))
        if used:
            _join_used(graph, source, used, "action")


def _read_containers(graph: Collector, source: str, job: dict[str, Any]) -> None:
    container = job.get("container")
    image = get_text(container) or get_text(get_in(container, "image"))
    if image:
        join_image(graph, source, image, "container")
    for service in get_dict(job.get("services")).values():
        image = get_text(get_in(service, "image"))
        if image:
            join_image(graph, source, image, "service")


def _join_used(graph: Collector, source: str, used: str, kind: str) -> None:
    """Add an action or a workflow: `owner/name@ref`, `./path`, `docker://image`."""
    if used.startswith("docker://"):
        join_image(graph, source, used.removeprefix("docker://"), "uses")
        return
    name, _, version = used.partition("@")
    is_computed = "${" in used
    is_local = name.startswith("./")
    group = "" if is_local else name.partition("/")[0]
    node = Node(f"{kind} {used}", name, version[:60], kind, group, is_computed or is_local)
    graph.add(node)
    (graph.join_dashed if node.is_unresolved else graph.join)(source, node.id, "uses")
    if node.is_unresolved:
        graph.leave_open(name, COMPUTED if is_computed else ELSEWHERE)


def _read_triggers(graph: Collector, document: dict[str, Any], jobs: list[str]) -> None:
    """A workflow that starts this one is elsewhere; jobs that wait for none begin after it."""
    workflows = get_words(get_in(document, "on", "workflow_run", "workflows"))
    waiting = {edge.source for edge in graph.edges if edge.kind == "needs"}
    for workflow in workflows:
        node = Node(f"workflow {workflow}", workflow, "", "workflow", is_unresolved=True)
        for job in jobs:
            if job not in waiting:
                graph.join_dashed(job, graph.add(node), "runs after")
        graph.leave_open(workflow, ELSEWHERE)


def _match(name: str, text: str) -> bool:
    path = name.replace("\\", "/").lower()
    file_name = get_file_name(name)
    if not file_name.endswith((".yml", ".yaml")):
        return False
    if ".github/workflows/" in path:
        return True
    if file_name in ("action.yml", "action.yaml"):
        return not text or re.search(r"^runs:", text, re.MULTILINE) is not None
    has_jobs = re.search(r"^jobs:", text, re.MULTILINE) is not None
    return has_jobs and re.search(r"^[\"']?on[\"']?[ \t]*:", text, re.MULTILINE) is not None


FORMAT = ManifestFormat("GitHub Actions", _match, read_workflow)
