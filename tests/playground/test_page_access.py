"""The page for who hears it, or has only a keyboard: in a real browser, with axe-core."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from bot.playground.slack import PlayedSlack, PostedFile
from tests.playground.axe import list_barriers
from tests.playground.browser import open_browser_page, serve_page
from tests.playground.sharing import DM, open_thread, share_pictures
from tests.playground.slack_client import build_client
from tests.support.easel import build_png

pytestmark = pytest.mark.browser
WORDS = """# A title

| Item | Responsible department |
|---|---|
| Fox | Telecommunications |

> a quote

```
code that is so long that it has to scroll, because nobody breaks the lines of code, never, not once
```
- a [link](https://a.example) and `code`
"""
FOXES = [PostedFile(f"fox-v{n}.png", build_png((200, 150)), alt=f"Fox {n}") for n in (1, 2)]


async def fill_chats(slack: PlayedSlack, page: Page) -> str:
    """Fill the chats with all that a message can be; open the thread."""
    root = await open_thread(slack, page, FOXES)
    await build_client(slack).chat_postMessage(channel=DM, thread_ts=root, markdown_text=WORDS)
    gone = await slack.post_as_person(DM, "x", thread_ts=root, files=[("a.pdf", b"x")])
    share_pictures(slack, root, [PostedFile("bad.png", b"bad")])
    share_pictures(slack, root, [PostedFile("gone.png", build_png())])
    slack.delete_file(sorted(slack.workspace.files)[-1])
    await slack.post_as_person("C0GENERAL", "hello", user="U0SAM")
    slack.workspace.set_status(DM, root, "is thinking…")
    await expect(page.locator(f'#thread [data-ts="{gone}"]')).to_be_visible()
    await expect(page.locator("#thread .status")).to_be_visible()
    return root


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_nothing_on_the_page_is_a_barrier(slack: PlayedSlack, theme: str) -> None:
    async with serve_page(slack) as address, open_browser_page(color_scheme=theme) as page:
        await page.goto(address)
        await expect(page.locator(".suggestion")).to_have_count(4)
        assert await list_barriers(page) == []
        await fill_chats(slack, page)
        await set_a_failure(page)
        assert await list_barriers(page) == []
        await look_at_what_lies_over_the_page(page)
        await page.set_viewport_size({"width": 820, "height": 700})
        await page.click("#menu")
        assert await list_barriers(page) == []
        await page.keyboard.press("Escape")
        await expect(page.locator("#menu")).to_be_focused()


async def set_a_failure(page: Page) -> None:
    for summary in await page.locator("summary").all():
        await summary.click()
    await page.click("#failure-form [type=submit]")
    await expect(page.locator("#failure-sign")).to_have_text("1 failure set")
    await expect(page.locator(".toast.done")).to_contain_text("Set for the next time")


async def look_at_what_lies_over_the_page(page: Page) -> None:
    """Look at a menu, at the question before something is deleted, and at the large view."""
    await page.locator("#thread .picture .more").first.click()
    assert await list_barriers(page) == []
    await page.locator(".menu").evaluate("menu => menu.hidePopover()")  # if it is still open
    await page.locator("#thread .picture .more").nth(1).click()
    await page.locator(".menu .danger").click()
    await expect(page.locator(".confirm")).to_be_visible()
    assert await list_barriers(page) == []
    await page.keyboard.press("Escape")
    await page.locator("#thread .open").first.click()
    await expect(page.locator(".viewer")).to_be_visible()
    assert await list_barriers(page) == []
    await page.keyboard.press("Escape")


async def test_names_are_spoken_and_an_answer_is_announced_once(
    slack: PlayedSlack, page: Page
) -> None:
    await page.evaluate(
        "window.heard = []; new MutationObserver(() => {"
        " heard.push(document.querySelector('#announcer').textContent); })"
        ".observe(document.querySelector('#announcer'), { childList: true })"
    )
    root, client = await slack.post_as_person(DM, "tell me"), build_client(slack)
    stream = (await client.chat_startStream(channel=DM, thread_ts=root, markdown_text="One "))["ts"]
    for word in ("two ", "**three** "):
        await client.chat_appendStream(channel=DM, ts=stream, markdown_text=word)
    await client.chat_stopStream(channel=DM, ts=stream)
    share_pictures(slack, root, FOXES[:1])
    said = "Easel answered: One two three 1 file: Fox 1"
    await expect(page.locator("#announcer")).to_have_text(said)
    await page.locator("#messages .open-thread").click()
    await expect(page.locator("#thread-composer")).to_be_focused()
    article = page.get_by_role("article", name="Easel,")
    await expect(article.first).to_contain_text("three")
    button = page.get_by_role("button", name="2 replies, last at")
    await expect(button).to_have_count(1)
    await expect(page.get_by_role("button", name="Easel (active)")).to_have_count(1)
    assert await page.evaluate("heard") == [said]
    await page.keyboard.press("Escape")
    await expect(button).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#thread-composer")).to_be_focused()


async def test_the_focus_stays_where_it_is_while_an_answer_grows(
    slack: PlayedSlack, page: Page
) -> None:
    root, client = await slack.post_as_person(DM, "tell me"), build_client(slack)
    stream = (await client.chat_startStream(channel=DM, thread_ts=root, markdown_text="One "))["ts"]
    await page.locator("#messages .open-thread").click()
    await expect(page.locator("#messages .doing")).to_have_text("Easel is answering…")
    await expect(page.locator(".busy")).to_have_count(1)
    more = page.locator(f'#thread [data-ts="{stream}"] > .more')
    await more.focus()
    await client.chat_appendStream(channel=DM, ts=stream, markdown_text="two")
    await expect(page.locator("#thread .streaming .body")).to_have_text("One two")
    await expect(more).to_be_focused()
    await page.locator("#stop").click()
    await slack.wait_until(lambda: slack.deliveries[-1].body.get("event", {}).get("user"))
    assert slack.deliveries[-1].body["event"]["streaming_message_ts"] == [stream]
    await client.chat_stopStream(channel=DM, ts=stream)
    await expect(page.locator("#stop")).to_be_hidden()
    await expect(page.locator(".busy, .doing")).to_have_count(0)
