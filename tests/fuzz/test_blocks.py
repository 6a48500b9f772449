"""A short run of damaged blocks; `python -m tests.fuzz --blocks 10000` makes a long one."""

from __future__ import annotations

from bot.files.sandbox.sandbox import Sandbox
from tests.fuzz.blocks import run_blocks


async def test_damaged_blocks_harm_nothing() -> None:
    async with Sandbox(max_processes=1) as sandbox:
        counts = await run_blocks(25, 7, sandbox)
    assert sum(counts.values()) == 25 and counts["drawn"] and counts["broken"]
