"""The checks of what people see in a soak can fail."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from bot.playground.slack import PlayedSlack
from bot.playground.slack.delivery import Delivery
from bot.playground.slack.workspace import BOT_USER, PlayedMessage
from tests.chaos.outages import SILENCING_KINDS, Outage
from tests.chaos.people import CHANNEL, SentQuestion
from tests.chaos.signs import MAX_SIGN_SECONDS, SignWatcher, measure_free_wait
from tests.chaos.waiting import run_in_background

SILENCING = sorted(SILENCING_KINDS)[0]


@pytest.mark.parametrize(
    ("outages", "expected"),
    [
        ([], 100.0),
        ([Outage("the model hangs", 0.0, 90.0)], 100.0),
        ([Outage(SILENCING, 0.0, 90.0)], 10.0),
        ([Outage(SILENCING, -50.0, -10.0)], 100.0),
        ([Outage(SILENCING, 30.0, 60.0)], 40.0),
        ([Outage(SILENCING, 70.0, 200.0)], 70.0),
        ([Outage(SILENCING, 10.0, 20.0), Outage(SILENCING, 80.0, 90.0)], 60.0),
        ([Outage(SILENCING, 150.0, 160.0)], 100.0),
    ],
)
def test_only_time_in_which_a_sign_can_be_shown_counts(
    outages: list[Outage], expected: float
) -> None:
    assert measure_free_wait(0.0, 100.0, outages) == expected


@pytest.fixture
async def slack() -> AsyncIterator[PlayedSlack]:
    async with PlayedSlack() as played:
        yield played


def build_question(root: str, *, acked_seconds_ago: float) -> SentQuestion:
    question = SentQuestion(1, "say", "hello", root, root)
    question.deliveries.append(Delivery({}, 1, acked_at=time.perf_counter() - acked_seconds_ago))
    return question


def test_a_question_without_a_sign_is_reported_unless_nothing_could_be_shown(
    slack: PlayedSlack,
) -> None:
    ago = MAX_SIGN_SECONDS + 5
    watcher, asked_at = SignWatcher(slack), time.time() - ago
    question = build_question(f"{asked_at:.6f}", acked_seconds_ago=ago)
    assert watcher.find_late_signs([question], []) == ["q1 had no sign for 50 s"]
    outage = Outage(SILENCING, asked_at, time.time() - 10)
    assert watcher.find_late_signs([question], [outage]) == []


async def test_only_a_new_message_ends_a_status(slack: PlayedSlack) -> None:
    watcher, workspace = SignWatcher(slack), slack.workspace
    async with run_in_background(watcher.run):
        await asyncio.sleep(0)  # it watches from here on
        root = workspace.create_ts()
        message = PlayedMessage(
            workspace.create_ts(), CHANNEL, BOT_USER, "Hm.", root, from_bot=True
        )
        workspace.add(message)
        workspace.set_status(CHANNEL, root, "is writing…")
        workspace.announce_change(message)
        workspace.delete(CHANNEL, message.ts)
        await asyncio.sleep(0)
        assert len(watcher.find_left_statuses()) == 1
        workspace.add(message)
        await asyncio.sleep(0)
        assert watcher.find_left_statuses() == []
