"""The page over HTTP: it is for this machine only, and never runs an uploaded file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.playground.page_actions import format_slack_text
from bot.playground.slack import PlayedSlack, Workspace


@pytest.fixture
async def slack() -> AsyncIterator[PlayedSlack]:
    async with PlayedSlack() as played:
        yield played


async def send(session: aiohttp.ClientSession, page_url: str, **fields: Any) -> tuple[int, Any]:
    form = aiohttp.FormData()
    for name, value in {"channel": "D0ALEX", "user": "U0ALEX", "text": "", **fields}.items():
        if name == "file":
            form.add_field("files", value[1], filename=value[0])
        else:
            form.add_field(name, value)
    async with session.post(f"{page_url}/page/send", data=form) as response:
        return response.status, await response.json()


async def test_the_page_and_its_parts_are_served_guarded(
    session: aiohttp.ClientSession, page_url: str
) -> None:
    for path, kind in (("/", "text/html"), ("/web/app.js", "text/javascript")):
        async with session.get(page_url + path) as response:
            assert response.status == 200 and response.content_type == kind
            assert "default-src 'self'" in response.headers["Content-Security-Policy"]
            assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["../page.py", "..%2fpage.py", "%2e%2e/main.py", "none.js", "."])
async def test_no_name_leads_out_of_the_folder(
    session: aiohttp.ClientSession, page_url: str, name: str
) -> None:
    from yarl import URL

    async with session.get(URL(f"{page_url}/web/{name}", encoded=True)) as response:
        assert response.status in (403, 404)


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Origin": "null"}]
)
async def test_other_sites_may_not_use_it(
    session: aiohttp.ClientSession, page_url: str, slack: PlayedSlack, headers: dict[str, str]
) -> None:
    async with session.get(f"{page_url}/page/state", headers=headers) as response:
        assert response.status == 403
    async with session.post(
        f"{page_url}/page/send", data={"text": "x"}, headers=headers
    ) as response:
        assert response.status == 403
    assert slack.workspace.list_messages("D0ALEX") == []


async def test_a_message_with_a_file_is_posted_and_seen_in_the_state(
    session: aiohttp.ClientSession, page_url: str
) -> None:
    status, answer = await send(session, page_url, text="look <b>", file=("a.png", b"\x89PNG"))
    assert status == 200
    async with session.get(f"{page_url}/page/state") as response:
        (message,) = (await response.json())["messages"]
    assert (message["ts"], message["text"]) == (answer["ts"], "look &lt;b&gt;")
    assert message["files"][0]["name"] == "a.png"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 400),
        ({"text": "x", "channel": "C404"}, 404),
        ({"text": "x", "user": "U0EASEL"}, 404),
        ({"text": "x", "thread_ts": "1.0"}, 404),
    ],
)
async def test_what_cannot_be_posted_is_a_sentence(
    session: aiohttp.ClientSession, page_url: str, fields: dict[str, str], status: int
) -> None:
    got, answer = await send(session, page_url, **fields)
    assert got == status and answer["error"].endswith(".")


@pytest.mark.parametrize("name", ["evil.html", "evil.svg", 'a".html'])
async def test_what_a_browser_might_run_is_only_saved(
    session: aiohttp.ClientSession, page_url: str, slack: PlayedSlack, name: str
) -> None:
    await send(session, page_url, file=(name, b"<script>alert(1)</script>"))
    (file,) = slack.workspace.files.values()
    async with session.get(f"{page_url}/page/files/{file.id}") as response:
        assert response.content_type == "application/octet-stream"
        assert response.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"place":"model","way":"busy","times":"x"}',
        b'{"place":"upload","way":"error","times":1e999}',
    ],
)
async def test_a_failure_without_sense_is_refused(
    session: aiohttp.ClientSession, page_url: str, body: bytes
) -> None:
    async with session.post(f"{page_url}/page/failures", data=body) as response:
        assert response.status == 400


async def test_changes_arrive_as_they_happen(
    session: aiohttp.ClientSession, page_url: str, slack: PlayedSlack
) -> None:
    async with session.get(f"{page_url}/page/events") as response:
        ts = await slack.post_as_person("D0ALEX", "hello")
        line = await response.content.readline()
    assert line.startswith(b"data: ") and ts.encode() in line


def test_typed_text_becomes_what_slack_makes_of_it() -> None:
    assert format_slack_text("@Easel is 1<2 & a@easel.example?", Workspace()) == (
        "<@U0EASEL> is 1&lt;2 &amp; a@easel.example?"
    )


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("see https://a.example/x?y=1&z=2.", "see <https://a.example/x?y=1&amp;z=2>."),
        ("(https://a.example)", "(<https://a.example>)"),
        ("<https://a.example>", "&lt;<https://a.example>&gt;"),
        ("https://a.example/@easel", "<https://a.example/@easel>"),
        ("https://", "https://"),
        ("https://a.example/?by=@sam#general", "<https://a.example/?by=@sam#general>"),
        ("@Sam, what of it?", "<@U0SAM>, what of it?"),
        ("(@ALEX's) @Easel", "(<@U0ALEX>'s) <@U0EASEL>"),
        ("@here and @designers", "<!here> and <!subteam^S0DESIGNERS>"),
        ("in #general", "in <#C0GENERAL|general>"),
        ("@Samuel @nobody sam@sam #nowhere @", "@Samuel @nobody sam@sam #nowhere @"),
        ("<@U0SAM>", "&lt;@U0SAM&gt;"),
    ],
)
def test_what_is_typed_becomes_slacks_links_and_references(typed: str, sent: str) -> None:
    assert format_slack_text(typed, Workspace()) == sent
