"""Bots are told from people among those who post through an app, once for each of them."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.errors import TransientError
from handlers.web_api.bot_users import BotUsers
from handlers.web_api.client import SlackCalls


class PlayedUsers(AsyncWebClient):
    """Answers `users.info` for a bot and a person; refuses it with `error`."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.error = ""

    async def users_info(self, *, user: str, **_more: Any) -> Any:
        self.asked.append(user)
        if self.error:
            answer = AsyncSlackResponse(
                client=self, http_verb="POST", api_url="", req_args={}, headers={},
                data={"ok": False, "error": self.error}, status_code=200,
            )  # fmt: skip
            raise SlackApiError("no", answer)
        return {"ok": True, "user": {"id": user, "is_bot": user == "U0BOT"}}


async def test_a_bot_is_known_and_asked_for_once() -> None:
    client = PlayedUsers()
    users = BotUsers(client, SlackCalls())
    assert [await users.is_bot(user) for user in ("U0BOT", "U0ANN", "U0BOT", "U0ANN")] == [
        True,
        False,
        True,
        False,
    ]
    assert client.asked == ["U0BOT", "U0ANN"]


async def test_without_the_scope_everyone_may_be_a_person_and_slack_is_left_alone() -> None:
    client, now = PlayedUsers(), [0.0]
    users = BotUsers(client, SlackCalls(), lambda: now[0])
    client.error = "missing_scope"
    assert not await users.is_bot("U0BOT")
    assert not await users.is_bot("U0BOT")
    assert not await users.is_bot("U0ANN")
    assert client.asked == ["U0BOT"]
    client.error, now[0] = "", 7 * 3600.0
    assert await users.is_bot("U0BOT")


@pytest.mark.parametrize("code", ["ratelimited", "internal_error", "fatal_error"])
async def test_nobody_is_taken_for_a_person_while_slack_does_not_tell(code: str) -> None:
    client, now = PlayedUsers(), [0.0]
    users = BotUsers(client, SlackCalls(), lambda: now[0])
    client.error = code
    for _ in range(2):
        with pytest.raises(TransientError):
            await users.is_bot("U0BOT")
    assert client.asked == ["U0BOT"]
    client.error, now[0] = "", 60.0
    assert await users.is_bot("U0BOT")


async def test_a_user_whom_slack_does_not_show_may_be_anybodys_bot() -> None:
    client = PlayedUsers()
    users = BotUsers(client, SlackCalls())
    client.error = "user_not_found"
    assert await users.is_bot("U0FAR")
    assert await users.is_bot("U0FAR")
    assert client.asked == ["U0FAR"]


async def test_only_so_many_are_remembered() -> None:
    client = PlayedUsers()
    users = BotUsers(client, SlackCalls())
    for number in range(2_500):
        await users.is_bot(f"U{number}")
    await users.is_bot("U0")
    assert client.asked[-1] == "U0"
