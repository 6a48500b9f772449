"""Bots are told from people among those who post through an app, once for each of them."""

from __future__ import annotations

from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.web_api.bot_users import BotUsers
from handlers.web_api.client import SlackCalls


class PlayedUsers(AsyncWebClient):
    """Answers `users.info` for a bot and a person; refuses it without the scope."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.has_scope = True

    async def users_info(self, *, user: str, **_more: Any) -> Any:
        self.asked.append(user)
        if not self.has_scope:
            answer = {"ok": False, "error": "missing_scope"}
            raise SlackApiError("no", answer)  # type: ignore[no-untyped-call]
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


async def test_without_the_scope_everyone_may_be_a_person_and_is_asked_for_again() -> None:
    client = PlayedUsers()
    users = BotUsers(client, SlackCalls())
    client.has_scope = False
    assert not await users.is_bot("U0BOT")
    client.has_scope = True
    assert await users.is_bot("U0BOT")


async def test_only_so_many_are_remembered() -> None:
    client = PlayedUsers()
    users = BotUsers(client, SlackCalls())
    for number in range(2_500):
        await users.is_bot(f"U{number}")
    await users.is_bot("U0")
    assert client.asked[-1] == "U0"
