"""What was edited away or deleted is sent to the model no more: not in titles, names or quotes."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bot.delivery.status import RESTARTING_STATUS
from bot.domain.questions import Answer, Outcome
from bot.playground.model.wire import build_error
from bot.playground.slack import PlayedSlack
from bot.queue.removals import OFFER_MESSAGE
from handlers.presses.removal import REMOVED_MESSAGE
from storage.deletion import SqlDeletionStore
from storage.engine.sqlite import open_database
from tests.support.crash import crash_easel, restart_easel
from tests.support.easel import DM, GENERAL, MENTION, QUICK_RULES, EaselEnvironment, wait_until
from tests.support.files import list_texts
from tests.support.gone_words import SECRET, SECRET_PATTERN, list_leaks, settle
from tests.support.model_events import encode_delta
from tests.support.picture_menus import find_menu, press


async def ask_secret(easel: EaselEnvironment) -> tuple[str, str]:
    """Ask for a picture, once more by its menu, and so by that of the second one; return the thread
    and the question."""
    root = await easel.ask("say hello")
    ts = await easel.slack.post_as_person(GENERAL, f"{MENTION} draw a {SECRET}", thread_ts=root)
    for _ in range(2):
        await settle(easel)
        await press(easel, find_menu(easel, root), "again")
    await settle(easel)
    return root, ts


async def test_a_deleted_question_leaves_no_word_and_no_picture_for_the_model(
    easel: EaselEnvironment,
) -> None:
    root, ts = await ask_secret(easel)
    menu = find_menu(easel, root)
    easel.slack.delete(GENERAL, ts)
    await settle(easel)
    assert list_leaks(easel.folder) == []
    count = len(easel.model.requests)
    for action in ("again", "vary", "edit", "convert", "reference"):
        await press(easel, menu, action)
    assert len(easel.model.requests) == count and "not there any more" in str(easel.slack.responses)
    await easel.ask("make it blue", thread_ts=root)
    sent = json.dumps(easel.get_last_request())
    assert not SECRET_PATTERN.search(sent) and "image_url" not in sent
    assert list_leaks(easel.folder) == []


async def test_the_pictures_of_an_edited_question_are_not_named_after_its_words(
    easel: EaselEnvironment,
) -> None:
    root, ts = await ask_secret(easel)
    easel.slack.edit(GENERAL, ts, f"{MENTION} draw a blue fox")
    await settle(easel)
    await easel.ask("make it brighter", thread_ts=root)
    files = [row["name"] for row in easel.read_rows("SELECT name FROM files ORDER BY version")]
    assert files[:3] == ["picture-v1.png", "picture-v2.png", "picture-v3.png"]
    views = easel.read_rows("SELECT name FROM sightings")
    assert not any(SECRET_PATTERN.search(row["name"]) for row in views)


@pytest.mark.parametrize("channel", [GENERAL, DM])
async def test_a_title_of_words_that_are_gone_is_replaced(
    easel: EaselEnvironment, channel: str
) -> None:
    titles = easel.slack.workspace.titles
    root = await easel.ask(f"say {SECRET}", channel=channel)
    await settle(easel)
    assert titles[channel, root] == f"say {SECRET}"
    easel.slack.edit(channel, root, f"{MENTION} say something else")
    await wait_until(lambda: titles[channel, root] == "say something else")
    await settle(easel)
    following = await easel.slack.post_as_person(channel, f"{MENTION} say next", thread_ts=root)
    await settle(easel)
    easel.slack.delete(channel, root)
    await wait_until(lambda: titles[channel, root] == "say next")
    easel.slack.delete(channel, following)
    await wait_until(lambda: titles[channel, root] == "Conversation")


async def test_a_persons_title_stays_whatever_is_deleted(easel: EaselEnvironment) -> None:
    root = await easel.ask(f"say {SECRET}")
    await settle(easel)
    easel.slack.sessions.rename_as_person(GENERAL, root, "Ours")
    await settle(easel)
    easel.slack.delete(GENERAL, root)
    await settle(easel)
    assert easel.slack.workspace.titles[GENERAL, root] == "Ours"


async def test_what_waits_and_quotes_an_edited_message_asks_what_it_says_now(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("say hello")
    note = await easel.slack.post_as_person(
        GENERAL, f"<@U0SAM> our {SECRET} is big", thread_ts=root
    )
    await settle(easel)
    easel.model.first_delay = 30.0
    await easel.slack.post_as_person(GENERAL, f"{MENTION} say one", thread_ts=root)
    await wait_until(lambda: len(easel.model.requests) > 1)
    easel.slack.choose_shortcut(GENERAL, note, "extract_csv", user="U0SAM")
    await wait_until(lambda: len(easel.read_rows("SELECT id FROM questions")) == 3)
    easel.slack.edit(GENERAL, note, "<@U0SAM> our elephant is big")
    said = "SELECT id FROM turns WHERE text LIKE '%elephant%'"
    await wait_until(lambda: len(easel.read_rows(said)) == 2)
    easel.model.first_delay = 0.0
    await easel.slack.post_as_person(GENERAL, "stop", thread_ts=root)
    await settle(easel)
    sent = json.dumps(easel.get_last_request())
    assert "our elephant is big" in sent and not SECRET_PATTERN.search(sent)


def take_back(easel: EaselEnvironment, root: str, what: str) -> None:
    """Delete or edit the first message of a thread, or delete its file, as the person."""
    match what:
        case "file":
            easel.slack.delete_file(easel.slack.list_thread(GENERAL, root)[0].files[0].id)
        case "words":
            easel.slack.edit(GENERAL, root, f"{MENTION} say something else")
        case _:
            easel.slack.delete(GENERAL, root)


@pytest.mark.parametrize("what", ["message"])
async def test_a_request_that_is_repeated_does_not_send_what_is_gone(
    easel: EaselEnvironment, what: str
) -> None:
    files = [("a.txt", f"an {SECRET} lives in the barn".encode())] if what == "file" else []
    root = await easel.ask("say hello" if files else f"2 + 3 {SECRET}", files=files)
    await settle(easel)
    count, gate = len(easel.model.requests), asyncio.Event()
    easel.model.fail(503, build_error(503, "busy"), gate=gate)
    await easel.slack.post_as_person(GENERAL, f"{MENTION} what lives in the barn?", thread_ts=root)
    await wait_until(lambda: len(easel.model.requests) == count + 1)
    assert SECRET_PATTERN.search(json.dumps(easel.get_last_request()))
    take_back(easel, root, what)
    noted = "SELECT id FROM questions WHERE words_changed"
    await wait_until(lambda: easel.read_rows(noted) != [])
    gate.set()
    await easel.wait_until_idle()
    assert len(easel.model.requests) == count + 2
    assert not SECRET_PATTERN.search(json.dumps(easel.get_last_request()))
    assert list_texts(easel, root)[-1].startswith("You asked: “what lives")
    outcomes = [row["outcome"] for row in easel.list_model_requests()]
    assert outcomes.count("answered") == 2 and "sent" not in outcomes
    assert easel.read_rows("SELECT id FROM reservations") == easel.read_rows(noted) == []


@pytest.mark.parametrize("what", ["words", "file"])
async def test_a_request_that_is_out_is_broken_off_when_something_of_it_changes(
    easel: EaselEnvironment, what: str
) -> None:
    files = [("a.txt", f"an {SECRET} lives in the barn".encode())] if what == "file" else []
    root = await easel.ask("say hello" if files else f"2 + 3 {SECRET}", files=files)
    await settle(easel)
    count, easel.model.first_delay = len(easel.model.requests), 60.0
    await easel.slack.post_as_person(GENERAL, f"{MENTION} what lives in the barn?", thread_ts=root)
    await wait_until(lambda: len(easel.model.requests) == count + 1)
    assert SECRET_PATTERN.search(json.dumps(easel.get_last_request()))
    take_back(easel, root, what)
    waiting = "SELECT id FROM questions WHERE claimed_by = '' AND NOT shown"
    await wait_until(lambda: easel.read_rows(waiting) != [])
    easel.model.first_delay = 0.0
    await wait_until(lambda: len(easel.model.requests) == count + 2)
    await settle(easel)
    assert not SECRET_PATTERN.search(json.dumps(easel.get_last_request()))
    assert list_texts(easel, root)[-1].startswith("You asked: “what lives")
    calls = easel.slack.list_calls("assistant.threads.setStatus")
    told = [call for call in calls if call.args["status"] == RESTARTING_STATUS.msgid]
    assert len(told) == 1
    broken, answered = easel.list_model_requests()[-2:]
    assert answered["outcome"] == "answered" and broken["outcome"] not in ("sent", "answered")
    assert broken["worst_nano"] > 0 and easel.read_rows("SELECT id FROM reservations") == []


async def test_what_came_of_an_answer_whose_question_was_deleted_is_offered_for_deletion(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("say hello")
    easel.model.script(encode_delta(content=f"The {SECRET} is"), stall=True)
    ts = await easel.slack.post_as_person(
        GENERAL, f"{MENTION} write 300 words on the {SECRET}", thread_ts=root
    )
    await wait_until(lambda: len(easel.list_replies(root)) > 1)
    easel.slack.delete(GENERAL, ts)
    await easel.slack.wait_until(lambda: easel.slack.workspace.ephemerals)
    (offer,) = easel.slack.workspace.ephemerals
    assert (offer.person, offer.text) == ("U0ALEX", OFFER_MESSAGE.msgid)
    part = easel.list_replies(root)[-1]
    assert not part.buttons and not part.controls
    assert [row["outcome"] for row in easel.list_model_requests()][-1] == "stopped"
    easel.slack.press_ephemeral(offer, "easel_delete")
    await easel.slack.wait_until(lambda: easel.slack.responses)
    assert easel.slack.responses[0]["text"] == REMOVED_MESSAGE.msgid
    assert len([one for one in list_texts(easel, root) if one]) == 1
    await settle(easel)
    assert list_leaks(easel.folder) == []


async def test_a_question_that_was_deleted_before_a_crash_ends_without_a_word(
    tmp_path: Path,
) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        async with (
            crash_easel(slack, tmp_path) as dead,
            open_database(tmp_path / "easel.db") as database,
        ):
            await dead.start_stream("It was a dark")
            thread = dead.question.thread
            deletion = SqlDeletionStore(database)
            await deletion.forget_message(thread.team, thread.channel, dead.question.ts)
        async with restart_easel(slack, tmp_path) as easel:
            await easel.wait_until_idle()
            assert not any(list_texts(easel, dead.root)) and not easel.model.requests
            (row,) = easel.read_rows("SELECT outcome, shown FROM questions")
            assert row == {"outcome": "stopped", "shown": 1}


async def test_an_offer_is_made_by_the_next_process_where_one_ends_before_it(
    tmp_path: Path,
) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        async with (
            crash_easel(slack, tmp_path) as dead,
            open_database(tmp_path / "easel.db") as database,
        ):
            thread, reply = dead.question.thread, await dead.post("An owl.")
            await dead.journal.record_message(dead.question, reply)
            await dead.journal.settle(dead.question, Answer("An owl."))
            dead.queue.mark_delivered(dead.question, Outcome.ANSWERED)
            await dead.queue.flush()
            deletion = SqlDeletionStore(database)
            await deletion.forget_message(thread.team, thread.channel, dead.question.ts)
        async with restart_easel(slack, tmp_path):
            await slack.wait_until(lambda: slack.workspace.ephemerals)
        (offer,) = slack.workspace.ephemerals
        assert (offer.person, offer.text) == ("U0ALEX", OFFER_MESSAGE.msgid)


async def ask_by_form(easel: EaselEnvironment) -> str:
    """Ask for the secret by a form; return the ts of the message that asks."""
    easel.slack.choose_global_shortcut("ask_easel")
    await easel.slack.wait_until(easel.slack.modals.list_open)
    form = str(easel.slack.modals.list_open()[-1]["id"])
    await easel.slack.forms.submit(form, {"words": f"say {SECRET}", "place": GENERAL})
    await settle(easel)
    (asked,) = [one for one in easel.slack.workspace.list_messages(GENERAL) if one.root == one.ts]
    return asked.ts


async def test_whoever_has_the_message_of_a_form_deleted_is_offered_the_rest_in_each_of_its_shapes(
    easel: EaselEnvironment,
) -> None:
    ts = await ask_by_form(easel)
    # As Slack tells it where the replies went first.
    previous = {**easel.slack.build_event(GENERAL, ts), "thread_ts": ts}
    event = {"type": "message", "subtype": "message_deleted", "channel": GENERAL}
    easel.slack.emit({**event, "deleted_ts": ts, "previous_message": previous})
    await easel.slack.wait_until(lambda: easel.slack.workspace.ephemerals)
    (offer,) = easel.slack.workspace.ephemerals
    assert (offer.person, offer.text) == ("U0ALEX", OFFER_MESSAGE.msgid)


async def test_whoever_has_the_message_of_a_form_deleted_deletes_its_question(
    easel: EaselEnvironment,
) -> None:
    easel.slack.delete(GENERAL, await ask_by_form(easel))
    await settle(easel)
    assert list_leaks(easel.folder) == []
