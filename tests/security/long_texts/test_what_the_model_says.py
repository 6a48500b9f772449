"""No text of a provider's holds the event loop: not an answer, a thought, an error or a catalogue.

See `test_what_people_send.py` for how.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bot.delivery.long_answers import add_note, find_closing
from bot.llm.catalog import ModelCatalog
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.client import create_http_client
from bot.llm.openrouter import OpenRouterAccount
from bot.playground.model import PlayedModel, wire
from tests.security.hostile_texts import HOSTILE_TEXTS
from tests.security.long_texts.doors import (
    LONG,
    MAX_SECONDS,
    MIDDLE,
    SHORT,
    THINNING,
    Doors,
    build_batches,
    cut,
)
from tests.support.model_events import FINISH_EVENT, build_answer, encode_delta
from tests.support.watched_loop import LoopWatch, watch_this


@pytest.mark.parametrize("chunk", [LONG, SHORT])
async def test_answers(doors: Doors, chunk: int) -> None:
    for texts in build_batches(LONG, share=6, first=3 * (chunk == SHORT)):
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
    for number, make in enumerate(list(HOSTILE_TEXTS.values())[5 :: 24 * THINNING]):
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
