"""Files in the played Slack: the three steps of an upload, shares, files.info, downloads."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import PlayedSlack
from bot.playground.slack.limits import GRANTED_SCOPES
from bot.playground.slack.web_api import Rules
from tests.playground.slack_client import build_client, expect_error
from tests.support.answers import wait_for_answers
from tests.support.easel import build_png

GENERAL = "C0GENERAL"
QUICK_RULES = Rules(rate_tiers=False, share_delay=0.0)
NEVER_SHARED_RULES = Rules(rate_tiers=False, share_delay=3600.0)


@pytest.fixture
async def slack() -> AsyncIterator[PlayedSlack]:
    async with PlayedSlack(QUICK_RULES) as played:
        yield played


async def upload_bytes(client: AsyncWebClient, data: bytes, name: str = "a.png") -> str:
    """Take the first two steps of an upload; return the file's id."""
    ticket = await client.files_getUploadURLExternal(filename=name, length=len(data))
    async with (
        aiohttp.ClientSession() as session,
        session.post(ticket["upload_url"], data=data) as got,
    ):
        assert (got.status, await got.text()) == (200, f"OK - {len(data)}")
    return str(ticket["file_id"])


async def download(url: str, token: str | None) -> tuple[int, str, bytes]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as got:
        return got.status, got.content_type, await got.read()


async def post_file(slack: PlayedSlack, data: bytes = b"\x89PNG") -> str:
    """Post a file as a person; return its address."""
    await slack.post_as_person(GENERAL, "look", files=[("fox.png", data)])
    return str(slack.deliveries[-1].body["event"]["files"][0]["url_private_download"])


