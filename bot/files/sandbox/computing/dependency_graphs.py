"""Reads, analyses and draws graphs in a decoder. See `bot.files.graph_drawer` for the service."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from bot.domain.messages import Message as Sentence
from bot.domain.messages import MessageList
from bot.domain.stored_messages import serialize_message
from bot.files.sandbox.computing.graph_sources import Sources, read_sources
from bot.files.sandbox.pipe import Header, Message
from bot.graphs.analysis import GraphFacts, analyse
from bot.graphs.cluster import combine_nodes
from bot.graphs.dot import format_dot
from bot.graphs.drawing.picture import draw_graph
from bot.graphs.graph import Graph
from bot.graphs.report import (
    describe_graph,
    describe_grouping,
    describe_picture,
    format_facts,
    format_subject,
)
from bot.graphs.tables import format_edges_csv, format_nodes_csv
from bot.graphs.wishes import GraphPart, GraphWish, NotInGraphError, select_part


@dataclass(slots=True)
class _Result:
    texts: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    files: list[tuple[str, str, bytes]] = field(default_factory=list)  # name, alt text, bytes
    missing: int = 0


def draw_graphs(header: Header, blobs: Sequence[bytes]) -> Message:
    """Read the graphs of files, and return their text, the facts for a model, and files.

    The header says what is wanted: `names` of the files, the `wish`, `words` of the legend, whether
    the first file with a graph is enough (`first`), and whether anything is drawn (`draws`).
    """
    sources = read_sources(header["names"], blobs, takes_first=header["first"])
    wish = GraphWish.parse(header["wish"])
    result = _Result()
    for graph in sources.graphs:
        try:
            part = select_part(graph, wish)
        except NotInGraphError:
            result.missing += 1
            continue
        _add_graph(result, part, wish, header)
    return _build_message(result, sources)


def _add_graph(result: _Result, graph: Graph, wish: GraphWish, header: Header) -> None:
    facts = analyse(graph)
    result.facts.append(format_facts(graph, facts))
    text: list[str] = [describe_graph(graph, facts, wish)]
    if wish.part is GraphPart.PATHS_TO and not graph.edges:
        result.texts.append(text[0])  # nothing needs it: a picture of one box says no more
        return
    stem = _build_stem(graph.source, wish, {name for name, _, _ in result.files})
    if header["draws"] and graph.nodes:
        picture, said = _draw(graph, facts, wish, header["words"])
        if said:
            text.append(MessageList(said, " "))
        alt_text = serialize_message(describe_picture(graph, wish))
        result.files.append((f"{stem}.png", alt_text, picture[0]))
        result.files.append((f"{stem}.svg", alt_text, picture[1]))
    result.files += [
        (f"{stem}.dot", "", format_dot(graph).encode("utf-8", "replace")),
        (f"{stem}-edges.csv", "", format_edges_csv(graph)),
        (f"{stem}-nodes.csv", "", format_nodes_csv(graph, facts)),
    ]
    result.texts.append(MessageList(text, "\n\n"))


def _draw(
    graph: Graph, facts: GraphFacts, wish: GraphWish, words: Mapping[str, str]
) -> tuple[tuple[bytes, bytes], list[Sentence]]:
    clusters = combine_nodes(graph, facts, words.get("rest", "…"))
    counts = f"{len(graph.nodes):,} {words['nodes']}, {len(graph.edges):,} {words['edges']}"
    title = f"{format_subject(graph, wish)}\n{counts}"
    picture = draw_graph(graph, title, words, facts, clusters)
    return (picture.png, picture.svg), describe_grouping(graph, clusters, picture.left_out)


def _build_message(result: _Result, sources: Sources) -> Message:
    texts = [*result.texts]
    if sources.refusals:
        texts.append(MessageList(sources.refusals[:10]))
    if sources.notes and result.texts:
        texts.append(MessageList(sources.notes[:10]))
    files = result.files if len(result.texts) < 2 else _pack_files(result.files)
    text = serialize_message(MessageList(texts, "\n\n")).encode("utf-8", "replace")
    facts = "\n\n".join(result.facts).encode("utf-8", "replace")
    values = {
        "graphs": len(result.texts),
        "refused": len(sources.refusals),
        "missing": result.missing,
        "files": [[name, alt_text] for name, alt_text, _ in files],
    }
    return values, [text, facts, *(data for _, _, data in files)]


def _pack_files(files: Sequence[tuple[str, str, bytes]]) -> list[tuple[str, str, bytes]]:
    """Return the pictures, and everything else in one archive."""
    pictures = [one for one in files if one[0].endswith(".png")]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, _, data in files:
            if not name.endswith(".png"):
                archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)
    return [*pictures, ("graphs.zip", "", out.getvalue())]


def _build_stem(source: str, wish: GraphWish, taken: Set[str]) -> str:
    """Return how the files of a graph are called: by file, thing and part; a number only if taken.

    What is at the end tells the parts of one file apart, and stays where a name is cut.
    """
    ending = "".join(f"-{word}" for word in _list_part_words(wish))
    words = f"{source} {wish.name}" if wish.part is not GraphPart.WHOLE else source
    plain = re.sub(r"[^A-Za-z0-9]+", "-", words).strip("-").lower()
    plain = plain[: 50 - len(ending)].strip("-") or "graph"
    stem, number = f"{plain}{ending}-graph", 2
    while f"{stem}.dot" in taken:
        stem, number = f"{plain}{ending}-graph-{number}", number + 1
    return stem


def _list_part_words(wish: GraphWish) -> list[str]:
    words = []
    if wish.depth is not None:
        words.append("direct" if wish.depth == 1 else f"depth-{wish.depth}")
    if wish.only_development:
        words.append("development")
    if wish.without_development:
        words.append("without-development")
    return words
