"""Reads `.gitlab-ci.yml`: stages, jobs, and what jobs need, extend and trigger.

From https://docs.gitlab.com/ci/yaml/. Included files are elsewhere, and drawn as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.domain.messages import Message
from bot.graphs.graph import Graph, Node, clean_label
from bot.graphs.manifests.bounded_yaml import Tagged, load_documents
from bot.graphs.manifests.collector import Collector, check_length, get_file_name, refuse
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.infrastructure.images import join_image
from bot.graphs.manifests.infrastructure.values import (
    get_dict,
    get_in,
    get_list,
    get_text,
    get_words,
    walk,
)
from bot.graphs.manifests.reasons import COMPUTED, ELSEWHERE, MATRIX

_NO_JOBS_MESSAGE = "{source} has no jobs, so I can draw no graph of it."
_DEFAULT_STAGES = [".pre", "build", "test", "deploy", ".post"]
# Words at the top that are no jobs.
_WORDS = {
    "after_script",
    "before_script",
    "cache",
    "default",
    "image",
    "include",
    "services",
    "spec",
    "stages",
    "types",
    "variables",
    "workflow",
}
_MAX_EXTENSIONS = 11  # as GitLab allows


def read_gitlab_ci(name: str, text: str) -> Graph:
    """Read a pipeline of GitLab. Raises `GraphError`."""
    check_length(name, text)
    # Inputs are described in a document of their own, in front.
    notes: list[Message] = []
    documents = [get_dict(document) for document in load_documents(name, text, notes)]
    document: dict[str, Any] = next((item for item in documents if set(item) != {"spec"}), {})
    jobs = {
        key: value
        for key, value in document.items()
        if key not in _WORDS and isinstance(value, dict)
    }
    if not jobs and "include" not in document:
        raise refuse(Message(_NO_JOBS_MESSAGE, source=clean_label(name)))
    return _PipelineReader(Collector(name, notes), document, jobs).read()


class _PipelineReader:
    def __init__(
        self, graph: Collector, document: dict[str, Any], jobs: dict[str, dict[str, Any]]
    ) -> None:
        self._graph = graph
        self._document = document
        self._jobs = jobs

    def read(self) -> Graph:
        graph = self._graph
        for key in self._jobs:
            kind = "template" if key.startswith(".") else "job"
            graph.add(Node(_make_id(key), key, "", kind, self._find_stage(key)))
        self._read_stages()
        for key, job in self._jobs.items():
            self._read_needs(_make_id(key), job)
            self._read_parts(_make_id(key), key, job)
        self._read_default()
        needed = {edge.target for edge in graph.edges if edge.kind != "extends"}
        runs = [_make_id(key) for key in self._jobs if not key.startswith(".")]
        graph.roots = [item for item in runs if item not in needed] or runs[:1]
        graph.roots += [item for item in ("pipeline",) if item in graph.nodes]
        return graph.build()

    def _read_stages(self) -> None:
        """Stages run one after the other, and a job belongs to one."""
        told = get_words(self._document.get("stages")) or get_words(self._document.get("types"))
        used = [self._find_stage(key) for key in self._jobs if not key.startswith(".")]
        stages = [".pre", *told, ".post"] if told else _DEFAULT_STAGES
        stages = [stage for stage in stages if stage in used or stage in told]
        for before, stage in zip(["", *stages], stages, strict=False):
            self._graph.add(Node(f"stage {stage}", stage, "", "stage", stage))
            if before:
                self._graph.join(f"stage {stage}", f"stage {before}", "after")
        for key in self._jobs:
            stage = self._find_stage(key)
            if stage and not key.startswith("."):
                self._graph.add(Node(f"stage {stage}", stage, "", "stage", stage))
                self._graph.join(_make_id(key), f"stage {stage}", "stage")

    def _find_stage(self, key: str) -> str:
        """Return the stage of a job, its own or that of what it extends, as far as known here."""
        waiting, seen = [key], set[str]()
        while waiting and len(seen) < _MAX_EXTENSIONS**2:
            current = waiting.pop(0)
            job = self._jobs.get(current)
            if job is None:
                return ""  # what it extends is elsewhere
            if get_text(job.get("stage")):
                return get_text(job["stage"])
            seen.add(current)
            extended = reversed(get_words(job.get("extends")))  # the last one holds
            waiting = [other for other in extended if other not in seen] + waiting
        return "" if key.startswith(".") else "test"

    def _read_needs(self, source: str, job: dict[str, Any]) -> None:
        for need, condition in _list_needs(job):
            self._read_need(source, need, condition)
        for other in get_words(job.get("dependencies")):
            self._join(source, other, "artifacts")
        for other in get_words(job.get("extends")):
            self._join(source, other, "extends")
        for part in walk(job):
            if isinstance(part, Tagged) and part.tag == "!reference":
                other = next(iter(get_words(part.value)), "")
                if other and other not in _WORDS:
                    self._join(source, other, "reference")

    def _read_need(self, source: str, need: Any, condition: str = "") -> None:
        job, project = get_text(need) or get_text(get_in(need, "job")), get_in(need, "project")
        pipeline = get_text(get_in(need, "pipeline"))
        is_optional = get_in(need, "optional") is True
        if get_text(project) or pipeline:
            self._join_elsewhere(
                source, ": ".join(filter(None, (get_text(project) or pipeline, job)))
            )
        elif job:
            self._join(source, job, "needs", "optional" if is_optional else condition)

    def _read_parts(self, source: str, key: str, job: dict[str, Any]) -> None:
        self._read_images(source, job)
        trigger = job.get("trigger")
        targets = get_words(trigger) or get_words(get_in(trigger, "project"))
        targets += _list_includes(get_in(trigger, "include"))
        for entry in get_list(get_in(trigger, "include")):
            if maker := get_text(get_in(entry, "job")):
                self._join(source, maker, "artifacts")
        for target in targets:
            node = Node(f"pipeline {target}", target, "", "pipeline", is_unresolved=True)
            self._graph.join_dashed(source, self._graph.add(node), "trigger")
            self._graph.leave_open(target, ELSEWHERE)
        if get_in(job, "parallel", "matrix"):
            self._graph.leave_open(key, MATRIX)

    def _read_images(self, source: str, job: dict[str, Any]) -> None:
        for kind, entries in (("image", [job.get("image")]), ("service", job.get("services"))):
            for entry in get_list(entries):
                image = get_text(entry) or get_text(get_in(entry, "name"))
                if image:
                    join_image(self._graph, source, image, kind)

    def _read_default(self) -> None:
        """Read what stands outside of jobs: included files, and images for all."""
        graph = self._graph
        default = {**self._document, **get_dict(self._document.get("default"))}
        files = _list_includes(self._document.get("include"))
        if not files and not default.get("image") and not default.get("services"):
            return
        root = graph.add(Node("pipeline", graph.source, "", "pipeline"))
        self._read_images(root, default)
        for file in files:
            node = Node(f"file {file}", file, "", "file", is_unresolved=True)
            graph.join_dashed(root, graph.add(node), "include")
            graph.leave_open(file, ELSEWHERE)

    def _join(self, source: str, key: str, kind: str, label: str = "") -> None:
        target = _make_id(key)
        if target not in self._graph.nodes:
            self._graph.add(Node(target, key, "", "job", is_unresolved=True))
            self._graph.leave_open(key, COMPUTED if "$" in key else ELSEWHERE)
        self._graph.join(source, target, kind, label)

    def _join_elsewhere(self, source: str, what: str) -> None:
        node = Node(f"elsewhere {what}", what, "", "job", is_unresolved=True)
        self._graph.join_dashed(source, self._graph.add(node), "needs")
        self._graph.leave_open(what, ELSEWHERE)


def _list_needs(job: dict[str, Any]) -> Iterator[tuple[Any, str]]:
    """Yield what a job needs, and what its rules make it need."""
    needs = job.get("needs")
    for need in get_list(needs.get("job") if isinstance(needs, dict) else needs):
        yield need, ""
    for rule in get_list(job.get("rules")):
        for need in get_list(get_in(rule, "needs")):
            yield need, "if its rule holds"


def _make_id(key: str) -> str:
    return f"job {key}"


def _list_includes(value: Any) -> list[str]:
    """Return what is included, as people find it: a path, an address, or project and path."""
    found = []
    for entry in value if isinstance(value, list) else [value]:
        project = get_text(get_in(entry, "project"))
        for key in ("local", "remote", "template", "component", "artifact", "file"):
            for word in get_words(get_in(entry, key)):
                found.append(f"{project}: {word}" if project and key == "file" else word)
        found += get_words(entry) if isinstance(entry, str) else []
    return found


def _match(name: str, text: str) -> bool:
    file_name = get_file_name(name)
    if re.search(r"gitlab-ci.*\.ya?ml$", file_name):
        return True
    if not file_name.endswith((".yml", ".yaml")) or ".github/" in name:
        return False
    has_stages = re.search(r"^stages:[ \t]*(?:\[|\r?$|#)", text, re.MULTILINE) is not None
    script = re.search(r"(?:^[ \t]+|[{,][ \t]*)(?:script|trigger):", text, re.MULTILINE)
    is_azure = re.search(r"^[ \t]*- (?:stage|job|task):", text, re.MULTILINE)
    return script is not None and is_azure is None and (has_stages or "\n  stage:" in text)


FORMAT = ManifestFormat(".gitlab-ci.yml", _match, read_gitlab_ci)
