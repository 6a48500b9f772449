"""What a Python project asks for, as readers of manifests find it: into the draft. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.messages import Message
from bot.graphs.graph import clean_label
from bot.graphs.manifests import kinds
from bot.graphs.manifests.draft import GraphDraft
from bot.graphs.manifests.places import describe_place
from bot.graphs.manifests.python.poetry_table import PoetryNeed, read_poetry_needs
from bot.graphs.manifests.python.requirement import Asked, add_asked, normalize, read_requirement
from bot.graphs.manifests.values import join_labels

_UNREADABLE_MESSAGE = "{file} has it among the requirements, and it is none that Python knows."


class PythonProject:
    """The project of one file. `sources` are the places of what is not taken from an index."""

    def __init__(self, draft: GraphDraft, root: str, sources: Mapping[str, str] = {}) -> None:
        self.draft = draft
        self.root = root
        self._sources = {normalize(name): place for name, place in sources.items()}
        self._names: set[str] = set()

    def add_requirement(self, text: str, kind: str, where: str = "") -> None:
        """Add what one line of PEP 508 asks for; one that cannot be read is listed."""
        asked = read_requirement(text)
        if asked is None:
            reason = Message(_UNREADABLE_MESSAGE, file=clean_label(self.draft.file))
            self.draft.connect(
                self.root, self.draft.add_unresolved(text.strip() or "?", reason), kind, where
            )
            return
        self._names.add(normalize(asked.name))
        place = self._sources.get(normalize(asked.name), "")
        if place and not asked.address:
            asked = Asked(asked.name, "", place, join_labels(asked.label, place))
        add_asked(self.draft, self.root, asked, kind, where=where)

    def add_poetry_table(self, table: dict[str, Any], kind: str, where: str = "") -> None:
        """Add what a table of poetry's or pipenv's asks for."""
        for need in read_poetry_needs(table):
            if need.name == "python":
                self.add_platform("python", need.label)
            else:
                own_kind = kinds.OPTIONAL if need.is_optional else kind
                self._add_poetry_need(need, own_kind, where)

    def add_platform(self, name: str, words: str) -> None:
        """Add a language, or a program, that has to be there."""
        target = self.draft.add(name, kind=kinds.PLATFORM)
        self.draft.connect(self.root, target, kinds.PLATFORM, words)

    def has(self, name: str) -> bool:
        """Whether a requirement already names it."""
        return normalize(name) in self._names

    def _add_poetry_need(self, need: PoetryNeed, kind: str, where: str) -> None:
        name = normalize(need.name)
        label = join_labels(where, need.label)
        if need.address:
            reason = describe_place(self.draft.file, need.address)
            target = self.draft.add_unresolved(name, reason)
        else:
            target = self.draft.add(name, need.version)
        self.draft.connect(self.root, target, kind, label, is_open=bool(need.address))
