"""Edited messages: the last question is answered again, older ones are read as edited."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.answering.showing.stops import STOPPED_BEFORE_MESSAGE
from bot.playground.model.talk import PlayedAnswer
from bot.playground.slack import PlayedSlack
from bot.queue.steering_notices import EDIT_LIMIT_MESSAGE
from tests.support.easel import (
    DM,
    GENERAL,
    MENTION,
    QUICK_RULES,
    EaselEnvironment,
    run_easel,
    wait_until,
)
from tests.support.files import list_texts
from tests.support.observing import count_words


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[EaselEnvironment]:
    async with run_easel(tmp_path / "data") as running:
        yield running


async def wait_for_texts(
    easel: EaselEnvironment, root: str, texts: list[str], channel: str = GENERAL
) -> None:
    await easel.slack.wait_until(lambda: list_texts(easel, root, channel) == texts)
    await easel.wait_until_idle()


async def wait_for_edit(easel: EaselEnvironment) -> None:
    """Wait until every event is acknowledged and what follows from it is done."""
    await easel.slack.wait_until_quiet()
    await easel.wait_until_idle()


async def test_the_last_question_is_answered_anew_in_the_same_message(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("say one")
    (before,) = easel.list_replies(root)
    for words in ("say tw", "say two", "say three"):
        easel.slack.edit(GENERAL, root, f"{MENTION} {words}")
    await wait_for_texts(easel, root, ["three"])
    (after,) = easel.list_replies(root)
    assert after.ts == before.ts
    # The quiet came first: one answer for three edits.
    assert len(easel.list_model_requests()) == 2
    sent = json.dumps(easel.get_last_request())
    assert "say three" in sent and "say one" not in sent and "say two" not in sent
    texts = [(turn["text"], turn["is_replaced"]) for turn in easel.list_turns()]
    assert texts == [("say three", 0), ("one", 1), ("three", 0)]
    assert easel.read_rows("SELECT version FROM questions") == [{"version": 2}]
    await easel.ask("say next", thread_ts=root)
    assert "say one" not in json.dumps(easel.get_last_request())


async def test_a_longer_answer_leaves_no_surplus_message(easel: EaselEnvironment) -> None:
    root = await easel.ask("write 2400 words")
    assert len(list_texts(easel, root)) > 1
    easel.slack.edit(GENERAL, root, f"{MENTION} say short")
    await wait_for_texts(easel, root, ["short"])


async def test_a_running_answer_is_broken_off_and_booked(easel: EaselEnvironment) -> None:
    easel.model.token_delay = 0.01
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} write 900 words")
    await easel.slack.wait_until(lambda: count_words(easel, root) > 20)
    easel.slack.edit(GENERAL, root, f"{MENTION} say short")
    await wait_for_texts(easel, root, ["short"])
    first, second = easel.list_model_requests()
    assert first["worst_nano"] > 0 and second["outcome"] == "answered"
    assert first["id"] != second["id"] and len(easel.model.requests) == 2


async def test_white_space_and_case_previews_and_files_do_nothing(easel: EaselEnvironment) -> None:
    root = await easel.ask("say one")
    easel.slack.edit(GENERAL, root, f"{MENTION}   SAY\n one ")
    easel.slack.add_preview(GENERAL, root, {"title": "a page", "text": "of a link", "id": 1})
    await wait_for_edit(easel)
    rows = easel.read_rows("SELECT shown, version, edits FROM questions")
    assert rows == [{"shown": 1, "version": 1, "edits": ""}] and list_texts(easel, root) == ["one"]


async def test_an_older_question_is_corrected_without_a_word(easel: EaselEnvironment) -> None:
    root = await easel.ask("say kiwi")
    await easel.ask("say next", thread_ts=root)
    easel.slack.edit(GENERAL, root, f"{MENTION} say mango")
    await wait_for_edit(easel)
    assert list_texts(easel, root) == ["kiwi", "next"] and len(easel.model.requests) == 2
    await easel.ask("say last", thread_ts=root)
    sent = json.dumps(easel.get_last_request())
    assert "say mango" in sent and "say kiwi" not in sent


async def test_three_times_an_hour_and_no_more(easel: EaselEnvironment) -> None:
    root = await easel.ask("say n0", channel=DM)
    for number in range(1, 4):
        easel.slack.edit(DM, root, f"say n{number}")
        await wait_for_texts(easel, root, [f"n{number}"], DM)
    for number in range(4, 30):
        easel.slack.edit(DM, root, f"say n{number}")
    await wait_for_edit(easel)
    assert list_texts(easel, root, DM) == ["n3"] and len(easel.model.requests) == 4
    texts = [one.text for one in easel.slack.workspace.ephemerals]
    assert texts in ([EDIT_LIMIT_MESSAGE.msgid], [])
    assert easel.list_turns()[0]["text"] == "say n29"


async def test_a_hundred_edits_in_a_second_are_one_answer(easel: EaselEnvironment) -> None:
    root = await easel.ask("say n0", channel=DM)
    for number in range(1, 101):
        easel.slack.edit(DM, root, f"say n{number} " + "<!channel> \u202e&lt;@U0SAM> " * 300)
    await easel.slack.wait_until(lambda: len(easel.model.requests) == 2)
    await wait_for_edit(easel)
    assert len(easel.model.requests) == 2
    assert easel.list_turns()[0]["text"].startswith("say n100")


async def test_an_edit_is_taken_once_and_in_order(easel: EaselEnvironment) -> None:
    root = await easel.ask("say one")
    easel.slack.edit(GENERAL, root, f"{MENTION} say two")
    await wait_for_texts(easel, root, ["two"])
    old = easel.slack.build_event(GENERAL, root)
    previous = {**old, "text": f"{MENTION} say zero", "edited": None}
    for edited_ts, user, text in (
        ("1000000000.000100", "U0ALEX", "older"),
        ("4000000000.000100", "U0SAM", "forged"),
        ("nonsense", "U0ALEX", "odd"),
    ):
        message = {**old, "text": f"{MENTION} say {text}", "user": user, "blocks": []}
        message["edited"] = {"user": "U0ALEX", "ts": edited_ts}
        easel.slack.emit(
            {
                "type": "message",
                "subtype": "message_changed",
                "hidden": True,
                "channel": GENERAL,
                "channel_type": "channel",
                "message": message,
                "previous_message": {**previous, "blocks": []},
                "ts": edited_ts,
                "event_ts": edited_ts,
            }
        )
    await wait_for_edit(easel)
    assert list_texts(easel, root) == ["two"] and len(easel.model.requests) == 2


async def test_an_edit_that_was_acknowledged_is_answered_after_a_restart(tmp_path: Path) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        async with run_easel(tmp_path, slack=slack) as easel:
            root = await easel.ask("say one")
            slack.edit(GENERAL, root, f"{MENTION} say two")
            await slack.wait_until(
                lambda: easel.read_rows("SELECT id FROM questions WHERE NOT shown")
            )
        async with run_easel(tmp_path, slack=slack) as easel:
            await asyncio.wait_for(wait_for_texts(easel, root, ["two"]), 60)


async def test_an_edit_while_the_answer_is_silent_asks_the_new_words(
    easel: EaselEnvironment,
) -> None:
    easel.model.script(stall=True)
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} draw something large")
    await wait_until(lambda: easel.model.requests)
    easel.slack.edit(GENERAL, root, f"{MENTION} say instead")
    await wait_for_texts(easel, root, ["instead"])
    assert "something large" not in json.dumps(easel.get_last_request())


async def test_an_edit_to_stop_ends_the_answer_and_is_no_question(easel: EaselEnvironment) -> None:
    easel.model.script(stall=True)
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} draw something large")
    await wait_until(lambda: easel.model.requests)
    easel.slack.edit(GENERAL, root, f"{MENTION} Stop!")
    await asyncio.wait_for(easel.wait_until_idle(), 60)
    assert list_texts(easel, root) == [STOPPED_BEFORE_MESSAGE.msgid]
    await wait_for_edit(easel)
    assert len(easel.model.requests) == 1
    rows = easel.read_rows("SELECT outcome, version FROM questions")
    assert rows == [{"outcome": "stopped", "version": 1}]


async def test_an_edit_to_stop_after_the_answer_is_only_read(easel: EaselEnvironment) -> None:
    root = await easel.ask("say one")
    easel.slack.edit(GENERAL, root, f"{MENTION} stop")
    await wait_for_edit(easel)
    assert list_texts(easel, root) == ["one"] and len(easel.model.requests) == 1
    assert easel.list_turns()[0]["text"] == "stop"


async def test_an_edit_that_first_names_easel_and_says_stop_is_no_question(
    easel: EaselEnvironment,
) -> None:
    easel.model.script(stall=True)
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} draw something large")
    await wait_until(lambda: easel.model.requests)
    later = await easel.slack.post_as_person("C0DESIGN", "hm")
    easel.slack.edit("C0DESIGN", later, f"{MENTION} stop")
    reply = await easel.slack.post_as_person(GENERAL, "wait a moment", thread_ts=root)
    easel.slack.edit(GENERAL, reply, f"{MENTION} cancel")
    await asyncio.wait_for(easel.wait_until_idle(), 60)
    assert list_texts(easel, root)[0].endswith(STOPPED_BEFORE_MESSAGE.msgid)
    assert len(list_texts(easel, root)) == 1, "what waited says stop, and asks nothing"
    await easel.slack.wait_until(lambda: list_texts(easel, later, "C0DESIGN"))
    assert len(easel.model.requests) == 1


@pytest.mark.parametrize("channel", [GENERAL, DM])
async def test_an_edit_that_overtakes_its_post_is_what_is_asked(
    easel: EaselEnvironment, channel: str
) -> None:
    name = "" if channel == DM else f"{MENTION} "
    root = await easel.slack.post_as_person(channel, f"{name}say secret", views=())
    original = easel.slack.build_event(channel, root)
    easel.slack.edit(channel, root, f"{name}say open")
    await easel.slack.wait_until_quiet()
    assert [turn["text"] for turn in easel.list_turns()] == ["say open"]
    easel.slack.emit(original)
    await wait_for_texts(easel, root, ["open"], channel)
    await wait_for_edit(easel)
    assert "secret" not in json.dumps(easel.get_last_request())
    assert len(easel.model.requests) == 1


async def test_an_edit_of_what_is_none_of_easels_is_not_stored(easel: EaselEnvironment) -> None:
    root = await easel.slack.post_as_person(GENERAL, "lunch?", views=())
    easel.slack.edit(GENERAL, root, "lunch at noon?")
    await easel.slack.wait_until_quiet()
    assert easel.list_turns() == []


async def test_the_file_of_an_earlier_long_answer_goes(easel: EaselEnvironment) -> None:
    root = await easel.ask("write 4000 words")
    (share,) = [one for one in easel.list_replies(root) if one.files]
    assert [file.name for file in share.files] == ["answer.md"]
    easel.slack.edit(GENERAL, root, f"{MENTION} say short")
    await easel.slack.wait_until(lambda: share.files[0].is_deleted)
    await wait_for_edit(easel)
    assert "short" in list_texts(easel, root)


async def test_the_code_files_of_an_earlier_answer_go(easel: EaselEnvironment) -> None:
    code = "\n".join(f"print({number})" for number in range(150))
    easel.model.speak = lambda _: PlayedAnswer(f"Here:\n\n```python\n{code}\n```\n")
    root = await easel.ask("write the code")
    (share,) = [one for one in easel.list_replies(root) if one.files]
    assert [file.name for file in share.files] == ["code-1.py"]
    easel.slack.edit(GENERAL, root, f"{MENTION} write it anew")
    await easel.slack.wait_until(lambda: share.files[0].is_deleted)
    await wait_for_edit(easel)
    (share,) = [
        one for one in easel.list_replies(root) if one.files and not one.files[0].is_deleted
    ]
    assert [file.name for file in share.files] == ["code-1.py"]


async def test_an_edit_to_stop_that_overtakes_its_post_asks_nothing(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("say one")
    later = await easel.slack.post_as_person(GENERAL, "say secret", thread_ts=root, views=())
    original = easel.slack.build_event(GENERAL, later)
    easel.slack.edit(GENERAL, later, "stop")
    await easel.slack.wait_until_quiet()
    easel.slack.emit(original)
    await wait_for_edit(easel)
    assert list_texts(easel, root) == ["one"]
    assert "say secret" not in [turn["text"] for turn in easel.list_turns()]
