"""Pictures of graphs: readable in shape, safe in their words, the same for the same graph."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import pytest
from PIL import Image

from bot.graphs.analysis import analyse
from bot.graphs.cluster import combine_nodes
from bot.graphs.drawing.picture import draw_graph
from bot.graphs.drawing.words import measure_text, split_label
from bot.graphs.graph import Edge, Graph, Node, build_graph
from bot.graphs.manifests.formats import find_format
from tests.support.graphs import build_lock, build_small_graph
from tests.support.processor_time import hold_to
from tests.unit.graphs.test_outputs import HOSTILE


def read_lock(nodes: int, edges: int) -> Graph:
    lock = find_format("package-lock.json", "{")
    assert lock is not None
    return lock.read("package-lock.json", build_lock(nodes, edges).decode())


def build_star(count: int) -> Graph:
    nodes = [Node("r", "root"), *(Node(str(n), f"package-{n}", kind="x") for n in range(count))]
    return build_graph("x", nodes, [Edge("r", str(n)) for n in range(count)], roots=["r"])


def build_tangle() -> Graph:
    """Every node points to every other: no layout of an engine ends soon."""
    nodes = [Node(str(n), f"package-{n}") for n in range(60)]
    return build_graph("x", nodes, [Edge(one.id, two.id) for one in nodes for two in nodes])


@pytest.mark.parametrize(
    "graph",
    [
        build_graph("x", [Node("1", "alone")]),
        build_graph("x", [Node(str(n), f"apart {n}") for n in range(50)]),
        build_small_graph(),
        build_star(60),
        read_lock(120, 280),
        read_lock(1_800, 6_000),
        build_tangle(),
    ],
    ids=["one", "apart", "small", "star", "lock of 120", "lock of 1,800", "tangle"],
)
def test_a_picture_has_a_shape_that_can_be_read_and_is_drawn_in_seconds(graph: Graph) -> None:
    with hold_to(8):
        facts = analyse(graph)
        drawn = draw_graph(graph, "title", {}, facts, combine_nodes(graph, facts, "the rest"))
    with Image.open(io.BytesIO(drawn.png)) as picture:
        picture.load()
        assert max(picture.size) <= 4_500
        assert picture.width / picture.height < 3.5
        assert picture.height / max(picture.width, 600) < 3.0
        assert picture.convert("RGB").getpixel((1, 1)) == (255, 255, 255), "also in dark mode"
    assert len(drawn.png) < 8_000_000


def test_foreign_words_are_drawn_as_they_are_and_link_to_nothing() -> None:
    nodes = [Node(str(number), words, words, words) for number, words in enumerate(HOSTILE)]
    graph = build_graph(HOSTILE[0], nodes, [Edge("0", "1", HOSTILE[2])], roots=["0"])
    svg = draw_graph(graph, "\n".join(HOSTILE[:4]), {}).svg
    tree = ElementTree.fromstring(svg)
    tags = {element.tag.rpartition("}")[2] for element in tree.iter()}
    assert tags <= {"svg", "g", "title", "text", "path", "polygon", "polyline", "ellipse", "rect"}
    assert not any("href" in name for element in tree.iter() for name in element.attrib)
    shown = ["".join(element.itertext()) for element in tree.iter() if element.tag.endswith("text")]
    for words in ("<b>bold</b>", "&lt;&amp;#65;", "\\N\\G\\n\\", "日本語のラベル"):
        assert words in shown
    assert b"<script" not in svg and b"<!DOCTYPE" not in svg


@pytest.mark.parametrize(
    "text", ["a", "@scope/a-very-long-name.of-a-package", "日本" * 60, "x" * 400]
)
def test_labels_are_wrapped_to_a_few_short_lines(text: str) -> None:
    lines = split_label(text)
    assert 1 <= len(lines) <= 3
    assert all(measure_text(line) <= 22 for line in lines)
    assert "".join(lines).replace("…", "")[:5] == text[:5]
