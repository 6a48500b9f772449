"""A model's answer as a diagram: checked, kept, shown harmlessly, corrected."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.messages import render
from bot.graphs.diagrams.answers import read_answer
from bot.graphs.diagrams.corrections import (
    AddEdge,
    AddNode,
    LabelEdge,
    MoveEdge,
    RemoveEdge,
    RemoveNode,
    RenameNode,
    apply_corrections,
)
from bot.graphs.diagrams.diagram import (
    Diagram,
    DiagramEdge,
    DiagramNode,
    deserialize_diagram,
    serialize_diagram,
)
from bot.graphs.diagrams.mermaid import format_mermaid
from bot.graphs.diagrams.named import CorrectionError
from bot.graphs.diagrams.schema import DIAGRAM_SCHEMA
from bot.graphs.diagrams.tables import format_diagram, format_edges_as_csv
from bot.request.diagrams.corrections import parse_diagram_corrections
from tests.support.processor_time import hold_to

DIAGRAM = Diagram(
    (DiagramNode(1, "Orders", box=(0.0, 0.0, 0.2, 0.2)), DiagramNode(2, "Billing"),
     DiagramNode(3, "Mail", confidence=0.4), DiagramNode(4, "mail", group="Cellar")),
    (DiagramEdge(1, 1, 2, "pays"), DiagramEdge(2, 2, 3, heads="both"), DiagramEdge(3, 1, 4)),
    picture="plan.png",
    file_id="F1",
)  # fmt: skip
NODE = {"id": "a", "label": "A", "kind": "", "group": "", "shape": "box", "confidence": 1,
        "box": {"left": 0, "top": 0, "right": 1, "bottom": 1}}  # fmt: skip
EDGE = {"from": "a", "to": "a", "label": "", "kind": "", "line": "solid", "heads": "to",
        "confidence": 1}  # fmt: skip


def build_text(**more: Any) -> str:
    values = {"title": "", "direction": "LR", "nodes": [NODE], "edges": [EDGE], "unclear": []}
    return json.dumps({**values, "instead": "", **more})


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"edges": [{**EDGE, "to": "b"}]}, "edge 1 names “b”"),
        ({"nodes": [NODE, NODE]}, "two nodes have the id “a”"),
        ({"nodes": [{**NODE, "label": " "}]}, "the label of node “a” is empty"),
        ({"nodes": [{**NODE, "box": {**NODE["box"], "left": 1.5}}]}, "box of node “a”"),  # type: ignore[dict-item]
        ({"nodes": [{**NODE, "box": {**NODE["box"], "left": "x"}}]}, "box of node “a”"),  # type: ignore[dict-item]
        ({"nodes": [{**NODE, "box": None}]}, "box of node “a”"),
        ({"nodes": [{**NODE, "confidence": 90}]}, "confidence of “a”"),
        ({"edges": [{**EDGE, "confidence": True}]}, "confidence of “edge 1”"),
        ({"nodes": [], "edges": []}, "there are no nodes"),
        ({"nodes": [7], "edges": []}, "the label of node “” is empty"),
    ],
)
def test_what_is_wrong_is_named_and_never_kept(more: dict[str, Any], problem: str) -> None:
    answer = read_answer(build_text(**more))
    assert any(problem in one for one in answer.problems)
    if answer.diagram.nodes:
        assert deserialize_diagram(serialize_diagram(answer.diagram)) == answer.diagram


def test_what_is_right_has_no_problems() -> None:
    answer = read_answer(f"```json\n{build_text()}\n```")
    assert (answer.problems, answer.notes) == ((), ()) and answer.diagram.edges[0].source == 1
    assert read_answer(build_text(nodes=[], edges=[], instead="A cat.")).instead == "A cat."


@pytest.mark.parametrize("text", ["", "no", "[]", "7", '{"nodes": 7, "edges": 1}', "[" * 100_000,
                                  '{"nodes": [], "edges": null}'])  # fmt: skip
def test_what_is_no_data_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="."):
        read_answer(text)


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b"\xff", b'{"format": "easel-diagram", "nodes": 1, "edges": []}',
     serialize_diagram(replace(DIAGRAM, edges=(DiagramEdge(1, 1, 9),))),
     serialize_diagram(replace(DIAGRAM, nodes=(DIAGRAM.nodes[0],) * 2, edges=())),
     serialize_diagram(DIAGRAM).replace(b'"number": 1', b'"number": true')],
)  # fmt: skip
def test_a_file_that_is_no_diagram_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="."):
        deserialize_diagram(data)


@pytest.mark.parametrize("small", [b"[],", b"{},", b"1,", b'{"a":1},'])
def test_a_file_of_countless_small_things_is_refused_at_once(small: bytes) -> None:
    """Reading them would hold the service, which does nothing else meanwhile."""
    things = small * (1_900_000 // len(small)) + b"1"
    data = b'{"format": "easel-diagram", "nodes": [], "edges": [], "x": [' + things + b"]}"
    with hold_to(0.02), pytest.raises(ValueError, match="more than a diagram"):
        deserialize_diagram(data)


def test_a_name_is_looked_for_quickly_among_hundreds_of_long_ones() -> None:
    nodes = tuple(DiagramNode(n, f"{n * 7919} ab cd ef " * 11) for n in range(1, 301))
    with hold_to(0.4), pytest.raises(CorrectionError, match="not clear"):
        apply_corrections(Diagram(nodes, ()), [RenameNode("7919 ab cd fe " * 60, "x")])


def test_a_file_is_the_same_diagram_again() -> None:
    assert deserialize_diagram(serialize_diagram(DIAGRAM)) == DIAGRAM


def test_every_object_of_the_schema_is_strict() -> None:
    def check(schema: dict[str, Any]) -> None:
        if schema.get("type") == "object":
            assert schema["additionalProperties"] is False
            assert schema["required"] == list(schema["properties"])
            for inner in schema["properties"].values():
                check(inner)
        if schema.get("type") == "array":
            check(schema["items"])
        assert not {"minimum", "maximum", "pattern", "minItems"} & set(schema)

    check(dict(DIAGRAM_SCHEMA.schema))


def test_labels_stay_labels() -> None:
    hostile = '"]; click A "javascript:x()"\n```\n<img src=x> %%{init}%% [x](http://e.example) =1'
    diagram = read_answer(build_text(nodes=[{**NODE, "label": hostile}])).diagram
    code = format_mermaid(diagram)
    label = code.splitlines()[1]
    assert label.count('"') == 2 and "```" not in code and "<" not in code and "[x]" not in code
    shown = str(format_diagram(diagram)).split("```mermaid")[0]
    assert "[x](" not in shown.replace("\\[", "") and "<img" not in shown.replace("\\<", "")
    assert b'"=1' not in format_edges_as_csv(diagram)


def test_corrections_build_on_each_other_and_numbers_stay() -> None:
    diagram, done = apply_corrections(
        DIAGRAM,
        [MoveEdge(1, target="3"), RemoveEdge(3), AddEdge("billing", "Orders", "back"),
         LabelEdge(2, "sends"), RenameNode("Orders", "Shop"), AddNode("Queue"),
         MoveEdge(2, reverses=True)],
    )  # fmt: skip
    ends = [(edge.number, edge.source, edge.target) for edge in diagram.edges]
    assert ends == [(1, 1, 3), (2, 3, 2), (4, 2, 1)]
    assert [node.label for node in diagram.nodes] == ["Shop", "Billing", "Mail", "mail", "Queue"]
    assert done[0] == "Connection 1 now goes from “Orders” to “Mail”." and len(done) == 7
    left, _ = apply_corrections(diagram, [RemoveNode("Billing"), AddEdge("Shop", "Queue")])
    assert [edge.number for edge in left.edges] == [1, 5]
    assert deserialize_diagram(serialize_diagram(left)) == left


@pytest.mark.parametrize(
    ("correction", "sentence"),
    [
        (MoveEdge(9, target="Mail"), "There is no connection 9 in this diagram. There are: 1, 2"),
        (MoveEdge(1, target="Biling"), "There are: “Billing”"),
        (RenameNode("MAIL", "x"), "2 things in this diagram are called “MAIL”: “Mail” (3)"),
        (RemoveNode("99"), "There is nothing called “99”"),
    ],
)
def test_what_is_not_clear_is_asked_back(correction: Any, sentence: str) -> None:
    with pytest.raises(CorrectionError) as caught:
        apply_corrections(DIAGRAM, [LabelEdge(1, "x"), correction])
    assert sentence in caught.value.user_message


def test_who_calls_a_thing_by_its_name_is_sure_of_it_and_reads_the_name_in_their_own_marks() -> (
    None
):
    nodes = tuple(replace(node, confidence=0.5) for node in DIAGRAM.nodes)
    diagram, done = apply_corrections(
        replace(DIAGRAM, nodes=nodes), [MoveEdge(1, target="Billing"), AddEdge("Orders", "Billing")]
    )
    assert [node.confidence for node in diagram.nodes] == [1.0, 1.0, 0.5, 0.5]
    assert "„Billing“" in render(done[0], "de") and "「Billing」" in render(done[0], "ja")
    with pytest.raises(CorrectionError) as caught:
        apply_corrections(DIAGRAM, [MoveEdge(1, target="Ledger")])
    for language in ("en", "de", "fr", "es", "ja"):
        said = render(caught.value.user_message, language)
        advice = re.findall(r"[“„«「]([^“„«」]*?)[”“»」]", said.replace("“add", "„add"))[-1]
        command = parse_diagram_corrections(advice.strip())
        assert command is not None and command.corrections == (AddNode("Ledger"),), said


def test_the_exact_name_is_meant_where_there_is_one() -> None:
    diagram, _ = apply_corrections(DIAGRAM, [RenameNode("mail", "Post")])
    assert diagram.nodes[3].label == "Post"
