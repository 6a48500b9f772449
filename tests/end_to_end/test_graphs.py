"""Dependency graphs: drawn without a model, explained by one with the computed facts."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from typing import Any

import pytest

from bot.answering.showing.stops import STOPPED_BEFORE_MESSAGE
from bot.files.graph_drawer import GraphDrawer
from tests.support.easel import GENERAL, EaselEnvironment
from tests.support.files import list_files, read_texts
from tests.support.graphs import build_lock

MANIFEST = json.dumps({"name": "shop", "dependencies": {"lodash": "^4.0.0", "express": "^5.0.0"}})
LOCK = build_lock(8, 14)


async def test_a_lock_file_is_drawn_without_a_model_and_its_parts_on_request(
    easel: EaselEnvironment,
) -> None:
    files: dict[str, Any] = {"files": [("package-lock.json", LOCK)]}
    root = await easel.ask("draw the dependencies of this", **files)
    assert "9 nodes, 14 edges" in read_texts(easel, root)
    names = [file.name for file in list_files(easel, root)]
    assert names[0] == "package-lock-json-graph.png"
    assert {name.rpartition(".")[2] for name in names} == {"png", "svg", "dot", "csv"}
    await easel.ask("only direct", thread_ts=root)
    await easel.ask("who needs a-thing-that-is-nowhere", thread_ts=root)
    assert len(easel.model.requests) == 1, "what no graph holds is a question for the model"


async def test_where_nothing_can_be_drawn_a_sentence_says_what_can(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("draw the dependency graph")
    assert "There is no manifest, lock file or repository here" in read_texts(easel, root)
    broken: dict[str, Any] = {"files": [("package.json", b'{"a":')]}
    await easel.ask("draw the dependency graph", thread_ts=root, **broken)
    assert "package.json" in easel.list_replies(root)[-1].text
    await easel.ask("why is lodash there?")
    assert len(easel.model.requests) == 1


async def test_a_repository_gives_a_picture_of_each_and_the_rest_in_an_archive(
    easel: EaselEnvironment,
) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("shop/package.json", MANIFEST)
        archive.writestr("shop/package-lock.json", LOCK)
        archive.writestr("api/pyproject.toml", '[project]\nname = "api"\ndependencies = ["httpx"]')
        archive.writestr("shop/node_modules/x/package.json", MANIFEST)
    files: dict[str, Any] = {"files": [("repo.zip", out.getvalue())]}
    root = await easel.ask("Draw dependencies", **files)
    names = [file.name for file in list_files(easel, root)]
    assert len([name for name in names if name.endswith(".png")]) == 2
    assert names[-1] == "graphs.zip"
    assert "says no more than" in read_texts(easel, root)


async def test_with_more_words_the_model_gets_the_facts_and_the_exact_graph_goes_along(
    easel: EaselEnvironment,
) -> None:
    files: dict[str, Any] = {"files": [("package-lock.json", LOCK)]}
    root = await easel.ask("Draw dependencies\nand explain the riskiest", **files)
    sent = json.dumps(easel.get_last_request())
    assert "Graph computed from package-lock.json: 9 nodes, 14 edges." in sent
    names = [file.name for file in list_files(easel, root)]
    assert "graph-given-to-the-model.txt" in names
    assert "package-lock-json-graph.png" in names
    assert "exact graph is attached" not in read_texts(easel, root), "the model drew nothing"
    await easel.ask("draw the architecture", **{**files, "thread_ts": root})
    assert "The exact graph is attached: the picture above was drawn" in read_texts(easel, root)


async def test_in_a_style_of_its_own_too_the_exact_graph_goes_along(
    easel: EaselEnvironment,
) -> None:
    files: dict[str, Any] = {"files": [("package-lock.json", LOCK)]}
    root = await easel.ask("Draw a house as the architecture of this, in watercolours", **files)
    sent = json.dumps(easel.get_last_request())
    assert "Graph computed from package-lock.json" in sent
    assert "the nodes and edges of this graph and no others" in sent
    names = [file.name for file in list_files(easel, root)]
    assert {"graph-given-to-the-model.txt", "package-lock-json-graph.png"} <= set(names)
    assert "The exact graph is attached: the picture above was drawn" in read_texts(easel, root)


async def test_a_file_that_is_named_and_not_there_is_asked_for_and_older_graphs_do_not_hide_it(
    easel: EaselEnvironment,
) -> None:
    ping = json.dumps({"dependencies": {"<!channel>": "1", "lodash": "1"}}).encode()
    files: dict[str, Any] = {"files": [("package.json", ping), ("go.mod", b"module a.test/b\n")]}
    root = await easel.ask("draw the dependencies", **files)
    assert "<!channel>" not in read_texts(easel, root)
    await easel.ask("draw the dependency graph of pom.xml", thread_ts=root)
    assert "There is no file called pom.xml in this thread" in easel.list_replies(root)[-1].text
    await easel.ask("who needs lodash?", thread_ts=root)
    assert easel.model.requests == [], "also where Easel's own archive is the newest file"
    assert "how it comes to need `lodash`" in read_texts(easel, root)


async def test_a_graph_is_stopped_while_it_is_drawn(
    easel: EaselEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing = asyncio.Event()

    async def draw(*_: object, **__: object) -> None:
        drawing.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(GraphDrawer, "draw", draw)
    text, files = "<@U0EASEL> draw the dependencies of this", [("package-lock.json", LOCK)]
    ts = await easel.slack.post_as_person(GENERAL, text, files=files)
    await drawing.wait()
    easel.slack.press_stop(GENERAL, ts)
    await easel.wait_until_idle()
    assert list_files(easel, ts) == [] and easel.model.requests == []
    assert read_texts(easel, ts) == STOPPED_BEFORE_MESSAGE
