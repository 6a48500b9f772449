"""“Ask Easel…” through the whole service: shortcut, form, Easel's message, answer in its thread."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.playground.slack import PlayedSlack
from bot.playground.slack.limits import GRANTED_SCOPES
from bot.playground.slack.views.people import NO_ANSWER_SENTENCE, Sent
from bot.playground.slack.workspace import PlayedMessage
from bot.queue.worker import Worker
from handlers.views.ask import NOT_A_MEMBER_MESSAGE, NOT_SURE_MESSAGE, UNKNOWN_MEMBER_MESSAGE
from tests.support.easel import DM, GENERAL, QUICK_RULES, EaselEnvironment, run_easel, wait_until
from tests.support.patience import lose_patience


async def open_form(slack: PlayedSlack) -> str:
    slack.choose_global_shortcut("ask_easel")
    await slack.wait_until(slack.modals.list_open)
    return str(slack.modals.list_open()[-1]["id"])


def list_asked(slack: PlayedSlack, channel: str) -> list[PlayedMessage]:
    return [one for one in slack.workspace.list_messages(channel) if one.root == one.ts]


async def wait_for_answer(easel: EaselEnvironment, channel: str) -> list[PlayedMessage]:
    """Return Easel's first message in the channel, then what is in its thread."""
    slack = easel.slack
    await slack.wait_until(
        lambda: [m for m in slack.workspace.list_messages(channel) if m.root != m.ts]
    )
    await easel.wait_until_idle()
    (asked,) = list_asked(slack, channel)
    return slack.list_thread(channel, asked.ts)


async def test_the_question_is_posted_for_the_person_and_answered_in_its_thread(
    easel: EaselEnvironment,
) -> None:
    modal = await open_form(easel.slack)
    given = {"words": "say hello <!channel>", "place": GENERAL}
    assert await easel.slack.forms.submit(modal, given) == Sent(is_closed=True)
    asked, answer = await wait_for_answer(easel, GENERAL)
    assert asked.text.startswith("**Alex** asks:\n\n> say hello") and "<!channel>" not in asked.text
    assert answer.text.startswith("hello")
    (question,) = easel.read_rows("SELECT user, ts, root FROM questions")
    assert question == {"user": "U0ALEX", "ts": asked.ts, "root": asked.ts}
    # Others go on there without a mention, as in any thread.
    await easel.ask("say more", thread_ts=asked.ts)
    assert len(easel.model.requests) == 2


async def test_without_a_channel_it_is_between_the_two(easel: EaselEnvironment) -> None:
    modal = await open_form(easel.slack)
    assert (await easel.slack.forms.submit(modal, {"words": "say hello"})).is_closed
    _, answer = await wait_for_answer(easel, DM)
    assert answer.text == "hello"


async def test_without_optional_permissions_it_is_asked_directly(tmp_path: Path) -> None:
    needed = {"im:write", "channels:read", "groups:read", "users:read"}
    rules = replace(QUICK_RULES, scopes=GRANTED_SCOPES - needed)
    async with run_easel(tmp_path, rules=rules) as easel:
        modal = await open_form(easel.slack)
        sent = await easel.slack.forms.submit(modal, {"words": "say hello", "place": GENERAL})
        assert sent.errors == {"place": UNKNOWN_MEMBER_MESSAGE}
        assert (await easel.slack.forms.submit(modal, {"words": "say hello"})).is_closed
        asked, _ = await wait_for_answer(easel, DM)
        assert asked.text.startswith("**<@U0ALEX>** asks:")


async def test_channels_without_easel_or_the_person_are_said_to_be(easel: EaselEnvironment) -> None:
    workspace = easel.slack.workspace
    workspace.add_channel("C0APART", "apart", with_bot=False)
    workspace.channels["C0DESIGN"].members.discard("U0ALEX")
    modal = await open_form(easel.slack)
    sent = await easel.slack.forms.submit(modal, {"words": "say hello", "place": "C0APART"})
    assert "invite me" in sent.errors["place"]
    sent = await easel.slack.forms.submit(modal, {"words": "say hello", "place": "C0DESIGN"})
    assert sent.errors == {"place": NOT_A_MEMBER_MESSAGE} and list_asked(easel.slack, GENERAL) == []


async def test_a_form_that_is_sent_often_is_posted_and_asked_once(easel: EaselEnvironment) -> None:
    modal = await open_form(easel.slack)
    given = {"words": "say hello", "place": GENERAL}
    await asyncio.gather(*(easel.slack.forms.submit(modal, given) for _ in range(3)))
    assert len(await wait_for_answer(easel, GENERAL)) == 2
    assert len(easel.model.requests) == 1


