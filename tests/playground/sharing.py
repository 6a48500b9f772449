"""Threads in which Easel shared pictures, and what is chosen from their menus on the page."""

from __future__ import annotations

from collections.abc import Iterable

from playwright.async_api import Locator, Page

from bot.playground.slack import PlayedMessage, PlayedSlack, Upload

DM = "D0ALEX"


def drawn(slack: PlayedSlack, root: str, uploads: Iterable[Upload]) -> PlayedMessage:
    """Easel shares pictures in the thread."""
    files = [slack.uploads.put(upload, "U0EASEL") for upload in uploads]
    ts = slack.workspace.next_ts()
    message = PlayedMessage(
        ts, DM, "U0EASEL", "", thread_ts=root, files=files, from_bot=True, markdown=True
    )
    for file in files:
        file.shares.append((DM, ts, root))
    slack.workspace.add(message)
    return message


async def thread(slack: PlayedSlack, page: Page, *messages: Iterable[Upload]) -> str:
    """A thread in which Easel shared pictures, opened on the page."""
    root = await slack.say(DM, "draw foxes")
    for uploads in messages:
        drawn(slack, root, uploads)
    await page.locator("#messages .open-thread").last.click()
    return root


async def chosen(page: Page, within: Locator, label: str) -> None:
    """Open the menu of a message or a file and choose."""
    await within.hover()
    await within.locator("> .more").click()
    await page.locator(".menu button", has_text=label).click()
