"""Where this machine opens no connection, neither Slack nor a file is blamed for it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.domain.errors import MachineShort
from bot.domain.files import FileRef
from handlers.web_api.client import SlackCalls, build_slack_client
from handlers.web_api.downloads import SlackFiles
from tests.support.file_server import FakeResponse, FileServer
from tests.support.shortages import without_descriptors

FOX = b"\x89PNG\r\n\x1a\nfox"


@pytest.fixture
async def server() -> AsyncIterator[FileServer]:
    async with FileServer() as opened:
        yield opened


@pytest.mark.parametrize("is_described", [True, False])
async def test_a_download_says_so_and_works_later(server: FileServer, is_described: bool) -> None:
    url = server.serve("fox.png", FakeResponse(body=FOX))
    file = FileRef("F1", "fox.png", "image/png", url=url if is_described else "")
    async with aiohttp.ClientSession() as session:
        client = build_slack_client("xoxb-1", server.api_url, session)
        files = SlackFiles(session, client=client, api_url=server.api_url, max_bytes=1_000)
        with without_descriptors(), pytest.raises(MachineShort) as short:
            await files.fetch(file)
        assert short.value.code == "EMFILE"
        assert "fox.png: my machine has no room" in short.value.user_message
        if is_described:
            assert await files.fetch(file) == FOX


async def test_a_name_that_cannot_be_looked_up_then_is_no_fault_of_slack(
    server: FileServer,
) -> None:
    url = "https://files.slack.com/fox.png"
    async with aiohttp.ClientSession() as session:
        client = build_slack_client("xoxb-1", server.api_url, session)
        files = SlackFiles(session, client=client, api_url=server.api_url, max_bytes=1_000)
        with without_descriptors(), pytest.raises(MachineShort):
            await files.fetch(FileRef("F1", "fox.png", "image/png", url=url))


async def test_a_call_of_slack_says_so(server: FileServer) -> None:
    async with aiohttp.ClientSession() as session:
        client = build_slack_client("xoxb-1", server.api_url, session)
        client.retry_handlers = []
        with without_descriptors(), pytest.raises(MachineShort) as short:
            async with SlackCalls().call("auth.test"):
                await client.auth_test()
    assert "My machine has no room" in short.value.user_message
