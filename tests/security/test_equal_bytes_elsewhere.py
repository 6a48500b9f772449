"""Who sends equal bytes in another channel learns nothing of where they were sent before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.playground.slack import PostedFile
from tests.corpus import CASES, FAMILIES
from tests.support.easel import DM, EaselEnvironment, run_easel
from tests.support.files import list_copies

SECRET = "layoffs"
# One that is read of each family and ending, and of each kind that only its name tells.
_PICKED = {
    (family, case.name.rpartition(".")[2].lower()): case
    for family, cases in FAMILIES.items()
    if family not in ("bombs", "names", "damage")
    for case in cases
    if case.expects.file is not None and not case.expects.refusals
}


def list_files() -> list[tuple[str, bytes]]:
    """Return files of all kinds as (ending, bytes)."""
    made = ((ending, case.make()) for (_, ending), case in _PICKED.items())
    found = {item: None for item in made if len(item[1]) < 200_000}
    extra = [("", b"plain words"), ("notes", b"an ending of its own"), ("py", b"print(1)")]
    return [*found, *extra]


async def ask_about(
    easel: EaselEnvironment, stem: str, files: list[tuple[str, bytes]], channel: str
) -> str:
    """Send files under a name; return all that was asked of the model and answered since."""
    before = len(easel.model.requests)
    named = [
        PostedFile(f"{stem}-{number}{'.' if ending else ''}{ending}", data)
        for number, (ending, data) in enumerate(files)
    ]
    root = await easel.ask("what is in these?", files=named, channel=channel)
    await easel.ask("what did you see?", thread_ts=root, channel=channel)
    replies = [reply.text for reply in easel.list_replies(root, channel=channel)]
    return json.dumps([easel.model.requests[before:], replies], ensure_ascii=False)


@pytest.mark.parametrize("part", range(4))
async def test_of_no_kind_of_file_the_first_name_reaches_the_second_channel(
    tmp_path: Path, part: int
) -> None:
    files = list_files()[part::4]
    assert len(CASES) > len(files) > 5
    async with run_easel(tmp_path) as easel:
        for start in range(0, len(files), 8):
            batch = files[start : start + 8]
            first = await ask_about(easel, f"{SECRET}-4q7z", batch, "C0GENERAL")
            second = await ask_about(easel, "menu", batch, DM)
            assert SECRET in first and "menu" in second
            assert SECRET not in second and "4q7z" not in second
        copies = list_copies(easel)
        assert copies and all(SECRET.encode() not in copy.read_bytes() for copy in copies)
