"""`environment.yml` of conda: packages of its channels, and pip's below. Pure."""

from __future__ import annotations

import re
from typing import Any

from bot.graphs.graph import Graph
from bot.graphs.manifests import kinds, refusals
from bot.graphs.manifests.bounded_yaml import load_documents
from bot.graphs.manifests.draft import GraphDraft
from bot.graphs.manifests.file_names import clean_name
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.places import describe_file
from bot.graphs.manifests.python.project import PythonProject
from bot.graphs.manifests.texts import clean_text
from bot.graphs.manifests.values import get_table, get_text, get_texts

_NAME = "environment.yml"
_FILE_NAME = re.compile(r"(?:conda[-_.])?environment[\w.-]*\.ya?ml|conda\.ya?ml")
# “conda-forge::numpy=1.26=py311_0”, “python >=3.9,<4”, “blas[build=mkl]”.
_SPEC = re.compile(r"(?:([^\s:=<>]+)::)?([A-Za-z0-9_][\w.-]*)\s*(\[[^\]]*\])?\s*(.*)", re.DOTALL)
_EXACT = re.compile(r"={1,2}\s*(\d[\w.+!]*)(?:=\S+)?")


def read_environment(name: str, text: str) -> Graph:
    """Return what the environment asks for directly. Raises `GraphError`."""
    documents = load_documents(name, clean_text(name, text))
    table = get_table(documents[0]) if documents else {}
    if not isinstance(table.get("dependencies"), list):
        raise refusals.refuse_shape(name, _NAME, "dependencies")
    draft = GraphDraft(name)
    project = PythonProject(draft, draft.add_root(get_text(table, "name") or name))
    for entry in table["dependencies"]:
        if isinstance(entry, str):
            _add(project, entry)
        for requirement in get_texts(entry, "pip"):
            _add_pip(project, requirement)
    return draft.build(is_whole=False)


def _add(project: PythonProject, entry: str) -> None:
    found = _SPEC.fullmatch(entry.strip())
    if found is None:
        project.add_requirement(entry, kinds.PRODUCTION)
        return
    channel, name, options, words = found.groups()
    exact = _EXACT.fullmatch(words)
    target = project.draft.add(name, exact[1] if exact else "", group=channel or "")
    project.draft.connect(project.root, target, kinds.PRODUCTION, f"{words}{options or ''}".strip())


def _add_pip(project: PythonProject, requirement: Any) -> None:
    if requirement.startswith(("-r ", "-c ")):
        target = project.draft.add_unresolved(requirement[3:].strip(), describe_file())
        project.draft.connect(project.root, target, kinds.PRODUCTION, "pip", is_open=True)
    elif not requirement.startswith("-"):
        project.add_requirement(requirement, kinds.PRODUCTION, "pip")


def _is_environment(name: str, head: str) -> bool:
    return bool(_FILE_NAME.fullmatch(clean_name(name))) and "dependencies:" in head


FORMAT = ManifestFormat(_NAME, _is_environment, read_environment)
