"""Menus and deletions on the page over HTTP: what it shows, and which actions are allowed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.playground.slack import PlayedSlack
from handlers.manifest import load_manifest


@pytest.fixture
async def slack() -> AsyncIterator[PlayedSlack]:
    async with PlayedSlack() as played:
        yield played


async def post_action(
    session: aiohttp.ClientSession, page_url: str, action: str, **body: Any
) -> tuple[int, Any]:
    async with session.post(f"{page_url}/page/{action}", json=body) as response:
        return response.status, await response.json()


async def test_the_state_offers_the_shortcuts_that_the_manifest_installs(
    session: aiohttp.ClientSession, page_url: str
) -> None:
    async with session.get(f"{page_url}/page/state") as response:
        shortcuts = (await response.json())["shortcuts"]
    listed = load_manifest()["features"].get("shortcuts", [])
    names = [(one["name"], one["callback_id"]) for one in listed if one["type"] == "message"]
    assert [(one["name"], one["callback_id"]) for one in shortcuts] == names


async def test_the_state_has_a_link_for_every_message_and_tells_what_was_deleted(
    session: aiohttp.ClientSession, page_url: str, slack: PlayedSlack
) -> None:
    root = await slack.post_as_person("C0GENERAL", "look", files=[("a.png", b"x")])
    reply = await slack.post_as_person("C0GENERAL", "nice", thread_ts=root)
    (file,) = slack.workspace.files.values()
    slack.delete_file(file.id)
    slack.delete_message("C0GENERAL", root)
    async with session.get(f"{page_url}/page/state") as response:
        first, second = (await response.json())["messages"]
    assert (first["deleted"], second["deleted"]) == (True, False)
    assert second["permalink"] == slack.get_permalink("C0GENERAL", reply)
    async with session.get(f"{page_url}/page/files/{file.id}") as response:
        assert response.status == 404


async def test_a_person_deletes_their_message_and_their_file(
    session: aiohttp.ClientSession, page_url: str, slack: PlayedSlack
) -> None:
    ts = await slack.post_as_person("D0ALEX", "look", files=[("a.png", b"x")])
    (file,) = slack.workspace.files.values()
    assert (await post_action(session, page_url, "delete-file", file=file.id, user="U0ALEX"))[
        0
    ] == 200
    assert file.is_deleted
    where = {"channel": "D0ALEX", "ts": ts, "user": "U0ALEX"}
    assert (await post_action(session, page_url, "delete-message", **where))[0] == 200
    assert slack.workspace.list_messages("D0ALEX") == []


DM_FIELDS = {"channel": "D0ALEX", "user": "U0ALEX"}


@pytest.mark.parametrize(
    ("action", "body", "status"),
    [
        ("shortcut", {}, 400),
        ("shortcut", {**DM_FIELDS, "ts": 5, "callback_id": "x"}, 400),
        ("shortcut", {**DM_FIELDS, "ts": "1.0", "callback_id": "nothing of ours"}, 404),
        ("delete-message", {}, 400),
        ("delete-message", {**DM_FIELDS, "ts": "1.0"}, 404),
        ("delete-message", {**DM_FIELDS, "ts": "1.0", "channel": "C404"}, 404),
        ("delete-file", {"user": "U0ALEX"}, 400),
        ("delete-file", {"user": "U0ALEX", "file": "F404"}, 404),
        ("press", {}, 400),
    ],
)
async def test_what_cannot_be_done_is_a_sentence(
    session: aiohttp.ClientSession, page_url: str, action: str, body: dict[str, Any], status: int
) -> None:
    got, answer = await post_action(session, page_url, action, **body)
    assert got == status and answer["error"].endswith(".")


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"5", b"null", b"[" * 100_000])
@pytest.mark.parametrize(
    "action",
    ["shortcut", "delete-message", "delete-file", "press", "example", "stop", "failures"],
)
async def test_a_deed_without_sense_is_refused(
    session: aiohttp.ClientSession, page_url: str, action: str, body: bytes
) -> None:
    async with session.post(f"{page_url}/page/{action}", data=body) as response:
        assert response.status == 400


async def test_what_is_anothers_is_not_deleted(
    session: aiohttp.ClientSession, page_url: str, slack: PlayedSlack
) -> None:
    ts = await slack.post_as_person("C0GENERAL", "mine", user="U0SAM", files=[("a.png", b"x")])
    (file,) = slack.workspace.files.values()
    where = {"channel": "C0GENERAL", "ts": ts, "user": "U0ALEX"}
    for action, body in (
        ("delete-message", where),
        ("delete-file", {"file": file.id, "user": "U0ALEX"}),
    ):
        got, answer = await post_action(session, page_url, action, **body)
        assert got == 403 and answer["error"].endswith(".")
    assert len(slack.workspace.list_messages("C0GENERAL")) == 1 and not file.is_deleted


@pytest.mark.parametrize("action", ["shortcut", "delete-message", "delete-file"])
async def test_other_sites_may_do_nothing(
    session: aiohttp.ClientSession, page_url: str, action: str
) -> None:
    headers = {"Origin": "https://evil.example"}
    async with session.post(f"{page_url}/page/{action}", json={}, headers=headers) as response:
        assert response.status == 403


@pytest.mark.parametrize(("count", "status"), [(10, 200), (11, 400)])
async def test_more_files_than_a_message_takes_are_refused_and_none_is_dropped(
    session: aiohttp.ClientSession, page_url: str, slack: PlayedSlack, count: int, status: int
) -> None:
    form = aiohttp.FormData({"channel": "D0ALEX", "user": "U0ALEX", "text": "see"})
    for number in range(count):
        form.add_field("files", b"x", filename=f"{number}.txt")
    async with session.post(f"{page_url}/page/send", data=form) as response:
        assert response.status == status
    assert len(slack.workspace.files) == (count if status == 200 else 0)


async def test_an_example_is_posted_and_shown_with_all_that_it_says(
    session: aiohttp.ClientSession, page_url: str, slack: PlayedSlack
) -> None:
    async with session.get(f"{page_url}/page/state") as response:
        names = [one["name"] for one in (await response.json())["examples"]]
    for name in names:
        status, _ = await post_action(
            session, page_url, "example", channel="C0GENERAL", user="U0ALEX", example=name
        )
        assert status == 200
    async with session.get(f"{page_url}/page/state") as response:
        messages = (await response.json())["messages"]
    shown = dict(zip(names, messages, strict=True))
    assert shown["forwarded"]["text"].startswith(
        "> [Forwarded message by Sam in <#C0DESIGN|design>"
    )
    assert "| Fox | 3 |" in shown["table"]["text"] and not shown["table"]["from_bot"]
    assert "97 % for 10 minutes" in shown["alert"]["text"]
    assert (shown["alert"]["author"], shown["alert"]["from_bot"]) == ("Alerts", True)
    for wrong in ({"example": "no"}, {"user": "U0EASEL"}, {"channel": "C0NONE"}):
        body = {"channel": "C0GENERAL", "user": "U0ALEX", "example": "alert"} | wrong
        assert (await post_action(session, page_url, "example", **body))[0] == 404
    assert (await post_action(session, page_url, "example", channel="C0GENERAL"))[0] == 400


async def test_an_example_is_posted_into_the_thread_that_is_open(
    session: aiohttp.ClientSession, page_url: str, slack: PlayedSlack
) -> None:
    root = await slack.post_as_person("C0GENERAL", "look")
    where = {"channel": "C0GENERAL", "user": "U0ALEX", "example": "alert"}
    status, told = await post_action(session, page_url, "example", **where, thread_ts=root)
    message = slack.workspace.find_message("C0GENERAL", told["ts"])
    assert status == 200 and message is not None and message.thread_ts == root
    _, told = await post_action(session, page_url, "example", **where, thread_ts=None)
    message = slack.workspace.find_message("C0GENERAL", told["ts"])
    assert message is not None and message.thread_ts is None
    assert (await post_action(session, page_url, "example", **where, thread_ts="1.0"))[0] == 404
