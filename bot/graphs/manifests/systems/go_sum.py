"""`go.sum`: checksums of modules, which are a list and no graph. Pure."""

from __future__ import annotations

from bot.domain.messages import Message
from bot.graphs.graph import Graph, clean_label
from bot.graphs.manifests import kinds, refusals
from bot.graphs.manifests.draft import GraphDraft
from bot.graphs.manifests.file_names import match_names
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.systems.go_lines import get_go_group
from bot.graphs.manifests.texts import split_lines

_NAME = "go.sum"
_LIST_MESSAGE = (
    "{file} is a list of checksums, also of versions that were looked at and not taken. What needs"
    " what is not in it: go.mod has what is required."
)


def read_go_sum(name: str, text: str) -> Graph:
    """Return the modules whose source was fetched, without connections that mean a need.

    Raises `GraphError`.
    """
    draft = GraphDraft(name)
    root = draft.add_root(name)
    for number, line in enumerate(split_lines(name, text), 1):
        words = line.split()
        if not words:
            continue
        if len(words) != 3 or not words[2].startswith("h1:"):
            raise refusals.refuse_line(name, _NAME, number)
        if not words[1].endswith("/go.mod"):
            node_id = draft.add(words[0], words[1], group=get_go_group(words[0]))
            draft.connect(root, node_id, kinds.INDIRECT, is_open=True)
    draft.note(Message(_LIST_MESSAGE, file=clean_label(name)))
    return draft.build(is_whole=False)


FORMAT = ManifestFormat(_NAME, match_names("go.sum", "go.work.sum"), read_go_sum)
