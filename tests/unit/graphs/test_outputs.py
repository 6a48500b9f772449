"""Texts, tables and DOT of graphs: foreign words in them stay words."""

from __future__ import annotations

import csv
import io

import pygraphviz
import pytest

from bot.domain.messages import Message
from bot.graphs.analysis import analyse
from bot.graphs.cluster import MAX_BOXES, NO_CLUSTERS, combine_nodes
from bot.graphs.dot import format_dot
from bot.graphs.drawing.plan import Mark, plan_drawing
from bot.graphs.graph import Edge, Node, Unresolved, build_graph
from bot.graphs.manifests.formats import find_format
from bot.graphs.manifests.pasted import guess_name
from bot.graphs.report import describe_graph, format_facts
from bot.graphs.tables import format_edges_csv, format_name, format_nodes_csv
from bot.graphs.wishes import GraphPart, GraphWish, select_part
from tests.support.graphs import build_lock, build_small_graph
from tests.support.processor_time import hold_to

HOSTILE = (
    'a"];evil[label="x',
    "<b>bold</b>",
    "<<table><tr><td>x</td></tr></table>>",
    "&lt;&amp;#65;",
    "\\N\\G\\n\\",
    '=HYPERLINK("http://x")',
    "<!channel> <@U1> @here",
    "`code` *b* _i_ | pipe",
    "\u202eevil\x00\x1b[31m",
    "日本語のラベル",
    "a" * 500,
)


@pytest.mark.parametrize("words", HOSTILE)
def test_words_in_dot_are_one_label_and_nothing_else(words: str) -> None:
    graph = build_graph(
        "x", [Node("1", words, kind=words), Node("2", "b")], [Edge("1", "2", words)]
    )
    read = pygraphviz.AGraph(string=format_dot(graph))
    assert sorted(read.nodes()) == ["n1", "n2"]
    assert len(read.edges()) == 1
    label = read.get_node("n1").attr["label"]
    assert not label.startswith("<"), "Graphviz would read it as HTML"
    shown = label.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert shown.replace("\\\\", "\\") == graph.nodes[0].name


@pytest.mark.parametrize("words", HOSTILE)
def test_words_in_tables_are_no_formula_and_in_sentences_no_markup(words: str) -> None:
    graph = build_graph("x", [Node("1", words), Node("2", "b")], [Edge("1", "2", words)])
    for data in (format_edges_csv(graph), format_nodes_csv(graph, analyse(graph))):
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        assert len(rows) in (2, 3)
        assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    name = format_name(words)
    assert name.count("`") == 2 and "|" not in name and "<" not in name and "\n" not in name


def test_the_text_tells_counts_cycles_versions_and_what_is_open() -> None:
    graph = build_small_graph()
    open_one = Unresolved("${version}", Message("it is set elsewhere"))
    graph = build_graph(
        graph.source, graph.nodes, graph.edges, roots=["app"], unresolved=[open_one], is_whole=True
    )
    text = describe_graph(graph, analyse(graph), GraphWish())
    assert "9 nodes, 10 edges, 3 needed directly and 5 indirectly" in text
    assert "In a cycle: `a 1.0` → `c 3.0` → `d 4.0` → `a 1.0`" in text
    assert "In 2 versions: `leaf` `1.0`, `2.0`" in text
    assert "it is set elsewhere" in text
    paths = describe_graph(graph, analyse(graph), GraphWish(GraphPart.PATHS_TO, "leaf"))
    assert "- `app` → `b 2.0` → `leaf 1.0`" in paths
    assert "nodes" not in paths, "how many boxes the part has is no fact of the file"
    facts = format_facts(graph, analyse(graph))
    assert "a 1.0 -> c 3.0" in facts and "Cycle: a 1.0, c 3.0, d 4.0" in facts


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (GraphWish(GraphPart.FROM, "LEAF"), "`leaf` needs 0 directly and 0 indirectly"),
        (GraphWish(GraphPart.PATHS_TO, "app"), "nothing in it needs `app`"),
        (GraphWish(depth=1), "a part of it: "),
        (GraphWish(without_development=True), "a part of it: "),
    ],
)
def test_of_a_part_nothing_is_said_that_reads_as_said_of_the_whole_file(
    wish: GraphWish, said: str
) -> None:
    whole = build_small_graph()
    part = select_part(whole, wish)
    text = describe_graph(part, analyse(part), wish)
    assert said in text and "There is no cycle" not in text
    assert text.startswith(f"**{whole.source}**")


