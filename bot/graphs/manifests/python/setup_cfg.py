"""`setup.cfg` of setuptools: what the project asks for directly. Pure."""

from __future__ import annotations

import configparser

from bot.graphs.graph import Graph
from bot.graphs.manifests import kinds, refusals
from bot.graphs.manifests.draft import GraphDraft
from bot.graphs.manifests.file_names import match_names
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.places import describe_file
from bot.graphs.manifests.python.project import PythonProject
from bot.graphs.manifests.texts import clean_text

_NAME = "setup.cfg"
_FIELDS = (
    ("install_requires", kinds.PRODUCTION),
    ("setup_requires", kinds.BUILD),
    ("tests_require", kinds.DEVELOPMENT),
)


def read_setup_cfg(name: str, text: str) -> Graph:
    """Return the project and what it asks for. Raises `GraphError`."""
    parser = configparser.RawConfigParser(strict=False, empty_lines_in_values=True)
    try:
        parser.read_string(clean_text(name, text))
    except configparser.MissingSectionHeaderError as error:
        raise refusals.refuse_line(name, _NAME, error.lineno) from error
    except configparser.ParsingError as error:
        line = error.errors[0][0] if error.errors else None
        raise refusals.refuse_line(name, _NAME, line) from error
    except configparser.Error as error:
        raise refusals.refuse_line(name, _NAME, None) from error
    draft = GraphDraft(name)
    own_name = parser.get("metadata", "name", fallback="") or name
    version = parser.get("metadata", "version", fallback="")
    is_elsewhere = version.startswith(("attr:", "file:"))
    project = PythonProject(draft, draft.add_root(own_name, "" if is_elsewhere else version))
    if python := parser.get("options", "python_requires", fallback=""):
        project.add_platform("python", python)
    for field, kind in _FIELDS:
        _add_lines(project, parser.get("options", field, fallback=""), kind, "")
    if parser.has_section("options.extras_require"):
        for extra, lines in parser.items("options.extras_require"):
            _add_lines(project, lines or "", kinds.OPTIONAL, f"extra {extra}")
    return draft.build(is_whole=False)


def _add_lines(project: PythonProject, lines: str, kind: str, where: str) -> None:
    if lines.strip().startswith("file:"):
        for file in lines.strip().removeprefix("file:").split(","):
            target = project.draft.add_unresolved(file.strip() or "?", describe_file())
            project.draft.connect(project.root, target, kind, where, is_open=True)
        return
    for line in lines.split("\n"):
        requirement = line.partition(" #")[0].strip()
        if requirement and not requirement.startswith("#"):
            project.add_requirement(requirement, kind, where)


FORMAT = ManifestFormat(_NAME, match_names(_NAME), read_setup_cfg)
