"""An earlier answer stays where a press for another one brings none; nothing is left of that."""

from __future__ import annotations

from pathlib import Path

import aiohttp

from bot.domain.conversation import Person
from bot.domain.posts import PostMetadata
from bot.domain.questions import Presser, PressResult
from bot.domain.stores.feedback import AnswerName
from bot.playground.slack import PlayedSlack
from handlers.web_api.blocks import build_metadata
from handlers.web_api.client import build_slack_client
from storage.engine.sqlite import open_database
from storage.presses.store import SqlPressStore
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from storage.steering.store import SqlSteeringStore
from tests.support.easel import GENERAL, QUICK_RULES, run_easel
from tests.support.files import list_texts
from tests.support.queues import claim_one


async def test_a_preview_that_a_killed_process_posted_goes_with_the_answer_that_did_not_come(
    tmp_path: Path,
) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        async with run_easel(tmp_path, slack=slack) as easel:
            root = await easel.ask("say hello")
            ts = slack.workspace.create_ts()
        async with open_database(tmp_path / "easel.db") as database:
            presser = Presser(Person("U0ALEX", "T0EASEL"), ts)
            asked = await SqlPressStore(database).answer_again(AnswerName(1, 1, GENERAL), presser)
            assert asked is PressResult.ASKED
            question = await claim_one(SqlQuestionQueue(database, owner="killed"))
            assert question is not None
            journal = SqlJournal(database, owner="killed")
            async with aiohttp.ClientSession() as session:
                client = build_slack_client(slack.bot_token, slack.api_url, session)
                for is_recorded in (True, False):
                    posted = await client.chat_postMessage(
                        channel=GENERAL,
                        thread_ts=root,
                        text="An unfinished picture",
                        metadata=build_metadata(PostMetadata(question.id, is_sign=True)),
                    )
                    if is_recorded:
                        await journal.record_message(question, str(posted["ts"]))
            assert await SqlSteeringStore(database).stop_thread(question.thread)
        async with run_easel(tmp_path, slack=slack) as easel:
            await easel.wait_until_idle()
            assert list_texts(easel, root) == ["hello"] and not easel.model.requests
            (row,) = easel.read_rows("SELECT ts FROM reply_messages")
            assert row["ts"] == easel.list_replies(root)[0].ts
