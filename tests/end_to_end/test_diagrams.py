"""Diagram to data: asked in a schema, checked, drawn back, and corrected in the thread."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from bot.playground.slack.server import PlayedSlack
from tests.support.easel import QUICK_RULES, EaselEnvironment, build_png, run_easel
from tests.support.model_events import build_answer, encode_delta

ASK = "turn this diagram into a dependency table"


def build_node(name: str, label: str, left: float, sure: float = 0.9) -> dict[str, Any]:
    box = {"left": left, "top": 0.2, "right": left + 0.2, "bottom": 0.5}
    return {"id": name, "label": label, "kind": "", "group": "", "shape": "box",
            "confidence": sure, "box": box}  # fmt: skip


def build_edge(source: str, target: str, sure: float = 0.9) -> dict[str, Any]:
    return {"from": source, "to": target, "label": "", "kind": "", "line": "solid", "heads": "to",
            "confidence": sure}  # fmt: skip


def build_data(edges: list[dict[str, Any]], **more: Any) -> str:
    nodes = [build_node("a", "Orders", 0.0), build_node("b", "Billing", 0.3)]
    nodes.append(build_node("c", "Mail | *x* <!channel>", 0.7, sure=0.4))
    values = {"title": "", "direction": "LR", "nodes": nodes, "edges": edges, "unclear": []}
    return json.dumps({**values, "instead": "", **more})


GOOD = build_data([build_edge("a", "b"), build_edge("a", "c", 0.5)])


def list_reply_files(easel: EaselEnvironment, root: str) -> dict[str, bytes]:
    return {file.name: file.data for reply in easel.list_replies(root) for file in reply.files}


def read_text(easel: EaselEnvironment, root: str) -> str:
    return "\n".join(reply.text for reply in easel.list_replies(root))


async def ask_for_data(easel: EaselEnvironment, answer: str = GOOD) -> str:
    easel.model.script(*build_answer(answer))
    return await easel.ask(ASK, files=[("plan.png", build_png())])


async def test_a_diagram_becomes_a_table_data_and_a_drawing(easel: EaselEnvironment) -> None:
    root = await ask_for_data(easel)
    described = easel.get_last_request()["response_format"]["json_schema"]
    assert described["strict"] is True and "edges" in described["schema"]["properties"]
    text = read_text(easel, root)
    assert "| 1 | Orders | Billing | → |" in text and "40% ?" in text and "n1 --" in text
    assert "<!channel>" not in text
    files = list_reply_files(easel, root)
    assert sorted(files) == ["diagram.csv", "diagram.json", "diagram.mmd", "diagram.png"]
    rows = list(csv.reader(io.StringIO(files["diagram.csv"].decode("utf-8-sig"))))
    assert rows[1][:3] == ["1", "Orders", "Billing"]
    assert json.loads(files["diagram.json"])["picture"] == "plan.png"
    assert len(easel.model.requests) == 1


async def test_an_edge_to_nowhere_is_asked_for_once_more_and_then_left_out(
    easel: EaselEnvironment,
) -> None:
    wrong = build_data([build_edge("a", "b"), build_edge("a", "Queue")])
    easel.model.script(*build_answer(wrong))
    root = await ask_for_data(easel, wrong)
    assert len(easel.model.requests) == 2
    again = easel.get_last_request()["messages"][-1]["content"][0]["text"]
    assert "edge 2 names “Queue”, which is no id of a node" in again
    text = read_text(easel, root)
    assert "I left out 1 connection" in text and "Queue" not in text
    assert len(json.loads(list_reply_files(easel, root)["diagram.json"])["edges"]) == 1


async def test_where_the_second_answer_breaks_off_the_first_is_shown(
    easel: EaselEnvironment,
) -> None:
    wrong = build_data([build_edge("a", "b"), build_edge("a", "Queue")])
    easel.model.script(*build_answer(wrong))
    easel.model.script(encode_delta(content='{"nodes": [{"id'))
    root = await easel.ask(ASK, files=[("plan.png", build_png())])
    text = read_text(easel, root)
    assert "| 1 | Orders | Billing |" in text and '{"nodes"' not in text and "broke off" in text
    assert "diagram.json" in list_reply_files(easel, root)


async def test_a_picture_without_a_diagram_is_said_to_be_one(easel: EaselEnvironment) -> None:
    nothing = build_data([], nodes=[], instead="It is a photo of a cat.")
    root = await ask_for_data(easel, nothing)
    assert "It is a photo of a cat." in read_text(easel, root)
    assert list_reply_files(easel, root) == {} and len(easel.model.requests) == 1


async def test_a_correction_is_made_without_a_model_and_builds_on_the_one_before(
    easel: EaselEnvironment,
) -> None:
    root = await ask_for_data(easel)
    await easel.ask("edge 1 is wrong, it goes to Mail | *x* &lt;!channel&gt;", thread_ts=root)
    await easel.ask(
        "Knoten 3 heißt Post. delete edge 2; add an edge from Post to Orders", thread_ts=root
    )
    assert len(easel.model.requests) == 1
    data = json.loads(list_reply_files(easel, root)["diagram.json"])
    edges = [(edge["number"], edge["source"], edge["target"]) for edge in data["edges"]]
    assert edges == [(1, 1, 3), (3, 3, 1)]
    text = read_text(easel, root)
    assert "Connection 3 is new, from “Post” to “Orders”." in text


async def test_a_name_that_is_not_there_is_asked_back(easel: EaselEnvironment) -> None:
    root = await ask_for_data(easel)
    await easel.ask("edge 1 goes to Biling", thread_ts=root)
    text = read_text(easel, root)
    assert "There is nothing called “Biling” in this diagram. There are: “Billing”" in text
    assert len(easel.model.requests) == 1


async def test_other_words_go_to_the_model_with_the_data(easel: EaselEnvironment) -> None:
    root = await ask_for_data(easel)
    easel.model.script(*build_answer(build_data([build_edge("b", "a")])))
    await easel.ask("both arrows are wrong, only Billing asks Orders", thread_ts=root)
    request = easel.get_last_request()
    assert "easel-diagram" in str(request["messages"][-1]) and "response_format" in request
    data = json.loads(list_reply_files(easel, root)["diagram.json"])
    assert [(edge["source"], edge["target"]) for edge in data["edges"]] == [(2, 1)]


async def test_without_a_diagram_such_words_are_a_question(easel: EaselEnvironment) -> None:
    await easel.ask("add a box around the text")
    assert len(easel.model.requests) == 1


async def test_a_correction_is_made_after_a_restart_too(tmp_path: Path) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        async with run_easel(tmp_path, slack=slack) as easel:
            root = await ask_for_data(easel)
        async with run_easel(tmp_path, slack=slack) as easel:
            await easel.ask("delete edge 2", thread_ts=root)
            data = json.loads(list_reply_files(easel, root)["diagram.json"])
            assert [edge["number"] for edge in data["edges"]] == [1]
            assert easel.model.requests == []
