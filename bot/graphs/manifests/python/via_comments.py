"""The comments `# via …` in a requirements file: who asked for the package above them. Pure.

pip-compile and uv write them: on one line, or one asker a line. An asker is a package, a file after
`-r` or `-c`, or a project with the name of its file in parentheses.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from bot.graphs.manifests import kinds
from bot.graphs.manifests.draft import GraphDraft
from bot.graphs.manifests.python.requirement import normalize

_NAME = re.compile(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?")
_BEHIND = re.compile(r"\s*(?:\[[^\]]*\])?\s*(?:\(.*\))?\s*$")


def read_askers(comments: Sequence[str]) -> list[str]:
    """Return who asked: names of packages, and “-r file” and “-c file” as they stand there.

    Empty where there is no such comment.
    """
    askers: list[str] = []
    is_begun = False
    for comment in comments:
        text = comment.strip()
        if text == "via" or text.startswith("via "):
            is_begun = True
            text = text.removeprefix("via").strip()
        elif not is_begun:
            continue
        for part in text.split(","):
            asker = part.strip()
            if asker.startswith(("-r ", "-c ")):
                askers.append(asker)
            elif asker and _NAME.fullmatch(_BEHIND.sub("", asker)):
                # “demo (pyproject.toml)” is a project, and “demo (extra)” does not exist.
                askers.append(f"-r {asker}" if asker.endswith(")") else _BEHIND.sub("", asker))
    return askers


def connect_askers(
    draft: GraphDraft, root: str, stated: Sequence[tuple[str, Sequence[str]]]
) -> None:
    """Connect each package to those that asked for it.

    Where there are several versions of an asker, the file does not say which of them: dashed.
    An asker that is no package of the file is a project of its own.
    """
    by_name: defaultdict[str, list[str]] = defaultdict(list)
    for target, _ in stated:
        if target not in by_name[_get_name(target)]:
            by_name[_get_name(target)].append(target)
    for target, askers in stated:
        for asker in askers:
            if asker.startswith("-"):
                kind = kinds.CONSTRAINT if asker.startswith("-c") else kinds.PRODUCTION
                draft.connect(root, target, kind, asker[2:].strip())
                continue
            name = normalize(asker)
            sources = by_name.get(name) or [draft.add_root(name)]
            for source in sources:
                draft.connect(source, target, kinds.PRODUCTION, is_open=len(sources) > 1)


def _get_name(node_id: str) -> str:
    return node_id.partition("@")[0]
