"""No text of anybody's holds the event loop: not a message, a file, an answer, an error or a name.

Hundreds of families of hostile texts, up to a megabyte long, go through every door of the whole
service while a watch measures each callback of its loop. See `hostile_texts.py` for the texts. All
families come as short messages, and some through each other door; `make fuzz` takes twice as many.
"""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.config import read_settings
from bot.delivery.long_answers import add_note, find_closing
from bot.llm.catalog import ModelCatalog
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.client import create_http_client
from bot.llm.openrouter import OpenRouterAccount
from bot.playground.model import PlayedModel, wire
from bot.playground.slack import PlayedMessage, PlayedSlack
from bot.playground.slack.workspace import TEAM
from tests.security.hostile_texts import HOSTILE_TEXTS
from tests.support.easel import QUICK_RULES
from tests.support.model_events import FINISH_EVENT, build_answer, encode_delta
from tests.support.process import build_settings
from tests.support.thorough import IS_THOROUGH
from tests.support.watched_loop import LoopWatch, WatchedService, run_watched_service, watch_this

MAX_SECONDS = 0.05
LONG, MIDDLE, SHORT = 1_000_000, 100_000, 20_000
_BATCH = 24
_THINNING = 1 if IS_THOROUGH else 2
_RULES = replace(QUICK_RULES, rate_tiers=False, ack_seconds=60.0, echoes=False)
# Slack's own limits would make the answers wait, and the test with them.
_SETTINGS = {"EASEL_PORT": 0, "EASEL_SLACK_RATE": 1_000, "EASEL_GRACE_SECONDS": 5}
_MENTION = "<@U0EASEL> "


@dataclass(slots=True)
class Doors:
    """A running service with its played ends, and what people and the model may send it."""

    slack: PlayedSlack
    model: PlayedModel
    watched: WatchedService

    async def settle(self) -> None:
        """Wait until all is answered, and forget what the played ends remember of it."""
        await self.slack.wait_until_quiet()
        await self.watched.wait_until_idle()
        await self.slack.wait_until_quiet()
        self.slack.deliveries.clear()
        self.slack.calls.clear()
        self.model.requests.clear()
        self.model.clear_scripts()
        gc.collect()

    def send_message(self, text: str, *, channel: str = "D0ALEX", **fields: Any) -> None:
        self.slack.emit(self.build_message(text, channel=channel, **fields))

    def build_message(self, text: str, *, channel: str = "D0ALEX", **fields: Any) -> dict[str, Any]:
        ts = self.slack.workspace.create_ts()
        # That there is such a message is enough: nobody reads it there.
        root = fields.get("thread_ts")
        self.slack.workspace.add(PlayedMessage(ts, channel, "U0ALEX", "x", thread_ts=root))
        kind = "im" if channel.startswith("D") else "channel"
        return {
            "type": "message", "channel": channel, "channel_type": kind, "user": "U0ALEX",
            "team": TEAM, "text": text, "ts": ts, "event_ts": ts, **fields,
        }  # fmt: skip


@asynccontextmanager
async def open_doors(folder: Path, **settings: Any) -> AsyncIterator[Doors]:
    async with PlayedSlack(_RULES) as slack, PlayedModel() as model:
        values = {**build_settings(slack, model, folder), **_SETTINGS, **settings}
        values = {name: value for name, value in values.items() if value is not None}
        async with run_watched_service(
            read_settings(values, env_file=None), min_seconds=MAX_SECONDS
        ) as watched:
            yield Doors(slack, model, watched)
        assert [str(turn) for turn in watched.watch.turns] == []


@pytest.fixture
async def doors(tmp_path: Path) -> AsyncIterator[Doors]:
    async with open_doors(tmp_path) as opened:
        yield opened


def build_batches(size: int, *, share: int, first: int = 0) -> Iterator[list[str]]:
    """Yield texts of that length, from `first` on, some at a time.

    They are one of each `share` families in a thorough run, and half as many in another.
    """
    yield from _build_some(list(HOSTILE_TEXTS.values())[first :: share * _THINNING], size)


def build_all(size: int) -> Iterator[list[str]]:
    """Yield a text of that length of every family, some at a time."""
    yield from _build_some(list(HOSTILE_TEXTS.values()), size)


def _build_some(makers: list[Callable[[int], str]], size: int) -> Iterator[list[str]]:
    for start in range(0, len(makers), _BATCH):
        yield [make(size) for make in makers[start : start + _BATCH]]


def cut(text: str, size: int, *, limit: int) -> list[str]:
    return [text[at : at + size] for at in range(0, min(len(text), limit), size)]


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
    for texts in build_batches(size, share=4) if size == LONG else build_all(size):
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
        async with PlayedSlack(_RULES, request_url=address) as sender:
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
        "message": {**before, "text": f"{_MENTION}{text}", "edited": edited},
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
            doors.send_message(_MENTION + question, channel="C0GENERAL", thread_ts=root)
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
            doors.send_message(f"{_MENTION}{names}", channel=f"C9{tail}", user=f"U9{tail}")
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


