"""Makes the pictures of README in docs/images/: `python -m tests.playground.screenshots`.

With a folder, `python -m tests.playground.screenshots /tmp/looks`, those of all that people press
go there instead, to be looked at: rows, menus and forms, light, dark and on a phone. The real Easel
answers in the playground; nothing in the pictures is drawn by hand. Needs Chromium.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.async_api import Page

from bot.playground.main import Playground, run_playground
from bot.playground.page_actions import format_slack_text
from tests.playground.browser import CHROMIUM_PATH, open_browser_page, serve_page

FOLDER = Path(__file__).parents[2] / "docs" / "images"
MAX_BYTES = 150_000
CHANNEL = "D0ALEX"
# What is asked in one thread; README shows the last of it.
CHAT = (
    "draw three variations of a red fox under a blue moon --aspect 16:9",
    "go back to v1 and add a hat",
    "make the sky purple",
    "history",
)
# A thread with all that can be pressed: saved recipes, answers in words, pictures.
PRESSED_CHAT = (
    "save this as recipe release notes: write what changed, for customers",
    "what makes a good haiku?",
    "draw two variations of a red fox under a blue moon --aspect 16:9",
    "name three mountains in a table",
)
# The name of each picture, and the size of its window.
WINDOWS = {"playground": (1280, 860), "phone": (390, 760)}
# The clock of the page stands still, so that a picture changes only if the page does.
STILL_CLOCK = "Date.prototype.toLocaleTimeString = () => '10:24'"


async def make_screenshots(folder: Path) -> list[Path]:
    """Write every picture in light and dark into `folder`; return their paths."""
    made = []
    async with run_playground(keep=None, slow=False) as playground:
        await hold_chat(playground, CHAT)
        async with serve_page(playground.slack) as address:
            for name, size in WINDOWS.items():
                for theme in ("light", "dark"):
                    path = folder / f"{name}-{theme}.png"
                    path.write_bytes(await photograph(address, size, theme, show_thread))
                    made.append(path)
    return made


async def make_looks(folder: Path) -> list[Path]:
    """Write a picture of every scene in every window and theme into `folder`."""
    made = []
    async with run_playground(keep=None, slow=False) as playground:
        await hold_chat(playground, PRESSED_CHAT)
        async with serve_page(playground.slack) as address:
            for name, show in SCENES.items():
                for window, theme in (*product(WINDOWS, ("light", "dark")),):
                    path = folder / f"{name}-{window}-{theme}.png"
                    path.write_bytes(await photograph(address, WINDOWS[window], theme, show))
                    made.append(path)
                    for one in playground.slack.modals.list_open():
                        playground.slack.forms.close(one["id"], user=one["user"])
    return made


async def show_thread(page: Page) -> None:
    """Show the end of the thread as it is."""


async def show_menu(page: Page) -> None:
    """Open the menu under the last answer, if there is one."""
    menus = page.locator("#thread .buttons .entries")
    if await menus.count():
        await menus.last.click()


async def show_picture_menu(page: Page) -> None:
    await page.locator("#thread .line .entries").first.click()


async def show_edit_form(page: Page) -> None:
    await show_picture_menu(page)
    await page.get_by_role("menuitem", name="Edit…").click()
    await page.locator(".modal[open]").wait_for()


async def show_feedback(page: Page) -> None:
    await page.locator("#thread .thumbs button").last.click()
    await page.locator(".modal[open]").wait_for()


async def show_more_form(page: Page) -> None:
    await page.locator("#thread .message > .more").first.click()
    await page.get_by_role("menuitem", name="More…").click()
    await page.locator(".modal[open]").wait_for()


async def show_ask_form(page: Page) -> None:
    await page.locator("#close-thread").click()
    await page.get_by_role("button", name="Shortcuts").click()
    await page.get_by_role("menuitem", name="Ask Easel…").click()
    await page.locator(".modal[open]").wait_for()


# What people press, by the name of its picture.
SCENES: dict[str, Callable[[Page], Awaitable[None]]] = {
    "thread": show_thread,
    "menu": show_menu,
    "picture-menu": show_picture_menu,
    "edit": show_edit_form,
    "feedback": show_feedback,
    "more": show_more_form,
    "ask": show_ask_form,
}


async def hold_chat(playground: Playground, chat: Sequence[str]) -> None:
    """Ask everything in one thread, each when the answer to the last is there."""
    slack, root = playground.slack, ""
    for text in chat:
        said = format_slack_text(text, slack.workspace)
        ts = await slack.post_as_person(CHANNEL, said, thread_ts=root or None)
        root = root or ts
        await slack.wait_until(partial(is_answered, playground, root), seconds=60)
        await playground.service.wait_until_idle()
        await asyncio.sleep(2 * slack.rules.share_delay)


def is_answered(playground: Playground, root: str) -> bool:
    """Whether the last message of the thread is Easel's."""
    return playground.slack.list_thread(CHANNEL, root)[-1].from_bot


async def photograph(
    address: str, size: tuple[int, int], theme: str, show: Callable[[Page], Awaitable[None]]
) -> bytes:
    """Open the thread in a window of `size`, do `show`, and return it as a PNG of few colours."""
    width, height = size
    options = {"color_scheme": theme, "locale": "en-GB", "reduced_motion": "reduce"}
    async with open_browser_page(width=width, height=height, **options) as page:
        await page.add_init_script(STILL_CLOCK)
        await page.goto(address)
        await open_thread(page)
        await show(page)
        await page.wait_for_timeout(300)
        return shrink(await page.screenshot())


async def open_thread(page: Page) -> None:
    """Open the thread and wait until all its pictures are shown."""
    await page.get_by_text("replies").first.click()
    await page.wait_for_selector("#thread .picture img")
    await page.wait_for_function(
        "[...document.querySelectorAll('#thread img')].every((one) => one.complete)"
    )
    await page.mouse.move(1, 1)
    await page.evaluate("document.querySelector('#thread').scrollTop = 1e6")
    await page.wait_for_timeout(300)


def shrink(png: bytes) -> bytes:
    """Return the picture with as many of 256 colours as fit into the allowed size."""
    with Image.open(io.BytesIO(png)) as opened:
        picture = opened.convert("RGB")
    for colours in (256, 128, 64, 32):
        out = io.BytesIO()
        few = picture.quantize(colours, dither=Image.Dither.NONE)
        few.save(out, "PNG", optimize=True)
        if out.tell() <= MAX_BYTES:
            return out.getvalue()
    raise ValueError("the picture does not fit into the allowed size")


def main() -> int:
    """Make all pictures; return the exit code."""
    if CHROMIUM_PATH is None:
        sys.stderr.write("Chromium is not installed.\n")
        return 1
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    make = make_screenshots if folder == FOLDER else make_looks
    for path in asyncio.run(make(folder)):
        sys.stdout.write(f"{path}: {path.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
