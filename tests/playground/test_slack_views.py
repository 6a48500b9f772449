"""Forms in the played Slack: what the app may open and when, and what a person's form sends."""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import PlayedSlack
from bot.playground.slack.views.checks import find_view_problem
from bot.playground.slack.views.people import NO_ANSWER_SENTENCE, Sent
from bot.playground.slack.web_api import Rules
from tests.support.clock import Clock


def say(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def choose(kind: str, count: int = 2, **more: Any) -> dict[str, Any]:
    options = [{"text": say(f"Option {n}"), "value": f"v{n}"} for n in range(count)]
    return {"type": kind, "action_id": kind, "options": options} | more


def ask(element: dict[str, Any], block_id: str, **more: Any) -> dict[str, Any]:
    return {"type": "input", "block_id": block_id, "label": say("What?"), "element": element} | more


FIELD = {"type": "plain_text_input", "action_id": "words", "max_length": 20}
VIEW: dict[str, Any] = {
    "type": "modal",
    "callback_id": "form",
    "private_metadata": "kept",
    "title": say("A form"),
    "submit": say("Send"),
    "blocks": [
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Hello*"}},
        ask(choose("radio_buttons"), "radio"),
        ask(choose("static_select"), "select", optional=True),
        ask(choose("checkboxes"), "boxes", optional=True),
        ask(FIELD, "words", optional=True),
    ],
}


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[PlayedSlack]:
    async with PlayedSlack(Rules(ack_seconds=0.05, retry_after=()), clock=clock) as played:
        yield played


async def choose_shortcut(slack: PlayedSlack) -> str:
    ts = await slack.post_as_person("C0GENERAL", "look", views=())
    return str(slack.choose_shortcut("C0GENERAL", ts, "more").body["trigger_id"])


async def fail(client: AsyncWebClient, trigger: str, view: dict[str, Any] = VIEW) -> str:
    with pytest.raises(SlackApiError) as caught:
        await client.views_open(trigger_id=trigger, view=view)
    return str(caught.value.response["error"])


async def test_a_trigger_opens_one_form_within_three_seconds(
    slack: PlayedSlack, client: AsyncWebClient, clock: Clock
) -> None:
    trigger, late = await choose_shortcut(slack), await choose_shortcut(slack)
    opened = (await client.views_open(trigger_id=trigger, view=VIEW))["view"]
    assert opened["id"].startswith("V") and opened["private_metadata"] == "kept"
    assert await fail(client, trigger) == "exchanged_trigger_id"
    assert await fail(client, "1.2.made-up") == "invalid_trigger_id"
    clock.now += 3.1
    assert await fail(client, late) == "expired_trigger_id"
    assert [one["user"] for one in slack.modals.list_open()] == ["U0ALEX"]


def list_wrong_views() -> list[dict[str, Any]]:
    long = "x" * 3_001
    wrong: list[dict[str, Any]] = [
        {"type": "home"},
        {"title": say("x" * 25)},
        {"title": {"type": "mrkdwn", "text": "x"}},
        {"submit": say("x" * 25)},
        {"close": say("")},
        {"private_metadata": long},
        {"callback_id": "x" * 256},
        {"blocks": []},
        {"blocks": [{"type": "divider"}] * 101},
        {"blocks": [ask(FIELD, "a"), ask(FIELD, "a")]},
        {"blocks": [{"type": "markdown", "text": "x"}]},
        {"surprise": True},
        {"notify_on_close": "yes"},
    ]
    elements: list[dict[str, Any]] = [
        choose("radio_buttons", 11),
        choose("checkboxes", 11),
        choose("static_select", 101),
        choose("radio_buttons", 0),
        choose("static_select", placeholder=say("x" * 151)),
        choose("radio_buttons", options=[{"text": say("x" * 76), "value": "a"}]),
        choose("radio_buttons", options=[{"text": say("a"), "value": "x" * 151}]),
        choose(
            "radio_buttons", options=[{"text": say("a"), "value": "a", "description": say(long)}]
        ),
        choose("radio_buttons", options=[{"text": say("a"), "value": "a"}] * 2),
        choose("static_select", options=[{"text": {"type": "mrkdwn", "text": "a"}, "value": "a"}]),
        choose("static_select", initial_option={"text": say("z"), "value": "z"}),
        FIELD | {"max_length": 3_001},
        FIELD | {"min_length": 21},
        FIELD | {"initial_value": "x" * 21},
        {"type": "button", "text": say("a"), "action_id": "a"},
        {"type": ["radio_buttons"]},
    ]
    return wrong + [{"blocks": [ask(element, "a")]} for element in elements]


def test_a_form_that_slack_would_refuse_is_refused() -> None:
    assert find_view_problem(VIEW) == ""
    for changed in list_wrong_views():
        assert find_view_problem(VIEW | changed), changed
    without_submit = {name: value for name, value in VIEW.items() if name != "submit"}
    assert find_view_problem(without_submit)
    odds: list[Any] = [None, [], "view", 5]
    for odd in odds:
        assert find_view_problem(odd)


async def open_form(slack: PlayedSlack, client: AsyncWebClient, **changed: Any) -> str:
    view = copy.deepcopy(VIEW) | changed
    opened = await client.views_open(trigger_id=await choose_shortcut(slack), view=view)
    return str(opened["view"]["id"])


async def test_a_sent_form_has_slacks_shape(
    slack: PlayedSlack, client: AsyncWebClient, specs: Path
) -> None:
    modal = await open_form(slack, client)
    given = {"radio": "v1", "words": "hello", "boxes": ["v0", "v1"]}
    sent = await slack.forms.submit(modal, given)
    assert sent == Sent(problem=NO_ANSWER_SENTENCE), "no app is there to answer"
    body = slack.deliveries[-1].body
    values = body["view"]["state"]["values"]
    assert values["radio"]["radio_buttons"]["selected_option"]["value"] == "v1"
    assert values["select"]["static_select"]["selected_option"] is None
    assert [one["value"] for one in values["boxes"]["checkboxes"]["selected_options"]] == [
        "v0",
        "v1",
    ]
    assert values["words"]["words"] == {"type": "plain_text_input", "value": "hello"}
    recorded = json.loads((specs / "slack-events" / "modals-slack.json").read_text())
    assert set(recorded["viewSubmission"]) == set(body)
    assert set(recorded["viewSubmission"]["view"]) == set(body["view"]) | {"close"}


async def test_what_is_not_filled_in_is_not_sent(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    modal, before = await open_form(slack, client), len(slack.deliveries)
    for given in ({}, {"radio": "v9"}, {"radio": "v0", "words": "x" * 21}):
        assert (await slack.forms.submit(modal, given)).errors
    assert len(slack.deliveries) == before
    with pytest.raises(LookupError):
        await slack.forms.submit(modal, {"radio": "v0"}, user="U0SAM")


@pytest.mark.parametrize(
    ("response", "sent", "is_open"),
    [
        (None, Sent(is_closed=True), False),
        ({"response_action": "clear"}, Sent(is_closed=True), False),
        (
            {"response_action": "errors", "errors": {"words": "No."}},
            Sent(errors={"words": "No."}),
            True,
        ),
        (
            {"response_action": "errors", "errors": {"other": "No."}},
            Sent(problem=NO_ANSWER_SENTENCE),
            True,
        ),
        ({"response_action": "errors", "errors": {}}, Sent(problem=NO_ANSWER_SENTENCE), True),
        ({"response_action": "update", "view": VIEW | {"title": say("New")}}, Sent(), True),
        ({"response_action": "update", "view": {}}, Sent(problem=NO_ANSWER_SENTENCE), True),
        ({"text": "hello"}, Sent(problem=NO_ANSWER_SENTENCE), True),
    ],
)
async def test_the_app_says_what_becomes_of_the_form(
    slack: PlayedSlack, client: AsyncWebClient, response: Any, sent: Sent, is_open: bool
) -> None:
    modal = slack.modals.get(await open_form(slack, client), "U0ALEX")
    assert slack.forms.show_response(modal, response) == sent
    assert bool(slack.modals.list_open()) is is_open


async def test_closing_is_told_only_to_an_app_that_asked(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    assert slack.forms.close(await open_form(slack, client)) is None
    told = slack.forms.close(await open_form(slack, client, notify_on_close=True))
    assert told is not None and told.body["type"] == "view_closed"
    assert slack.modals.list_open() == []


async def test_an_open_form_can_be_changed(slack: PlayedSlack, client: AsyncWebClient) -> None:
    modal = await open_form(slack, client)
    view = VIEW | {"title": say("Other")}
    with pytest.raises(SlackApiError):
        await client.views_update(view_id=modal, view=view, hash="1.old")
    await client.views_update(view_id=modal, view=view)
    assert slack.modals.list_open()[0]["title"]["text"] == "Other"
