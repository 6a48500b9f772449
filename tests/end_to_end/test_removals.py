"""A deleted last question: its author is offered to have the answer deleted, and nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.queue.removals import OFFER_MESSAGE
from handlers.presses.removal import NOTHING_TO_REMOVE_MESSAGE, REMOVED_MESSAGE
from tests.support.easel import DM, GENERAL, EaselEnvironment, run_easel
from tests.support.files import list_texts


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[EaselEnvironment]:
    async with run_easel(tmp_path / "data") as running:
        yield running


@pytest.mark.parametrize("channel", [GENERAL, DM])
async def test_a_press_deletes_every_message_and_file_of_the_answer(
    easel: EaselEnvironment, channel: str
) -> None:
    root = await easel.ask("draw a red fox", channel=channel)
    _, share = easel.list_replies(root, channel=channel)
    easel.slack.delete(channel, root)
    await easel.slack.wait_until(lambda: easel.slack.workspace.ephemerals)
    (offer,) = easel.slack.workspace.ephemerals
    assert (offer.person, offer.text) == ("U0ALEX", OFFER_MESSAGE.msgid)
    for _ in range(2):
        easel.slack.press_ephemeral(offer, "easel_delete")
    await easel.slack.wait_until(lambda: len(easel.slack.responses) == 2)
    assert {one["text"] for one in easel.slack.responses} == {REMOVED_MESSAGE.msgid}
    assert list_texts(easel, root, channel) == [] and share.files[0].is_deleted
    await easel.slack.wait_until_quiet()
    assert len(easel.slack.workspace.ephemerals) == 1, "a repeated event offers nothing again"


async def test_an_older_question_is_forgotten_without_an_offer(easel: EaselEnvironment) -> None:
    root = await easel.ask("say one")
    first = await easel.slack.post_as_person(GENERAL, "say two", thread_ts=root)
    await easel.wait_until_idle()
    await easel.ask("say three", thread_ts=root)
    easel.slack.delete(GENERAL, first)
    plain = await easel.slack.post_as_person("C0DESIGN", "lunch?")
    easel.slack.delete("C0DESIGN", plain)
    await easel.slack.wait_until_quiet()
    await easel.wait_until_idle()
    assert easel.slack.workspace.ephemerals == []
    assert list_texts(easel, root) == ["one", "two", "three"]


async def test_only_who_asked_and_deleted_can_have_it_deleted(easel: EaselEnvironment) -> None:
    root = await easel.ask("say one")
    (answer,) = easel.list_replies(root)
    answer.buttons = [{"action_id": "easel_delete", "text": "Delete", "value": "1"}]
    # The question is still there; then it is somebody else who presses.
    easel.slack.press(GENERAL, answer.ts, "easel_delete")
    await easel.slack.wait_until(lambda: easel.slack.responses)
    easel.slack.delete(GENERAL, root)
    await easel.slack.wait_until(lambda: easel.slack.workspace.ephemerals)
    for value in ("1", "2", "x", "9" * 30):
        answer.buttons = [{"action_id": "easel_delete", "text": "Delete", "value": value}]
        easel.slack.press(GENERAL, answer.ts, "easel_delete", user="U0SAM")
    await easel.slack.wait_until_quiet()
    assert {one["text"] for one in easel.slack.responses} == {NOTHING_TO_REMOVE_MESSAGE.msgid}
    assert list_texts(easel, root) == ["one"]