def test_a_large_graph_is_drawn_as_few_boxes_the_same_each_time() -> None:
    lock = find_format("package-lock.json", "{")
    assert lock is not None
    graph = lock.read("package-lock.json", build_lock(1_800, 6_000).decode())
    facts = analyse(graph)
    with hold_to(5):
        clusters = combine_nodes(graph, facts, "the rest")
    assert clusters == combine_nodes(graph, facts, "the rest")
    plan = plan_drawing(graph, facts, clusters, "", {})
    assert 10 < len(plan.boxes) <= MAX_BOXES + 5
    assert sum(box.count for box in plan.boxes.values()) == len(graph.nodes)
    assert set(facts.roots) <= plan.boxes.keys(), "where one begins keeps its name"
    assert len(set(facts.direct) & plan.boxes.keys()) >= 30
    assert plan.left_out > 0 and len(plan.lines) < 3 * len(plan.boxes)


def test_marks_are_those_of_the_graph() -> None:
    graph = build_small_graph()
    plan = plan_drawing(graph, analyse(graph), NO_CLUSTERS, "", {})
    marked = {
        mark: {name for name, box in plan.boxes.items() if mark in box.marks} for mark in Mark
    }
    assert marked[Mark.CYCLE] == {"a", "c", "d"}
    assert marked[Mark.DUPLICATE] == {"leaf", "leaf2"}
    assert marked[Mark.UNRESOLVED] == {"open"}
    assert marked[Mark.ROOT] == {"app"}
    assert plan.kinds[0] == "production"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('```json\n{"dependencies": {"a": "1"}}\n```', "package.json"),
        ('{"lockfileVersion": 3}', "package-lock.json"),
        ('[project]\nname = "x"', "pyproject.toml"),
        ("httpx>=1\nrich==2\n", "requirements.txt"),
        ("services:\n  web:\n    image: x", "docker-compose.yml"),
        ("Hello, what does this do?", ""),
        ('{"colour": "red"}', ""),
    ],
)
def test_a_manifest_in_a_message_is_told_by_its_text(text: str, name: str) -> None:
    assert guess_name(text) == name


def test_a_line_is_dashed_only_where_all_that_it_stands_for_is_open() -> None:
    nodes = [Node("1", "a"), Node("2", "b"), Node("3", "c")]
    edges = [
        Edge("1", "2", kind="peer", is_unresolved=True),
        Edge("1", "2", kind="production"),
        Edge("1", "3", kind="peer", is_unresolved=True),
        Edge("1", "3", kind="optional", is_unresolved=True),
    ]
    graph = build_graph("x", nodes, edges)
    plan = plan_drawing(graph, analyse(graph), NO_CLUSTERS, "", {})
    marks = {line.target: Mark.UNRESOLVED in line.marks for line in plan.lines}
    assert marks == {"2": False, "3": True}


def test_one_of_a_thing_is_said_as_one() -> None:
    graph = build_graph("x", [Node("1", "a"), Node("2", "b")], [Edge("1", "2")], roots=["1"])
    assert "2 nodes, 1 edge, 1 needed" in str(describe_graph(graph, analyse(graph), GraphWish()))


def test_a_text_that_is_nearly_a_manifest_is_told_at_once() -> None:
    """It is looked at in the service, which does nothing else meanwhile."""
    for line in ("a==1\n", "a==", "module x\n", "<project ", "apiVersion:\n", '{"require" '):
        with hold_to(0.5, line):
            assert guess_name(line * 5_000 + "\n!") == ""


def test_a_list_of_requirements_holds_nothing_else() -> None:
    assert guess_name("a==1==2") == "" and guess_name("a==1\n\n b>=2\n") == "requirements.txt"
    assert guess_name("module x\n\nrequire y v1.0.0") == "go.mod"
