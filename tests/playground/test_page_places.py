"""Where one is on the page, what one was writing there, and what a restart of the server leaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Page, Route, expect

from bot.playground.page import build_page_application
from bot.playground.page_state import Chats
from bot.playground.slack import PlayedMessage, PlayedSlack
from bot.playground.slack.web_api import Rules
from tests.playground.browser import open_browser_page, require_browser, serve_page
from tests.playground.sharing import DM, choose_menu_item
from tests.support.easel import build_png

pytestmark = pytest.mark.browser


@asynccontextmanager
async def serve_at(port: int, slack: PlayedSlack, chats: Chats) -> AsyncIterator[int]:
    application = build_page_application(slack, chats=chats)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


def build_message(slack: PlayedSlack, text: str, *, user: str = "U0ALEX") -> PlayedMessage:
    return PlayedMessage(slack.workspace.create_ts(), "C0GENERAL", user, text)


async def test_the_address_holds_the_place_and_drafts_stay_there(
    slack: PlayedSlack, page: Page
) -> None:
    await page.fill("#composer", "tell me")
    await page.press("#composer", "Enter")
    await expect(page.locator("#thread-composer")).to_be_focused()
    (root,) = [message.ts for message in slack.workspace.list_messages(DM)]
    await page.keyboard.type("a reply")
    await page.fill("#composer", "mine")
    files: Any = [{"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"}]
    await page.set_input_files("#file-input", files)
    await expect_place(page, f"{DM}/{root}", composer="mine", reply="a reply", files=1)
    await page.click('[data-channel="C0GENERAL"]')
    await expect_place(page, "C0GENERAL", composer="")
    await page.fill("#composer", "for all")
    await page.go_back()
    await expect_place(page, f"{DM}/{root}", composer="mine", reply="a reply", files=1)
    await page.reload()
    await expect(page.locator("#thread-composer")).to_be_focused()
    await page.go_forward()
    await expect_place(page, "C0GENERAL", composer="for all")
    await page.go_back()
    await expect_place(page, f"{DM}/{root}", composer="mine", reply="a reply")
    # Its thread is deleted: what was written there is a draft of the channel.
    slack.delete_message(DM, root)
    await expect_place(page, DM, composer="mine\na reply")


async def expect_place(
    page: Page, place: str, *, composer: str, reply: str | None = None, files: int = 0
) -> None:
    """Expect a place, and what is written in it. Without a `reply` no thread is open."""
    await expect(page).to_have_url(page.url.partition("#")[0] + f"#/{place}")
    await expect(page.locator("#composer")).to_have_value(composer)
    await expect(page.locator(".preview")).to_have_count(files)
    if reply is None:
        await expect(page.locator("#thread-panel")).to_be_hidden()
    else:
        await expect(page.locator("#thread-composer")).to_have_value(reply)


async def test_an_address_with_rubbish_leads_to_what_is_there(page: Page) -> None:
    for address, place in {
        "#/C0DESIGN/1.5": "#/C0DESIGN",
        "#/C404/1.5": "#/C0DESIGN",
        "#/D0SAM": "#/D0SAM",
        "#<img src=x onerror=alert(1)>": "#/D0SAM",
        "#/%00/../__proto__/1.0": "#/D0SAM",
    }.items():
        await page.evaluate("address => { location.hash = address; }", address)
        await expect(page).to_have_url(page.url.partition("#")[0] + place)
        person = "U0SAM" if "SAM" in place else "U0ALEX"
        await expect(page.locator("#person")).to_have_value(person)


async def test_what_is_written_while_the_page_loads_stays(slack: PlayedSlack) -> None:
    may_load = asyncio.Event()

    async def load_later(route: Route) -> None:
        await may_load.wait()
        await route.continue_()

    files: Any = [{"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"}]
    async with serve_page(slack) as address, open_browser_page() as page:
        await page.route("**/page/state", load_later)
        await page.goto(address)
        await page.fill("#composer", "mine")
        await page.set_input_files("#file-input", files)
        await expect(page.locator(".preview")).to_have_count(1)
        may_load.set()
        await expect(page.locator("body")).not_to_have_class("loading")
        await expect(page.locator("#composer")).to_have_value("mine")
        await expect(page.locator(".preview")).to_have_count(1)
        # A browser may put back itself what was written: it is not there twice.
        may_load.clear()
        await page.reload()
        await page.fill("#composer", "mine")
        may_load.set()
        await expect(page.locator("body")).not_to_have_class("loading")
        await expect(page.locator("#composer")).to_have_value("mine")


async def test_a_browser_that_remembers_nothing_keeps_drafts_as_long_as_the_page(
    slack: PlayedSlack,
) -> None:
    async with serve_page(slack) as address, open_browser_page() as page:
        await page.add_init_script(
            "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })"
        )
        await page.goto(address)
        await page.fill("#composer", "mine")
        await page.click("#theme-toggle")
        await page.click('[data-channel="C0GENERAL"]')
        await expect(page.locator("#composer")).to_have_value("")
        await page.go_back()
        await expect(page.locator("#composer")).to_have_value("mine")


async def test_a_restart_is_told_and_nothing_that_was_written_is_lost() -> None:
    require_browser()
    kept, ports = Chats(folder="/chats"), [0]
    async with PlayedSlack(Rules()) as slack, open_browser_page() as page:
        async with serve_at(0, slack, kept) as ports[0]:
            root = await slack.post_as_person(DM, "hello", files=[("a.png", build_png())])
            await page.goto(f"http://127.0.0.1:{ports[0]}/#/{DM}/{root}")
            await expect(page.locator("#keeping")).to_contain_text("kept in /chats")
            await page.fill("#thread-composer", "half a thought")
        await expect(page.locator("#connection")).to_contain_text("Reconnecting…")
        await page.press("#thread-composer", "Enter")
        await expect(page.locator(".toast")).to_contain_text("cannot be reached")
        await slack.post_as_person(DM, "said meanwhile", thread_ts=root)
        async with serve_at(ports[0], slack, kept):
            await expect(page.locator(".toast.done")).to_contain_text("still here")
            await expect(page.locator("#connection")).to_have_text("")
            await expect(page.locator("#thread .message")).to_have_count(2)
            await expect(page.locator("#thread-composer")).to_have_value("half a thought")
        async with PlayedSlack(Rules()) as other, serve_at(ports[0], other, Chats()):
            await expect(page.locator(".toast").last).to_contain_text("earlier chats are gone")
            await expect(page.locator("#keeping")).to_contain_text("vanish when")
            await expect(page.locator("#composer")).to_have_value("half a thought")
            await expect(page.locator(".suggestion")).to_have_count(4)


async def test_too_many_files_are_refused_before_they_are_sent_and_an_upload_shows_its_progress(
    slack: PlayedSlack, page: Page
) -> None:
    files: Any = [{"name": f"{n}.txt", "mimeType": "text/plain", "buffer": b"a"} for n in range(12)]
    await page.set_input_files("#file-input", files)
    await expect(page.locator(".preview")).to_have_count(10)
    await expect(page.locator(".toast")).to_contain_text("2 files were left out")
    await page.route("**/page/send", lambda _route: None)  # it takes for ever
    await page.click("#send")
    await expect(page.locator(".upload").first).to_contain_text("Sending 10 files")
    await expect(page.locator("#composer")).to_be_focused()
    await page.locator(".upload button").first.click()
    await expect(page.locator(".toast").last).to_contain_text("was not sent")
    await expect(page.locator(".preview")).to_have_count(10)
    await page.unroute("**/page/send")
    await page.click("#send")
    await expect(page.locator("#thread .file")).to_have_count(10)
    await expect(page.locator(".upload").first).to_be_hidden()


async def test_a_message_is_copied_as_markdown_and_a_picture_is_taken_up(
    slack: PlayedSlack, page: Page
) -> None:
    text = "*bold* <https://a.example|a [b]> &lt;i&gt; <@U0SAM> `*code*`"
    await slack.post_as_person("C0DESIGN", text, files=[("a photo.png", build_png())])
    await page.click('[data-channel="C0DESIGN"]')
    await choose_menu_item(page, page.locator("#messages .message"), "Copy as Markdown")
    await expect(page.locator(".toast.done")).to_contain_text("copied")
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(
        "**bold** [a \\[b\\]](https://a.example) <i> @Sam `*code*`\n\n![a photo.png](http"
    )
    await choose_menu_item(page, page.locator("#messages .picture"), "Edit this")
    await expect(page.locator("#thread-composer")).to_have_value("@Easel Edit a photo.png: ")
    await expect(page.locator("#thread-composer")).to_be_focused()


async def test_many_messages_and_hostile_names_are_shown_at_once(slack: PlayedSlack) -> None:
    for number in range(10_000):
        slack.workspace.add(build_message(slack, f"message {number}"))
    slack.workspace.people["U0SAM"] = "<img src=x onerror=alert(1)>" + "W" * 200
    slack.workspace.add(build_message(slack, "last " + "x" * 5000, user="U0SAM"))
    async with serve_page(slack) as address, open_browser_page(width=820) as page:
        await page.goto(f"{address}#/C0GENERAL")
        await expect(page.locator("#messages .message")).to_have_count(100)
        await expect(page.locator("#messages .message").last).to_contain_text("last")
        await page.click(".earlier")
        await expect(page.locator("#messages .message")).to_have_count(200)
        assert await page.locator("#messages img").count() == 0
        wide = "document.documentElement.scrollWidth > innerWidth"
        assert await page.evaluate(wide) is False
        for part in ("#messages", "#sidebar"):
            assert await page.locator(part).evaluate("n => n.scrollWidth > n.clientWidth") is False
