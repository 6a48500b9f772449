"""`setup.py`: a program, which is not run. What stands in it as plain words is read. Pure."""

from __future__ import annotations

import ast
import warnings
from typing import Any

from bot.graphs.graph import Graph
from bot.graphs.manifests import kinds, refusals
from bot.graphs.manifests.draft import GraphDraft
from bot.graphs.manifests.file_names import match_names
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.places import describe_computed
from bot.graphs.manifests.python.project import PythonProject
from bot.graphs.manifests.texts import clean_text

_NAME = "setup.py"
_KINDS = {
    "install_requires": kinds.PRODUCTION,
    "requires": kinds.PRODUCTION,
    "extras_require": kinds.OPTIONAL,
    "setup_requires": kinds.BUILD,
    "tests_require": kinds.DEVELOPMENT,
}


def read_setup_py(name: str, text: str) -> Graph:
    """Return what the call of `setup` has as lists of words; all else is listed, unresolved.

    Raises `GraphError` for what is no Python.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(clean_text(name, text))
    except SyntaxError as error:
        raise refusals.refuse_line(name, _NAME, error.lineno) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise refusals.refuse_line(name, _NAME, None) from error
    call = _find_call(tree)
    constants = _collect_constants(tree)
    words = {item.arg: _read(item.value, constants) for item in call.keywords} if call else {}
    own_name, version = words.get("name"), words.get("version")
    draft = GraphDraft(name)
    root = draft.add_root(
        own_name if isinstance(own_name, str) else name,
        version if isinstance(version, str) else "",
    )
    project = PythonProject(draft, root)
    if isinstance(python := words.get("python_requires"), str):
        project.add_platform("python", python)
    for field, kind in _KINDS.items():
        if field in words:
            _add(project, field, words[field], kind)
    if call is None or any(item.arg is None for item in call.keywords):
        _add(project, "setup()", None, kinds.PRODUCTION)
    return draft.build(is_whole=False)


def _find_call(tree: ast.Module) -> ast.Call | None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else None
            name = function.id if isinstance(function, ast.Name) else name
            if name == "setup":
                return node
    return None


def _collect_constants(tree: ast.Module) -> dict[str, ast.expr]:
    """The values that the file itself gives to names, once each."""
    found: dict[str, ast.expr] = {}
    twice: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            twice |= {name} & found.keys()
            found[name] = node.value
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            twice.add(node.target.id)
    return {name: value for name, value in found.items() if name not in twice}


def _read(value: ast.expr, constants: dict[str, ast.expr]) -> Any:
    """Return the words that the expression is, or None where it would have to be run."""
    if isinstance(value, ast.Name):
        value = constants.get(value.id, value)
    try:
        return ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None


def _add(project: PythonProject, field: str, value: Any, kind: str) -> None:
    groups = value if isinstance(value, dict) else {"": value}
    for extra, found in groups.items():
        requirements = found.split("\n") if isinstance(found, str) else found
        where = f"extra {extra}" if extra else ""
        if not isinstance(requirements, list | tuple):
            reason = describe_computed(project.draft.file)
            target = project.draft.add_unresolved(field, reason)
            project.draft.connect(project.root, target, kind, where, is_open=True)
            continue
        for requirement in requirements:
            if isinstance(requirement, str) and requirement.strip():
                project.add_requirement(requirement, kind, where)


FORMAT = ManifestFormat(_NAME, match_names(_NAME), read_setup_py)
