"""What is drawn, what is kept and what is broken, in the decoder that draws for answers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.files.markup_drawer import DrawFailure, DrawnBlock, MarkupDrawer
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.sandbox import Sandbox
from bot.markup.code_blocks import BlockKind, CodeBlock

BLOCKS = json.loads((Path(__file__).parents[2] / "golden" / "markup" / "blocks.json").read_text())
OWNER = TaskOwner("T0/U0", "one")


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(max_processes=1) as opened:
        yield opened


def sort_out(drawn: DrawnBlock) -> str:
    if drawn.failure is not None:
        return drawn.failure.value
    return "drawn" if drawn.png else "broken" if drawn.fault else "kept"


@pytest.mark.parametrize("kind", list(BlockKind))
async def test_each_known_block_is_drawn_kept_or_told_to_be_broken(
    sandbox: Sandbox, kind: BlockKind
) -> None:
    drawer, wrong = MarkupDrawer(sandbox.pool), []
    for number, entry in enumerate(BLOCKS):
        if entry["kind"] != kind:
            continue
        block = CodeBlock(BlockKind(entry["kind"]), entry["code"])
        drawn = await drawer.draw(block, OWNER)
        if sort_out(drawn) != entry["expected"]:
            wrong.append((number, entry["code"], sort_out(drawn), drawn.fault))
    assert wrong == []
    assert sandbox.pool.death_count == 0


async def test_a_decoder_outlives_more_broken_graphs_than_it_may_open_files(
    sandbox: Sandbox,
) -> None:
    drawer = MarkupDrawer(sandbox.pool)
    for _ in range(70):
        assert (await drawer.draw(CodeBlock(BlockKind.DOT, "digraph { a -> }"), OWNER)).fault
    assert (await drawer.draw(CodeBlock(BlockKind.DOT, "digraph { a -> b }"), OWNER)).png
    assert sandbox.pool.death_count == 0


async def test_what_takes_too_long_ends_with_its_decoder(sandbox: Sandbox) -> None:
    code = (
        "digraph { nslimit=1e9;"
        + ";".join(f"n{one} -> n{one * 7 % 199}" for one in range(199) for _ in range(4))
        + "}"
    )
    drawn = await MarkupDrawer(sandbox.pool, draw_seconds=0.01).draw(
        CodeBlock(BlockKind.DOT, code), OWNER
    )
    assert (drawn.png, drawn.failure) == (b"", DrawFailure.TOO_LONG)


@pytest.mark.parametrize(
    ("header", "blobs"),
    [
        ({}, []),
        ({"fault": ""}, [b"no png"]),
        ({"fault": ""}, [b"\x89PNG\r\n\x1a\n" + b"\xff" * 40]),
        ({"fault": ""}, [b"", b""]),
        ({"fault": 7}, [b"x"]),
        ({"why": "damaged", "figures": []}, []),
    ],
)
async def test_no_lie_of_a_decoder_is_more_than_a_failure(
    header: dict[str, Any], blobs: list[bytes]
) -> None:
    class LyingPool:
        async def run_task(self, *_args: Any, **_options: Any) -> Any:
            return header, blobs

    drawer = MarkupDrawer(LyingPool())  # type: ignore[arg-type] # a fake
    drawn = await drawer.draw(CodeBlock(BlockKind.DOT, "digraph {}"), OWNER)
    assert not drawn.png and (drawn.failure is DrawFailure.BROKE_DOWN or drawn.fault == "7")


async def test_a_faults_words_stay_words(sandbox: Sandbox) -> None:
    code = "flowchart LR\n  A[<!channel> `x` *b* \u202e --> B"
    drawn = await MarkupDrawer(sandbox.pool).draw(CodeBlock(BlockKind.MERMAID, code), OWNER)
    assert drawn.fault and not set("<>`*\n\u202e") & set(drawn.fault)
