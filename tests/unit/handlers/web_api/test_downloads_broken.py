"""Downloads from a far end that misbehaves: bytes that are whole, or a sentence with the name."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from yarl import URL

from bot.domain.files import FileRef
from handlers.web_api.client import build_slack_client
from handlers.web_api.download_errors import DownloadError
from handlers.web_api.downloads import SlackFiles, can_send_token
from tests.support.file_server import FakeResponse, FileServer

TOKEN = "xoxb-of-the-test"
FOX = b"\x89PNG\r\n\x1a\nfox"
MAX_BYTES = 1024 * 1024


@pytest.fixture
async def server() -> AsyncIterator[FileServer]:
    async with FileServer() as opened:
        yield opened


@pytest.fixture
async def files(server: FileServer) -> AsyncIterator[SlackFiles]:
    async with aiohttp.ClientSession() as session:
        yield build_slack_files(session, server)


def build_slack_files(
    session: aiohttp.ClientSession, server: FileServer, seconds: float = 20.0
) -> SlackFiles:
    client = build_slack_client(TOKEN, server.api_url, session)
    client.retry_handlers = []
    return SlackFiles(
        session, client=client, api_url=server.api_url, max_bytes=MAX_BYTES, timeout_seconds=seconds
    )


def build_fox_ref(url: str, **more: Any) -> FileRef:
    return replace(FileRef("F1", "fox.png", "image/png", url=url), **more)


async def expect_refusal(files: SlackFiles, file: FileRef) -> str:
    """Return the sentence for the person. It names the file, and nothing contains the token."""
    with pytest.raises(DownloadError) as caught:
        await files.fetch(file)
    assert "fox.png" in caught.value.user_message
    assert TOKEN not in f"{caught.value.user_message} {caught.value} {caught.value.__cause__!r}"
    return caught.value.user_message


async def test_a_file_is_whole_and_asked_for_once(server: FileServer, files: SlackFiles) -> None:
    url = server.serve("fox.png?pub=1%2F2", FakeResponse(body=FOX))
    assert await files.fetch(build_fox_ref(url, size=3)) == FOX  # its claimed size is only a claim
    assert [asked.token for asked in server.requests] == [f"Bearer {TOKEN}"]
    assert server.requests[0].path == "fox.png?pub=1%2F2" and server.looked_up_ids == []


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "did not hand it over"),
        (403, "did not hand it over"),
        (404, "deleted"),
        (410, "deleted"),
        (429, "did not hand it over"),
        (204, "did not hand it over"),
        (206, "did not hand it over"),
        (500, "did not hand it over"),
        (503, "did not hand it over"),
    ],
)
async def test_a_refusal_is_a_sentence(
    server: FileServer, files: SlackFiles, status: int, words: str
) -> None:
    assert words in await expect_refusal(
        files, build_fox_ref(server.serve("a", FakeResponse(status)))
    )


async def test_an_empty_file_is_called_empty(server: FileServer, files: SlackFiles) -> None:
    assert "it is empty" in await expect_refusal(
        files, build_fox_ref(server.serve("a", FakeResponse()))
    )


async def test_a_file_of_some_size_that_does_not_come_is_not_called_empty(
    server: FileServer, files: SlackFiles
) -> None:
    url = server.serve("a", FakeResponse(), FakeResponse(body=FOX))
    assert await files.fetch(build_fox_ref(url, size=len(FOX))) == FOX
    never = server.serve("b", FakeResponse())
    assert "did not hand it over" in await expect_refusal(files, build_fox_ref(never, size=9))


async def test_a_file_that_ends_too_early_is_not_taken_for_whole(
    server: FileServer, files: SlackFiles
) -> None:
    url = server.serve("a", FakeResponse(body=FOX, claimed_length=5000, drops_connection=True))
    assert "did not hand it over" in await expect_refusal(files, build_fox_ref(url))


async def test_a_connection_that_breaks_off_is_a_sentence(
    server: FileServer, files: SlackFiles
) -> None:
    url = server.serve("a", FakeResponse(drops_connection=True))
    assert "did not hand it over" in await expect_refusal(files, build_fox_ref(url))


async def test_the_largest_allowed_file_is_taken_and_one_byte_more_is_not(
    server: FileServer, files: SlackFiles
) -> None:
    assert (
        len(
            await files.fetch(build_fox_ref(server.serve("a", FakeResponse(body=b"x" * MAX_BYTES))))
        )
        == MAX_BYTES
    )
    sentence = await expect_refusal(
        files, build_fox_ref(server.serve("b", FakeResponse(body=b"x" * (MAX_BYTES + 1))))
    )
    assert "larger than 1 MB" in sentence


async def test_a_file_that_says_it_is_too_large_is_not_read(
    server: FileServer, files: SlackFiles
) -> None:
    url = server.serve("a", FakeResponse(body=b"x", claimed_length=MAX_BYTES + 1, stalls=True))
    assert "larger than 1 MB" in await expect_refusal(files, build_fox_ref(url))


async def test_a_file_without_end_is_cut_off(server: FileServer, files: SlackFiles) -> None:
    url = server.serve("a", FakeResponse(endless=True))
    assert "larger than 1 MB" in await expect_refusal(files, build_fox_ref(url))
    assert server.sent_bytes < 64 * MAX_BYTES


async def test_bytes_that_swell_when_unpacked_are_cut_off(
    server: FileServer, files: SlackFiles
) -> None:
    packed = gzip.compress(bytes(40 * MAX_BYTES))
    assert len(packed) < MAX_BYTES
    url = server.serve("a", FakeResponse(body=packed, headers={"Content-Encoding": "gzip"}))
    assert "larger than 1 MB" in await expect_refusal(files, build_fox_ref(url))


async def test_a_server_that_never_finishes_is_not_waited_for(server: FileServer) -> None:
    url = server.serve("a", FakeResponse(body=FOX, claimed_length=5000, stalls=True))
    async with aiohttp.ClientSession() as session:
        hurried = build_slack_files(session, server, seconds=0.1)
        assert "did not hand it over" in await expect_refusal(hurried, build_fox_ref(url))


async def test_a_download_ends_when_its_caller_is_cancelled(
    server: FileServer, files: SlackFiles
) -> None:
    url = server.serve("a", FakeResponse(body=FOX, claimed_length=5000, stalls=True))
    task = asyncio.create_task(files.fetch(build_fox_ref(url)))
    await server.stalling.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_redirects_within_slack_are_followed_with_the_token(
    server: FileServer, files: SlackFiles
) -> None:
    for hop in range(5):
        # Absolute, from the root, and relative: all three are legal.
        where = [f"{server.url}hop{hop + 1}", f"/hop{hop + 1}", f"hop{hop + 1}"][hop % 3]
        server.serve(
            f"hop{hop}", FakeResponse([301, 302, 303, 307, 308][hop], headers={"Location": where})
        )
    server.serve("hop5", FakeResponse(body=FOX))
    assert await files.fetch(build_fox_ref(f"{server.url}hop0")) == FOX
    assert {asked.token for asked in server.requests} == {f"Bearer {TOKEN}"}
    assert len(server.requests) == 6


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/fox.png",
        "//evil.example/fox.png",
        "http://files.slack.com/fox.png",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://[broken",
        "https://files.slack.com@evil.example/",
    ],
)
async def test_a_redirect_out_of_slack_gets_neither_token_nor_visit(
    server: FileServer, files: SlackFiles, location: str
) -> None:
    # The network is closed to tests: a visit would be an error of its own.
    await expect_refusal(
        files, build_fox_ref(server.serve("a", FakeResponse(302, headers={"Location": location})))
    )
    assert len(server.requests) == 1


async def test_a_redirect_to_nowhere_ends(server: FileServer, files: SlackFiles) -> None:
    await expect_refusal(files, build_fox_ref(server.serve("a", FakeResponse(302))))
    assert len(server.requests) <= 6


async def test_a_redirect_to_the_sign_in_page_is_explained(
    server: FileServer, files: SlackFiles
) -> None:
    page = b"\n<!-- x --><!DOCTYPE html><html><body>Sign in"
    server.serve(
        "signin", FakeResponse(body=page, headers={"Content-Type": "text/html; charset=utf-8"})
    )
    sentence = await expect_refusal(
        files, build_fox_ref(server.serve("a", FakeResponse(302, headers={"Location": "/signin"})))
    )
    assert "sign-in page" in sentence and "files:read" in sentence and "reinstall" in sentence


_PIECES = ["https://", "http://", "//", "slack.com", "files.", "evil.example", "@", ":443", ":80"]
_PIECES += ["127.0.0.1", ":9000", "\\", "/", "#", "?", ".", ";", "%2f", "%40", "\t", "\n", " "]
_PIECES += ["\uff0e", "\u3002", "\u212a", "\x00", "[", "]", "::1", "user:pass"]


@given(st.lists(st.sampled_from(_PIECES), max_size=7).map("".join))
@example("https://slack.com\t@evil.example/")
@example("https://evil.example\\@slack.com/")
@example("https://evil.example#@slack.com/")
def test_who_connects_reads_an_address_as_who_allowed_it(url: str) -> None:
    if not can_send_token(url, "http://127.0.0.1:9000/api/"):
        return
    try:
        target = URL(url, encoded=True)
    except ValueError:
        return  # refused later, with a sentence
    host, place = target.host or "", (target.scheme, target.host, target.port)
    inside = host == "slack.com" or host.endswith(".slack.com")
    assert place == ("http", "127.0.0.1", 9000) or (
        target.scheme == "https" and target.port == 443 and inside and not target.user
    )


@pytest.mark.parametrize(
    "ending", ["a b", "a\r\nX-Evil: 1", "ä.png", "%", "a\x00b", "?q=ü", "\ud800"]
)
async def test_an_odd_address_is_fetched_or_a_sentence_and_adds_no_header(
    server: FileServer, files: SlackFiles, ending: str
) -> None:
    try:
        await files.fetch(build_fox_ref(f"{server.url}{ending}"))
    except DownloadError as error:
        assert "fox.png" in error.user_message
    assert len(server.requests) <= 1
