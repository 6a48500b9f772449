"""The page's HTTP: for this machine only, and nothing uploaded is ever run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.manifest import load
from bot.playground.page import as_slack_text, page_application
from bot.playground.slack import PlayedSlack


@pytest.fixture
async def slack() -> AsyncIterator[PlayedSlack]:
    async with PlayedSlack() as played:
        yield played


@pytest.fixture
async def page(slack: PlayedSlack) -> AsyncIterator[str]:
    runner = web.AppRunner(page_application(slack), access_log=None, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def send(session: aiohttp.ClientSession, page: str, **fields: Any) -> tuple[int, Any]:
    form = aiohttp.FormData()
    for name, value in {"channel": "D0ALEX", "user": "U0ALEX", "text": "", **fields}.items():
        if name == "file":
            form.add_field("files", value[1], filename=value[0])
        else:
            form.add_field(name, value)
    async with session.post(f"{page}/page/send", data=form) as response:
        return response.status, await response.json()


async def test_the_page_and_its_parts_are_served_guarded(
    session: aiohttp.ClientSession, page: str
) -> None:
    for path, kind in (("/", "text/html"), ("/web/app.js", "text/javascript")):
        async with session.get(page + path) as response:
            assert response.status == 200 and response.content_type == kind
            assert "default-src 'self'" in response.headers["Content-Security-Policy"]
            assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["../page.py", "..%2fpage.py", "%2e%2e/main.py", "none.js", "."])
async def test_no_name_leads_out_of_the_folder(
    session: aiohttp.ClientSession, page: str, name: str
) -> None:
    from yarl import URL

    async with session.get(URL(f"{page}/web/{name}", encoded=True)) as response:
        assert response.status in (403, 404)


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Origin": "null"}]
)
async def test_other_sites_may_not_use_it(
    session: aiohttp.ClientSession, page: str, slack: PlayedSlack, headers: dict[str, str]
) -> None:
    async with session.get(f"{page}/page/state", headers=headers) as response:
        assert response.status == 403
    async with session.post(f"{page}/page/send", data={"text": "x"}, headers=headers) as response:
        assert response.status == 403
    assert slack.workspace.messages("D0ALEX") == []


async def test_a_message_with_a_file_is_posted_and_seen_in_the_state(
    session: aiohttp.ClientSession, page: str
) -> None:
    status, told = await send(session, page, text="look <b>", file=("a.png", b"\x89PNG"))
    assert status == 200
    async with session.get(f"{page}/page/state") as response:
        (message,) = (await response.json())["messages"]
    assert (message["ts"], message["text"]) == (told["ts"], "look &lt;b&gt;")
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
    session: aiohttp.ClientSession, page: str, fields: dict[str, str], status: int
) -> None:
    got, told = await send(session, page, **fields)
    assert got == status and told["error"].endswith(".")


@pytest.mark.parametrize("name", ["evil.html", "evil.svg", 'a".html'])
async def test_what_a_browser_might_run_is_only_saved(
    session: aiohttp.ClientSession, page: str, slack: PlayedSlack, name: str
) -> None:
    await send(session, page, file=(name, b"<script>alert(1)</script>"))
    (file,) = slack.workspace.files.values()
    async with session.get(f"{page}/page/files/{file.id}") as response:
        assert response.content_type == "application/octet-stream"
        assert response.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b'{"method":1,"times":"x"}'])
async def test_a_fault_without_sense_is_refused(
    session: aiohttp.ClientSession, page: str, body: bytes
) -> None:
    async with session.post(f"{page}/page/faults", data=body) as response:
        assert response.status == 400


async def test_changes_arrive_as_they_happen(
    session: aiohttp.ClientSession, page: str, slack: PlayedSlack
) -> None:
    async with session.get(f"{page}/page/events") as response:
        ts = await slack.say("D0ALEX", "hello")
        line = await response.content.readline()
    assert line.startswith(b"data: ") and ts.encode() in line


def test_typed_text_becomes_what_slack_makes_of_it() -> None:
    assert as_slack_text("@Easel is 1<2 & a@easel.example?") == (
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
    ],
)
def test_typed_links_become_slacks_links(typed: str, sent: str) -> None:
    assert as_slack_text(typed) == sent


async def post(
    session: aiohttp.ClientSession, page: str, deed: str, **body: Any
) -> tuple[int, Any]:
    async with session.post(f"{page}/page/{deed}", json=body) as response:
        return response.status, await response.json()


async def test_the_state_offers_the_shortcuts_that_the_manifest_installs(
    session: aiohttp.ClientSession, page: str
) -> None:
    async with session.get(f"{page}/page/state") as response:
        told = (await response.json())["shortcuts"]
    listed = load()["features"].get("shortcuts", [])
    names = [(one["name"], one["callback_id"]) for one in listed if one["type"] == "message"]
    assert [(one["name"], one["callback_id"]) for one in told] == names


async def test_the_state_has_a_link_for_every_message_and_tells_what_was_deleted(
    session: aiohttp.ClientSession, page: str, slack: PlayedSlack
) -> None:
    root = await slack.say("C0GENERAL", "look", files=[("a.png", b"x")])
    reply = await slack.say("C0GENERAL", "nice", thread_ts=root)
    (file,) = slack.workspace.files.values()
    slack.delete_file(file.id)
    slack.delete_message("C0GENERAL", root)
    async with session.get(f"{page}/page/state") as response:
        first, second = (await response.json())["messages"]
    assert (first["deleted"], second["deleted"]) == (True, False)
    assert second["permalink"] == slack.permalink("C0GENERAL", reply)
    async with session.get(f"{page}/page/files/{file.id}") as response:
        assert response.status == 404


async def test_a_person_deletes_their_message_and_their_file(
    session: aiohttp.ClientSession, page: str, slack: PlayedSlack
) -> None:
    ts = await slack.say("D0ALEX", "look", files=[("a.png", b"x")])
    (file,) = slack.workspace.files.values()
    assert (await post(session, page, "delete-file", file=file.id, user="U0ALEX"))[0] == 200
    assert file.gone
    where = {"channel": "D0ALEX", "ts": ts, "user": "U0ALEX"}
    assert (await post(session, page, "delete-message", **where))[0] == 200
    assert slack.workspace.messages("D0ALEX") == []


HERE = {"channel": "D0ALEX", "user": "U0ALEX"}


@pytest.mark.parametrize(
    ("deed", "body", "status"),
    [
        ("shortcut", {}, 400),
        ("shortcut", {**HERE, "ts": 5, "callback_id": "x"}, 400),
        ("shortcut", {**HERE, "ts": "1.0", "callback_id": "nothing of ours"}, 404),
        ("delete-message", {}, 400),
        ("delete-message", {**HERE, "ts": "1.0"}, 404),
        ("delete-message", {**HERE, "ts": "1.0", "channel": "C404"}, 404),
        ("delete-file", {"user": "U0ALEX"}, 400),
        ("delete-file", {"user": "U0ALEX", "file": "F404"}, 404),
        ("press", {}, 400),
    ],
)
async def test_what_cannot_be_done_is_a_sentence(
    session: aiohttp.ClientSession, page: str, deed: str, body: dict[str, Any], status: int
) -> None:
    got, told = await post(session, page, deed, **body)
    assert got == status and told["error"].endswith(".")


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"5", b"null"])
@pytest.mark.parametrize("deed", ["shortcut", "delete-message", "delete-file", "press"])
async def test_a_deed_without_sense_is_refused(
    session: aiohttp.ClientSession, page: str, deed: str, body: bytes
) -> None:
    async with session.post(f"{page}/page/{deed}", data=body) as response:
        assert response.status == 400


async def test_what_is_anothers_is_not_deleted(
    session: aiohttp.ClientSession, page: str, slack: PlayedSlack
) -> None:
    ts = await slack.say("C0GENERAL", "mine", user="U0SAM", files=[("a.png", b"x")])
    (file,) = slack.workspace.files.values()
    where = {"channel": "C0GENERAL", "ts": ts, "user": "U0ALEX"}
    for deed, body in (
        ("delete-message", where),
        ("delete-file", {"file": file.id, "user": "U0ALEX"}),
    ):
        got, told = await post(session, page, deed, **body)
        assert got == 403 and told["error"].endswith(".")
    assert len(slack.workspace.messages("C0GENERAL")) == 1 and not file.gone


@pytest.mark.parametrize("deed", ["shortcut", "delete-message", "delete-file"])
async def test_other_sites_may_do_nothing(
    session: aiohttp.ClientSession, page: str, deed: str
) -> None:
    headers = {"Origin": "https://evil.example"}
    async with session.post(f"{page}/page/{deed}", json={}, headers=headers) as response:
        assert response.status == 403
