"""Forms on the page, in a real browser: shown, filled in with the keyboard, sent and closed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.playground.slack import PlayedSlack
from bot.request.recipes import MENU_RECIPES
from handlers.views import more
from tests.playground.axe import list_barriers
from tests.playground.browser import open_browser_page, require_browser, serve_page
from tests.playground.test_slack_views import FIELD, VIEW, ask, choose, say
from tests.support.easel import EaselEnvironment, run_easel

pytestmark = pytest.mark.browser
DM = "D0ALEX"


@pytest.fixture(autouse=True)
def offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Offer the recipes of the menu, whichever there are besides."""
    monkeypatch.setattr(more, "list_more_recipes", lambda: MENU_RECIPES)


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[EaselEnvironment]:
    require_browser()
    async with run_easel(tmp_path) as running:
        yield running


async def choose_more(page: Page) -> None:
    await page.locator("#messages .message > .more").focus()
    await page.keyboard.press("Enter")
    await page.locator(".menu button", has_text="More…").press("Enter")


async def check_the_focus_stays(page: Page) -> None:
    """The page behind the form cannot be reached."""
    for _ in range(6):
        await page.keyboard.press("Tab")
        assert await page.evaluate(
            "document.activeElement === document.body"
            " || document.querySelector('.modal').contains(document.activeElement)"
        )


async def test_more_is_chosen_filled_in_and_sent_with_the_keyboard_alone_or_told_not_to_open(
    easel: EaselEnvironment,
) -> None:
    slack = easel.slack
    ts = await slack.post_as_person("C0GENERAL", "web -> db")
    async with (
        serve_page(slack) as address,
        open_browser_page(width=390, color_scheme="dark") as page,
    ):
        await page.goto(f"{address}#/C0GENERAL")
        await expect(page.locator("#messages .message")).to_have_count(1)
        slack.fail("views.open", error="expired_trigger_id")
        slack.choose_shortcut("C0GENERAL", ts, "more_recipes")
        await expect(page.locator(".toast")).to_contain_text("I could not open the form")
        await choose_more(page)
        await expect(page.locator(".modal h2")).to_have_text("More requests")
        assert await list_barriers(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth > innerWidth") is False
        await page.keyboard.press("Space")
        await page.keyboard.press("ArrowDown")
        chosen = page.locator(".modal input:checked")
        await expect(chosen).to_have_attribute("value", "read_text")
        await page.keyboard.press("Tab")
        await page.keyboard.type("in English")
        await check_the_focus_stays(page)
        await page.locator(".modal .send").press("Enter")
        await expect(page.locator(".modal")).to_be_hidden()
        await slack.wait_until(lambda: bool(easel.list_replies(ts)))
        await easel.wait_until_idle()


async def open_form(slack: PlayedSlack, **changed: object) -> None:
    """Open a form as an app does, with fields of every kind."""
    groups = [{"label": say("Few"), "options": choose("static_select", 1)["options"]}]
    grouped = {"type": "static_select", "action_id": "grouped", "option_groups": groups}
    blocks = [
        *VIEW["blocks"],
        {"type": "divider"},
        {"type": "header", "text": say("More")},
        ask(grouped, "grouped", optional=True, hint=say("A hint")),
        ask(FIELD | {"multiline": True, "initial_value": "before"}, "long"),
    ]
    slack.modals.issue_trigger("1.2.3", "U0ALEX")
    slack.modals.open({"trigger_id": "1.2.3", "view": VIEW | {"blocks": blocks} | changed})


async def test_every_kind_of_field_is_shown_and_says_what_is_wrong(
    slack: PlayedSlack, page: Page
) -> None:
    await page.focus("#composer")
    await open_form(slack)
    modal = page.locator(".modal")
    await modal.locator(".send").click()
    await expect(modal.get_by_role("alert").filter(has_text="required")).to_have_count(1)
    await expect(modal.locator("[role=radiogroup]")).to_have_attribute("aria-invalid", "true")
    assert await list_barriers(page) == []
    await modal.locator("input[value=v1]").first.check()
    await modal.get_by_label("Option 0").last.check()
    await modal.locator("select").last.select_option("v0")
    await modal.locator("textarea").fill("after")
    with_answer = slack.deliveries.copy()
    await modal.locator(".send").click()
    await slack.wait_until(lambda: len(slack.deliveries) > len(with_answer))
    values = slack.deliveries[-1].body["view"]["state"]["values"]
    assert values["radio"]["radio_buttons"]["selected_option"]["value"] == "v1"
    assert [one["value"] for one in values["boxes"]["checkboxes"]["selected_options"]] == ["v0"]
    assert values["grouped"]["grouped"]["selected_option"]["value"] == "v0"
    assert values["long"]["words"]["value"] == "after"
    slack.deliveries[-1].response = {"response_action": "errors", "errors": {"long": "Too short."}}
    slack.deliveries[-1].acknowledge()
    await expect(modal.locator("#error-long")).to_have_text("Too short.")
    await expect(modal.locator("textarea")).to_be_focused()
    # A person who looks away and comes back finds the form as it was left open in Slack.
    await page.reload()
    await expect(modal.locator("h2")).to_have_text("A form")


async def test_escape_closes_and_the_app_hears_it_only_if_it_asked(
    slack: PlayedSlack, page: Page
) -> None:
    await slack.post_as_person(DM, "hello")
    await page.locator("#messages .message > .more").focus()
    before = len(slack.deliveries)
    for is_told in (False, True):
        await open_form(slack, notify_on_close=is_told)
        await expect(page.locator(".modal")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.locator(".modal")).to_be_hidden()
        await expect(page.locator("#messages .message > .more")).to_be_focused()
    assert [one.body["type"] for one in slack.deliveries[before:]] == ["view_closed"]
