"""Builds threads in which Easel shared pictures, and uses their menus on the page."""

from __future__ import annotations

from collections.abc import Iterable

from playwright.async_api import Locator, Page

from bot.playground.slack import PlayedMessage, PlayedSlack, PostedFile

DM = "D0ALEX"


def share_pictures(slack: PlayedSlack, root: str, uploads: Iterable[PostedFile]) -> PlayedMessage:
    """Share pictures in the thread as Easel."""
    files = [slack.uploads.put(upload, "U0EASEL") for upload in uploads]
    ts = slack.workspace.create_ts()
    message = PlayedMessage(
        ts, DM, "U0EASEL", "", thread_ts=root, files=files, from_bot=True, markdown=True
    )
    for file in files:
        file.shares.append((DM, ts, root))
    slack.workspace.add(message)
    return message


async def open_thread(slack: PlayedSlack, page: Page, *messages: Iterable[PostedFile]) -> str:
    """Open a thread on the page in which Easel shared pictures, one message per argument."""
    root = await slack.post_as_person(DM, "draw foxes")
    for uploads in messages:
        share_pictures(slack, root, uploads)
    await page.locator("#messages .open-thread").last.click()
    return root


async def choose_menu_item(page: Page, within: Locator, label: str) -> None:
    """Choose an item in the menu of a message or a file."""
    await within.hover()
    await within.locator("> .more").click()
    await page.locator(".menu button", has_text=label).click()
