"""Graphs are drawn in decoders: a picture where there is time, else tables; lies are refused."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from bot.domain.messages import Message
from bot.domain.stored_messages import serialize_message
from bot.files.graph_drawer import DrawnGraphs, GraphDrawer, _parse_result
from bot.files.sandbox.computing.graph_sources import read_sources
from bot.files.sandbox.pool import NOBODY
from bot.files.sandbox.sandbox import Sandbox
from bot.files.unreadable import UnreadableError
from bot.graphs.wishes import GraphPart, GraphWish
from tests.support.graphs import build_lock

WHOLE = GraphWish()
MANIFEST = b'{"name": "shop", "dependencies": {"a": "^1", "<!channel>": "1"}}'


async def draw(name: str, data: bytes, wish: GraphWish = WHOLE, **more: Any) -> DrawnGraphs:
    async with Sandbox() as sandbox:
        drawer = GraphDrawer(sandbox, **more)
        return await drawer.draw([(name, data)], wish, NOBODY, language="de")


async def test_a_layout_that_takes_too_long_leaves_the_tables_and_says_so() -> None:
    drawn = await draw("package-lock.json", build_lock(60, 120), draw_seconds=0.01)
    assert "there is no picture" in drawn.text
    assert "61 nodes, 120 edges" in drawn.text
    names = [file.name for file in drawn.files]
    assert names == [
        f"package-lock-json-graph{end}" for end in (".dot", "-edges.csv", "-nodes.csv")
    ]


async def test_where_not_even_the_tables_are_made_it_is_one_sentence() -> None:
    with pytest.raises(UnreadableError, match="took too long"):
        await draw("package.json", MANIFEST, draw_seconds=0.001, table_seconds=0.001)


async def test_names_cannot_ping_and_what_is_no_manifest_gives_nothing() -> None:
    drawn = await draw("package.json", MANIFEST)
    assert drawn.count == 1 and "<!" not in drawn.text
    assert drawn.files[0].alt_text.startswith("Dependency graph of package.json")
    assert (await draw("notes.txt", b"hello")).count == 0
    missing = await draw("package.json", MANIFEST, GraphWish(GraphPart.PATHS_TO, "zzz"))
    assert missing.count == 0 and missing.is_missing


async def test_parts_of_one_file_have_names_of_their_own_and_files_that_differ_have_no_number() -> (
    None
):
    direct = await draw("package.json", MANIFEST, GraphWish(depth=1))
    assert direct.files[0].name == "package-json-direct-graph.png"
    nothing = await draw("package.json", MANIFEST, GraphWish(GraphPart.PATHS_TO, "shop"))
    assert "nothing in it needs `shop`" in nothing.text and nothing.files == ()
    modules = [
        b"module a.test/b\nrequire d.test/e v1.0.0\n",
        b"module c\nrequire f.test/g v1.0.0\n",
    ]
    files = [("package.json", MANIFEST), *(("go.mod", one) for one in modules)]
    async with Sandbox() as sandbox:
        drawn = await GraphDrawer(sandbox).draw(files, WHOLE, NOBODY, language="en")
    names = [file.name for file in drawn.files]
    pictures = ["package-json-graph.png", "go-mod-graph.png", "go-mod-graph-2.png"]
    assert names == [*pictures, "graphs.zip"]


@pytest.mark.parametrize(
    ("header", "blobs"),
    [
        ({}, []),
        ({"files": [["../evil.png", ""]]}, [b"x"]),
        ({"files": [["a.html", ""]]}, [b"x"]),
        ({"files": [["a.png", ""]]}, []),
        ({"files": [["a.png", ""]] * 40}, [b"x"] * 40),
        ({"files": 5}, []),
        ({"graphs": "many"}, []),
    ],
)
def test_what_a_decoder_makes_up_is_refused(header: dict[str, Any], blobs: list[bytes]) -> None:
    sound = {"files": [], "graphs": 1, "refused": 0, "missing": 0}
    text = serialize_message(Message("yes")).encode()
    assert _parse_result((sound, [text, b""])).count == 1
    lies = [text, b"", *blobs] if header else [b"no sentence", b""]
    with pytest.raises((ValueError, TypeError, KeyError)):
        _parse_result(({**sound, **header}, lies))


def test_of_a_repository_only_its_own_manifests_are_read_and_nothing_leaves_it() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in ("package.json", "node_modules/x/package.json", "../out/package.json"):
            archive.writestr(path, MANIFEST)
        archive.writestr("broken/package.json", b'{"a":')
        archive.writestr("api/go.mod", b"module x\n\nrequire a.test/b v1.0.0\n")
    sources = read_sources(["repo.zip"], [out.getvalue()], takes_first=False)
    assert sorted(graph.source.rpartition("/")[2] for graph in sources.graphs) == [
        *("go.mod", "package.json", "package.json")
    ]
    assert len(sources.refusals) == 1 and "broken/package.json" in sources.refusals[0]
    with pytest.raises(UnreadableError):
        read_sources(["repo.zip"], [out.getvalue()[:60]], takes_first=False)
