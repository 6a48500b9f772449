"""Pictures that are paid for survive in a bucket, and an outage of it loses none."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.domain.questions import Answer
from bot.playground.slack import PlayedSlack
from storage.objects.outbox import ObjectOutbox
from tests.end_to_end.test_recovery import DRAWN_FILE, PICTURE
from tests.support.crash import crash_easel
from tests.support.easel import QUICK_RULES, run_easel
from tests.support.object_server import (
    KEYS,
    FailingDoor,
    connect,
    create_bucket,
    open_failing_door,
    run_object_server,
)

ADDRESS = "s3://pictures/team"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with run_object_server() as url:
        create_bucket(url, "pictures")
        yield url


@pytest.fixture
async def door(server: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FailingDoor]:
    async with open_failing_door(server) as opened:
        for name, value in {**KEYS, "AWS_ENDPOINT_URL": opened.address}.items():
            monkeypatch.setenv(name, value)
        yield opened


async def count_kept(door: FailingDoor) -> int:
    return len(await connect(door.target, "pictures", prefix="team").list_objects("outbox"))


async def test_a_picture_is_in_the_bucket_before_slack_has_it_and_not_afterwards(
    tmp_path: Path, door: FailingDoor
) -> None:
    async with run_easel(tmp_path, EASEL_FILES=ADDRESS) as easel:
        root = await easel.ask("draw a red fox")
        assert easel.list_replies(root)[-1].files
        assert await count_kept(door) == 0
        puts = [request for request in door.requests if request.startswith("PUT")]
        assert len(puts) == 1 and "/pictures/team/outbox/" in puts[0]
        assert not (tmp_path / "outbox").exists()


@pytest.mark.parametrize("is_away_at_first", [False, True])
async def test_what_a_replica_made_before_it_died_another_shares(
    tmp_path: Path, door: FailingDoor, *, is_away_at_first: bool
) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        async with crash_easel(slack, tmp_path, "draw a fox") as dead:
            bucket = connect(door.target, "pictures", prefix="team")
            await ObjectOutbox(bucket, is_shared=True).put(PICTURE)
            await dead.journal.settle(dead.question, Answer("Here.", files=(DRAWN_FILE,)))
        door.fault = "refused" if is_away_at_first else ""
        async with run_easel(tmp_path, slack=slack, EASEL_FILES=ADDRESS) as easel:
            if is_away_at_first:
                await slack.wait_until(lambda: easel.list_replies(dead.root))
                door.fault = ""
            await easel.wait_until_idle()
            shares = [reply for reply in easel.list_replies(dead.root) if reply.files]
            assert [[file.data for file in share.files] for share in shares] == [[PICTURE]]
            assert easel.model.requests == []


async def test_while_the_bucket_is_away_pictures_come_all_the_same(
    tmp_path: Path, door: FailingDoor, out: io.StringIO
) -> None:
    door.fault = "refused"
    async with run_easel(tmp_path, EASEL_FILES=ADDRESS) as easel:
        root = await easel.ask("draw a red fox")
        assert easel.list_replies(root)[-1].files
    assert "picture_not_kept" in out.getvalue() and "no_connection" in out.getvalue()
