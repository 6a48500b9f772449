"""HTTP to the model: real sockets, and every way in which they fail."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from bot.domain.errors import EaselError, MachineShort, OperatorError, TransientError, UserError
from bot.domain.llm import (
    ImageOutput,
    Prompt,
    RequestLost,
    RequestRejected,
    RequestSent,
    ResponseFinished,
    ResponseStarted,
    StreamEvent,
    TextDelta,
    Usage,
)
from bot.domain.model_info import ModelInfo
from bot.llm import errors, refusals
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.chat_completions.request import OpenRouterCodec
from bot.llm.chat_completions.response import ChatCompletionsReader
from bot.llm.client import ModelClient, create_http_client, get_json
from bot.llm.error_translation import translate_response
from bot.llm.openrouter import OpenRouterAccount
from bot.llm.streaming.base64 import ExtractedBlobs
from bot.playground.model import PlayedModel, wire
from bot.playground.model.wire import ENTRY, build_chunk, build_error, encode_event
from tests.support.shortages import without_descriptors

PROMPT = Prompt("Be brief.", (), "<@U1>: say hello", (), 100, "aa", "bb")
HALF_ANSWER = encode_event(build_chunk("gen-1", 1, {"content": "Half"}))
END_EVENT = encode_event(build_chunk("gen-1", 1, {"content": ""}, finish="stop"))


@pytest.fixture
async def played() -> AsyncIterator[PlayedModel]:
    async with PlayedModel() as model:
        yield model


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with create_http_client() as client:
        yield client


def build_client(http: httpx.AsyncClient, played: PlayedModel, **more: Any) -> ModelClient:
    settings = {
        "base_url": played.base_url,
        "api_key": played.api_key,
        "get_model_info": get_model_info,
    }
    return ModelClient(http, OpenRouterCodec(), **{**settings, **more})


def get_model_info() -> ModelInfo:
    return GPT_5_4_IMAGE_2


async def collect_events(
    model: ModelClient, text: str = ""
) -> tuple[list[StreamEvent], EaselError | None]:
    prompt = PROMPT if not text else Prompt("Be brief.", (), f"<@U1>: {text}", (), 100, "a", "b")
    events: list[StreamEvent] = []
    try:
        async for one in model.stream(prompt):
            events.append(one)
    except EaselError as failure:
        return events, failure
    return events, None


def join_text(events: list[StreamEvent]) -> str:
    return "".join(one.text for one in events if isinstance(one, TextDelta))


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


async def test_silence_ends_at_the_idle_limit(played: PlayedModel) -> None:
    played.script(HALF_ANSWER, stall=True)
    async with httpx.AsyncClient(timeout=0.1) as impatient:
        events, failure = await collect_events(build_client(impatient, played))
    assert (
        join_text(events) == "Half"
        and failure is not None
        and failure.user_message == errors.MODEL_TIMEOUT_MESSAGE
    )


async def test_an_answer_has_a_deadline(http: httpx.AsyncClient, played: PlayedModel) -> None:
    played.script(HALF_ANSWER, stall=True)
    events, failure = await collect_events(build_client(http, played, timeout_seconds=1.0))
    assert (
        join_text(events) == "Half"
        and failure is not None
        and failure.user_message == errors.MODEL_TIMEOUT_MESSAGE
    )


async def test_an_unreachable_provider_is_a_sentence(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    _, failure = await collect_events(
        build_client(http, played, base_url="http://127.0.0.1:9/api/v1")
    )
    assert failure is not None and failure.user_message == errors.PROVIDER_UNREACHABLE_MESSAGE


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, build_error(400, "bad"), UserError),
        (401, build_error(401, "no"), OperatorError),
        (402, build_error(402, "no credits"), OperatorError),
        (403, build_error(403, "flagged", reasons=["violence"]), UserError),
        (404, build_error(404, "no endpoints"), OperatorError),
        (413, build_error(413, "large"), UserError),
        (429, build_error(429, "slow down"), TransientError),
        (500, build_error(500, "x"), TransientError),
        (502, "<html><h1>Bad gateway</h1></html>", TransientError),
        (503, "<html>Worker exceeded resource limits</html>", TransientError),
        (529, build_error(529, "busy"), TransientError),
        (302, "<html>moved</html>", OperatorError),
        (200, "<html>hello</html>", TransientError),
        (200, build_error(429, "inside a 200"), TransientError),
    ],
)
async def test_a_refusal_is_sorted_by_what_to_do(
    http: httpx.AsyncClient,
    played: PlayedModel,
    status: int,
    body: object,
    kind: type[EaselError],
) -> None:
    played.fail(status, body)
    events, failure = await collect_events(build_client(http, played))
    _, refused = events
    assert isinstance(failure, kind)
    assert isinstance(refused, RequestRejected if failure.is_unbilled else RequestLost)
    assert "html" not in failure.user_message and len(played.requests) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("soon", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None),  # no wait of ours
        ("Fri, 31 Dec 99999999999999 23:59:59 GMT", None),
        ("Fri, 31 Dec 2026 99:99:99 GMT", None),
    ],
)
async def test_the_wait_is_read_as_seconds_or_a_date(
    http: httpx.AsyncClient, played: PlayedModel, header: str, seconds: float | None
) -> None:
    played.fail(429, build_error(429, "slow down"), retry_after=header)
    _, failure = await collect_events(build_client(http, played))
    assert isinstance(failure, TransientError) and failure.retry_after == seconds


async def test_a_refusal_that_cannot_be_read_is_still_one_that_costs_nothing(
    http: httpx.AsyncClient, played: PlayedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def translate(status: int, body: object, *, retry_after: float | None = None) -> EaselError:
        assert body is None, "a fault of the reader"
        return translate_response(status, None, retry_after=retry_after)

    monkeypatch.setattr(refusals, "translate_response", translate)
    played.fail(429, build_error(429, "what no reader has seen"), retry_after="30")
    events, failure = await collect_events(build_client(http, played))
    assert isinstance(events[-1], RequestRejected)
    assert isinstance(failure, TransientError) and failure.retry_after == 30


class UnreadingReader(ChatCompletionsReader):
    """A reader with a fault, for what no reader has seen."""

    def read(self, payload: bytes) -> list[StreamEvent]:
        self.usage = Usage(9, 9)
        raise KeyError(payload)


class UnreadingCodec(OpenRouterCodec):
    def build_reader(self, blobs: ExtractedBlobs | None = None) -> ChatCompletionsReader:
        return UnreadingReader(blobs, is_insured=True)


async def test_a_refusal_whose_usage_cannot_be_read_costs_nothing_either(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    played.fail(400, build_error(400, "no"))
    key, url = played.api_key, played.base_url
    client = ModelClient(
        http, UnreadingCodec(), base_url=url, api_key=key, get_model_info=get_model_info
    )
    events, failure = await collect_events(client)
    assert isinstance(events[-1], RequestRejected) and isinstance(failure, UserError)


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


async def test_the_key_and_the_catalogue_can_be_asked_for(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    account = OpenRouterAccount(http, base_url=played.base_url, api_key=played.api_key)
    info = await account.fetch_key_info()
    assert (info.summary, info.limit, info.left) == ("accepted, no limit", None, None)
    assert await account.fetch_catalog_entry(ENTRY["id"]) == ENTRY
    assert await account.fetch_catalog_entry("other") is None
    with pytest.raises(OperatorError):
        await OpenRouterAccount(http, base_url=played.base_url, api_key="wrong").fetch_key_info()


@pytest.mark.parametrize(
    ("limit", "remaining", "told"),
    [
        (100, 74.5, (Decimal(100), Decimal("74.5"))),
        (10, -0.5, (Decimal(10), Decimal(0))),  # more was spent than the key may
        (0, 0, (Decimal(0), Decimal(0))),
        (None, None, (None, None)),
        ("odd", {}, (None, None)),
    ],
)
async def test_what_the_key_may_spend_is_read(
    http: httpx.AsyncClient,
    played: PlayedModel,
    monkeypatch: pytest.MonkeyPatch,
    limit: object,
    remaining: object,
    told: tuple[Decimal | None, Decimal | None],
) -> None:
    monkeypatch.setitem(wire.KEY, "limit", limit)
    monkeypatch.setitem(wire.KEY, "limit_remaining", remaining)
    account = OpenRouterAccount(http, base_url=played.base_url, api_key=played.api_key)
    info = await account.fetch_key_info()
    assert (info.limit, info.left) == told


class UnreachableTransport(httpx.AsyncBaseTransport):
    """A transport on which every request fails with the same error."""

    def __init__(self, failure: httpx.TransportError) -> None:
        self.failure = failure

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise self.failure


@pytest.mark.parametrize(
    ("failure", "unbilled"),
    [
        (httpx.ConnectError("[Errno 111] Connection refused"), True),
        (httpx.ConnectError("[Errno -2] Name or service not known"), True),
        (httpx.ConnectTimeout("slow"), True),
        (httpx.PoolTimeout("full"), True),
        (httpx.WriteError("the connection broke while asking"), False),
        (httpx.ReadError("the connection broke before an answer"), False),
        (httpx.RemoteProtocolError("Server disconnected"), False),
        (httpx.ReadTimeout("nothing came"), False),
    ],
)
async def test_only_what_never_arrived_is_certain_to_be_free(
    failure: httpx.TransportError, unbilled: bool
) -> None:
    async with httpx.AsyncClient(transport=UnreachableTransport(failure)) as http:
        where = "http://127.0.0.1:9"
        model = ModelClient(
            http, OpenRouterCodec(), base_url=where, api_key="k", get_model_info=get_model_info
        )
        with pytest.raises(TransientError) as raised:
            async for _ in model.stream(PROMPT):
                pass
    assert raised.value.is_unbilled is unbilled
    assert raised.value.code == type(failure).__name__


async def test_a_certificate_that_nobody_vouches_for_is_for_the_operator() -> None:
    failure = httpx.ConnectError("certificate verify failed")
    failure.__cause__ = ssl.SSLCertVerificationError()
    async with httpx.AsyncClient(transport=UnreachableTransport(failure)) as http:
        with pytest.raises(OperatorError) as raised:
            await get_json(http, "https://127.0.0.1:9", {})
    assert raised.value.is_unbilled


@pytest.mark.parametrize("host", ["127.0.0.1", "openrouter.ai"])
async def test_where_this_machine_opens_no_connection_the_provider_is_not_blamed(host: str) -> None:
    async with create_http_client() as http:
        where = f"http://{host}:9"
        model = ModelClient(
            http, OpenRouterCodec(), base_url=where, api_key="k", get_model_info=get_model_info
        )
        with without_descriptors(), pytest.raises(MachineShort) as short:
            async for _ in model.stream(PROMPT):
                pass
    assert short.value.is_unbilled
    assert "My machine has no room" in short.value.user_message


@pytest.mark.parametrize(
    "wrong",
    [
        {"api_key": "sk-\u200b"},
        {"api_key": "“sk”"},
        {"base_url": "https://x.example/\x1b"},
        {"base_url": "https://xn--/v1"},
    ],
)
async def test_what_cannot_even_be_sent_is_free(
    http: httpx.AsyncClient, played: PlayedModel, wrong: dict[str, str]
) -> None:
    events, failure = await collect_events(build_client(http, played, **wrong))
    assert [type(event) for event in events] == [RequestSent, RequestRejected]
    assert isinstance(failure, OperatorError)
    base_url, api_key = wrong.get("base_url", played.base_url), wrong.get("api_key", "sk")
    account = OpenRouterAccount(http, base_url=base_url, api_key=api_key)
    with pytest.raises(OperatorError):
        await account.fetch_key_info()
