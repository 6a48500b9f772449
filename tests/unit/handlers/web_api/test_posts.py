"""Posts while Slack takes none in a channel."""

from __future__ import annotations

from typing import Any, cast

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversation import Thread
from bot.domain.errors import AllowanceUsed, TransientError
from bot.domain.posts import PostMetadata
from bot.domain.safe_text import SafeText
from handlers.web_api.chat import SlackChat
from handlers.web_api.client import SlackCalls
from handlers.web_api.rate_limits import RateLimiter
from tests.support.clock import Clock

METADATA = PostMetadata(7)
HERE, ELSEWHERE = Thread("T1", "C1", "1.1"), Thread("T1", "C2", "1.1")


class FakeClient:
    """Takes every post, and counts them."""

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []

    async def chat_postMessage(self, **arguments: Any) -> dict[str, str]:  # noqa: N802 - Slack's
        self.posts.append(arguments)
        return {"ts": f"2.{len(self.posts)}"}


class Scene:
    def __init__(self) -> None:
        self.clock, self.slack = Clock(), FakeClient()
        self.limiter = RateLimiter(self.clock)
        client = cast(AsyncWebClient, self.slack)
        self.chat = SlackChat(client, client, self.limiter, SlackCalls(), bot_user_id="U1")


async def test_posts_that_are_not_made_make_no_other_wait() -> None:
    scene = Scene()
    scene.limiter.note_limit("chat.postMessage", 30.0, HERE.channel)
    for _ in range(300):
        with pytest.raises(TransientError):
            await scene.chat.post(HERE, SafeText("hello"), METADATA)
    assert scene.slack.posts == []
    assert scene.limiter.reserve("chat.postMessage", ELSEWHERE.channel) == 0.0
    scene.clock.now += 31
    assert scene.limiter.reserve("chat.postMessage", HERE.channel) == 0.0


async def test_a_post_that_cannot_wait_is_not_made_behind_others() -> None:
    scene = Scene()
    assert await scene.chat.post(HERE, SafeText("an answer"), METADATA)
    for _ in range(9):
        with pytest.raises(AllowanceUsed):
            await scene.chat.post(HERE, SafeText("a sign"), METADATA, can_wait=False)
    assert await scene.chat.post(ELSEWHERE, SafeText("a sign"), METADATA, can_wait=False)
    assert len(scene.slack.posts) == 2
    assert scene.limiter.reserve("chat.postMessage", HERE.channel) == 0.0
