"""What a reader of one format of manifests is. Reads nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.graphs.graph import Graph


@dataclass(frozen=True, slots=True)
class ManifestFormat:
    """One format. `name` is what people call such a file (“package-lock.json”).

    `matches` takes a file's name, with its path where it has one, and the beginning of its text
    (4,000 characters), and says whether the file is of this format. `read` takes the name and the
    text, and raises `bot.graphs.graph.GraphError` for what cannot be read. Files of one folder that
    name things of each other are read as one text, with `separator` between them; None: each by
    itself.
    """

    name: str
    matches: Callable[[str, str], bool]
    read: Callable[[str, str], Graph]
    separator: str | None = None
