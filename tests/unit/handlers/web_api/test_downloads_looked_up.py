"""Files whose event lacks the address: Slack is asked, and every failure is a sentence."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from bot.domain.errors import FileGone
from bot.domain.files import FileRef
from handlers.parsing.files import parse_files
from handlers.web_api.client import build_slack_client
from handlers.web_api.download_errors import DownloadError
from handlers.web_api.downloads import SlackFiles
from tests.support.file_server import FakeResponse, FileServer

FOX = b"\x89PNG\r\n\x1a\nfox"
# A file from another workspace arrives as an id and the advice to ask.
STUB = FileRef("F1", "fox.png", mode="file_access", access="check_file_info")


@pytest.fixture
async def server() -> AsyncIterator[FileServer]:
    async with FileServer() as opened:
        yield opened


@pytest.fixture
async def files(server: FileServer) -> AsyncIterator[SlackFiles]:
    async with aiohttp.ClientSession() as session:
        client = build_slack_client("xoxb-of-the-test", server.api_url, session)
        client.retry_handlers = []
        yield SlackFiles(
            session,
            client=client,
            api_url=server.api_url,
            max_bytes=1000,
            address_waits=(0.0, 0.0),
        )


async def expect_refusal(files: SlackFiles, file: FileRef) -> str:
    with pytest.raises(DownloadError) as caught:
        await files.fetch(file)
    return caught.value.user_message


def build_file_info(**more: Any) -> dict[str, Any]:
    return {"ok": True, "file": {"id": "F1", "name": "other.png", "mode": "hosted", **more}}


async def test_a_stub_is_looked_up_once_and_fetched(server: FileServer, files: SlackFiles) -> None:
    server.info = build_file_info(url_private=server.serve("a", FakeResponse(body=FOX)))
    assert await files.fetch(STUB) == FOX
    assert server.looked_up_ids == ["F1"]


async def test_the_address_for_downloads_goes_before_the_one_for_looking(
    server: FileServer, files: SlackFiles
) -> None:
    download = server.serve("download", FakeResponse(body=FOX))
    server.info = build_file_info(url_private=f"{server.url}look", url_private_download=download)
    assert await files.fetch(STUB) == FOX


async def test_a_file_without_an_address_is_looked_up(
    server: FileServer, files: SlackFiles
) -> None:
    server.info = build_file_info(url_private=server.serve("a", FakeResponse(body=FOX)))
    assert await files.fetch(FileRef("F1", "fox.png")) == FOX


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("file_not_found", "deleted"),
        ("file_deleted", "deleted"),
        ("not_visible", "does not let me see it"),
        ("team_access_not_granted", "does not let me see it"),
        ("token_revoked", "Slack did not tell me about it (token_revoked)"),
        ("new_code", "Slack did not tell me about it (new_code)"),
        ("internal_error", "did not hand it over"),
        ("ratelimited", "did not hand it over"),
    ],
)
async def test_a_refusal_to_look_it_up_is_a_sentence(
    server: FileServer, files: SlackFiles, code: str, words: str
) -> None:
    server.info = {"ok": False, "error": code}
    sentence = await expect_refusal(files, STUB)
    assert words in sentence and "fox.png" in sentence


async def test_a_missing_scope_names_the_scope(server: FileServer, files: SlackFiles) -> None:
    server.info = {"ok": False, "error": "missing_scope", "needed": "files:read"}
    sentence = await expect_refusal(files, STUB)
    assert "files:read" in sentence and "reinstall" in sentence


@pytest.mark.parametrize(
    "info",
    [
        {"ok": True},
        {"ok": True, "file": None},
        {"ok": True, "file": []},
        {"ok": True, "file": "F1"},
        {"ok": True, "file": {"id": 7, "url_private": 7}},
        {"ok": True, "file": {"id": "F1"}},
        {"ok": True, "file": {"id": "F1", "url_private": {"x": 1}, "size": "big"}},
        {"ok": True, "file": {"id": "F1", "url_private": "https://evil.example/fox.png"}},
        {"ok": True, "file": {"id": "F1", "url_private": "https://["}},
        {"ok": True, "file": {"id": "F1", "url_private": "not an address"}},
        FakeResponse(502, b"<html>Bad gateway", {"Content-Type": "text/html"}),
        FakeResponse(200, b"{half", {"Content-Type": "application/json"}),
        FakeResponse(200, b"[]", {"Content-Type": "application/json"}),
        FakeResponse(200, b"\xff\xfe\x00", {"Content-Type": "application/json"}),
        FakeResponse(200, b"", {"Content-Type": "application/json"}),
        FakeResponse(503),
    ],
)
async def test_nonsense_from_slack_is_a_sentence_and_no_download(
    server: FileServer, files: SlackFiles, info: object
) -> None:
    server.info = info
    assert "fox.png" in await expect_refusal(files, STUB)
    assert server.requests == []


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"mode": "tombstone"}, "deleted"),
        ({"mode": "hidden_by_limit"}, "plan"),
        ({"mode": "external", "url_private": "https://drive.example/x"}, "not stored in Slack"),
        ({"is_external": True, "url_private": "https://drive.example/x"}, "not stored in Slack"),
        ({"file_access": "access_denied"}, "does not let me see it"),
        ({"file_access": "file_not_found"}, "deleted"),
        ({"size": 5000}, "larger than"),
    ],
)
async def test_what_is_found_without_bytes_is_explained(
    server: FileServer, files: SlackFiles, facts: dict[str, Any], words: str
) -> None:
    server.info = build_file_info(
        **{"url_private": server.serve("a", FakeResponse(body=FOX)), **facts}
    )
    sentence = await expect_refusal(files, STUB)
    assert words in sentence and "fox.png" in sentence and server.requests == []


@pytest.mark.parametrize("mode", ["tombstone", "hidden_by_limit", "external"])
async def test_what_the_event_calls_gone_is_not_fetched(
    server: FileServer, files: SlackFiles, mode: str
) -> None:
    url = server.serve("a", FakeResponse(body=FOX))
    assert "fox.png" in await expect_refusal(
        files, replace(STUB, mode=mode, access="visible", url=url)
    )
    assert server.requests == [] and server.looked_up_ids == []


async def test_a_name_that_shouts_is_calm_in_the_sentence(
    server: FileServer, files: SlackFiles
) -> None:
    sentence = await expect_refusal(files, FileRef("F1", "<!channel>\n*FREE* @here.png"))
    assert not set("<>@*\n") & set(sentence)


async def test_a_file_that_slack_still_takes_in_is_looked_up_again(
    server: FileServer, files: SlackFiles
) -> None:
    ready = build_file_info(url_private=server.serve("a", FakeResponse(body=FOX)))
    server.infos = [build_file_info(), build_file_info(file_access="check_file_info"), ready]
    assert await files.fetch(FileRef("F1", "fox.png")) == FOX
    assert server.looked_up_ids == ["F1"] * 3


async def test_a_file_that_slack_does_not_finish_is_not_called_a_stranger(
    server: FileServer, files: SlackFiles
) -> None:
    server.info = build_file_info()
    sentence = await expect_refusal(files, FileRef("F1", "fox.png"))
    assert "fox.png: Slack has not finished taking it in" in sentence
    assert "stored" not in sentence and server.looked_up_ids == ["F1"] * 3


async def test_a_stub_that_becomes_a_deleted_file_is_not_waited_for(
    server: FileServer, files: SlackFiles
) -> None:
    server.infos = [build_file_info(), build_file_info(mode="tombstone")]
    assert "deleted" in await expect_refusal(files, STUB)
    assert server.looked_up_ids == ["F1"] * 2


async def test_a_file_that_slack_describes_and_does_not_serve_is_not_called_deleted(
    server: FileServer, files: SlackFiles
) -> None:
    url = server.serve("a", FakeResponse(404))
    server.info = build_file_info(url_private=url)
    with pytest.raises(DownloadError) as caught:
        await files.fetch(FileRef("F1", "fox.png", url=url))
    assert "did not hand it over" in caught.value.user_message
    # What is deleted is erased here as well.
    assert not isinstance(caught.value, FileGone)


def build_clip_info(status: str, **more: Any) -> dict[str, Any]:
    transcription = {"status": status, "locale": "en-US"}
    clip = {"name": "standup.mp4", "mimetype": "video/mp4", "size": 5_000_000}
    return build_file_info(**clip, transcription=transcription, **more)


async def test_of_a_clip_the_transcript_is_fetched_and_not_the_film(
    server: FileServer, files: SlackFiles
) -> None:
    spoken = b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHello\n"
    server.info = build_clip_info(
        "complete",
        url_private=f"{server.url}film",
        vtt=server.serve("vtt", FakeResponse(body=spoken)),
    )
    (clip,) = parse_files([server.info["file"]])
    assert clip.is_transcript and await files.fetch(clip) == spoken


async def test_a_transcript_in_the_making_is_looked_for_and_then_said_to_be_on_its_way(
    server: FileServer, files: SlackFiles
) -> None:
    server.info = build_clip_info("processing", url_private=f"{server.url}film")
    (clip,) = parse_files([server.info["file"]])
    assert "has not finished" in await expect_refusal(files, clip)
    assert len(server.looked_up_ids) == 3


async def test_the_token_goes_to_no_address_of_a_transcript_outside_of_slack(
    server: FileServer, files: SlackFiles
) -> None:
    server.info = build_clip_info("complete", vtt="https://slack.com.evil.example/a.vtt")
    (clip,) = parse_files([server.info["file"]])
    await expect_refusal(files, clip)


@pytest.mark.parametrize("status", ["none", "failed", "complete", ""])
def test_a_clip_without_a_transcript_stays_a_clip(status: str) -> None:
    (clip,) = parse_files([build_clip_info(status, url_private="https://x")["file"]])
    assert not clip.is_transcript and clip.mimetype == "video/mp4"
