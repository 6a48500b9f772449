"""A web page that finds the playground's ports reads nothing there and changes nothing."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.playground.main import run_playground
from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack
from tests.playground.browser import open_browser_page, require_browser, serve_page
from tests.security.port import Strangers, build_request
from tests.support.answers import wait_for_answers
from tests.support.process import ROOT

FOREIGN = {
    "another site": {"Origin": "https://evil.example"},
    "no site": {"Origin": "null"},
    "another port": {"Origin": "http://127.0.0.1:1"},
    "another name of this machine": {"Origin": "http://localhost:1"},
    "two sites": {"Origin": "http://127.0.0.1, https://evil.example"},
    "a rebound name": {"Host": "evil.example"},
    "a rebound name of its own site": {
        "Host": "evil.example:80",
        "Origin": "http://evil.example:80",
    },
    "a name that begins alike": {"Host": "127.0.0.1.evil.example"},
    "a name that ends alike": {"Host": "evil.example@127.0.0.1"},
    "any address": {"Host": "0.0.0.0"},
    "no name": {"Host": ""},
    "a picture or a form": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    "a page of another port": {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"},
}
EVERY_FOREIGN = pytest.mark.parametrize("foreign", FOREIGN.values(), ids=FOREIGN.keys())


@pytest.fixture
async def slack() -> AsyncIterator[PlayedSlack]:
    async with PlayedSlack() as played:
        yield played


async def ask(
    address: str, method: str, path: str, foreign: dict[str, str], body: bytes = b""
) -> tuple[int, bytes]:
    headers = {"Host": address.rstrip("/").rpartition("/")[2], **foreign}
    async with Strangers(address) as strangers:
        return await strangers.ask(build_request(body, headers, method=method, path=path))


@EVERY_FOREIGN
async def test_the_page_tells_and_does_nothing(slack: PlayedSlack, foreign: dict[str, str]) -> None:
    await slack.post_as_person("D0ALEX", "a secret", files=[("a.png", b"\x89PNG")])
    (file,) = slack.workspace.files
    async with serve_page(slack) as address:
        for path in ("/page/state", "/page/events", f"/page/files/{file}", "/web/app.js"):
            status, answer = await ask(address, "GET", path, foreign)
            assert status == 403 and b"secret" not in answer
            assert b"access-control" not in answer.lower()
        for path in ("send", "press", "shortcut", "delete-file", "faults", "refresh-sockets"):
            assert (await ask(address, "POST", f"/page/{path}", foreign, b"{}"))[0] == 403
        preflight = {"Access-Control-Request-Method": "POST", **foreign}
        assert (await ask(address, "OPTIONS", "/page/send", preflight))[0] == 403


async def test_a_change_without_an_origin_is_refused(slack: PlayedSlack) -> None:
    async with serve_page(slack) as address:
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            assert (await ask(address, method, "/page/send", {}, b"{}"))[0] == 403
        own = {"Origin": address.rstrip("/"), "Sec-Fetch-Site": "same-origin"}
        assert (await ask(address, "POST", "/page/refresh-sockets", own, b"{}"))[0] == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
async def test_a_person_sees_the_page_under_every_name_of_the_machine(
    slack: PlayedSlack, host: str
) -> None:
    async with serve_page(slack) as address:
        for more in ({}, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}):
            names = {"Host": f"{host}:8765", **more}
            assert (await ask(address, "GET", "/", names))[0] == 200


@EVERY_FOREIGN
async def test_the_web_api_answers_no_page_even_with_the_token(
    slack: PlayedSlack, foreign: dict[str, str]
) -> None:
    known = {"Authorization": f"Bearer {slack.bot_token}", **foreign}
    file = slack.uploads.create_file("a.png", b"\x89PNG", "U0ALEX")
    for method in ("GET", "POST", "OPTIONS"):
        assert (await ask(slack.origin, method, "/api/auth.test", known))[0] == 403
        assert (await ask(slack.origin, method, "/api/apps.connections.open", known))[0] == 403
    assert (await ask(slack.origin, "GET", f"/files-pri/T-{file.id}/a.png", known))[0] == 403
    assert (await ask(slack.origin, "POST", "/upload/v1/t1", known))[0] == 403
    assert (await ask(slack.origin, "POST", "/app/T/1/played", known, b"{}"))[0] == 403
    assert slack.responses == [] and slack.calls == []


@EVERY_FOREIGN
async def test_no_page_opens_a_socket_even_with_a_ticket(
    slack: PlayedSlack, foreign: dict[str, str]
) -> None:
    address = slack.socket.issue_address(slack.origin)
    path = "/socket" + address.rpartition("/socket")[2]
    upgrade = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "x3JJHMbDL1EzLkh9GBhXDw==",
    }
    assert (await ask(slack.origin, "GET", path, {**upgrade, **foreign}))[0] == 403
    assert slack.socket.sockets == []


async def test_a_ticket_opens_one_socket(slack: PlayedSlack) -> None:
    address = slack.socket.issue_address(slack.origin)
    async with aiohttp.ClientSession() as session, session.ws_connect(address) as first:
        assert (await first.receive_json())["type"] == "hello"
        for used in (address, address.partition("?")[0], f"{slack.origin}/socket?ticket="):
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(used)


@EVERY_FOREIGN
async def test_the_model_answers_no_page_even_with_the_key(foreign: dict[str, str]) -> None:
    async with PlayedModel() as model:
        origin = model.base_url.removesuffix("/api/v1")
        known = {"Authorization": f"Bearer {model.api_key}", **foreign}
        for method, path in (
            ("POST", "/api/v1/chat/completions"),
            ("POST", "/v1/responses"),
            ("POST", "/v1/chat/completions"),
            ("POST", "/compatible/v1/chat/completions"),
            ("GET", "/api/v1/key"),
            ("GET", "/api/v1/models"),
            ("GET", "/api/v1/generation?id=1"),
            ("GET", "/api/v1/models/a/b/endpoints"),
            ("GET", "/api/v1/endpoints/zdr"),
            ("OPTIONS", "/v1/responses"),
        ):
            assert (await ask(origin, method, path, known, b"{}"))[0] == 403
        assert model.requests == []


async def test_what_was_known_before_the_start_opens_nothing(slack: PlayedSlack) -> None:
    async with PlayedModel() as model, aiohttp.ClientSession() as session:
        for token in ("xoxb-played-bot", "xapp-played-app", "", "played"):
            for name in ("auth.test", "apps.connections.open"):
                headers = {"Authorization": f"Bearer {token}"}
                async with session.post(f"{slack.api_url}{name}", headers=headers) as response:
                    assert (await response.json())["ok"] is False
        headers = {"Authorization": "Bearer sk-or-v1-played"}
        async with session.post(f"{model.base_url}/chat/completions", headers=headers) as response:
            assert response.status == 401


async def test_every_start_has_secrets_of_its_own() -> None:
    code = (
        "import json; from bot.playground.slack import PlayedSlack as S;"
        "from bot.playground.model import PlayedModel as M;"
        "print(json.dumps([S.bot_token, S.app_token, S.signing_secret, M.api_key]))"
    )
    starts = []
    for _ in range(2):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", code), cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await process.communicate()
        starts.append(json.loads(output))
    first, second = starts
    assert not set(first) & set(second) and all(len(secret) >= 32 for secret in first)


async def test_the_whole_playground_still_answers_its_own(tmp_path: Path) -> None:
    async with run_playground(keep=tmp_path, slow=False) as playground:
        root = await playground.slack.post_as_person("D0ALEX", "say hello")
        await wait_for_answers(playground.slack, "D0ALEX", root)


SCRIPT = """async ([page, slack, model, socket, token, key]) => {
  const read = async (url, options) => {
    try { return (await (await fetch(url, options)).text()).slice(0, 200); }
    catch { return "refused"; }
  };
  const open = (url) => new Promise((done) => {
    const opened = new WebSocket(url);
    opened.onmessage = () => done("opened"); opened.onerror = () => done("refused");
  });
  const show = (url) => new Promise((done) => {
    const picture = new Image();
    picture.onload = () => done("shown"); picture.onerror = () => done("refused");
    picture.src = url;
  });
  const form = new FormData(); form.append("channel", "D0ALEX"); form.append("text", "by evil");
  return [
    await read(page + "page/state"), await read(page + "page/events"),
    await read(page + "page/send", { method: "POST", body: form }),
    await read(page + "page/send", { method: "POST", body: form, mode: "no-cors" }),
    await read(slack + "auth.test?token=" + token),
    await read(slack + "apps.connections.open", { method: "POST", body: "token=" + token }),
    await read(model + "/models"), await open(socket), await show(page + "page/files/F00000001"),
  ];
}"""


@pytest.mark.browser
async def test_a_real_browser_on_another_site_gets_nothing(slack: PlayedSlack) -> None:
    require_browser()
    picture = (ROOT / "docs" / "images" / "playground-light.png").read_bytes()
    await slack.post_as_person("D0ALEX", "a secret", files=[("a.png", picture)])
    async with (
        PlayedModel() as model,
        PlayedSlack() as other,
        serve_page(slack) as address,
        serve_page(other) as foreign_site,
        open_browser_page() as browser,
    ):
        await browser.goto(foreign_site)
        socket = slack.socket.issue_address(slack.origin)
        given: list[Any] = [address, slack.api_url, model.base_url, socket, slack.bot_token, ""]
        # The page's own policy would stop the script before the request: it has none here.
        await browser.goto("about:blank")
        found = await browser.evaluate(SCRIPT, given)
    assert not [text for text in found if text not in ("refused", "")]
    assert [message.text for message in slack.workspace.list_messages("D0ALEX")] == ["a secret"]
    assert slack.socket.sockets == [] and slack.calls == []
