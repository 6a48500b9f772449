"""Several answers in one thread say which request they belong to; a lone one says nothing."""

from __future__ import annotations

import pytest

from bot.playground.model.wire import build_error
from tests.support.answer_rows import press
from tests.support.easel import DM, GENERAL, MENTION, EaselEnvironment, build_png


async def ask_both(
    easel: EaselEnvironment, first: str, second: str, *, user: str = "U0ALEX"
) -> str:
    """Ask `second` in the thread of `first` while the model has not answered; return the root."""
    # The first request is refused for a moment, and asked again.
    easel.model.script(status=503, content_type="application/json", delay=0.5)
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} {first}")
    await easel.slack.post_as_person(GENERAL, f"{MENTION} {second}", thread_ts=root, user=user)
    await easel.slack.wait_until(lambda: len(easel.list_replies(root)) >= 2)
    await easel.wait_until_idle()
    return root


def list_texts(easel: EaselEnvironment, root: str, *, channel: str = GENERAL) -> list[str]:
    return [reply.text for reply in easel.list_replies(root, channel=channel) if not reply.files]


async def test_answers_that_come_after_both_questions_name_theirs(easel: EaselEnvironment) -> None:
    root = await ask_both(easel, "say hello", "say goodbye", user="U0SAM")
    first, second = list_texts(easel, root)
    assert first.startswith("_Alex asked “say hello”:_\n\n")
    assert second.startswith("_Sam asked “say goodbye”:_\n\n")


@pytest.mark.parametrize("channel", [GENERAL, DM])
async def test_one_question_at_a_time_needs_no_heading(
    easel: EaselEnvironment, channel: str
) -> None:
    root = await easel.ask("say hello", channel=channel)
    await easel.ask("say goodbye", channel=channel, thread_ts=root)
    await easel.ask("draw a red fox", channel=channel, thread_ts=root)
    assert not any(text.startswith("_") for text in list_texts(easel, root, channel=channel))


async def test_a_heading_mentions_no_one(easel: EaselEnvironment) -> None:
    root = await ask_both(easel, "say hello <@U0SAM> <!channel> @here", "say `goodbye` *now*")
    for text in list_texts(easel, root):
        heading = text.split("\n", 1)[0]
        assert not any(mark in heading for mark in ("<", "@", "`", "*"))


async def test_a_recipe_from_the_menu_names_who_chose_it(easel: EaselEnvironment) -> None:
    ts = await easel.slack.post_as_person(GENERAL, "look", files=[("a.png", build_png())])
    easel.slack.choose_shortcut(GENERAL, ts, "explain_picture", user="U0SAM")
    await easel.slack.wait_until(lambda: bool(easel.list_replies(ts)))
    await easel.wait_until_idle()
    (text,) = list_texts(easel, ts)
    assert text.startswith("_Sam chose “Explain this picture” from a message's menu:_\n\n")


async def test_a_heading_is_no_part_of_what_the_model_reads_later(easel: EaselEnvironment) -> None:
    root = await ask_both(easel, "say hello", "say goodbye")
    await easel.ask("and now?", thread_ts=root)
    assert "asked “" not in str(easel.get_last_request()["messages"])


@pytest.mark.parametrize("channel", [GENERAL, DM])
async def test_a_picture_that_comes_below_a_later_answer_names_its_question(
    easel: EaselEnvironment, channel: str
) -> None:
    for _ in range(2):
        easel.model.fail(429, build_error(429, "slow down"), retry_after="600")
    root = await easel.ask("draw a grey cat", channel=channel)
    await easel.ask("make it blue", channel=channel, thread_ts=root)
    failed, _ = easel.list_replies(root, channel=channel)
    await press(easel, failed, "easel_retry")
    *_, heading, picture = easel.list_replies(root, channel=channel)
    assert heading.text == "_Alex asked “draw a grey cat”:_" and picture.files
