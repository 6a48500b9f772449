"""Questions whose message, or the one that they quote, is deleted while they are answered."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bot.domain.conversation import Thread
from bot.domain.files import FileRef
from bot.domain.questions import Answer, Ending, Outcome, Question
from bot.playground.slack import PlayedSlack
from bot.queue.removals import OFFER_MESSAGE, QUOTE_OFFER_MESSAGE
from handlers.presses.removal import REMOVED_MESSAGE
from storage.deletion import SqlDeletionStore
from storage.engine.sqlite import open_database
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from tests.support.crash import restart_easel
from tests.support.easel import (
    GENERAL,
    MENTION,
    QUICK_RULES,
    EaselEnvironment,
    build_png,
    wait_until,
)
from tests.support.files import list_texts
from tests.support.gone_words import SECRET, SECRET_PATTERN, list_leaks, settle
from tests.support.model_events import encode_delta
from tests.support.picture_menus import find_menu, press
from tests.support.queues import AMPLE
from tests.support.values import build_incoming_message


async def test_the_answer_about_a_message_that_is_deleted_ends_and_is_forgotten(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("say hello")
    note = await easel.slack.post_as_person(
        GENERAL, f"<@U0SAM> our {SECRET} is big", thread_ts=root
    )
    await settle(easel)
    count = len(easel.list_replies(root))
    easel.model.script(encode_delta(content="animal,size"), stall=True)
    easel.slack.choose_shortcut(GENERAL, note, "extract_csv", user="U0SAM")
    await wait_until(lambda: len(easel.list_replies(root)) > count)
    easel.slack.delete(GENERAL, note)
    await easel.slack.wait_until(lambda: easel.slack.workspace.ephemerals)
    await settle(easel)
    assert list_leaks(easel.folder) == []
    assert [row["outcome"] for row in easel.list_model_requests()][-1] == "stopped"
    (offer,) = easel.slack.workspace.ephemerals
    assert (offer.person, offer.text) == ("U0SAM", QUOTE_OFFER_MESSAGE.msgid)
    await easel.ask("say what we had", thread_ts=root)
    assert not SECRET_PATTERN.search(json.dumps(easel.get_last_request()))
    easel.slack.press_ephemeral(offer, "easel_delete")
    await easel.slack.wait_until(lambda: REMOVED_MESSAGE.msgid in str(easel.slack.responses))


async def test_a_picture_that_is_drawn_once_more_of_a_deleted_question_is_forgotten(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("say hello")
    ts = await easel.slack.post_as_person(GENERAL, f"{MENTION} draw a {SECRET}", thread_ts=root)
    await settle(easel)
    easel.model.first_delay, count = 1.0, len(easel.model.requests)
    pressing = asyncio.create_task(press(easel, find_menu(easel, root), "again"))
    await wait_until(lambda: len(easel.model.requests) > count)
    easel.slack.delete(GENERAL, ts)
    await pressing
    await settle(easel)
    assert list_leaks(easel.folder) == []
    easel.model.first_delay = 0.0
    await easel.ask("make it blue", thread_ts=root)
    sent = json.dumps(easel.get_last_request())
    assert not SECRET_PATTERN.search(sent) and "image_url" not in sent


async def test_a_question_that_is_stopped_and_then_deleted_is_forgotten(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("say hello")
    easel.model.script(encode_delta(content=f"The {SECRET} is"), stall=True)
    ts = await easel.slack.post_as_person(
        GENERAL, f"{MENTION} write 300 words on the {SECRET}", thread_ts=root
    )
    await wait_until(lambda: len(easel.list_replies(root)) > 1)
    await easel.slack.post_as_person(GENERAL, "stop", thread_ts=root)
    easel.slack.delete(GENERAL, ts)
    await easel.slack.wait_until(lambda: easel.slack.workspace.ephemerals)
    await settle(easel)
    assert [one.text for one in easel.slack.workspace.ephemerals] == [OFFER_MESSAGE.msgid]
    assert list_leaks(easel.folder) == []


@pytest.mark.parametrize("has_file", [False, True])
@pytest.mark.parametrize("is_settled", [False, True])
async def test_a_question_that_was_deleted_before_a_crash_is_forgotten_after_it(
    tmp_path: Path, has_file: bool, is_settled: bool
) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        root = await slack.post_as_person(
            GENERAL, f"{MENTION} an {SECRET}?", views=(), files=[("a.png", build_png())]
        )
        files = (FileRef(next(iter(slack.workspace.files)), "a.png", "image/png"),)
        async with open_database(tmp_path / "easel.db") as database:
            queue = SqlQuestionQueue(database, owner="dead")
            thread = Thread("T0EASEL", GENERAL, root)
            asked = build_incoming_message(
                f"an {SECRET}?", ts=root, thread=thread, files=files if has_file else ()
            )
            question = await queue.enqueue(asked, claim=AMPLE)
            assert isinstance(question, Question)
            if is_settled:
                answer = Answer(f"It is an {SECRET}.", ending=Ending.WHOLE)
                await SqlJournal(database, owner="dead").settle(question, answer)
            await SqlDeletionStore(database).forget_message("T0EASEL", GENERAL, root)
        async with restart_easel(slack, tmp_path) as easel:
            await settle(easel)
            if is_settled:
                await slack.wait_until(lambda: slack.workspace.ephemerals)
            assert list_texts(easel, root) == ([f"It is an {SECRET}."] if is_settled else [])
            assert not any(one.controls or one.buttons for one in easel.list_replies(root))
            (row,) = easel.read_rows("SELECT outcome, shown FROM questions")
            assert row == {"outcome": Outcome.STOPPED.value, "shown": 1}
        assert list_leaks(tmp_path) == []
