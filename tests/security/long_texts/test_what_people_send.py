"""No text of a person's holds the event loop: not a message, an edit, a form, a file or a name.

Hundreds of families of hostile texts, up to a megabyte long, go through every door of the whole
service while a watch measures each callback of its loop. See `hostile_texts.py` for the texts. All
families come as short messages, and some through each other door; `make fuzz` takes two to four
times as many.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.playground.slack import PlayedMessage, PlayedSlack
from bot.playground.slack.workspace import TEAM
from tests.security.long_texts.doors import (
    LONG,
    MENTION,
    RULES,
    SHORT,
    THINNING,
    Doors,
    build_all,
    build_batches,
    cut,
    open_doors,
)
from tests.support.model_events import build_answer


def build_shapes(text: str) -> Iterator[dict[str, Any]]:
    """Yield the fields of messages that hold `text` in all the places that a message has."""
    sections = [
        {"type": "section", "text": {"type": "mrkdwn", "text": part}}
        for part in cut(text, 3_000, limit=150_000)
    ]
    yield {"blocks": sections}
    attachments = [
        {"text": part, "title": part[:300], "fallback": part[:100], "mrkdwn_in": ["text"],
         "fields": [{"title": part[:100], "value": part[:2_000]}], "author_name": part[:200]}
        for part in cut(text, 8_000, limit=200_000)
    ]  # fmt: skip
    yield {"attachments": attachments}
    row = [{"type": "raw_text", "text": part} for part in cut(text, 20, limit=400)]
    yield {"blocks": [{"type": "table", "rows": [row] * 100}]}
    pieces = [
        {"type": "text", "text": part, "style": {"bold": True, "code": number % 9 == 0}}
        for number, part in enumerate(cut(text, 10, limit=60_000))
    ]
    section = {"type": "rich_text_section", "elements": pieces}
    yield {"blocks": [{"type": "rich_text", "elements": [section]}]}
    whole = [{"type": "text", "text": text[:40_000]}]
    kinds = ("rich_text_preformatted", "rich_text_quote", "rich_text_section")
    yield {
        "blocks": [
            {"type": "rich_text", "elements": [{"type": kind, "elements": whole} for kind in kinds]}
        ]
    }
    items = [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": part}]}
        for part in cut(text, 100, limit=40_000)
    ]
    listed = {"type": "rich_text_list", "style": "bullet", "indent": 8, "elements": items}
    yield {"blocks": [{"type": "rich_text", "elements": [listed]}]}
    deep: dict[str, Any] = {"text": text[:SHORT]}
    for _ in range(40):
        deep = {"message_blocks": [{"message": deep}], "is_share": True, "text": text[:500]}
    yield {"attachments": [deep]}


@pytest.mark.parametrize("size", [LONG, SHORT])
async def test_messages(doors: Doors, size: int) -> None:
    count = 0
    long = build_batches(LONG, share=2 * THINNING)
    for texts in long if size == LONG else build_all(size):
        for text in texts:
            doors.model.script(*build_answer("ok"))
            doors.send_message(text)
        count += len(texts)
        await doors.settle()
    # Some texts are commands or hold nothing at all; every other one is answered.
    replies = [m for m in doors.slack.workspace.list_messages("D0ALEX") if m.from_bot]
    assert len(replies) >= count * 0.8


async def test_messages_of_every_shape(doors: Doors) -> None:
    for texts in build_batches(LONG, share=8):
        for number, text in enumerate(texts):
            shapes = list(build_shapes(text))
            for fields in shapes[number % 2 :: 2]:
                doors.model.script(*build_answer("ok"))
                doors.send_message("look", **fields)
        await doors.settle()


async def test_edits_over_http(tmp_path: Path) -> None:
    settings = {"SLACK_APP_TOKEN": None, "SLACK_SIGNING_SECRET": PlayedSlack.signing_secret}
    async with open_doors(tmp_path, **settings) as doors:
        address = f"{doors.watched.service.address}/slack/events"
        async with PlayedSlack(RULES, request_url=address) as sender:
            for texts in build_batches(LONG, share=8, first=1):
                for text in texts:
                    doors.model.script(*build_answer("ok"))
                    sender.emit(build_edit(doors, text))
                await sender.wait_until_quiet()
                sender.deliveries.clear()
                await doors.settle()


def build_edit(doors: Doors, text: str) -> dict[str, Any]:
    before = doors.build_message("hello", channel="C0GENERAL")
    edited = {"user": "U0ALEX", "ts": doors.slack.workspace.create_ts()}
    outer = {name: before[name] for name in ("type", "channel", "channel_type")}
    return outer | {
        "subtype": "message_changed",
        "hidden": True,
        "message": {**before, "text": f"{MENTION}{text}", "edited": edited},
        "previous_message": before,
        "ts": edited["ts"],
        "event_ts": edited["ts"],
    }


async def test_shortcuts_buttons_commands_and_modals(doors: Doors) -> None:
    for texts in build_batches(LONG, share=8, first=2):
        for text in texts:
            doors.model.script(*build_answer("ok"))
            for body, kind in build_interactions(doors, text):
                doors.slack.send_body(body, kind=kind)
        await doors.settle()


def build_interactions(doors: Doors, text: str) -> Iterator[tuple[dict[str, Any], str]]:
    person = {"id": "U0ALEX", "team_id": TEAM, "username": text[:SHORT]}
    common = {"user": person, "team": {"id": TEAM}, "trigger_id": "1.2.3", "token": "t"}
    place = {"id": "D0ALEX", "name": text[:SHORT]}
    message = doors.build_message(text)
    yield (
        {**common, "type": "message_action", "callback_id": "recipe_read_text", "channel": place,
         "message": message, "message_ts": message["ts"], "action_ts": message["ts"]},
        "interactive",
    )  # fmt: skip
    for action in ("retry", text[:SHORT]):
        button = {"type": "button", "action_id": action, "value": text, "action_ts": "1.2"}
        yield (
            {**common, "type": "block_actions", "channel": place, "message": message,
             "container": {"channel_id": "D0ALEX"}, "actions": [button]},
            "interactive",
        )  # fmt: skip
    values = {"block": {text[:SHORT]: {"type": "plain_text_input", "value": text}}}
    view = {"type": "modal", "callback_id": text[:SHORT], "state": {"values": values}}
    yield {**common, "type": "view_submission", "view": view}, "interactive"
    filled = {"words": {"words": {"value": text}}}
    own = {"type": "modal", "callback_id": "more_recipes", "private_metadata": text}
    body = {**common, "type": "view_submission", "view": own | {"state": {"values": filled}}}
    yield body, "interactive"
    yield (
        {"command": "/easel", "text": text, "user_id": "U0ALEX", "team_id": TEAM},
        "slash_commands",
    )


async def test_threads_that_are_read(doors: Doors) -> None:
    slack = doors.slack
    for texts in build_batches(40_000, share=4):
        root = slack.workspace.create_ts()
        for number, text in enumerate(["root", *texts]):
            ts = root if not number else slack.workspace.create_ts()
            thread_ts = root if number else None
            slack.workspace.add(PlayedMessage(ts, "C0GENERAL", "U0SAM", text, thread_ts))
        for question in ("what now?", f"and {slack.get_permalink('C0GENERAL', root)}?"):
            doors.model.script(*build_answer("ok"))
            doors.send_message(MENTION + question, channel="C0GENERAL", thread_ts=root)
            await slack.wait_until_quiet()
            await doors.watched.wait_until_idle()
        await doors.settle()


async def test_names_of_people_places_and_files(doors: Doors) -> None:
    workspace = doors.slack.workspace
    for batch, texts in enumerate(build_batches(SHORT, share=4, first=1)):
        for number, text in enumerate(texts):
            tail = f"{batch}Z{number}"
            workspace.people[f"U9{tail}"] = workspace.groups[f"S9{tail}"] = text
            workspace.add_channel(f"C9{tail}", text)
            names = f"<@U9{tail}> <#C9{tail}> <!subteam^S9{tail}>"
            doors.model.script(*build_answer(f"ok {names}"))
            doors.send_message(f"{MENTION}{names}", channel=f"C9{tail}", user=f"U9{tail}")
            file = {"id": f"F9{tail}", "name": text, "title": text, "mimetype": text[:200]}
            doors.model.script(*build_answer("ok"))
            doors.send_message("what is it?", subtype="file_share", files=[file])
        await doors.settle()
        workspace.groups.clear()


async def test_contents_of_files(doors: Doors) -> None:
    endings = ("md", "csv", "json", "html", "txt")
    for batch, texts in enumerate(build_batches(LONG // 8, share=3)):
        for start in range(0, len(texts), 8):
            data = "\n".join(texts[start : start + 8]).encode()
            name = f"a.{endings[(batch + start // 8) % len(endings)]}"
            doors.model.script(*build_answer("ok"))
            await doors.slack.post_as_person("D0ALEX", "what is it?", files=[(name, data)])
        await doors.settle()
