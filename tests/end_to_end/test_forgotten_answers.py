"""A deleted message of Easel's own: what it said is read no more; what Easel deletes itself is."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.delivery.stopping import stop_message
from bot.playground.slack.workspace import BOT_USER
from tests.support.easel import GENERAL, MENTION, EaselEnvironment, run_easel, wait_until
from tests.support.files import list_texts


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[EaselEnvironment]:
    async with run_easel(tmp_path / "data") as running:
        yield running


async def test_it_is_forgotten(easel: EaselEnvironment) -> None:
    root = await easel.ask("say kiwi")
    (answer,) = easel.list_replies(root)
    easel.slack.delete_message(GENERAL, answer.ts, user=BOT_USER)
    await easel.slack.wait_until_quiet()
    texts = [turn["text"] for turn in easel.list_turns()]
    assert texts == ["say kiwi", ""]
    await easel.ask("say next", thread_ts=root)
    sent = json.dumps(easel.get_last_request())
    assert "say kiwi" in sent and '"kiwi"' not in sent


async def test_a_deleted_picture_is_forgotten(easel: EaselEnvironment) -> None:
    root = await easel.ask("draw a red fox")
    _, picture = easel.list_replies(root)
    easel.slack.delete_message(GENERAL, picture.ts, user=BOT_USER)
    await easel.slack.wait_until_quiet()
    rows = easel.read_rows("SELECT mode, copy_sha256 FROM files")
    assert rows == [{"mode": "forgotten", "copy_sha256": ""}]


async def test_what_easel_deletes_itself_forgets_nothing(
    easel: EaselEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stop_message, "STOP_AFTER_SECONDS", 0.0)
    easel.model.first_delay = 0.5
    root = await easel.ask("write 2400 words")
    assert "chat.delete" in {call.method for call in easel.slack.calls}
    easel.slack.edit(GENERAL, root, f"{MENTION} say short")
    await easel.slack.wait_until(lambda: list_texts(easel, root) == ["short"])
    await easel.wait_until_idle()
    await wait_until(lambda: all(one.acknowledged.is_set() for one in easel.slack.deliveries))
    turns = easel.read_rows("SELECT text FROM turns WHERE speaker = 'easel' AND NOT is_replaced")
    assert turns == [{"text": "short"}]
