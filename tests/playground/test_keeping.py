"""`--keep DIR`: the chats of one start are those of the next, and no other folder is touched."""

from __future__ import annotations

import json
import sqlite3
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from bot.domain.errors import StartupError
from bot.playground.keeping.chats import open_kept_chats
from bot.playground.keeping.folder import open_kept_folder
from bot.playground.main import run_playground
from bot.playground.page_state import describe_workspace
from bot.playground.slack import PlayedSlack, PostedFile
from bot.playground.slack.web_api import Rules
from tests.playground.slack_client import build_client
from tests.support.easel import build_png

DM = "D0ALEX"
REPLACE = "update kept set body = json_replace(body, '{}', json('{}')) where kind = '{}'"
SNIPPET = PostedFile("n.txt", b"\x00\xff", kind="snippet")


@asynccontextmanager
async def start(folder: Path) -> AsyncIterator[tuple[PlayedSlack, str]]:
    """Start a played Slack whose chats are kept in `folder`; yield it and the id of its chats."""
    slack = PlayedSlack(Rules(share_delay=0.0))
    with open_kept_folder(folder) as found, open_kept_chats(found) as chats:
        chats.load(slack.workspace)
        async with chats.follow(slack.workspace), slack:
            yield slack, chats.id


async def test_the_next_start_has_the_threads_and_files_and_goes_on_in_them(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "deep" / "chats"
    async with start(folder) as (slack, first_id):
        root = await slack.post_as_person(DM, "look", files=[("a.png", build_png((30, 20)))])
        slack.delete_message(DM, await slack.post_as_person(DM, "away with it"))
        top = await slack.post_as_person(DM, "a root with a reply")
        await slack.post_as_person(DM, "the reply", thread_ts=top)
        slack.delete_message(DM, top)
        await slack.post_as_person(DM, "see there", shared=(DM, root), thread_ts=root)
        slack.edit(DM, root, "look <here>")
        await build_client(slack).chat_postMessage(
            channel=DM, thread_ts=root, markdown_text="**yes**"
        )
        await slack.post_as_person("C0GENERAL", "", user="U0SAM", files=[SNIPPET])
        slack.delete_file("F00000002", user="U0SAM")
        before = json.dumps(describe_workspace(slack.workspace))
        data = {file.id: file.data for file in slack.workspace.files.values()}
    async with start(folder) as (slack, second_id):
        assert json.dumps(describe_workspace(slack.workspace)) == before
        assert {file.id: file.data for file in slack.workspace.files.values()} == data
        assert second_id == first_id
        assert [m.text for m in slack.list_thread(DM, root)] == [
            "look <here>",
            "see there",
            "**yes**",
        ]
        assert slack.list_thread(DM, root)[1].shared_message is not None
        newer = await slack.post_as_person(DM, "more", thread_ts=root, files=[("b.txt", b"b")])
        assert newer > max(m.ts for m in slack.list_thread(DM, root)[:-1])
        assert len(slack.workspace.files) == 3
    async with start(folder) as (slack, _):
        assert len(slack.list_thread(DM, root)) == 4


async def test_easel_goes_on_in_the_thread_of_an_earlier_start(tmp_path: Path) -> None:
    root, names, before = "", [], 0
    for text in ("draw a red fox", "make it blue"):
        async with run_playground(keep=tmp_path / "chats", slow=False) as playground:
            slack = playground.slack
            ts = await slack.post_as_person(DM, text, thread_ts=root or None)
            root = root or ts
            await slack.wait_until(lambda: len(slack.list_replies(DM, root)) > before)  # noqa: B023 - at once
            await playground.service.wait_until_idle()
            await slack.wait_until_quiet()
            replies = slack.list_replies(DM, root)
            before, names = len(replies), [file.name for one in replies for file in one.files]
    assert [name[-6:] for name in names] == ["v1.png", "v2.png"]


async def test_what_is_deleted_is_not_in_the_folder_any_more(tmp_path: Path) -> None:
    async with start(tmp_path / "chats") as (slack, _):
        ts = await slack.post_as_person(DM, "a-secret-word", files=[("a.txt", b"a-secret-file")])
    async with start(tmp_path / "chats") as (slack, _):
        slack.delete_message(DM, ts)
        slack.delete_file("F00000001")
    left = b"".join(path.read_bytes() for path in (tmp_path / "chats").iterdir())
    assert b"a-secret" not in left


async def test_the_folder_is_private_and_for_one_playground(tmp_path: Path) -> None:
    folder = tmp_path / "chats"
    folder.mkdir(mode=0o755)
    async with start(folder) as (slack, _):
        await slack.post_as_person(DM, "hello")
        with pytest.raises(StartupError, match="running playground"), open_kept_folder(folder):
            pass
        modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700 and modes == {0o600}
    async with start(folder):
        pass


@pytest.mark.parametrize(
    "name", ["notes.txt", "easel.db", ".hidden", "slack.db", "playground.lock/x", "link"]
)
def test_a_folder_of_something_else_is_refused_and_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    folder = tmp_path / "mine"
    path = folder / name
    path.parent.mkdir(parents=True)
    folder.chmod(0o755)
    if name == "slack.db":
        with closing(sqlite3.connect(path)) as database:
            database.execute("create table other (a)")
    elif name == "link":
        (folder / "slack.db").symlink_to(tmp_path / "elsewhere" / "new.db")
    else:
        path.write_text("mine")
    before = sorted(folder.rglob("*"))
    with pytest.raises(StartupError, match="--keep"), open_kept_folder(folder):
        pass
    assert sorted(folder.rglob("*")) == before and stat.S_IMODE(folder.stat().st_mode) == 0o755
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_file_or_a_name_that_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for name in ("file", "file/below", "a\x00b", "x" * 300):
        with pytest.raises(StartupError, match="cannot be used"), open_kept_folder(tmp_path / name):
            pass


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("update kept set body = '{' where kind = 'message'", "cannot be read"),
        ("update kept set body = '{}' where kind = 'message'", "cannot be read"),
        ("update kept set body = '7' where kind = 'message'", "cannot be read"),
        ("update kept set body = '\"x\"' where kind = 'file'", "cannot be read"),
        (REPLACE.format("$.ts", "7", "message"), "cannot be read"),
        (REPLACE.format("$.content", "[]", "message"), "cannot be read"),
        (REPLACE.format("$.author_fields", "null", "message"), "cannot be read"),
        (REPLACE.format("$.width", "{}", "file"), "cannot be read"),
        (REPLACE.format("$.people", '{"U0ALEX": 7}', "places"), "cannot be read"),
        (REPLACE.format("$.channels", '["x"]', "places"), "cannot be read"),
        (f"update kept set body = '{'[' * 5000}' where kind = 'places'", "cannot be read"),
        ("delete from kept where kind = 'file'", "cannot be read"),
        ("pragma user_version = 99", "newer Easel"),
        ("drop table kept; create table kept (x)", "cannot be read"),
    ],
)
async def test_damaged_chats_are_a_sentence(tmp_path: Path, damage: str, words: str) -> None:
    async with start(tmp_path / "chats") as (slack, _):
        await slack.post_as_person(DM, "hello", files=[("a.txt", b"a")])
    with closing(sqlite3.connect(tmp_path / "chats" / "slack.db")) as database:
        database.executescript(damage)
    with pytest.raises(StartupError, match=words):
        async with start(tmp_path / "chats"):
            pass


async def test_a_start_that_ended_at_once_leaves_a_folder_that_can_be_used(tmp_path: Path) -> None:
    for name in ("playground.lock", "slack.db", "slack.db-journal"):
        (tmp_path / name).touch()
    async with start(tmp_path):
        pass
