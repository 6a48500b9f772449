"""Disk and database failures: only stored questions are acknowledged, and none is lost."""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import signal
import sqlite3
from pathlib import Path

import pytest

from bot.delivery.file_delivery import FileDelivery
from bot.domain.errors import StartupError
from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack
from storage.engine.sqlite import open_database
from tests.support.answers import wait_for_answers
from tests.support.easel import (
    GENERAL,
    MENTION,
    QUICK_RULES,
    EaselEnvironment,
    run_easel,
    wait_until,
)
from tests.support.patience import lose_patience
from tests.support.process import build_settings, start_service


async def test_a_question_that_cannot_be_stored_is_not_acknowledged_and_comes_again(
    easel: EaselEnvironment, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "data" / "easel.db", isolation_level=None)
    # Every insert of a question fails, as on a full disk.
    other.execute(
        "CREATE TRIGGER full BEFORE INSERT ON questions BEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    with lose_patience(easel.slack):
        root = await easel.slack.post_as_person(
            GENERAL, f"{MENTION} say hello", views=("app_mention",)
        )
    (delivery,) = easel.slack.deliveries
    await wait_until(lambda: delivery.attempts >= 1)
    assert not delivery.acknowledged.is_set()
    other.execute("DROP TRIGGER full")
    other.close()

    await wait_for_answers(easel.slack, GENERAL, root)
    await easel.wait_until_idle()
    assert [reply.text for reply in easel.list_replies(root)] == ["hello"]
    assert delivery.attempts > 1


async def test_an_answer_that_cannot_be_settled_waits_for_the_disk_and_is_not_bought_again(
    easel: EaselEnvironment, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "data" / "easel.db", isolation_level=None)
    other.execute(
        "CREATE TRIGGER full BEFORE UPDATE OF outcome ON questions WHEN NEW.outcome != ''"
        " BEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    easel.model.first_delay = 0.2
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} say hello")
    await easel.slack.wait_until(lambda: easel.list_replies(root) or easel.model.bills)
    other.execute("DROP TRIGGER full")
    other.close()
    await wait_for_answers(easel.slack, GENERAL, root)
    await easel.wait_until_idle()
    assert [reply.text for reply in easel.list_replies(root)] == ["hello"]
    assert len(easel.model.requests) == 1


async def test_a_picture_that_is_never_settled_does_not_stay_in_memory(
    easel: EaselEnvironment, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "data" / "easel.db", isolation_level=None)
    # Another process has taken the question over, as after a pause of this one.
    other.execute(
        "CREATE TRIGGER taken AFTER INSERT ON attempts"
        " BEGIN UPDATE questions SET claimed_by = 'another'; END"
    )
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} draw a red fox")
    await wait_until(lambda: easel.model.bills)
    await wait_until(lambda: not find_running_questions())
    other.execute("DROP TRIGGER taken")
    other.close()
    assert sum(len(one) for one in gc.get_objects() if isinstance(one, FileDelivery)) == 0
    assert [reply.files for reply in easel.list_replies(root) if reply.files] == []


def find_running_questions() -> list[str]:
    names = [task.get_name() for task in asyncio.all_tasks()]
    return [name for name in names if name.startswith("question-")]


async def test_a_database_that_somebody_else_has_locked_is_waited_for(
    easel: EaselEnvironment, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "data" / "easel.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} say hello", views=("app_mention",))
    await asyncio.sleep(0)
    other.execute("COMMIT")
    other.close()
    await wait_for_answers(easel.slack, GENERAL, root)
    await easel.wait_until_idle()
    assert [reply.text for reply in easel.list_replies(root)] == ["hello"]


async def test_a_corrupt_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    async with open_database(path):
        pass
    data = bytearray(path.read_bytes())
    data[100:4000] = os.urandom(3900)
    path.write_bytes(data)
    with pytest.raises(StartupError, match=r"easel\.db cannot be used"):
        async with run_easel(tmp_path):
            pass
    assert path.read_bytes() == bytes(data)


async def test_two_easels_on_one_database_are_refused(
    easel: EaselEnvironment, tmp_path: Path
) -> None:
    with pytest.raises(StartupError, match="another Easel is running"):
        async with run_easel(tmp_path / "data", slack=easel.slack):
            pass


async def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StartupError, match="cannot be used"):
        async with run_easel(tmp_path / "data"):
            pass


async def test_a_disk_that_is_full_for_a_while_loses_and_repeats_nothing(tmp_path: Path) -> None:
    async with PlayedSlack(QUICK_RULES) as slack, PlayedModel() as model:
        settings = build_settings(slack, model, tmp_path)
        process = await start_service(tmp_path, settings, stderr=asyncio.subprocess.DEVNULL)
        await slack.socket.wait_until_connected(seconds=60)
        await wait_for_answers(
            slack, GENERAL, await slack.post_as_person(GENERAL, f"{MENTION} say before")
        )
        # No file of the process may grow, as on a full disk.
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        with lose_patience(slack):
            root = await slack.post_as_person(
                GENERAL, f"{MENTION} say hello", views=("app_mention",)
            )
        delivery = slack.deliveries[-1]
        await wait_until(lambda: delivery.attempts >= 1)
        assert not delivery.acknowledged.is_set()
        free = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, free)
        replies = await wait_for_answers(slack, GENERAL, root, seconds=60)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 60) == 0
    assert [reply.text for reply in replies] == ["hello"]
