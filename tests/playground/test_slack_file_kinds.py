"""Files other than plain uploads: snippets, canvases, posts, links elsewhere, and stubs."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from PIL import Image
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import PlayedSlack, PostedFile
from bot.playground.slack.web_api import Rules
from tests.support.easel import build_png

GENERAL = "C0GENERAL"
CANVAS = b"<!DOCTYPE html><html><body><h1>Plan</h1></body></html>"


@pytest.fixture
async def slack() -> AsyncIterator[PlayedSlack]:
    async with PlayedSlack(Rules(rate_tiers=False, share_delay=0.0)) as played:
        yield played


async def post_and_describe(slack: PlayedSlack, upload: PostedFile) -> dict[str, Any]:
    """Post a file; return its description in the event of its message."""
    await slack.post_as_person(GENERAL, "look", files=[upload])
    (file,) = slack.deliveries[-1].body["event"]["files"]
    assert isinstance(file, dict)
    return file


async def download(slack: PlayedSlack, url: str) -> tuple[int, str, bytes]:
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as got:
        return got.status, got.content_type, await got.read()


@pytest.mark.parametrize(
    ("upload", "described"),
    [
        (
            PostedFile("run.py", b"print(1)\n", "snippet"),
            ("snippet", "python", "text/plain", "Python", True),
        ),
        (PostedFile("Untitled", b"x", "snippet"), ("snippet", "text", "text/plain", "Text", True)),
        (
            PostedFile("q", b"select 1", "snippet", filetype="sql"),
            ("snippet", "sql", "text/plain", "Sql", True),
        ),
        (
            PostedFile("Plan", CANVAS, "canvas"),
            ("quip", "quip", "application/vnd.slack-docs", "Canvas", True),
        ),
        (PostedFile("Notes", b"notes", "post"), ("post", "post", "text/plain", "Post", True)),
        (PostedFile("fox.png", build_png()), ("hosted", "png", "image/png", "PNG", False)),
    ],
    ids=lambda value: value.kind if isinstance(value, PostedFile) else "",
)
async def test_a_file_of_every_kind_says_what_it_is(
    slack: PlayedSlack, upload: PostedFile, described: tuple[Any, ...]
) -> None:
    file = await post_and_describe(slack, upload)
    keys = ("mode", "filetype", "mimetype", "pretty_type", "editable")
    assert tuple(file[key] for key in keys) == described
    assert (file["size"], file["is_external"]) == (len(upload.data), False)


async def test_a_snippet_shows_how_it_begins(slack: PlayedSlack) -> None:
    source = b"".join(b"line %d\n" % number for number in range(8))
    file = await post_and_describe(slack, PostedFile("a.py", source, "snippet"))
    assert file["preview"].splitlines()[0] == "line 0"
    assert (file["lines"], file["lines_more"], file["preview_is_truncated"]) == (8, 3, True)


async def test_the_bytes_of_a_canvas_are_a_page(slack: PlayedSlack) -> None:
    file = await post_and_describe(slack, PostedFile("Plan", CANVAS, "canvas"))
    got = await download(slack, file["url_private_download"])
    assert got == (200, "text/html", CANVAS)


@pytest.mark.parametrize("kind", ["snippet", "post"])
async def test_snippets_and_posts_come_as_text(slack: PlayedSlack, kind: Any) -> None:
    file = await post_and_describe(slack, PostedFile("a.py", b"x = 1", kind))
    assert await download(slack, file["url_private_download"]) == (200, "text/plain", b"x = 1")


async def test_a_file_elsewhere_points_elsewhere_and_has_no_bytes_here(slack: PlayedSlack) -> None:
    file = await post_and_describe(slack, PostedFile("Budget", kind="external"))
    assert (file["mode"], file["is_external"], file["external_type"]) == (
        "external",
        True,
        "gdrive",
    )
    assert file["url_private"].startswith("https://drive.google.com/")
    assert "url_private_download" not in file
    status, _, _ = await download(slack, f"{slack.origin}/files-pri/T0EASEL-{file['id']}/x")
    assert status == 404


async def test_a_file_beyond_the_plans_limit_is_only_an_id(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    file = await post_and_describe(slack, PostedFile("old.png", build_png(), "hidden_by_limit"))
    assert file == {"id": file["id"], "mode": "hidden_by_limit"}
    with pytest.raises(SlackApiError, match="file_not_found"):
        await client.files_info(file=file["id"])


async def test_a_file_of_another_organisation_is_told_when_it_is_asked_for(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    stub = await post_and_describe(slack, PostedFile("fox.png", build_png(), "connect"))
    assert (stub["mode"], stub["file_access"]) == ("file_access", "check_file_info")
    assert "name" not in stub and "url_private" not in stub
    file = (await client.files_info(file=stub["id"]))["file"]
    assert (file["name"], file["mode"], file["file_access"]) == ("fox.png", "hosted", "visible")
    assert await download(slack, file["url_private_download"]) == (200, "image/png", build_png())


async def test_a_file_that_the_app_may_not_see_is_told_to_nobody(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    stub = await post_and_describe(slack, PostedFile("fox.png", build_png(), "access_denied"))
    assert (stub["mode"], stub["file_access"]) == ("file_access", "access_denied")
    with pytest.raises(SlackApiError, match="not_visible"):
        await client.files_info(file=stub["id"])


async def test_a_thread_shows_stubs_as_its_events_do(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    ts = await slack.post_as_person(
        GENERAL, "look", files=[PostedFile("fox.png", build_png(), "connect")]
    )
    event = slack.deliveries[-1].body["event"]
    (message,) = (await client.conversations_replies(channel=GENERAL, ts=ts))["messages"]
    assert message["files"] == event["files"]


async def test_a_plain_pair_and_an_upload_can_be_posted_together(slack: PlayedSlack) -> None:
    both: list[tuple[str, bytes] | PostedFile] = [
        ("a.txt", b"a"),
        PostedFile("b.png", build_png(), alt="a red square"),
    ]
    await slack.post_as_person(GENERAL, "look", files=both)
    one, two = slack.deliveries[-1].body["event"]["files"]
    assert (one["name"], two["alt_txt"]) == ("a.txt", "a red square")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
async def test_slack_knows_how_large_a_picture_is(slack: PlayedSlack, kind: str) -> None:
    file = await post_and_describe(
        slack, PostedFile(f"a.{kind.lower()}", build_png((30, 20), kind=kind))
    )
    assert (file["original_w"], file["original_h"]) == (30, 20)


async def test_a_photo_that_lies_on_its_side_is_measured_as_people_see_it(
    slack: PlayedSlack,
) -> None:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (30, 20)).save(out, "JPEG", exif=exif)
    file = await post_and_describe(slack, PostedFile("photo.jpg", out.getvalue()))
    assert (file["original_w"], file["original_h"]) == (20, 30)


async def test_a_clip_comes_with_what_was_said_in_it(slack: PlayedSlack) -> None:
    spoken = "WEBVTT \n\n00:00:05.488 --> 00:00:13.349\n- The launch moves to May\n"
    file = await post_and_describe(slack, PostedFile("a.mp4", b"film", transcript=spoken))
    assert file["transcription"] == {
        "status": "complete",
        "locale": "en-US",
        "preview": {"content": "The launch moves to May", "has_more": False},
    }
    assert await download(slack, file["vtt"]) == (200, "text/vtt", spoken.encode("utf-8-sig"))
    async with aiohttp.ClientSession() as session, session.get(file["vtt"]) as got:
        assert got.content_type == "text/html", "without the token Slack asks to sign in"


async def test_a_clip_in_which_nothing_was_written_down_says_so(slack: PlayedSlack) -> None:
    file = await post_and_describe(slack, PostedFile("a.m4a", b"sound"))
    assert (file["transcription"], "vtt" in file) == ({"status": "none"}, False)
    address = file["url_private"].replace("files-pri", "files-tmb").rpartition("/")[0]
    assert (await download(slack, f"{address}/file.vtt"))[0] == 404
