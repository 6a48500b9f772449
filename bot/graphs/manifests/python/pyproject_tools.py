"""The tables of poetry, PDM, uv, Hatch and flit in `pyproject.toml`: what they add. Pure."""

from __future__ import annotations

from typing import Any

from bot.graphs.manifests import kinds
from bot.graphs.manifests.places import describe_place
from bot.graphs.manifests.python.project import PythonProject
from bot.graphs.manifests.values import get_table, get_text, get_texts


def add_poetry(project: PythonProject, poetry: dict[str, Any]) -> None:
    """Poetry's dependencies, extras and groups. `[project]` has them before, where both do."""
    extras = _list_extras(poetry)
    for name, value in get_table(poetry, "dependencies").items():
        if not project.has(name):
            project.add_poetry_table({name: value}, kinds.PRODUCTION, extras.get(name, ""))
    project.add_poetry_table(get_table(poetry, "dev-dependencies"), kinds.DEVELOPMENT, "group dev")
    for group, value in get_table(poetry, "group").items():
        kind = kinds.PRODUCTION if group == "main" else kinds.DEVELOPMENT
        project.add_poetry_table(get_table(value, "dependencies"), kind, f"group {group}")


def _list_extras(poetry: dict[str, Any]) -> dict[str, str]:
    """Of each optional package the extras that bring it, in words."""
    found: dict[str, list[str]] = {}
    for extra in get_table(poetry, "extras"):
        for name in get_texts(poetry, "extras", extra):
            found.setdefault(name, []).append(f"extra {extra}")
    return {name: ", ".join(words) for name, words in found.items()}


def add_pdm(project: PythonProject, tools: dict[str, Any]) -> None:
    """PDM's groups for development; the other tables of PDM are the standard's."""
    for group in get_table(tools, "pdm", "dev-dependencies"):
        for requirement in get_texts(tools, "pdm", "dev-dependencies", group):
            _add_line(project, requirement, (kinds.DEVELOPMENT, f"group {group}"))


def add_uv(project: PythonProject, tools: dict[str, Any]) -> None:
    """uv's own requirements, its constraints and overrides, and the members of its workspace."""
    for field, kind, where in (
        ("dev-dependencies", kinds.DEVELOPMENT, "group dev"),
        ("constraint-dependencies", kinds.CONSTRAINT, "constraint"),
        ("override-dependencies", kinds.CONSTRAINT, "override"),
    ):
        for requirement in get_texts(tools, "uv", field):
            project.add_requirement(requirement, kind, where)
    for member in get_texts(tools, "uv", "workspace", "members"):
        reason = describe_place(project.draft.file, member)
        target = project.draft.add_unresolved(member, reason)
        project.draft.connect(project.root, target, kinds.PRODUCTION, "workspace", is_open=True)


def add_hatch(project: PythonProject, tools: dict[str, Any]) -> None:
    """The requirements of Hatch's environments."""
    for environment in get_table(tools, "hatch", "envs"):
        for field in ("dependencies", "extra-dependencies"):
            for requirement in get_texts(tools, "hatch", "envs", environment, field):
                _add_line(project, requirement, (kinds.DEVELOPMENT, f"environment {environment}"))


def add_flit(project: PythonProject, tools: dict[str, Any]) -> None:
    """What flit wrote before there was a standard."""
    metadata = get_table(tools, "flit", "metadata")
    for requirement in get_texts(metadata, "requires"):
        project.add_requirement(requirement, kinds.PRODUCTION)
    for extra in get_table(metadata, "requires-extra"):
        for requirement in get_texts(metadata, "requires-extra", extra):
            project.add_requirement(requirement, kinds.OPTIONAL, f"extra {extra}")
    if python := get_text(metadata, "requires-python"):
        project.add_platform("python", python)


def _add_line(project: PythonProject, requirement: str, kind: tuple[str, str]) -> None:
    """Add a requirement; PDM and Hatch also take “-e folder”, and addresses of the context."""
    text = requirement.strip()
    if text.startswith(("-e ", "{", "file:")):
        place = text.removeprefix("-e ").strip()
        target = project.draft.add_unresolved(place, describe_place(project.draft.file, place))
        project.draft.connect(project.root, target, *kind, is_open=True)
    else:
        project.add_requirement(text, *kind)
