"""What a request counts as, whatever the provider tells: from bytes to the row of the ledger."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx
import pytest

from bot.billing.usage_meter import Clocks, UsageMeter
from bot.domain.costs import CostBasis, ModelRequest
from bot.domain.errors import EaselError
from bot.domain.llm import Prompt
from bot.domain.model_info import ModelInfo
from bot.domain.options import RequestOptions
from bot.domain.pictures.sizes import PictureSize
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.chat_completions.request import CompatibleCodec, OpenRouterCodec
from bot.llm.client import ModelClient
from bot.llm.offers.drawing import add_drawing_model
from bot.llm.offers.openai_models import GPT_5_4
from bot.llm.protocol import Codec
from bot.llm.responses.request import ResponsesCodec
from tests.support.easel import build_png

PROMPT = Prompt("Be brief.", (), "<@U1>: say hello", (), 100, "aa", "bb")
WORST = Decimal("0.50")
JSON, STREAM = "application/json", "text/event-stream"
USAGE = {"prompt_tokens": 10, "completion_tokens": 5, "cost": 0.01}
ZEROS = {"prompt_tokens": 0, "completion_tokens": 0, "cost": 0}
ERROR = {"error": {"code": 502, "message": "Provider returned error"}, "choices": []}


async def book(
    codec: Codec,
    body: bytes,
    *,
    status: int = 200,
    mimetype: str = STREAM,
    prompt: Prompt = PROMPT,
    info: ModelInfo | None = None,
) -> tuple[ModelRequest, EaselError | None]:
    """Return the row of a request that is answered with `body`, and its error."""
    known = info or (GPT_5_4 if isinstance(codec, ResponsesCodec) else GPT_5_4_IMAGE_2)

    def answer(_request: httpx.Request) -> httpx.Response:
        headers = {"Content-Type": mimetype}
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))

    meter = UsageMeter(lambda _provider, _model: known.price, Clocks(lambda: 0.0, lambda: 0.0))
    meter.start_request(1_000, max_cost=WORST)
    failure: EaselError | None = None
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        model = ModelClient(
            http, codec, base_url="http://far.test", api_key="k", get_model_info=lambda: known
        )
        try:
            async for event in model.stream(prompt):
                meter.record_event(event)
        except EaselError as error:
            failure = error
    meter.end_request("answered" if failure is None else "broken")
    return meter.requests[-1], failure


def encode(*payloads: Mapping[str, Any] | bytes) -> bytes:
    lines = (one if isinstance(one, bytes) else json.dumps(one).encode() for one in payloads)
    return b"".join(b"data: " + line + b"\n\n" for line in lines)


def chunk(delta: Mapping[str, Any], finish: str | None = None, **more: Any) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "gen-1", "choices": [choice], **more}


def tell(usage: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"id": "gen-1", "choices": [], "usage": usage}


HELLO, END = chunk({"content": "Hello"}), chunk({"content": ""}, "stop")


@pytest.mark.parametrize(
    "later",
    [
        {},
        {"prompt_tokens": None, "completion_tokens": None, "cost": None},
        ZEROS,
        {"prompt_tokens": 10, "completion_tokens": 5},
        {"prompt_tokens": 10, "completion_tokens": 5, "cost": None},
        {"prompt_tokens": "10", "completion_tokens": "5"},
    ],
    ids=str,
)
async def test_a_cost_that_was_told_is_not_untold(later: dict[str, Any]) -> None:
    row, failure = await book(OpenRouterCodec(), encode(HELLO, END, tell(USAGE), tell(later)))
    assert failure is None
    assert (row.cost, row.basis) == (Decimal("0.01"), CostBasis.TOLD)


@pytest.mark.parametrize(
    ("later", "cost", "basis"),
    [
        ({"prompt_tokens": 10, "completion_tokens": 9, "cost": 0.02}, "0.02", CostBasis.TOLD),
        ({"prompt_tokens": 10, "completion_tokens": 5, "cost": 0}, "0", CostBasis.TOLD),
        ({"cost": 0.03}, "0.03", CostBasis.TOLD),
        ({"prompt_tokens": 10, "completion_tokens": 900}, "0.01358", CostBasis.COMPUTED),
        ({"prompt_tokens": 10, "completion_tokens": 5, "cost": 1e9}, "0.50", CostBasis.CAPPED),
    ],
)
async def test_of_several_usages_the_last_that_says_more_counts(
    later: dict[str, Any], cost: str, basis: CostBasis
) -> None:
    row, _ = await book(OpenRouterCodec(), encode(HELLO, END, tell(USAGE), tell(later)))
    assert (row.cost, row.basis) == (Decimal(cost), basis)


async def test_zeros_for_an_answer_that_came_are_no_cost() -> None:
    row, _ = await book(OpenRouterCodec(), encode(HELLO, END, tell(ZEROS)))
    assert row.basis is CostBasis.ESTIMATED and row.cost is not None and row.cost > 0


async def test_zeros_for_an_answer_that_did_not_come_are_its_cost() -> None:
    row, failure = await book(OpenRouterCodec(), encode({**ERROR, "usage": ZEROS}))
    assert (row.cost, row.basis) == (Decimal(0), CostBasis.FREE)
    assert failure is not None and failure.is_unbilled


SO_FAR = {"prompt_tokens": 10, "completion_tokens": 1, "cost": 0.0001}


@pytest.mark.parametrize("codec", [OpenRouterCodec(), CompatibleCodec()])
async def test_what_was_used_so_far_is_not_what_a_broken_answer_costs(codec: Codec) -> None:
    counted = [chunk({"content": "Hel"}, usage=SO_FAR), chunk({"content": "lo"}, usage=SO_FAR)]
    row, _ = await book(codec, encode(*counted))
    assert (row.cost, row.basis) == (WORST, CostBasis.WORST_CASE)
    row, _ = await book(codec, encode(*counted, ERROR))
    assert (row.cost, row.basis) == (WORST, CostBasis.WORST_CASE)
    row, _ = await book(codec, encode(*counted, END))
    assert (row.cost, row.basis) == (Decimal("0.0001"), CostBasis.TOLD)
    row, _ = await book(codec, encode(*counted, {**ERROR, "usage": USAGE}))
    assert (row.cost, row.basis) == (Decimal("0.01"), CostBasis.TOLD)


PICTURE = {"type": "image_url", "image_url": {"url": "https://far.test/a.png"}}


@pytest.mark.parametrize(
    "delta",
    [
        {"content": "\n\n"},
        {"reasoning_details": [{"type": "reasoning.encrypted", "data": "b2g="}]},
        {"images": [PICTURE]},
        {"images": [{**PICTURE, "image_url": {"url": "data:image/png;base64,QUJD"}}]},
        {"tool_calls": [{"index": 0, "function": {"name": "draw", "arguments": "{"}}]},
        {"audio": {"data": "AAAA"}},
        {"content": [{"type": "something_new", "data": "AAAA"}]},
    ],
    ids=lambda delta: next(iter(delta)),
)
async def test_an_error_after_any_output_may_have_been_charged(delta: dict[str, Any]) -> None:
    row, failure = await book(OpenRouterCodec(), encode(chunk(delta), ERROR))
    assert (row.cost, row.basis) == (WORST, CostBasis.WORST_CASE)
    assert failure is not None and not failure.is_unbilled


@pytest.mark.parametrize("delta", [{}, {"role": "assistant", "content": ""}, {"content": None}])
async def test_an_insured_error_before_any_output_is_free(delta: dict[str, Any]) -> None:
    row, failure = await book(OpenRouterCodec(), encode(chunk(delta), ERROR))
    assert (row.cost, row.basis) == (Decimal(0), CostBasis.FREE)
    assert failure is not None and failure.is_unbilled


async def test_an_error_with_a_part_of_an_answer_in_one_body_may_have_been_charged() -> None:
    body = {**ERROR, "choices": [{"message": {"content": "Half"}}]}
    row, _ = await book(OpenRouterCodec(), json.dumps(body).encode(), mimetype=JSON)
    assert (row.cost, row.basis) == (WORST, CostBasis.WORST_CASE)


@pytest.mark.parametrize("status", [408, 499])
async def test_a_gateway_that_gives_up_may_have_let_the_model_work(status: int) -> None:
    for codec in (ResponsesCodec(), CompatibleCodec()):
        row, _ = await book(codec, b"<html>Timeout</html>", status=status, mimetype="text/html")
        assert (row.cost, row.basis) == (WORST, CostBasis.WORST_CASE)
    row, _ = await book(OpenRouterCodec(), b"", status=status, mimetype=JSON)
    assert (row.cost, row.basis) == (Decimal(0), CostBasis.FREE)


@pytest.mark.parametrize("status", ["completed", "failed", "incomplete", "cancelled"])
async def test_a_whole_response_instead_of_a_stream_tells_its_tokens(status: str) -> None:
    error = {"code": "server_error", "message": "m"} if status == "failed" else None
    usage = {"input_tokens": 1_000, "output_tokens": 100}
    body = {"id": "resp_1", "object": "response", "status": status, "error": error, "usage": usage}
    row, failure = await book(ResponsesCodec(), json.dumps(body).encode(), mimetype=JSON)
    assert (row.cost, row.basis) == (Decimal("0.004"), CostBasis.COMPUTED)
    assert failure is not None and row.generation_id == "resp_1"


async def test_a_usage_that_is_repeated_without_its_tokens_is_still_told() -> None:
    def complete(usage: dict[str, int] | None) -> dict[str, Any]:
        response: dict[str, Any] = {"id": "resp_1", "status": "completed", "usage": usage}
        return {"type": "response.completed", "response": response}

    words = {"type": "response.output_text.delta", "item_id": "m", "delta": "Hi"}
    told = complete({"input_tokens": 1_000, "output_tokens": 100})
    for again in (complete({}), complete(None), complete({"input_tokens": 0, "output_tokens": 0})):
        row, _ = await book(ResponsesCodec(), encode(words, told, again))
        assert (row.cost, row.basis) == (Decimal("0.004"), CostBasis.COMPUTED)


@pytest.mark.parametrize(
    ("status", "mimetype"),
    [(200, "Text/Event-Stream; charset=utf-8"), (201, STREAM), (206, STREAM)],
)
async def test_an_answer_is_read_however_its_headers_are_written(
    status: int, mimetype: str
) -> None:
    body = encode(HELLO, END, tell(USAGE))
    row, failure = await book(OpenRouterCodec(), body, status=status, mimetype=mimetype)
    assert failure is None and row.cost == Decimal("0.01")


@pytest.mark.parametrize("status", [201, 202, 204, 206])
async def test_a_success_without_an_answer_does_not_blame_the_question(status: int) -> None:
    row, failure = await book(OpenRouterCodec(), b"", status=status, mimetype=JSON)
    assert (row.cost, row.basis) == (WORST, CostBasis.WORST_CASE)
    assert failure is not None and "could not be read" in failure.user_message


async def test_a_claim_of_many_digits_is_kept_short() -> None:
    claim = "9." + "1" * 3_000
    row, _ = await book(OpenRouterCodec(), encode(HELLO, END, tell({**USAGE, "cost": claim})))
    assert row.basis is CostBasis.CAPPED and row.odd_claim == claim[:100]


@pytest.mark.parametrize("codec", [OpenRouterCodec(), CompatibleCodec()])
async def test_wherever_an_answer_breaks_off_it_counts_as_told_or_as_the_worst(
    codec: Codec,
) -> None:
    whole = b": hello\n\n" + encode(HELLO, END, tell(USAGE), b"[DONE]")
    told_from = whole.index(b"}}\n\ndata: [DONE]") + 2
    for end in range(len(whole)):
        row, failure = await book(codec, whole[:end])
        if end >= told_from:
            assert failure is None or end < len(whole)
            assert (row.cost, row.basis) == (Decimal("0.01"), CostBasis.TOLD), whole[:end]
        elif failure is None:
            # It ends as it should, but for the usage.
            assert row.basis is CostBasis.ESTIMATED and row.cost, whole[:end]
        else:
            assert (row.cost, row.basis) == (WORST, CostBasis.WORST_CASE), whole[:end]


@pytest.mark.parametrize(
    ("drawing", "size", "quality", "tokens"),
    [
        ("gpt-image-2", None, "low", 196),
        ("gpt-image-2", PictureSize(3_840, 2_160), "high", 2 * 7_033),
        ("gpt-image-1-mini", None, "low", 750),
        ("gpt-image-1.5", PictureSize(3_840, 2_160), "high", 6_250),
        ("gpt-image-1-mini", None, "unheard-of", 1_875),
    ],
)
async def test_a_picture_without_its_usage_counts_as_one_of_what_draws(
    drawing: str, size: PictureSize | None, quality: str, tokens: int
) -> None:
    picture = base64.b64encode(build_png()).decode()
    item = {"type": "image_generation_call", "id": "ig_1", "status": "completed",
            "quality": quality, "result": picture}  # fmt: skip
    usage = {"input_tokens": 10, "output_tokens": 5}
    end = {"id": "resp_1", "status": "completed", "output": [], "usage": usage}
    body = encode(
        {"type": "response.output_item.done", "item": item},
        {"type": "response.completed", "response": end},
    )
    row, failure = await book(
        ResponsesCodec(),
        body,
        prompt=replace(PROMPT, options=RequestOptions(size=size)),
        info=add_drawing_model(GPT_5_4, drawing),
    )
    assert failure is None and row.usage is not None
    assert row.usage.image_tokens == tokens
