"""`requirements.txt` and its like: what pip is asked to install, and who asked, if it says. Pure.

pip-compile and uv write `# via` below each line, and so state the graph: `via_comments.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.graphs.graph import Graph
from bot.graphs.manifests import kinds, refusals
from bot.graphs.manifests.draft import GraphDraft
from bot.graphs.manifests.file_names import clean_name
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.places import describe_file, describe_place
from bot.graphs.manifests.python.requirement import Asked, normalize, read_requirement
from bot.graphs.manifests.python.via_comments import connect_askers, read_askers
from bot.graphs.manifests.texts import split_lines

_NAME = "requirements.txt"
_FILE_NAME = re.compile(r"[\w.-]*(?:requirements|constraints)[\w.-]*\.(?:txt|in|pip)")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_OTHER_FILE = re.compile(r"(-r|--requirement|-c|--constraint)(?:\s*=?\s*)(\S.*)")
_EDITABLE = re.compile(r"(?:-e|--editable)(?:\s*=?\s*)(\S.*)")
_OPTIONS_BEHIND = re.compile(
    r"\s+--?(?:hash|global-option|install-option|config-settings?|no-)\S*.*$"
)
_ADDRESS = re.compile(
    r"[a-z+]{2,20}:(?://|\S)|\.{0,2}/|~/|\$\{\w+\}|[\w./\\-]+\.(?:whl|zip|tar\.gz|tgz)\b", re.I
)
_MAX_FILE_CHARS = 300
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9][\w.-]*)")
_WHEEL = re.compile(r"([A-Za-z0-9][\w.]*)-([^-/]+)(?:-[^-/]+){3,4}\.whl")


@dataclass(slots=True)
class Line:
    """One requirement, with the number of its line and the comments that stand at and below it."""

    text: str
    number: int
    comments: list[str] = field(default_factory=list)


def read_requirements(name: str, text: str) -> Graph:
    """Return what the file asks for, with the graph where it says it. Raises `GraphError`."""
    draft = GraphDraft(name)
    root = draft.add_root(name)
    is_constraint = clean_name(name).startswith("constraint")
    stated: list[tuple[str, list[str]]] = []
    for line in _join_lines(split_lines(name, text)):
        if line.text.startswith("-"):
            _read_option(draft, root, line.text)
            continue
        asked = _read_line(line.text)
        if asked is None:
            raise refusals.refuse_line(name, _NAME, line.number)
        target = _add(draft, asked)
        askers = read_askers(line.comments)
        stated.append((target, askers))
        if not askers:
            kind = kinds.CONSTRAINT if is_constraint else kinds.PRODUCTION
            draft.connect(root, target, kind, asked.label, is_open=bool(asked.address))
    connect_askers(draft, root, stated)
    return draft.build(is_whole=any(askers for _, askers in stated))


def _join_lines(lines: list[str]) -> list[Line]:
    """Return the requirements, each on one line. A comment belongs to the line above it."""
    found: list[Line] = []
    parts: list[str] = []
    begin = 0
    for number, raw in enumerate(lines, 1):
        comment = _COMMENT.search(raw)
        text = raw[: comment.start()] if comment else raw
        is_open = text.rstrip().endswith("\\")
        content = text.rstrip().rstrip("\\").strip()
        if content and not parts:
            begin = number
        if content:
            parts.append(content)
        if parts and not is_open:
            found.append(Line(" ".join(parts), begin))
            parts = []
        if comment and found:
            found[-1].comments.append(comment[0].strip().lstrip("#"))
    if parts:
        found.append(Line(" ".join(parts), begin))
    return found


def _read_option(draft: GraphDraft, root: str, text: str) -> None:
    """Options say where to look; only those that bring requirements are part of the graph."""
    if other := _OTHER_FILE.fullmatch(text):
        is_constraint = other[1] in ("-c", "--constraint")
        target = draft.add_unresolved(other[2].strip("\"'"), describe_file())
        kind = kinds.CONSTRAINT if is_constraint else kinds.PRODUCTION
        draft.connect(root, target, kind, is_open=True)
    elif editable := _EDITABLE.fullmatch(text):
        target = _add(draft, _read_address(editable[1]))
        draft.connect(root, target, kinds.PRODUCTION, "editable", is_open=True)


def _read_line(text: str) -> Asked | None:
    text = _OPTIONS_BEHIND.sub("", " ".join(text.split()))
    asked = read_requirement(text)
    if asked is None and _ADDRESS.match(text):
        return _read_address(text)
    return asked


def _read_address(text: str) -> Asked:
    address = text.partition(" ;")[0].strip().strip("\"'")
    wheel = _WHEEL.search(address.rpartition("/")[2][-_MAX_FILE_CHARS:])
    egg = _EGG.search(address)
    name = wheel[1] if wheel else egg[1] if egg else address
    return Asked(name, wheel[2] if wheel else "", address, address)


def _add(draft: GraphDraft, asked: Asked) -> str:
    name = asked.name if asked.name == asked.address else normalize(asked.name)
    if asked.address and not asked.version:
        return draft.add_unresolved(name, describe_place(draft.file, asked.address))
    return draft.add(name, asked.version)


def _is_requirements(name: str, _head: str) -> bool:
    return bool(_FILE_NAME.fullmatch(clean_name(name))) or bool(
        re.search(r"(?:^|[/\\])requirements[/\\][\w.-]+\.(?:txt|in)$", name.casefold())
    )


FORMAT = ManifestFormat(_NAME, _is_requirements, read_requirements)