async def test_several_uploads_are_one_message_with_original_bytes_names_and_alt_texts(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    root = await slack.post_as_person(GENERAL, "draw")
    red, blue = build_png(), build_png((20, 10), (0, 0, 200))
    uploads = [
        {"file": red, "filename": "red.png", "title": "Red", "alt_txt": "a red square"},
        {"file": blue, "filename": "blue.png", "title": "Blue", "alt_txt": "a blue square"},
    ]
    await client.files_upload_v2(file_uploads=uploads, channel=GENERAL, thread_ts=root)
    (message,) = await wait_for_answers(slack, GENERAL, root)
    shown = [(file.name, file.title, file.alt, file.data) for file in message.files]
    assert shown == [
        ("red.png", "Red", "a red square", red),
        ("blue.png", "Blue", "a blue square", blue),
    ]
    assert [(file.width, file.height) for file in message.files] == [(64, 48), (20, 10)]


async def test_the_comment_of_an_upload_is_the_messages_text(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    await client.files_upload_v2(
        content="hello", filename="a.txt", channel=GENERAL, initial_comment="Here it is"
    )
    await slack.wait_until(lambda: slack.workspace.list_messages(GENERAL))
    assert slack.workspace.list_messages(GENERAL)[0].text == "Here it is"


async def test_the_answer_to_an_upload_knows_nothing_of_its_message_yet() -> None:
    async with PlayedSlack(NEVER_SHARED_RULES) as slack:
        client = build_client(slack)
        root = await slack.post_as_person(GENERAL, "draw")
        answer = await client.files_upload_v2(
            content=b"x", filename="a.png", channel=GENERAL, thread_ts=root
        )
        (file,) = answer["files"]
        assert (file["shares"], file["mimetype"]) == ({}, "")
        info = await client.files_info(file=file["id"])
        assert info["file"]["shares"] == {} and slack.list_replies(GENERAL, root) == []


async def test_files_info_tells_the_message_once_it_is_there(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    root = await slack.post_as_person(GENERAL, "draw")
    answer = await client.files_upload_v2(
        content=build_png(), filename="a.png", channel=GENERAL, thread_ts=root
    )
    (message,) = await wait_for_answers(slack, GENERAL, root)
    info = (await client.files_info(file=answer["files"][0]["id"]))["file"]
    (share,) = info["shares"]["public"][GENERAL]
    assert (share["ts"], share["thread_ts"]) == (message.ts, root)
    assert (info["mimetype"], info["original_w"], info["size"]) == (
        "image/png",
        64,
        len(build_png()),
    )


async def test_an_upload_without_a_channel_is_shown_nowhere(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    file = await upload_bytes(client, b"x")
    await client.files_completeUploadExternal(files=[{"id": file, "title": "a"}])
    await slack.wait_until_quiet()
    assert slack.workspace.list_messages(GENERAL) == []
    assert (await client.files_info(file=file))["file"]["shares"] == {}


async def test_an_upload_is_not_completed_before_its_bytes_came(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    ticket = await client.files_getUploadURLExternal(filename="a.png", length=3)
    files = json.dumps([{"id": ticket["file_id"]}])
    code = await expect_error(
        client, "files.completeUploadExternal", files=files, channel_id=GENERAL
    )
    assert code == "file_not_found"


async def test_an_upload_that_could_not_be_shared_can_be_shared_elsewhere(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    slack.workspace.add_channel("C0SECRET", "secret", with_bot=False)
    file = await upload_bytes(client, b"x")
    files, method = json.dumps([{"id": file}]), "files.completeUploadExternal"
    assert (
        await expect_error(client, method, files=files, channel_id="C0SECRET") == "not_in_channel"
    )
    assert await expect_error(client, method, files=files, channel_id="C0NO") == "channel_not_found"
    await client.files_completeUploadExternal(
        files=[{"id": file, "title": "a"}], channel_id=GENERAL
    )
    await slack.wait_until(lambda: slack.workspace.list_messages(GENERAL))


async def test_one_unknown_file_keeps_the_others_from_being_shared(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    file = await upload_bytes(client, b"x")
    both = json.dumps([{"id": file}, {"id": "F0NOWHERE"}])
    code = await expect_error(
        client, "files.completeUploadExternal", files=both, channel_id=GENERAL
    )
    assert code == "file_not_found"
    await client.files_completeUploadExternal(files=[{"id": file, "title": "a"}])


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ({"filename": "a.png", "length": 0}, "missing_argument"),
        ({"filename": "a.png"}, "missing_argument"),
        ({"filename": "a.png", "length": "many"}, "missing_argument"),
        ({"length": 3}, "missing_argument"),
        ({"filename": "a.png", "length": 3, "alt_txt": "x" * 1001}, "alt_txt_too_large"),
    ],
)
async def test_an_upload_says_its_name_and_length_and_no_endless_alt_text(
    slack: PlayedSlack, client: AsyncWebClient, args: dict[str, Any], code: str
) -> None:
    assert await expect_error(client, "files.getUploadURLExternal", **args) == code
    assert slack.workspace.files == {}


async def test_an_upload_address_takes_bytes_once(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    ticket = await client.files_getUploadURLExternal(filename="a.png", length=1)
    async with aiohttp.ClientSession() as session:
        statuses = []
        for _ in range(2):
            async with session.post(ticket["upload_url"], data=b"x") as got:
                statuses.append(got.status)
    assert statuses == [200, 404]


async def test_files_info_tells_a_deleted_file_from_an_unknown_one(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    await post_file(slack)
    (file,) = slack.workspace.files.values()
    file.mode = "tombstone"
    assert await expect_error(client, "files.info", file=file.id) == "file_deleted"
    assert await expect_error(client, "files.info", file="F0NOWHERE") == "file_not_found"


async def test_a_file_comes_back_with_the_token_byte_for_byte(slack: PlayedSlack) -> None:
    data = bytes(range(256)) * 40
    url = await post_file(slack, data)
    assert await download(url, slack.bot_token) == (200, "image/png", data)


@pytest.mark.parametrize("token", [None, "xoxb-stolen", "xapp-played-app"])
async def test_a_download_with_another_token_is_the_sign_in_page(
    slack: PlayedSlack, token: str | None
) -> None:
    status, kind, page = await download(await post_file(slack), token)
    assert (status, kind) == (200, "text/html") and page.startswith(b"<!DOCTYPE html>")


async def test_a_download_without_the_scope_is_the_sign_in_page() -> None:
    async with PlayedSlack(Rules(scopes=GRANTED_SCOPES - {"files:read"})) as slack:
        status, kind, _ = await download(await post_file(slack), slack.bot_token)
    assert (status, kind) == (200, "text/html")


async def test_a_deleted_file_cannot_be_fetched(slack: PlayedSlack) -> None:
    url = await post_file(slack)
    next(iter(slack.workspace.files.values())).mode = "tombstone"
    status, _, _ = await download(url, slack.bot_token)
    assert status == 404


async def test_a_download_fails_on_demand(slack: PlayedSlack) -> None:
    url = await post_file(slack, b"fox")
    slack.fail("download", status=503)
    assert (await download(url, slack.bot_token))[0] == 503
    assert (await download(url, slack.bot_token))[2] == b"fox"


@pytest.mark.parametrize("name", ["a b.png", "ünï.png", "a#b?c.png", "100%.png", "a/b.png"])
async def test_a_file_of_any_name_can_be_fetched(slack: PlayedSlack, name: str) -> None:
    await slack.post_as_person(GENERAL, "look", files=[(name, b"fox")])
    file = slack.deliveries[-1].body["event"]["files"][0]
    for key in ("url_private", "url_private_download"):
        assert (await download(file[key], slack.bot_token))[2] == b"fox"
