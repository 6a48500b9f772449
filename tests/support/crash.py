"""An Easel that dies in the middle of an answer, and the next one that takes over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversation import Thread
from bot.domain.posts import PostMetadata
from bot.domain.questions import Question
from bot.playground.slack import PlayedSlack
from handlers.web_api.blocks import build_metadata
from handlers.web_api.client import SlackCalls, build_slack_client
from handlers.web_api.rate_limits import RateLimiter
from handlers.web_api.uploads import SlackUploads
from storage.engine.sqlite import open_database
from storage.ledger import SqlLedger
from storage.objects.folder import FolderObjects
from storage.objects.outbox import ObjectOutbox
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from tests.support.easel import (
    GENERAL,
    MENTION,
    EaselEnvironment,
    run_easel,
)
from tests.support.queues import AMPLE
from tests.support.values import build_incoming_message


@dataclass(slots=True)
class CrashedEasel:
    """What an Easel did before it died, and the parts to do it with."""

    slack: PlayedSlack
    client: AsyncWebClient
    queue: SqlQuestionQueue
    journal: SqlJournal
    ledger: SqlLedger
    uploads: SlackUploads
    outbox: ObjectOutbox
    question: Question
    root: str

    async def start_stream(self, text: str) -> str:
        answer = await self.client.chat_startStream(
            channel=GENERAL,
            thread_ts=self.root,
            recipient_user_id="U0ALEX",
            recipient_team_id="T0EASEL",
            markdown_text=text,
        )
        return str(answer["ts"])

    async def post(self, text: str, *, question: int | None = None) -> str:
        metadata = None if question is None else build_metadata(PostMetadata(question))
        answer = await self.client.chat_postMessage(
            channel=GENERAL, thread_ts=self.root, markdown_text=text, metadata=metadata
        )
        return str(answer["ts"])


@asynccontextmanager
async def crash_easel(
    slack: PlayedSlack, folder: Path, text: str = "say hello"
) -> AsyncIterator[CrashedEasel]:
    """Store a question claimed by a process that does only what the test says."""
    root = await slack.post_as_person(GENERAL, f"{MENTION} {text}", views=())
    thread = Thread("T0EASEL", GENERAL, root)
    async with open_database(folder / "easel.db") as database, aiohttp.ClientSession() as session:
        client = build_slack_client(slack.bot_token, slack.api_url, session)
        queue = SqlQuestionQueue(database, owner="killed")
        question = await queue.enqueue(
            build_incoming_message(text, ts=root, thread=thread), claim=AMPLE
        )
        assert isinstance(question, Question)
        rate_limiter = RateLimiter(lambda: 0.0)
        yield CrashedEasel(
            slack,
            client,
            queue,
            SqlJournal(database, owner="killed"),
            SqlLedger(database),
            SlackUploads(client, client, session, rate_limiter, SlackCalls()),
            ObjectOutbox(FolderObjects(folder), is_shared=False),
            question,
            root,
        )


@asynccontextmanager
async def restart_easel(slack: PlayedSlack, folder: Path) -> AsyncIterator[EaselEnvironment]:
    async with run_easel(folder, slack=slack) as easel:
        await easel.wait_until_idle()
        yield easel
