"""The played Slack names people, channels and groups, and refuses as Slack does."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import PlayedSlack
from bot.playground.slack.directory import add_person
from bot.playground.slack.limits import GRANTED_SCOPES
from bot.playground.slack.web_api import Rules
from tests.playground.slack_client import build_client


@pytest.fixture
async def slack() -> AsyncIterator[PlayedSlack]:
    async with PlayedSlack(Rules(share_delay=0.0)) as played:
        yield played


async def test_a_person_has_a_name_and_a_locale_where_it_is_asked_for(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    add_person(slack.workspace, "U0ANN", "Ann Lee", locale="fr-FR")
    plain = (await client.users_info(user="U0ANN"))["user"]
    assert plain["profile"]["display_name"] == plain["real_name"] == "Ann Lee"
    assert "locale" not in plain
    assert (await client.users_info(user="U0ANN", include_locale=True))["user"]["locale"] == "fr-FR"


async def test_channels_and_groups_have_names(slack: PlayedSlack, client: AsyncWebClient) -> None:
    slack.workspace.add_channel("C0SECRET", "secret", is_private=True)
    channel = (await client.conversations_info(channel="C0GENERAL"))["channel"]
    assert (channel["name"], channel["is_channel"], channel["is_private"]) == (
        "general", True, False,
    )  # fmt: skip
    assert (await client.conversations_info(channel="C0SECRET"))["channel"]["is_private"] is True
    groups = (await client.usergroups_list())["usergroups"]
    assert [(group["id"], group["handle"]) for group in groups] == [("S0DESIGNERS", "designers")]


async def test_who_and_what_is_unknown_is_refused(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    slack.workspace.add_channel("C0HIDDEN", "hidden", is_private=True, with_bot=False)
    for call, code in (
        (client.users_info(user="U0NONE"), "user_not_found"),
        (client.users_info(user=""), "user_not_found"),
        (client.api_call("users.list", params={"limit": "many"}), "invalid_limit"),
        (client.users_list(limit=-1), "invalid_limit"),
        (client.users_list(cursor="next"), "invalid_cursor"),
        (client.conversations_info(channel="C0NONE"), "channel_not_found"),
        (client.conversations_info(channel="C0HIDDEN"), "channel_not_found"),
        (client.conversations_info(channel="D0ALEX"), "missing_scope"),
    ):
        with pytest.raises(SlackApiError) as refused:
            await call
        assert refused.value.response["error"] == code


@pytest.mark.parametrize(
    ("scope", "channel"), [("channels:read", "C0GENERAL"), ("groups:read", "C0SECRET")]
)
async def test_a_channel_needs_the_scope_of_its_kind(scope: str, channel: str) -> None:
    async with PlayedSlack(Rules(scopes=GRANTED_SCOPES - {scope})) as slack:
        slack.workspace.add_channel("C0SECRET", "secret", is_private=True)
        with pytest.raises(SlackApiError) as refused:
            await build_client(slack).conversations_info(channel=channel)
    assert refused.value.response["needed"] == scope
