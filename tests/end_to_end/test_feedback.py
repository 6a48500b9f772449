"""Feedback through the whole service: thumbs, the form, what is kept, and what it shows to whom."""

from __future__ import annotations

import asyncio
import copy
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.cli.main import main
from bot.playground.slack import PlayedSlack
from bot.playground.slack.interactions import build_button_payload
from bot.playground.slack.views.people import Sent
from bot.playground.slack.workspace import PlayedMessage
from handlers.identifiers import FEEDBACK_ACTION_ID
from handlers.presses.press import GONE_MESSAGE, STRANGER_MESSAGE
from tests.support.easel import GENERAL, QUICK_RULES, EaselEnvironment, run_easel

HOSTILE = "<!channel> \u202e\x00\x1b[31m =1+1 " + "x" * 3_000


def read_feedback(folder: Path) -> list[tuple[Any, ...]]:
    query = "SELECT question_id, version, user, verdict, reasons, words FROM feedback ORDER BY user"
    with closing(sqlite3.connect(folder / "easel.db")) as database:
        return database.execute(query).fetchall()


async def ask(easel: EaselEnvironment) -> PlayedMessage:
    root = await easel.ask("hello")
    return easel.list_replies(root)[-1]


def list_thumbs(reply: PlayedMessage) -> list[dict[str, str]]:
    return [one for one in reply.controls if one["action_id"] == FEEDBACK_ACTION_ID]


async def press(
    easel: EaselEnvironment, reply: PlayedMessage, verdict: str, user: str = "U0ALEX"
) -> None:
    (thumb,) = [one for one in reply.controls if one["value"].startswith(verdict)]
    delivery = easel.slack.press(
        GENERAL, reply.ts, FEEDBACK_ACTION_ID, user=user, value=thumb["value"]
    )
    await asyncio.wait_for(delivery.acknowledged.wait(), 60)


def get_form(easel: EaselEnvironment) -> str:
    return str(easel.slack.modals.list_open()[-1]["id"])


async def test_the_thumbs_come_with_the_answer_and_cost_no_call(easel: EaselEnvironment) -> None:
    reply = await ask(easel)
    assert [one["value"].partition(":")[0] for one in list_thumbs(reply)] == ["good", "bad"]
    assert "chat.update" not in [call.method for call in easel.slack.calls]


async def test_the_last_press_of_each_person_counts(easel: EaselEnvironment) -> None:
    reply = await ask(easel)
    for user, verdict in (("U0ALEX", "bad"), ("U0SAM", "good"), ("U0ALEX", "good")):
        await press(easel, reply, verdict, user)
    assert [row[2:4] for row in read_feedback(easel.folder)] == [
        ("U0ALEX", "good"),
        ("U0SAM", "good"),
    ]


async def test_an_older_press_that_comes_late_changes_nothing(easel: EaselEnvironment) -> None:
    reply = await ask(easel)
    older = easel.slack.workspace.create_ts()
    await press(easel, reply, "good")
    bad = next(one for one in reply.controls if one["value"].startswith("bad"))
    late = build_button_payload(reply, bad, "U0ALEX", action_ts=older, origin=easel.slack.origin)
    for _ in range(2):
        delivery = easel.slack.send_body(late, kind="interactive")
        await asyncio.wait_for(delivery.acknowledged.wait(), 60)
    assert [row[3] for row in read_feedback(easel.folder)] == ["good"]


async def test_a_bad_answer_opens_a_form_and_what_it_says_is_one_harmless_line(
    easel: EaselEnvironment,
) -> None:
    reply = await ask(easel)
    await press(easel, reply, "bad")
    given = {"fault": ["looks", "wrong"], "words": HOSTILE[:500]}
    assert await easel.slack.forms.submit(get_form(easel), given) == Sent(is_closed=True)
    ((_, version, user, verdict, fault, words),) = read_feedback(easel.folder)
    assert (version, user, verdict, fault) == (1, "U0ALEX", "bad", "wrong looks")
    assert words.startswith("<!channel> [31m =1+1 xxx") and len(words) <= 500
    assert words.isprintable()
    assert len(easel.model.requests) == 1 and len(easel.list_replies(reply.thread_ts or "")) == 1


