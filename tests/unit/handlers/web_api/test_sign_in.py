"""Slack's sign-in page is recognised instead of any file; no file of people is taken for it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.domain.files import FileRef
from handlers.web_api.client import build_slack_client
from handlers.web_api.download_errors import DownloadError
from handlers.web_api.downloads import SlackFiles
from handlers.web_api.sign_in import is_sign_in_address
from tests.support.file_server import FakeResponse, FileServer

HTML = {"Content-Type": "text/html; charset=utf-8"}
# As Slack sends them: a form, the shell of a program, other languages.
SIGN_IN_PAGES = [
    b"<!DOCTYPE html><html><head><title>Sign in to Acme | Slack</title></head><body>",
    b'<!DOCTYPE html><html lang="de-DE"><head>\n<title>Anmelden | Slack</title>'
    b'<link href="https://a.slack-edge.com/bv1/x.css">',
    b'\n<!-- 7 --><!DOCTYPE html><html><head><title>Slack</title><form id="signin_form">',
    b'<!DOCTYPE html><HTML><HEAD><TITLE>Login | Slack</TITLE><form action="/signin">',
]
PAGE = b"<!DOCTYPE html><html><head><title>Our plan</title></head><body>Sign in to Slack</body>"
# Files whose bytes are a web page, though their names do not say so.
PAGE_REFS = [
    FileRef("F1", "Page.HTML", "text/html"),
    FileRef("F1", "page.xhtml", "application/xhtml+xml"),
    FileRef("F1", "Re: the plan", "text/html", mode="email"),
    FileRef("F1", "index.php", "text/x-php"),
    FileRef("F1", "App.vue", "text/plain"),
    FileRef("F1", "Untitled", "text/plain", mode="snippet"),
    FileRef("F1", "Team plan", "application/vnd.slack-docs", mode="quip"),
    FileRef("F1", "Old post", "text/plain", mode="post"),
    FileRef("F1", "page", "application/octet-stream"),
    FileRef("F1", "drawing.svg", "image/svg+xml"),
    FileRef("F1", "page"),
]
BINARY_REFS = [
    FileRef("F1", "fox.png", "image/png"),
    FileRef("F1", "fox.png"),
    FileRef("F1", "plan.pdf", "application/pdf"),
    FileRef("F1", "notes", "application/zip"),
]


@pytest.fixture
async def server() -> AsyncIterator[FileServer]:
    async with FileServer() as opened:
        yield opened


async def fetch(server: FileServer, ref: FileRef, answer: FakeResponse, *, size: int = 0) -> bytes:
    async with aiohttp.ClientSession() as session:
        client = build_slack_client("xoxb-of-the-test", server.api_url, session)
        files = SlackFiles(session, client=client, api_url=server.api_url, max_bytes=10_000)
        url = server.serve("files-pri/a", answer)
        return await files.fetch(
            FileRef(ref.id, ref.name, ref.mimetype, size=size, url=url, mode=ref.mode)
        )


@pytest.mark.parametrize("page", SIGN_IN_PAGES)
@pytest.mark.parametrize("ref", [*PAGE_REFS, *BINARY_REFS], ids=lambda ref: ref.name)
async def test_the_sign_in_page_is_recognised_instead_of_any_file(
    server: FileServer, ref: FileRef, page: bytes
) -> None:
    for size in (0, 5_000):
        with pytest.raises(DownloadError) as refused:
            await fetch(server, ref, FakeResponse(body=page, headers=HTML), size=size)
        assert "sign-in page" in refused.value.user_message
        assert "files:read" in refused.value.user_message


@pytest.mark.parametrize("ref", PAGE_REFS, ids=lambda ref: ref.name)
async def test_a_file_that_is_a_page_is_no_sign_in_page(server: FileServer, ref: FileRef) -> None:
    for size in (0, len(PAGE), 5_000):
        assert await fetch(server, ref, FakeResponse(body=PAGE, headers=HTML), size=size) == PAGE


@pytest.mark.parametrize("ref", [*PAGE_REFS, *BINARY_REFS], ids=lambda ref: ref.name)
async def test_a_file_of_the_size_that_slack_states_is_that_file(
    server: FileServer, ref: FileRef
) -> None:
    """Also a saved sign-in page, and a page that someone named like a picture."""
    for page in (PAGE, *SIGN_IN_PAGES):
        answer = FakeResponse(body=page, headers=HTML)
        assert await fetch(server, ref, answer, size=len(page)) == page


@pytest.mark.parametrize("ref", BINARY_REFS, ids=lambda ref: ref.name)
async def test_another_page_instead_of_a_picture_is_not_called_slack_s(
    server: FileServer, ref: FileRef
) -> None:
    with pytest.raises(DownloadError) as refused:
        await fetch(server, ref, FakeResponse(body=PAGE, headers=HTML), size=5_000)
    assert "a web page came instead of the file" in refused.value.user_message
    assert "sign-in" not in refused.value.user_message


async def test_text_that_is_served_as_a_page_is_a_file(server: FileServer) -> None:
    answer = FakeResponse(body=b"<template><p>hello</p></template>", headers=HTML)
    assert (await fetch(server, FileRef("F1", "App.vue"), answer)).startswith(b"<template>")


@pytest.mark.parametrize(
    ("url", "is_sign_in"),
    [
        ("https://acme.slack.com/?redir=%2Ffiles-pri%2FT1-F1%2Fa.png", True),
        ("https://slack.com/signin?x=1", True),
        ("https://acme.slack.com/sso/saml/start", True),
        ("https://acme.slack.com/workspace-signin", True),
        ("https://files.slack.com/files-pri/T1-F1/signin.png", False),
        ("https://files.slack.com/files-pri/T1-F1/download/login", False),
        ("https://[broken", False),
    ],
)
def test_a_redirect_to_the_sign_in_page_is_recognised(url: str, is_sign_in: bool) -> None:
    assert is_sign_in_address(url) is is_sign_in
