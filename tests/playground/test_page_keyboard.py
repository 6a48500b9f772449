"""What people press under answers, with the keyboard alone: nothing here uses a mouse or `focus`.

Each stop of the focus is checked by rules of our own: it is a control, has a name, is shown, and
looks different from the others. See `axe.py` for what a library knows.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.delivery.stopping import stop_message
from tests.playground.browser import open_browser_page, require_browser, serve_page
from tests.support.easel import EaselEnvironment, run_easel

pytestmark = pytest.mark.browser
_MAX_STEPS = 40
_ROLES = {"A": "link", "BUTTON": "button", "SELECT": "list", "TEXTAREA": "field", "INPUT": "field"}
# Of the element with the focus: what is said of it, and whether the focus can be seen.
_LOOK = """() => {
  const node = document.activeElement;
  const ids = (node.getAttribute("aria-labelledby") || "").split(" ").filter(Boolean);
  const names = [
    node.getAttribute("aria-label"),
    ...[...ids.map((id) => document.getElementById(id)), ...(node.labels || [])].map(
      (one) => one && one.textContent
    ),
    node.title,
    node.textContent,
  ];
  const hasRing = (one) => {
    const style = getComputedStyle(one);
    const isOutlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
    return isOutlined || style.boxShadow !== "none";
  };
  const { left, top, width, height } = node.getBoundingClientRect();
  const over = document.elementFromPoint(left + width / 2, top + Math.min(height, 20) / 2);
  return {
    tag: node.tagName,
    role: node.getAttribute("role"),
    name: (names.find((one) => one && one.trim()) || "").trim(),
    disabled: Boolean(node.disabled),
    ringed: hasRing(node) || (node.matches("textarea") && hasRing(node.closest(".field") || node)),
    covered: !(over && (node.contains(over) || over.contains(node))),
    over: over && over.outerHTML.slice(0, 160),
    tabindex: node.tabIndex,
    modal: Boolean(node.closest("dialog[open]")),
    menu: Boolean(node.closest("[role=menu]")),
  };
}"""


@pytest.fixture(autouse=True)
def _stop_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stop_message, "STOP_AFTER_SECONDS", 0.05)


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[EaselEnvironment]:
    require_browser()
    async with run_easel(tmp_path, EASEL_CONFIRM_ABOVE="0.0001") as running:
        yield running


@pytest.fixture
async def page(easel: EaselEnvironment) -> AsyncIterator[Page]:
    async with serve_page(easel.slack) as address, open_browser_page() as opened:
        await opened.goto(address)
        await expect(opened.locator(".suggestion")).to_have_count(4)
        yield opened


async def look(page: Page) -> dict[str, Any]:
    """Return what has the focus, which has to be something that people can see and use."""
    seen: dict[str, Any] = await page.evaluate(_LOOK)
    is_log = seen["role"] == "log"  # it can be scrolled with the keys
    assert seen["tag"] in _ROLES or is_log or seen["tag"] == "SUMMARY", f"no control: {seen}"
    assert seen["name"], f"without a name: {seen}"
    assert seen["ringed"] and not seen["covered"], f"nobody sees where the focus is: {seen}"
    assert seen["tabindex"] <= 0 and not seen["disabled"], seen
    return seen


async def is_outside(page: Page) -> bool:
    """Whether the focus is in the window's own frame, between the last control and the first."""
    return bool(await page.evaluate("document.activeElement === document.body"))


async def go_to(page: Page, name: str, *, key: str = "Shift+Tab") -> None:
    """Go on with `key` until the control with a name that begins like this has the focus."""
    passed = []
    for _ in range(_MAX_STEPS):
        await page.keyboard.press(key)
        if await is_outside(page):
            continue
        seen = await look(page)
        if seen["name"].startswith(name):
            return
        passed.append(seen["name"])
    raise AssertionError(f"no way to “{name}”, only to {passed}")


async def ask(page: Page, easel: EaselEnvironment, text: str) -> None:
    """Write into the field that has the focus; the thread opens, with its field in focus."""
    await page.keyboard.type(text)
    await page.keyboard.press("Enter")
    await expect(page.locator("#thread .message .buttons").last).to_be_visible()
    await easel.wait_until_idle()
    await expect(page.locator("#thread-composer")).to_be_focused()


async def check_trap(page: Page, *, steps: int) -> None:
    """Check that the focus stays in the open form, forwards and backwards."""
    for key in ["Tab"] * steps + ["Shift+Tab"] * steps:
        await page.keyboard.press(key)
        if not await is_outside(page):
            assert (await look(page))["modal"], key


async def ask_anew(page: Page, easel: EaselEnvironment, text: str) -> None:
    """Close the thread, go back to the field for messages, and ask something else."""
    await page.keyboard.press("Escape")
    await expect(page.locator("#thread-panel")).to_be_hidden()
    await go_to(page, "Shortcuts", key="Tab")
    await page.keyboard.press("Tab")
    await ask(page, easel, text)