@pytest.mark.parametrize("chunk", [LONG, SHORT])
async def test_answers(doors: Doors, chunk: int) -> None:
    for texts in build_batches(LONG, share=9, first=3 * (chunk == SHORT)):
        for text in texts:
            doors.model.script(
                *(encode_delta(content=part) for part in cut(text, chunk, limit=LONG)), FINISH_EVENT
            )
            doors.send_message("say it")
        await doors.settle()
        sent = {file.data.decode() for file in doors.slack.workspace.files.values()}
        doors.slack.workspace.files.clear()
        # What has neither references, pictures nor what no file can hold is kept as it came.
        assert {text for text in texts if is_plain(text)} <= sent


def is_plain(text: str) -> bool:
    return "<" not in text and "![" not in text and text.isprintable() and text.strip() == text


async def test_answers_letter_by_letter_and_thoughts(doors: Doors) -> None:
    for texts in build_batches(SHORT, share=8, first=4):
        for text in texts:
            events = [encode_delta(content=letter) for letter in text[:3_000]]
            doors.model.script(b"".join(events), FINISH_EVENT)
            doors.send_message("say it")
            parts = [encode_delta(reasoning=part) for part in cut(text * 9, 9_000, limit=LONG)]
            doors.model.script(*parts, *build_answer("ok"))
            doors.send_message("say it --show-reasoning")
        await doors.settle()


async def test_the_end_of_an_answer_of_any_length() -> None:
    watch = LoopWatch(MAX_SECONDS)
    for texts in build_batches(LONG, share=1):
        for text in texts:
            with watch_this(watch):
                closing = await asyncio.create_task(find_closing(text))
                noted = await asyncio.create_task(add_note(text, "I stopped here."))
            assert not closing or closing in noted
    # The test makes its texts in the same loop.
    assert [str(turn) for turn in watch.turns if "test_the_end" not in turn.name] == []


async def test_long_conversations(doors: Doors) -> None:
    for number, make in enumerate(list(HOSTILE_TEXTS.values())[5 :: 24 * _THINNING]):
        root = doors.slack.workspace.create_ts()
        for _ in range(2):
            doors.model.script(encode_delta(content=make(LONG // 2)), FINISH_EVENT)
            doors.send_message(f"say it {number}", thread_ts=root)
            await doors.slack.wait_until_quiet()
            await doors.watched.wait_until_idle()
        await doors.settle()


async def test_answers_that_have_to_be_data(doors: Doors) -> None:
    for texts in build_batches(MIDDLE, share=12, first=6):
        for number, text in enumerate(texts):
            rows = [{"a": text[:500], "b": text[:9]}] * 100
            table = {"title": text, "columns": [text[:900], "b"], "rows": rows}
            for _ in range(2):
                doors.model.script(*build_answer(json.dumps(table) if number % 2 else text))
            doors.send_message(f"list it {'--table' if number % 4 < 2 else '--json'}")
        await doors.settle()


@pytest.mark.parametrize("size", [LONG, SHORT])
async def test_errors_of_the_provider(doors: Doors, size: int) -> None:
    for texts in build_batches(size, share=6, first=2 + (size == SHORT)):
        for number, text in enumerate(texts):
            told = {"code": 400, "message": text, "metadata": {"raw": text, "reasons": [text[:99]]}}
            body: object = text if number % 3 == 0 else {"error": told}
            if number % 3 == 1:
                doors.model.script(wire.encode_event({"error": told, "choices": []}))
            else:
                doors.model.fail(400, body)
            doors.send_message("say it")
        await doors.settle()


async def test_the_catalogue_of_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = LoopWatch(MAX_SECONDS)
    async with PlayedModel() as played, create_http_client() as http:
        account = OpenRouterAccount(http, base_url=played.base_url, api_key=played.api_key)
        catalog = ModelCatalog(account, [GPT_5_4_IMAGE_2], tmp_path)
        for texts in build_batches(SHORT, share=2):
            entries = [wire.ENTRY | {"name": text, "description": text} for text in texts]
            others = [{**entry, "id": text} for entry, text in zip(entries, texts, strict=True)]
            own = {"supported_parameters": texts, "pricing": {"prompt": texts[0]}, "links": texts}
            listed = {"data": [*others, wire.ENTRY | own]}
            monkeypatch.setattr(wire, "build_catalog", lambda listed=listed: listed)
            with watch_this(watch):
                await catalog.refresh()
    # The played provider writes its catalogue in the same loop.
    assert [str(turn) for turn in watch.turns if "RequestHandler" not in turn.name] == []
