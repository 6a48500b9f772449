"""Damaged Mermaid, DOT and formulas through the decoders that draw for answers."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

from bot.files.markup_drawer import MarkupDrawer
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.sandbox import Sandbox
from bot.markup.code_blocks import BlockKind, CodeBlock
from bot.markup.labels import list_labels

GOLDEN = Path(__file__).parents[1] / "golden" / "markup" / "blocks.json"
_PIECES = (
    "\n", "\x00", "\x1b[2J", "\u202e", "\U0001f600", "\ufffd", '"', "'", "`", "```", "<", ">", "&",
    "{", "}", "[", "]", "((", "))", "%%{init: {}}%%", "---\n", "-->", "==>", ";", ":", "|", "\\",
    "\\frac", "\\begin{align}", "^", "_", "$$", "subgraph x\n", "end\n", "click A href \"x\"\n",
    "<img src=x>", "image=\"/etc/passwd\"", "999999999", "-1", "1e99", "NaN", " " * 50, "a" * 3_000,
)  # fmt: skip


def build_block(seed: int, number: int) -> CodeBlock:
    """Return one damaged block; the same for the same numbers."""
    chance, known = random.Random(f"{seed}/{number}"), json.loads(GOLDEN.read_text())
    entry, other = chance.choice(known), chance.choice(known)
    code = entry["code"]
    for _ in range(chance.randint(1, 5)):
        at, end = sorted(chance.randrange(len(code) + 1) for _ in range(2))
        match chance.randrange(5):
            case 0:
                code = code[:at] + code[min(end, at + 8) :]
            case 1:
                code = code[:at] + chance.choice(_PIECES) + code[at:]
            case 2:
                code = code[:end] + code[at:end] * chance.randint(1, 4) + code[end:]
            case 3:
                code = code[:at] + other["code"][: chance.randrange(80)] + code[end:]
            case _:
                code = code[:at] + chr(chance.randrange(1, 0xD800)) + code[at + 1 :]
    return CodeBlock(BlockKind(entry["kind"]), code[:20_000])


async def run_blocks(count: int, seed: int, sandbox: Sandbox) -> Counter[str]:
    """Draw `count` damaged blocks; return how often each thing came of it."""
    drawer, counts = MarkupDrawer(sandbox.pool, draw_seconds=6.0), Counter[str]()
    for number in range(count):
        block = build_block(seed, number)
        drawn = await drawer.draw(block, TaskOwner("T0/U0", "fuzz"))
        assert len(drawn.fault) <= 200 and drawn.fault.isprintable(), (seed, number)
        assert len(list_labels(block)) <= 400, (seed, number)
        outcome = drawn.failure.value if drawn.failure else ""
        counts[outcome or ("drawn" if drawn.png else "broken" if drawn.fault else "kept")] += 1
    return counts