async def test_rows_menus_and_forms(page: Page, easel: EaselEnvironment) -> None:
    await expect(page.locator("#composer")).to_be_focused()
    await ask(page, easel, "say one")
    await use_the_row(page, easel)
    await say_what_is_wrong(page, easel)
    await choose_a_recipe(page)
    await ask_anew(page, easel, "draw a red fox")
    await use_the_menu_under_a_picture(page, easel)


async def use_the_row(page: Page, easel: EaselEnvironment) -> None:
    await go_to(page, "Regenerate")
    await page.keyboard.press("Enter")
    await easel.slack.wait_until(lambda: len(easel.model.requests) == 2)
    await easel.wait_until_idle()
    # The row is new, and the focus is still in its place.
    await expect(page.locator("#thread .action", has_text="Regenerate")).to_be_focused()
    await go_to(page, "More about this answer", key="Tab")
    await page.keyboard.press("Space")
    assert (await look(page))["menu"]
    button = page.get_by_role("button", name="More about this answer")
    await expect(button).to_have_attribute("aria-expanded", "true")
    await page.keyboard.press("Escape")
    await expect(button).to_be_focused()
    await expect(button).to_have_attribute("aria-expanded", "false")
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowUp")
    assert (await look(page))["name"] == "Cost of this"
    await page.keyboard.press("Enter")
    await expect(page.locator("#thread", has_text="Only visible to you")).to_contain_text("$")
    await expect(button).to_be_focused()
    await go_to(page, "Say that something is wrong", key="Tab")


async def say_what_is_wrong(page: Page, easel: EaselEnvironment) -> None:
    """The focus stays in the form, and comes back to the thumb behind which it is."""
    thumb = page.locator("#thread .thumb").last
    await expect(thumb).to_be_focused()
    await page.keyboard.press("Space")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    await expect(thumb).to_have_attribute("aria-pressed", "true")
    assert (await look(page))["modal"]
    await check_trap(page, steps=8)
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(thumb).to_be_focused()
    # Pressed again, the choice is taken back; once more, and the form is filled in and sent.
    await page.keyboard.press("Space")
    await page.keyboard.press("Space")
    await expect(dialog).to_be_visible()
    await page.keyboard.press("Space")
    await go_to(page, "In your own words", key="Tab")
    await page.keyboard.type("It is short.")
    await go_to(page, "Send", key="Tab")
    await page.keyboard.press("Enter")
    await expect(dialog).to_be_hidden()
    await expect(thumb).to_be_focused()
    (row,) = easel.read_rows("SELECT verdict, reasons, words FROM feedback")
    assert row["verdict"] == "bad" and row["reasons"] and row["words"] == "It is short."


async def use_the_menu_under_a_picture(page: Page, easel: EaselEnvironment) -> None:
    await expect(page.locator("#thread .line")).to_be_visible()
    await go_to(page, "More: Go on with v1")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Home")
    for _ in range(2):
        await page.keyboard.press("ArrowDown")
    assert (await look(page))["name"] == "Edit…"
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Edit v1")
    await expect(dialog).to_be_visible()
    assert (await look(page))["name"] == "What should change?"
    await check_trap(page, steps=9)
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    menu = page.get_by_role("button", name="More: Go on with v1").first
    await expect(menu).to_be_focused()
    await convert(page, easel)
    await expect(menu).to_be_focused()


async def convert(page: Page, easel: EaselEnvironment) -> None:
    """Choose the last entry of the menu that has the focus, and send the form behind it."""
    await page.keyboard.press("Enter")
    await page.keyboard.press("End")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Convert v1")
    await expect(dialog).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await go_to(page, "Convert", key="Tab")
    await page.keyboard.press("Enter")
    await expect(dialog).to_be_hidden()
    await expect(page.locator("#thread .file, #thread .picture")).to_have_count(2)
    await easel.wait_until_idle()


async def test_stop_in_a_channel_and_in_direct_messages(
    page: Page, easel: EaselEnvironment
) -> None:
    easel.model.script(stall=True)
    await page.keyboard.type("draw something large")
    await page.keyboard.press("Enter")
    await expect(page.locator("#stop")).to_be_visible()
    await go_to(page, "Stop", key="Tab")
    await page.keyboard.press("Enter")
    await easel.wait_until_idle()
    await expect(page.locator("#thread")).to_contain_text("stop")
    await go_to(page, "#general")
    await page.keyboard.press("Enter")
    easel.model.script(stall=True)
    await expect(page.locator("#composer")).to_be_focused()
    await page.keyboard.type("@Easel draw something large")
    await page.keyboard.press("Enter")
    await expect(page.locator("#thread .action", has_text="Stop")).to_be_visible()
    await go_to(page, "Stop")
    await page.keyboard.press("Enter")
    await easel.wait_until_idle()
    await expect(page.locator("#thread .action", has_text="Stop")).to_have_count(0)
    assert (await page.evaluate("document.activeElement.tagName")) != "BODY"


async def choose_a_recipe(page: Page) -> None:
    await go_to(page, "More about the message of Alex")
    await page.keyboard.press("Enter")
    while (await look(page))["name"] != "More…":
        await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    await check_trap(page, steps=6)
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    assert (await look(page))["name"].startswith("More")