async def test_a_post_whose_answer_is_lost_is_gone_on_from(easel: EaselEnvironment) -> None:
    easel.slack.fail("chat.postMessage", status=503, after=True)
    modal = await open_form(easel.slack)
    given = {"words": "say hello", "place": GENERAL}
    assert (await easel.slack.forms.submit(modal, given)).errors == {"words": NOT_SURE_MESSAGE}
    assert (await easel.slack.forms.submit(modal, given)).is_closed
    assert len(await wait_for_answer(easel, GENERAL)) == 2


@pytest.mark.parametrize("changed", [{"words": "say two"}, {"place": "C0DESIGN"}])
async def test_what_is_sent_again_otherwise_is_asked_as_well_and_each_post_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: dict[str, str]
) -> None:
    monkeypatch.setattr("bot.queue.forms.asks.LEFT_SECONDS", 0.0)
    async with PlayedSlack(QUICK_RULES) as slack:
        given = {"words": "say one", "place": GENERAL}
        async with run_easel(tmp_path, slack=slack) as easel:
            slack.fail("chat.postMessage", status=503, after=True)
            modal = await open_form(slack)
            assert (await slack.forms.submit(modal, given)).errors == {"words": NOT_SURE_MESSAGE}
            assert (await slack.forms.submit(modal, given | changed)).is_closed
            await easel.wait_until_idle()
        # What was posted first is taken up at the latest at the next start.
        async with run_easel(tmp_path, slack=slack) as easel:
            await wait_until(lambda: not easel.read_rows("SELECT id FROM asks"))
            await easel.wait_until_idle()
            for channel in {GENERAL, (given | changed)["place"]}:
                for asked in list_asked(slack, channel):
                    _, answer = slack.list_thread(channel, asked.ts)
                    assert asked.text.endswith(f"> say {answer.text}")
            assert len(easel.read_rows("SELECT id FROM questions")) == 2


async def test_without_im_write_a_form_that_is_sent_often_is_posted_once(tmp_path: Path) -> None:
    rules = replace(QUICK_RULES, scopes=GRANTED_SCOPES - {"im:write"})
    async with run_easel(tmp_path, rules=rules) as easel:
        modal = await open_form(easel.slack)
        given = {"words": "say hello"}
        await asyncio.gather(*(easel.slack.forms.submit(modal, given) for _ in range(3)))
        assert len(await wait_for_answer(easel, DM)) == 2


async def post_and_die(
    slack: PlayedSlack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str]
) -> str:
    """Let a process end between the post of a form and its store; return the form's modal."""

    async def die(*_: object) -> None:
        await asyncio.Event().wait()

    async with run_easel(tmp_path, slack=slack):
        with monkeypatch.context() as patch:
            patch.setattr(Worker, "submit", die)
            modal = await open_form(slack)
            with lose_patience(slack):
                sent = await slack.forms.submit(modal, given)
    assert sent.problem == NO_ANSWER_SENTENCE
    return modal


async def test_a_kill_between_the_post_and_the_store_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"words": "say hello", "place": GENERAL}
    monkeypatch.setattr("handlers.views.ask_calls._HISTORY_SIZE", 10)
    monkeypatch.setattr("bot.queue.forms.asks.LEFT_SECONDS", 0.0)
    async with PlayedSlack(QUICK_RULES) as slack:
        modal = await post_and_die(slack, tmp_path, monkeypatch, given)
        (asked,) = list_asked(slack, GENERAL)
        for number in range(25):  # meanwhile people talk, more than is read at once
            await slack.post_as_person(GENERAL, f"talk {number}", views=())
        async with run_easel(tmp_path, slack=slack) as easel:
            # Without being sent again, and no second time if it is.
            await slack.wait_until(lambda: len(slack.list_thread(GENERAL, asked.ts)) == 2)
            await easel.wait_until_idle()
            assert (await slack.forms.submit(modal, given)).is_closed
            await easel.wait_until_idle()
            assert [m for m in list_asked(slack, GENERAL) if "asks:" in m.text] == [asked]
            assert len(easel.model.requests) == 1
            assert easel.read_rows("SELECT id FROM asks") == []


async def test_what_is_posted_directly_without_im_write_survives_a_kill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Which channel it is, Slack tells only with what is posted.
    scopes = GRANTED_SCOPES - {"im:write"}
    monkeypatch.setattr("bot.queue.forms.asks.LEFT_SECONDS", 0.0)
    async with PlayedSlack(replace(QUICK_RULES, scopes=scopes)) as slack:
        await post_and_die(slack, tmp_path, monkeypatch, {"words": "say hello"})
        async with run_easel(tmp_path, slack=slack) as easel:
            _, answer = await wait_for_answer(easel, DM)
            assert answer.text == "hello"
            assert easel.read_rows("SELECT id FROM asks") == []
