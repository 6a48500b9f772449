"""The fixtures that tests of what people pay share."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.usage import names
from storage.engine.sqlite import open_database
from tests.support.made_ledger import MadeLedger


@pytest.fixture(autouse=True)
def _patient_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Slack tell names for as long as a busy machine needs."""
    monkeypatch.setattr(names, "_MAX_SECONDS", 120.0)
    monkeypatch.setattr(names, "_MAX_AUTH_SECONDS", 60.0)


@pytest.fixture
def paid_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of an installation that has spent money in March 2024."""
    folder = tmp_path / "paid"
    asyncio.run(_make_installation(folder))
    monkeypatch.setenv("EASEL_DATA_DIR", str(folder))
    return folder


async def _make_installation(folder: Path) -> None:
    noon = datetime(2024, 3, 5, 12, tzinfo=UTC).timestamp()
    async with open_database(folder / "easel.db") as database:
        made = MadeLedger(database)
        first = await made.add_question(noon, pictures=2)
        drawn = {"model": "a/draws", "image_tokens": 1_000, "prompt_tokens": 200, "worst_nano": 1}
        high = {**drawn, "parameters": "--quality high", "question_id": first}
        await made.add_request(noon, "1", **high)
        second = await made.add_question(noon + 60, pictures=1)
        estimated = {"estimated": True, "basis": "estimated", "question_id": second}
        await made.add_request(noon + 60, "0.2", **drawn, **estimated)
        await made.add_request(
            noon + 61, "0.000000001", purpose="summary", model="a/draws", prompt_tokens=200
        )
        sam = {"user": "U0SAM", "channel": "D0SAM"}
        third = await made.add_question(noon + 86_400, sam["user"], sam["channel"])
        lost = {"estimated": True, "basis": "worst_case", "question_id": third, "bill": "given_up"}
        await made.add_request(noon + 86_400, "0.5", **lost, **sam)
        hostile = "=cmd|' /C calc'!A0\r\n\"x\""
        await made.add_request(
            noon + 86_401, None, model=hostile, question_id=first, worst_nano=4 * 10**8, **sam
        )
        for question, user, costs in (
            (7, "U0ALEX", ("0.05", "0.3")),
            (7, "U0ALEX", ("0.1", "0.4")),
            (8, "U0SAM", ("0.1", "0.5")),
        ):
            await made.add_refusal(noon, "user/day", costs, question_id=question, user=user)
