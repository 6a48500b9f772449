"""Files from Slack: the token goes nowhere else, and every failure names the file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.domain.files import FileRef
from bot.playground.slack import PlayedSlack
from bot.playground.slack.limits import GRANTED_SCOPES
from bot.playground.slack.web_api import Rules
from handlers.parsing.files import parse_files
from handlers.web_api.client import build_slack_client
from handlers.web_api.download_errors import DownloadError
from handlers.web_api.downloads import SlackFiles, can_send_token

API_URL = "http://127.0.0.1:9000/api/"


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        ("https://files.slack.com/files-pri/T1-F1/a.png", True),
        ("https://slack.com/a", True),
        ("https://a.slack-edge.com/b", True),
        ("https://files.slack.com:443/a", True),
        ("http://files.slack.com/a", False),
        ("https://evilslack.com/a", False),
        ("https://slack.com.evil.example/a", False),
        ("https://files.slack.com:8443/a", False),
        ("https://files.slack.com@evil.example/a", False),
        ("https://user@files.slack.com/a", False),
        ("https://evil.example\\@files.slack.com/a", False),
        ("http://127.0.0.1:9000/files-pri/x", True),
        ("https://127.0.0.1:9000/files-pri/x", False),
        ("http://127.0.0.1:9001/files-pri/x", False),
        ("ftp://files.slack.com/a", False),
        ("https://[broken", False),
        ("", False),
    ],
)
def test_the_token_is_sent_to_slack_only(url: str, trusted: bool) -> None:
    assert can_send_token(url, API_URL) is trusted


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


def build_files(slack: PlayedSlack, session: aiohttp.ClientSession, **more: Any) -> SlackFiles:
    client = build_slack_client(slack.bot_token, slack.api_url, session)
    settings = {"client": client, "api_url": slack.api_url, "max_bytes": 1000}
    return SlackFiles(session, **{**settings, **more})


def upload_file(slack: PlayedSlack, data: bytes = b"\x89PNG\r\n\x1a\nfox") -> FileRef:
    file = slack.api.uploads.create_file("fox.png", data, "U0ALEX")
    return parse_files([slack.api.uploads.get_info({"file": file.id})["file"]])[0]


async def test_a_file_is_fetched_with_the_token(session: aiohttp.ClientSession) -> None:
    async with PlayedSlack() as slack:
        assert (
            await build_files(slack, session).fetch(upload_file(slack)) == b"\x89PNG\r\n\x1a\nfox"
        )


async def test_a_missing_scope_is_explained(session: aiohttp.ClientSession) -> None:
    async with PlayedSlack(Rules(scopes=GRANTED_SCOPES - {"files:read"})) as slack:
        with pytest.raises(DownloadError) as refused:
            await build_files(slack, session).fetch(upload_file(slack))
    assert (
        "sign-in page" in refused.value.user_message and "files:read" in refused.value.user_message
    )


async def test_a_file_known_only_by_its_id_is_looked_up(session: aiohttp.ClientSession) -> None:
    async with PlayedSlack() as slack:
        known = upload_file(slack)
        stub = FileRef(known.id, "fox.png", mode="file_access", access="check_file_info")
        assert (await build_files(slack, session).fetch(stub)).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"mode": "tombstone"}, "deleted"),
        ({"mode": "hidden_by_limit"}, "plan"),
        ({"mode": "external"}, "not stored in Slack"),
        ({"size": 5000}, "larger than 0 MB"),
        ({"url": "https://evil.example/x"}, "a place outside Slack"),
        ({"url": "", "id": "F404"}, "deleted"),
    ],
)
async def test_what_cannot_be_had_is_said_by_name(
    session: aiohttp.ClientSession, change: dict[str, Any], words: str
) -> None:
    async with PlayedSlack() as slack:
        with pytest.raises(DownloadError) as refused:
            await build_files(slack, session).fetch(replace(upload_file(slack), **change))
    assert "fox.png" in refused.value.user_message and words in refused.value.user_message


async def test_a_file_larger_than_it_claims_is_cut_off(session: aiohttp.ClientSession) -> None:
    async with PlayedSlack() as slack:
        with pytest.raises(DownloadError, match="too large"):
            await build_files(slack, session).fetch(
                replace(upload_file(slack, b"x" * 2000), size=0)
            )


class RedirectServer:
    """A server that redirects to `location` and records the tokens that it gets."""

    def __init__(self) -> None:
        self.tokens: list[str | None] = []
        self.location = ""

    async def serve(self) -> tuple[web.AppRunner, str]:
        application = web.Application()
        application.router.add_get("/{tail:.*}", self._redirect)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/"

    async def _redirect(self, request: web.Request) -> web.StreamResponse:
        self.tokens.append(request.headers.get("Authorization"))
        return web.Response(status=302, headers={"Location": self.location})


async def test_a_redirect_to_another_host_is_not_followed(
    session: aiohttp.ClientSession,
) -> None:
    stranger, door = RedirectServer(), RedirectServer()
    stranger_runner, stranger_url = await stranger.serve()
    runner, url = await door.serve()
    async with PlayedSlack() as slack:
        fetcher = build_files(slack, session, api_url=url)
        door.location = stranger_url
        with pytest.raises(DownloadError, match="not a host"):
            await fetcher.fetch(FileRef("F1", "fox.png", url=f"{url}a"))
        door.location = f"{url}again"
        with pytest.raises(DownloadError, match="too many redirects"):
            await fetcher.fetch(FileRef("F1", "fox.png", url=f"{url}a"))
    await runner.cleanup()
    await stranger_runner.cleanup()
    assert stranger.tokens == [] and len(door.tokens) == 1 + 6


async def test_a_failing_server_is_a_sentence(session: aiohttp.ClientSession) -> None:
    async with PlayedSlack() as slack:
        slack.fail("download", status=503, times=5)
        assert await build_files(slack, session).fetch(upload_file(slack))  # the next time it does
        slack.fail("download", status=503, times=6)
        with pytest.raises(DownloadError) as refused:
            await build_files(slack, session).fetch(upload_file(slack))
        assert "did not hand it over" in refused.value.user_message
        with pytest.raises(DownloadError, match="Error|Timeout"):
            lost = replace(upload_file(slack), url="http://127.0.0.1:9/x")
            await build_files(slack, session, api_url="http://127.0.0.1:9/").fetch(lost)
