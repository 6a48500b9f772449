"""“More…” through the whole service: shortcut, form, sending, answer in the thread."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.domain.conversation import IncomingMessage
from bot.domain.errors import StoreError
from bot.playground.slack import PlayedSlack
from bot.playground.slack.views.modals import build_view_payload
from bot.playground.slack.views.people import NO_ANSWER_SENTENCE, Sent
from bot.queue.worker import Worker
from bot.request.recipes import MENU_RECIPES
from handlers.views import more
from handlers.views.form import NOT_STORED_MESSAGE
from handlers.views.more import GONE_MESSAGE, NOT_OPENED_MESSAGE
from tests.support.easel import (
    GENERAL,
    QUICK_RULES,
    EaselEnvironment,
    build_png,
    run_easel,
    run_http_easel,
)
from tests.support.files import read_request_text
from tests.support.patience import lose_patience

GIVEN = {"recipe": "read_text"}


@pytest.fixture(autouse=True)
def offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Offer the recipes of the menu, whichever there are besides."""
    monkeypatch.setattr(more, "list_more_recipes", lambda: MENU_RECIPES)


async def open_form(easel: EaselEnvironment, ts: str, channel: str = GENERAL) -> str:
    easel.slack.choose_shortcut(channel, ts, "more_recipes")
    await easel.slack.wait_until(easel.slack.modals.list_open)
    return str(easel.slack.modals.list_open()[-1]["id"])


async def post(easel: EaselEnvironment) -> str:
    return await easel.slack.post_as_person(
        GENERAL, "an invoice --csv", files=[("a.png", build_png())]
    )


async def test_a_form_asks_about_its_message_in_the_persons_own_words(
    easel: EaselEnvironment,
) -> None:
    ts = await post(easel)
    modal = await open_form(easel, ts)
    # An hour in which the person does something else, and others go on in the thread.
    await easel.slack.post_as_person(GENERAL, "nice", thread_ts=ts, user="U0SAM")
    given = {"recipe": "read_text", "words": "only the left column <!channel>"}
    assert await easel.slack.forms.submit(modal, given) == Sent(is_closed=True)
    await easel.slack.wait_until(lambda: bool(easel.list_replies(ts)))
    await easel.wait_until_idle()
    text = read_request_text(easel)
    assert "only the left column" in text and "> an invoice --csv" in text
    assert "<!channel>" not in easel.list_replies(ts)[-1].text
    with pytest.raises(LookupError):
        await easel.slack.forms.submit(modal, given)


async def test_a_form_that_is_sent_twice_at_once_is_one_question(easel: EaselEnvironment) -> None:
    ts = await post(easel)
    modal = await open_form(easel, ts)
    given = {"recipe": "read_text"}
    await asyncio.gather(*(easel.slack.forms.submit(modal, given) for _ in range(3)))
    await easel.slack.wait_until(lambda: bool(easel.list_replies(ts)))
    await easel.wait_until_idle()
    assert len(easel.model.requests) == 1


async def test_a_message_that_is_gone_when_the_form_is_sent_is_said_to_be(
    easel: EaselEnvironment,
) -> None:
    ts = await post(easel)
    modal = await open_form(easel, ts)
    easel.slack.delete(GENERAL, ts)
    sent = await easel.slack.forms.submit(modal, {"recipe": "read_text"})
    assert sent.errors == {"recipe": GONE_MESSAGE} and easel.model.requests == []


async def test_in_a_channel_without_easel_the_form_says_to_invite_it(
    easel: EaselEnvironment,
) -> None:
    easel.slack.workspace.add_channel("C0SECRET", "secret", with_bot=False)
    ts = await easel.slack.post_as_person("C0SECRET", "look")
    modal = await open_form(easel, ts, "C0SECRET")
    sent = await easel.slack.forms.submit(modal, {"recipe": "what_failed"})
    assert "invite me" in sent.errors["recipe"]


async def test_who_waits_too_long_for_the_form_reads_a_sentence(easel: EaselEnvironment) -> None:
    ts = await post(easel)
    easel.slack.fail("views.open", error="expired_trigger_id")
    easel.slack.choose_shortcut(GENERAL, ts, "more_recipes")
    await easel.slack.wait_until(lambda: bool(easel.slack.responses))
    assert easel.slack.responses[0]["text"] == NOT_OPENED_MESSAGE
    assert easel.slack.modals.list_open() == []


async def test_over_http_too_the_form_says_what_is_wrong(tmp_path: Path) -> None:
    async with run_http_easel(tmp_path) as (easel, sender):
        modals = easel.slack.modals
        ts = await sender.post_as_person(GENERAL, "web -> db")
        chosen = sender.choose_shortcut(GENERAL, ts, "more_recipes")
        modals.issue_trigger(chosen.body["trigger_id"], "U0ALEX")
        await easel.slack.wait_until(modals.list_open)
        view = modals.describe(modals.get(modals.list_open()[0]["id"], "U0ALEX"), GIVEN)
        body = build_view_payload("view_submission", view, {"id": "U0ALEX"}, "1.2.3")
        sent = sender.send_body(body, kind="interactive")
        await sent.acknowledged.wait()
    # The Slack that is asked for the message is another one, in which it was never posted.
    assert sent.response == {"response_action": "errors", "errors": {"recipe": GONE_MESSAGE}}


@pytest.mark.parametrize("is_committed", [False, True])
async def test_killed_while_the_form_is_sent_the_question_is_stored_or_the_person_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_committed: bool
) -> None:
    submit, killed = Worker.submit, asyncio.Event()

    async def hang(self: Worker, message: IncomingMessage) -> None:
        if is_committed:
            await submit(self, message)
        await killed.wait()
        raise StoreError

    async with PlayedSlack(QUICK_RULES) as slack:
        async with run_easel(tmp_path, slack=slack) as easel:
            ts = await post(easel)
            modal = await open_form(easel, ts)
            monkeypatch.setattr(Worker, "submit", hang)
            with lose_patience(slack):
                sent = await slack.forms.submit(modal, {"recipe": "read_text"})
            assert sent == Sent(problem=NO_ANSWER_SENTENCE)
            killed.set()
        monkeypatch.undo()
        async with run_easel(tmp_path, slack=slack) as easel:
            await slack.socket.wait_until_connected(seconds=60)
            # The form is still open, with what the person wrote.
            again = await slack.forms.submit(modal, {"recipe": "read_text"})
            assert again == Sent(is_closed=True)
            await slack.wait_until(lambda: bool(easel.list_replies(ts)))
            await easel.wait_until_idle()
            assert len([turn for turn in easel.list_turns() if turn["about_ts"] == ts]) == 1


async def test_what_slack_does_not_show_now_can_be_sent_again(easel: EaselEnvironment) -> None:
    ts = await post(easel)
    modal = await open_form(easel, ts)
    easel.slack.fail("conversations.replies", status=503)
    told = await easel.slack.forms.submit(modal, {"recipe": "read_text"})
    assert told.errors == {"recipe": NOT_STORED_MESSAGE}
    assert (await easel.slack.forms.submit(modal, {"recipe": "read_text"})).is_closed
