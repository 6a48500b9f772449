"""`Pipfile` and `Pipfile.lock` of pipenv: what is asked for, and what is installed. Pure."""

from __future__ import annotations

from bot.domain.messages import Message
from bot.graphs.graph import Graph, clean_label
from bot.graphs.manifests import kinds, refusals
from bot.graphs.manifests.draft import GraphDraft
from bot.graphs.manifests.file_names import match_names
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.python.project import PythonProject
from bot.graphs.manifests.reasons import NO_CONNECTIONS_MESSAGE
from bot.graphs.manifests.texts import read_json, read_toml
from bot.graphs.manifests.values import get_table, get_text

_NAME, _LOCK_NAME = "Pipfile", "Pipfile.lock"
_SETTINGS = {"source", "requires", "scripts", "pipenv", "_meta"}
_KINDS = {
    "packages": kinds.PRODUCTION,
    "default": kinds.PRODUCTION,
    "dev-packages": kinds.DEVELOPMENT,
    "develop": kinds.DEVELOPMENT,
}


def read_pipfile(name: str, text: str) -> Graph:
    """Return what the project asks for directly. Raises `GraphError`."""
    table = read_toml(name, text, _NAME)
    draft = GraphDraft(name)
    project = PythonProject(draft, draft.add_root(name))
    for category, packages in table.items():
        if category not in _SETTINGS:
            # A category of one's own is a group for development, as pipenv installs it on demand.
            kind = _KINDS.get(category, kinds.DEVELOPMENT)
            where = "" if category in _KINDS else f"group {category}"
            project.add_poetry_table(get_table(packages), kind, where)
    for key in ("python_full_version", "python_version"):
        if version := get_text(table, "requires", key):
            project.add_platform("python", version)
            break
    return draft.build(is_whole=False)


def read_pipfile_lock(name: str, text: str) -> Graph:
    """Return what is installed: the lock does not say what needs what. Raises `GraphError`."""
    lock = read_json(name, text, _LOCK_NAME)
    if "_meta" not in lock and "default" not in lock:
        raise refusals.refuse_shape(name, _LOCK_NAME, "default")
    draft = GraphDraft(name)
    project = PythonProject(draft, draft.add_root(name))
    for category, packages in lock.items():
        if category not in _SETTINGS:
            where = "" if category in _KINDS else f"group {category}"
            kind = _KINDS.get(category, kinds.DEVELOPMENT)
            project.add_poetry_table(get_table(packages), kind, where)
    if version := get_text(lock, "_meta", "requires", "python_version"):
        project.add_platform("python", version)
    draft.note(Message(NO_CONNECTIONS_MESSAGE, file=clean_label(name)))
    return draft.build(is_whole=False)


FORMAT = ManifestFormat(_NAME, match_names("pipfile"), read_pipfile)
LOCK_FORMAT = ManifestFormat(_LOCK_NAME, match_names("pipfile.lock"), read_pipfile_lock)
