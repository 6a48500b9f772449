"""Whatever people see in a message reaches the model: forwards, tables, alerts, linked messages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from handlers.web_api.threads import NOT_SHOWN_MESSAGE, OTHER_CHANNEL_MESSAGE
from tests.support.easel import (
    GENERAL,
    MENTION,
    UNHURRIED,
    EaselEnvironment,
    build_png,
    run_easel,
)
from tests.support.golden_messages import load_golden_messages

DM = "D0ALEX"
TABLE = {
    "fallback": "[no preview available]",
    "blocks": [
        {
            "type": "table",
            "rows": [
                [{"type": "raw_text", "text": cell} for cell in row]
                for row in (("Item", "Price"), ("Fox", "3"))
            ],
        }
    ],
}
FORWARD = {"is_share": True, "author_name": "Ben Ode", "text": "We ship on Friday."}
ALERT = {"title": "CPU is high on web-1", "text": "97 %", "fallback": "CPU"}


def read_request(easel: EaselEnvironment, number: int = -1) -> str:
    """Return everything that a model request says, as one text."""
    return str(easel.model.requests[number])


async def ask(easel: EaselEnvironment, channel: str, fields: dict[str, Any], **more: Any) -> str:
    ts = await easel.slack.post_message(channel, fields, **more)
    root: str = more.get("thread_ts") or ts
    before = len(easel.list_replies(root, channel=channel))
    await easel.slack.wait_until(lambda: len(easel.list_replies(root, channel=channel)) > before)
    await easel.wait_until_idle()
    return root


async def test_a_pasted_table_and_a_forwarded_message_reach_the_model(
    easel: EaselEnvironment,
) -> None:
    await ask(easel, GENERAL, {"text": f"{MENTION} sum up", "attachments": [TABLE, FORWARD]})
    asked = read_request(easel)
    assert "| Fox | 3 |" in asked
    assert "> [Forwarded message by Ben Ode:]\\n> We ship on Friday." in asked


async def test_a_message_that_is_only_a_forward_or_a_table_is_a_question(
    easel: EaselEnvironment,
) -> None:
    await ask(easel, DM, {"text": "", "attachments": [FORWARD]})
    assert "We ship on Friday." in read_request(easel)
    await ask(easel, DM, {"text": "", "attachments": [TABLE]})
    assert "| Fox | 3 |" in read_request(easel)


async def test_an_alert_of_another_program_is_read_when_easel_is_asked_below_it(
    easel: EaselEnvironment,
) -> None:
    root = await easel.slack.post_message(
        GENERAL, {"text": "", "attachments": [ALERT]}, author="app"
    )
    await easel.ask("what is wrong?", thread_ts=root)
    asked = read_request(easel)
    assert "Message of the app “Alerts”" in asked
    assert "**CPU is high on web-1**" in asked


async def test_messages_of_every_shape_are_posted_by_anyone_and_read_in_a_direct_message(
    tmp_path: Path,
) -> None:
    golden = [one for one in load_golden_messages() if one.text]
    async with run_easel(tmp_path / "data", **UNHURRIED) as easel:
        for one in golden[::5]:
            for author in ("person", "app", "workflow"):
                await easel.slack.post_message(GENERAL, one.message, author=author)
            await ask(easel, DM, one.message)
        stored = {turn["text"] for turn in easel.list_turns()}
    assert {one.text for one in golden[::5]} <= stored


async def test_a_link_to_a_message_here_brings_text_author_and_files(
    easel: EaselEnvironment,
) -> None:
    first = await easel.slack.post_as_person(
        GENERAL, "the door is open", user="U0SAM", files=[("door.png", build_png())]
    )
    link = easel.slack.get_permalink(GENERAL, first)
    root = await easel.ask(f"what does <{link}|this> mean?")
    asked = read_request(easel)
    assert "[A linked message, by <@U0SAM>:]" in asked or "[A linked message, by @" in asked
    assert "> the door is open" in asked and "door.png" in asked
    assert "image_url" in asked
    assert OTHER_CHANNEL_MESSAGE not in easel.list_replies(root)[-1].text


async def test_a_link_to_a_reply_and_one_to_another_channel(easel: EaselEnvironment) -> None:
    root = await easel.slack.post_as_person(GENERAL, "root")
    reply = await easel.slack.post_as_person(GENERAL, "the answer is 7", thread_ts=root)
    secret = await easel.slack.post_as_person("C0DESIGN", "the secret")
    here = easel.slack.get_permalink(GENERAL, reply)
    there = easel.slack.get_permalink("C0DESIGN", secret)
    asked_in = await easel.ask(f"compare <{here}> and <{there}>")
    asked = read_request(easel)
    assert "> the answer is 7" in asked and "the secret" not in asked
    assert OTHER_CHANNEL_MESSAGE in easel.list_replies(asked_in)[-1].text


async def test_a_link_to_a_message_that_is_gone_is_said(easel: EaselEnvironment) -> None:
    gone = await easel.slack.post_as_person(GENERAL, "soon gone")
    link = easel.slack.get_permalink(GENERAL, gone)
    easel.slack.delete(GENERAL, gone)
    root = await easel.ask(f"what does <{link}> say?")
    assert NOT_SHOWN_MESSAGE in easel.list_replies(root)[-1].text