async def test_a_form_may_be_sent_an_hour_later_and_after_a_restart(tmp_path: Path) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        async with run_easel(tmp_path / "data", slack=slack) as easel:
            await press(easel, await ask(easel), "bad")
            form = get_form(easel)
        slack.workspace.clock = lambda: time.time() + 3_600
        async with run_easel(tmp_path / "data", slack=slack) as again:
            assert await again.slack.forms.submit(form, {}) == Sent(is_closed=True)
            assert [row[3:] for row in read_feedback(again.folder)] == [("bad", "", "")]


@pytest.mark.parametrize("value", ["good:999", "bad:1.2", "good:1.999999", "good:0"])
async def test_a_press_of_no_such_answer_is_refused_to_that_person_alone(
    easel: EaselEnvironment, value: str
) -> None:
    reply = await ask(easel)
    list_thumbs(reply)[0]["value"] = value
    delivery = easel.slack.press(GENERAL, reply.ts, FEEDBACK_ACTION_ID, value=value)
    await asyncio.wait_for(delivery.acknowledged.wait(), 60)
    await easel.slack.wait_until(lambda: easel.slack.responses)
    assert str(GONE_MESSAGE) in str(easel.slack.responses)
    assert not read_feedback(easel.folder) and not easel.slack.modals.list_open()


async def test_an_answer_whose_question_was_deleted_takes_no_feedback(
    easel: EaselEnvironment,
) -> None:
    reply = await ask(easel)
    easel.slack.delete_message(GENERAL, reply.thread_ts or "")
    await easel.slack.wait_until_quiet()
    await press(easel, reply, "good")
    assert not read_feedback(easel.folder)


async def test_strangers_and_other_channels_say_nothing(easel: EaselEnvironment) -> None:
    reply = await ask(easel)
    payload = build_button_payload(
        reply, list_thumbs(reply)[0], "U0ALEX", origin=easel.slack.origin,
        action_ts=easel.slack.workspace.create_ts(),
    )  # fmt: skip
    foreign = copy.deepcopy(payload) | {"user": {"id": "U0ALEX", "team_id": "T0OTHER"}}
    elsewhere = copy.deepcopy(payload) | {"channel": {"id": "C0OTHER", "name": "other"}}
    for body in (foreign, elsewhere):
        delivery = easel.slack.send_body(body, kind="interactive")
        await asyncio.wait_for(delivery.acknowledged.wait(), 60)
    await easel.slack.wait_until(lambda: len(easel.slack.responses) == 2)
    told = str(easel.slack.responses)
    assert str(STRANGER_MESSAGE) in told and str(GONE_MESSAGE) in told
    assert not read_feedback(easel.folder)


async def test_a_form_that_was_made_up_stores_nothing(easel: EaselEnvironment) -> None:
    reply = await ask(easel)
    await press(easel, reply, "bad")
    (view,) = easel.slack.modals._open.values()
    view.view["private_metadata"] = view.view["private_metadata"].replace("GENERAL", "OTHERS0")
    sent = await easel.slack.forms.submit(view.id, {"fault": ["other"]})
    assert not sent.is_closed and "press the thumb" in str(sent.errors)
    assert [row[4] for row in read_feedback(easel.folder)] == [""]


async def test_the_report_has_the_bad_ones_and_counts_the_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with run_easel(tmp_path / "data") as easel:
        reply = await ask(easel)
        await press(easel, reply, "good", "U0SAM")
        await press(easel, reply, "bad")
        await easel.slack.forms.submit(get_form(easel), {"fault": ["other"], "words": "=1+1"})
        address = f"{easel.service.address}/metrics"
        async with aiohttp.ClientSession() as session, session.get(address) as response:
            page = await response.text()
    assert 'easel_feedback_total{verdict="bad"} 1.0' in page
    monkeypatch.setenv("EASEL_DATA_DIR", str(tmp_path / "data"))
    await asyncio.to_thread(main, ["usage", "--feedback", "--no-names"])
    text = capsys.readouterr().out
    assert "1 of 2 are good (50%)." in text and "=1+1" in text and "U0SAM" not in text
    await asyncio.to_thread(main, ["usage", "--feedback", "--no-names", "--format", "csv"])
    assert "'=1+1" in capsys.readouterr().out
