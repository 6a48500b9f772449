"""HTTP to the model: real sockets, whole answers, and every way in which one breaks."""

from __future__ import annotations

import httpx
import pytest

from bot.domain.errors import TransientError
from bot.domain.llm import (
    ImageOutput,
    RequestSent,
    ResponseFinished,
    ResponseStarted,
    TextDelta,
)
from bot.llm import errors
from bot.llm.client import IDLE_SECONDS
from bot.playground.model import PlayedModel
from bot.playground.model.wire import build_chunk, encode_event
from tests.support.model_clients import PROMPT, build_client, collect_events, join_text
from tests.support.virtual_time import leap

HALF_ANSWER = encode_event(build_chunk("gen-1", 1, {"content": "Half"}))
END_EVENT = encode_event(build_chunk("gen-1", 1, {"content": ""}, finish="stop"))


async def test_an_answer_begins_with_its_generation_and_ends_with_its_usage(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    events, failure = await collect_events(build_client(http, played))
    assert failure is None and join_text(events) == "hello"
    sent, started = events[:2]
    assert isinstance(sent, RequestSent)
    assert isinstance(started, ResponseStarted) and started.generation_id in played.bills
    last = events[-1]
    assert isinstance(last, ResponseFinished) and last.usage is not None
    assert last.usage.cost == played.bills[started.generation_id]


async def test_a_picture_arrives_whole(http: httpx.AsyncClient, played: PlayedModel) -> None:
    events, _ = await collect_events(build_client(http, played), "draw a cat")
    (made,) = [one for one in events if isinstance(one, ImageOutput)]
    assert made.mimetype == "image/png" and made.data.startswith(b"\x89PNG")


async def test_a_broken_connection_keeps_what_had_come(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    played.script(HALF_ANSWER, drop=True)
    events, failure = await collect_events(build_client(http, played))
    assert join_text(events) == "Half" and isinstance(failure, errors.AnswerInterrupted)


async def test_an_end_without_a_finish_is_broken_off(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    played.script(HALF_ANSWER)
    events, failure = await collect_events(build_client(http, played))
    assert join_text(events) == "Half" and isinstance(failure, errors.AnswerInterrupted)


async def test_an_error_in_the_middle_keeps_what_had_come(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    played.script(
        HALF_ANSWER,
        encode_event({"error": {"code": "server_error", "message": "x"}, "choices": []}),
    )
    events, failure = await collect_events(build_client(http, played))
    assert join_text(events) == "Half" and isinstance(failure, TransientError)


async def test_tokens_that_arrive_together_are_one_event(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    words = [encode_event(build_chunk("gen-1", 1, {"content": f"w{n} "})) for n in range(20)]
    played.script(b"".join([*words, END_EVENT]))
    events, failure = await collect_events(build_client(http, played))
    assert failure is None and join_text(events) == "".join(f"w{n} " for n in range(20))
    assert len([one for one in events if isinstance(one, TextDelta)]) <= 2


@pytest.mark.parametrize("broken", [b"data: {\n\n", b"data: \xff\xfe\n\n"])
async def test_what_came_in_front_of_garbage_is_kept(
    http: httpx.AsyncClient, played: PlayedModel, broken: bytes
) -> None:
    played.script(HALF_ANSWER + broken + HALF_ANSWER)
    events, failure = await collect_events(build_client(http, played))
    assert join_text(events) == "Half" and isinstance(failure, errors.AnswerInterrupted)


async def test_silence_ends_at_the_idle_limit(
    http: httpx.AsyncClient, played: PlayedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    played.script(HALF_ANSWER, stall=True)
    client = build_client(http, played, timeout_seconds=IDLE_SECONDS * 10)
    events, failure = await collect_events(
        client, on_words=lambda: leap(monkeypatch, IDLE_SECONDS + 1)
    )
    assert (
        join_text(events) == "Half"
        and failure is not None
        and failure.user_message == errors.MODEL_TIMEOUT_MESSAGE
    )


async def test_an_answer_has_a_deadline(
    http: httpx.AsyncClient, played: PlayedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    played.script(HALF_ANSWER, stall=True)
    client = build_client(http, played, timeout_seconds=IDLE_SECONDS - 20)
    events, failure = await collect_events(
        client, on_words=lambda: leap(monkeypatch, IDLE_SECONDS - 10)
    )
    assert (
        join_text(events) == "Half"
        and failure is not None
        and failure.user_message == errors.MODEL_TIMEOUT_MESSAGE
    )


async def test_garbage_in_the_stream_is_a_sentence(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    played.script(b"data: {not json\n\n")
    _, failure = await collect_events(build_client(http, played))
    assert failure is not None and failure.user_message == errors.UNREADABLE_ANSWER_MESSAGE


async def test_leaving_early_ends_the_request(http: httpx.AsyncClient, played: PlayedModel) -> None:
    played.script(HALF_ANSWER, END_EVENT, stall=True)
    answer = build_client(http, played).stream(PROMPT)
    async for one in answer:
        if isinstance(one, TextDelta):
            break
    await answer.aclose()
    events, failure = await collect_events(build_client(http, played))
    assert failure is None and join_text(events) == "hello"
