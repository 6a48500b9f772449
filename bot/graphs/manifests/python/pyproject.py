"""`pyproject.toml`: what a Python project asks for, in the tables of every tool. Pure.

Standard tables are read here; what poetry, PDM, uv, Hatch and flit add: `pyproject_tools.py`.
"""

from __future__ import annotations

import re
from typing import Any

from bot.domain.messages import Message
from bot.graphs.graph import Graph, clean_label
from bot.graphs.manifests import kinds
from bot.graphs.manifests.draft import GraphDraft
from bot.graphs.manifests.file_names import match_names
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.places import describe_computed
from bot.graphs.manifests.python.project import PythonProject
from bot.graphs.manifests.python.pyproject_tools import (
    add_flit,
    add_hatch,
    add_pdm,
    add_poetry,
    add_uv,
)
from bot.graphs.manifests.python.requirement import normalize, read_requirement
from bot.graphs.manifests.texts import read_toml
from bot.graphs.manifests.values import get_list, get_table, get_text, get_texts

_NAME = "pyproject.toml"
_NO_GROUP_MESSAGE = "{file} includes this group, and does not have it."
_MAX_INCLUDES = 100


def read_pyproject(name: str, text: str) -> Graph:
    """Return the project and what it asks for directly. Raises `GraphError`."""
    table = read_toml(name, text, _NAME)
    poetry = get_table(table, "tool", "poetry")
    standard = get_table(table, "project")
    draft = GraphDraft(name)
    own_name = (
        get_text(standard, "name")
        or get_text(poetry, "name")
        or get_text(table, "tool", "flit", "metadata", "module")
        or name
    )
    version = get_text(standard, "version") or get_text(poetry, "version")
    project = PythonProject(draft, draft.add_root(own_name, version), _read_sources(table))
    _add_standard(project, standard)
    _add_groups(project, get_table(table, "dependency-groups"), standard)
    for requirement in get_texts(table, "build-system", "requires"):
        project.add_requirement(requirement, kinds.BUILD)
    add_poetry(project, poetry)
    for add_tool in (add_pdm, add_uv, add_hatch, add_flit):
        add_tool(project, get_table(table, "tool"))
    return draft.build(is_whole=False)


def _read_sources(table: dict[str, Any]) -> dict[str, str]:
    """What uv takes from elsewhere: names with folder, address or repository."""
    found = {}
    for name, value in get_table(table, "tool", "uv", "sources").items():
        for entry in value if isinstance(value, list) else [value]:
            places = (get_text(entry, key) for key in ("git", "url", "path"))
            if place := next((one for one in places if one), ""):
                found[name] = place
            elif get_table(entry).get("workspace") is True:
                found[name] = "workspace"
    return found


def _add_standard(project: PythonProject, standard: dict[str, Any]) -> None:
    """PEP 621: https://packaging.python.org/en/latest/specifications/pyproject-toml/."""
    if python := get_text(standard, "requires-python"):
        project.add_platform("python", python)
    for requirement in get_texts(standard, "dependencies"):
        project.add_requirement(requirement, kinds.PRODUCTION)
    for extra in get_table(standard, "optional-dependencies"):
        for requirement in _list_of_extra(standard, extra):
            project.add_requirement(requirement, kinds.OPTIONAL, f"extra {extra}")
    for field in ("dependencies", "optional-dependencies"):
        if field in get_texts(standard, "dynamic"):
            reason = describe_computed(project.draft.file)
            target = project.draft.add_unresolved(field, reason)
            kind = kinds.PRODUCTION if field == "dependencies" else kinds.OPTIONAL
            project.draft.connect(project.root, target, kind, "dynamic", is_open=True)


def _list_of_extra(standard: dict[str, Any], extra: str) -> list[str]:
    """Return what an extra brings, also by other extras: `all = ["demo[docs,test]"]` in `demo`."""
    found: list[str] = []
    waiting, seen = [extra], {normalize(extra)}
    while waiting and len(seen) < _MAX_INCLUDES:
        for requirement in get_texts(standard, "optional-dependencies", waiting.pop(0)):
            own = _list_own_extras(standard, requirement)
            waiting += [one for one in own if normalize(one) not in seen]
            seen |= {normalize(one) for one in own}
            if not own:
                found.append(requirement)
    return found


def _list_own_extras(standard: dict[str, Any], requirement: str) -> list[str]:
    """Return the extras of the project itself that a requirement asks for, as the file has them."""
    asked = read_requirement(requirement)
    if asked is None or normalize(asked.name) != normalize(get_text(standard, "name") or "?"):
        return []
    wanted = {normalize(one) for one in re.findall(r"[\w.-]+", asked.label.partition("]")[0])}
    return [one for one in get_table(standard, "optional-dependencies") if normalize(one) in wanted]


def _open_own_extras(standard: dict[str, Any], requirement: str) -> list[str]:
    """Return the requirement, or what the project's own extras bring for which it asks."""
    own = _list_own_extras(standard, requirement)
    return [one for extra in own for one in _list_of_extra(standard, extra)] or [requirement]


def _add_groups(project: PythonProject, groups: dict[str, Any], standard: dict[str, Any]) -> None:
    """PEP 735: a group may include others, and a ring of these ends where it began."""
    for group in groups:
        waiting, seen = [group], {group}
        while waiting:
            name = waiting.pop(0)
            for entry in get_list(groups, name):
                if isinstance(entry, str):
                    for requirement in _open_own_extras(standard, entry):
                        project.add_requirement(requirement, kinds.DEVELOPMENT, f"group {group}")
                    continue
                included = get_text(entry, "include-group")
                if included and included not in groups:
                    file = clean_label(project.draft.file)
                    reason = Message(_NO_GROUP_MESSAGE, file=file)
                    project.draft.list_unresolved(included, reason)
                elif included and included not in seen and len(seen) < _MAX_INCLUDES:
                    seen.add(included)
                    waiting.append(included)


FORMAT = ManifestFormat(_NAME, match_names(_NAME), read_pyproject)
