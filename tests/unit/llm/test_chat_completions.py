"""Chat completions: the stream is read tolerantly."""

from __future__ import annotations

import base64
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import EaselError, TransientError
from bot.domain.llm import (
    FinishReason,
    ImageOutput,
    ReasoningDelta,
    ResponseFinished,
    StreamEvent,
    TextDelta,
)
from bot.llm import errors
from bot.llm.chat_completions.response import ChatCompletionsReader, read_usage
from bot.llm.error_translation import translate_response
from bot.llm.streaming.payloads import PictureDecoder
from bot.llm.streaming.sse import SseReader
from tests.support.codecs import PIXEL


def encode_chunk(**chunk: Any) -> bytes:
    return json.dumps({"id": "gen-1", "model": "m", **chunk}).encode()


def encode_delta(finish: str | None = None, **fields: Any) -> bytes:
    return encode_chunk(choices=[{"index": 0, "delta": fields, "finish_reason": finish}])


def build_picture_part(content: bytes = PIXEL) -> dict[str, Any]:
    url = "data:image/png;base64," + base64.b64encode(content).decode()
    return {"type": "image_url", "image_url": {"url": url}}


def read_events(*payloads: bytes) -> list[StreamEvent]:
    reader = ChatCompletionsReader()
    events = [event for payload in payloads for event in reader.read(payload)]
    return events + reader.close()


def test_the_providers_examples_are_read_without_surprise(specs: Path) -> None:
    folder = specs / "examples"
    texts = {}
    for path in sorted(folder.glob("stream_*.sse")):
        sse, reader = SseReader(), ChatCompletionsReader()
        events: list[StreamEvent] = []
        try:
            for payload in sse.feed(path.read_bytes()) + sse.close():
                events += reader.read(payload)
            events += reader.close()
        except EaselError as error:
            assert "midstream" in path.name and isinstance(error, TransientError)
            continue
        made = sum(isinstance(event, ImageOutput) for event in events)
        texts[path.name] = ("".join(e.text for e in events if isinstance(e, TextDelta)), made)
    assert texts["stream_text.synthetic.sse"] == ("Hey there", 0)
    assert texts["stream_image.synthetic.sse"] == ("Here it is.", 1)
    for path in sorted(folder.glob("error_*.json")):
        status = int(path.name.split("_")[1])
        refusal = translate_response(status, json.loads(path.read_text()))
        assert refusal.user_message.endswith((".", "`."))


def test_usage_comes_after_the_finish() -> None:
    usage = {"prompt_tokens": 3, "completion_tokens": 1304, "cost": 0.0387371}
    events = read_events(
        encode_delta(content="Hi"),
        encode_delta("stop"),
        encode_chunk(choices=[], usage=usage),
        b"[DONE]",
    )
    assert events[:1] == [TextDelta("Hi")]
    last = events[-1]
    assert isinstance(last, ResponseFinished) and last.usage is not None
    assert last.usage.cost == Decimal("0.0387371")


def test_a_picture_sent_twice_is_made_once() -> None:
    message = {"content": "Here.", "images": [build_picture_part()]}
    events = read_events(
        encode_delta(content="Here."),
        encode_delta(images=[build_picture_part(), build_picture_part()]),
        encode_chunk(
            choices=[{"delta": {"images": [build_picture_part()]}, "finish_reason": "stop"}]
        ),
        encode_chunk(choices=[{"message": message, "finish_reason": "stop"}]),
    )
    assert sum(isinstance(event, ImageOutput) for event in events) == 1
    assert [e.text for e in events if isinstance(e, TextDelta)] == ["Here."]


def test_two_different_pictures_are_two() -> None:
    other = PIXEL + b"\x00"
    events = read_events(
        encode_delta("stop", images=[build_picture_part(), build_picture_part(other)])
    )
    assert sum(isinstance(event, ImageOutput) for event in events) == 2


def test_a_whole_message_in_the_stream_is_an_answer() -> None:
    events = read_events(
        encode_chunk(choices=[{"message": {"content": "Hi"}, "finish_reason": "stop"}])
    )
    assert TextDelta("Hi") in events


def test_reasoning_sent_in_two_ways_counts_once() -> None:
    details = [{"type": "reasoning.summary", "summary": "Hm."}]
    events = read_events(
        encode_delta(reasoning="Hm.", reasoning_details=details),
        encode_delta(reasoning_details=details),
        encode_delta("stop", content="A"),
    )
    assert events[:2] == [ReasoningDelta("Hm."), ReasoningDelta("Hm.")]


def test_content_in_parts_and_a_refusal_are_text() -> None:
    events = read_events(
        encode_delta(content=[{"type": "text", "text": "A"}]), encode_delta("stop", refusal="No.")
    )
    assert [e.text for e in events if isinstance(e, TextDelta)] == ["A", "No."]


@pytest.mark.parametrize("code", [500, 502, "server_error", 429, "rate_limit_exceeded", 529])
def test_an_error_in_the_stream_ends_it_whatever_its_code(code: int | str) -> None:
    reader = ChatCompletionsReader()
    assert reader.read(encode_delta(content="Half"))
    assert reader.read(encode_chunk(error={"code": code, "message": "x"}, choices=[])) == []
    with pytest.raises(TransientError):
        reader.close()


def test_an_error_inside_the_choice_keeps_the_text_before_it() -> None:
    reader = ChatCompletionsReader()
    choice = {"message": {"content": "partial"}, "finish_reason": "error"}
    failed = {**choice, "error": {"code": 502, "message": "x"}}
    assert reader.read(encode_chunk(choices=[failed])) == [TextDelta("partial")]
    with pytest.raises(TransientError):
        reader.close()


def test_an_end_without_a_finish_is_broken_off() -> None:
    with pytest.raises(errors.AnswerInterrupted):
        read_events(encode_delta(content="Half"))


def test_an_empty_answer_is_no_answer() -> None:
    with pytest.raises(errors.EmptyAnswer):
        read_events(encode_delta("stop", content=""))
    with pytest.raises(errors.ContentModerated):
        read_events(encode_delta("content_filter", content=""))


def test_an_answer_cut_at_its_length_says_so() -> None:
    last = read_events(encode_delta("length", content="A"))[-1]
    assert isinstance(last, ResponseFinished) and last.reason is FinishReason.LENGTH


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/a.png",
        "data:image/png,plain",
        "data:image/png;base64,!!!",
        "",
        "file:///x",
    ],
)
def test_only_data_addresses_are_pictures(url: str) -> None:
    assert list(PictureDecoder().decode_data_url(url)) == []


def test_base64_may_lack_padding_and_hold_line_breaks() -> None:
    encoded = base64.b64encode(PIXEL).decode().rstrip("=")
    (made,) = PictureDecoder().decode_data_url(
        f"data:image/png;base64,{encoded[:20]}\n{encoded[20:]}"
    )
    assert made.data == PIXEL


def test_the_type_of_a_picture_is_what_its_bytes_say() -> None:
    jpeg = {
        "image_url": {
            "url": "data:image/png;base64," + base64.b64encode(b"\xff\xd8\xff00").decode()
        }
    }
    made = [
        e for e in read_events(encode_delta("stop", images=[jpeg])) if isinstance(e, ImageOutput)
    ]
    assert made[0].mimetype == "image/jpeg"


def test_with_ones_own_key_the_cost_is_the_fee_and_the_upstream_price() -> None:
    usage = read_usage(
        {"cost": 0.001, "is_byok": True, "cost_details": {"upstream_inference_cost": 0.02}}
    )
    assert usage.cost == Decimal("0.021")
    assert read_usage({"cost": None, "prompt_tokens": "7"}).cost is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "choices",
                    "delta",
                    "content",
                    "images",
                    "image_url",
                    "url",
                    "error",
                    "code",
                    "usage",
                ]
                + [
                    "message",
                    "cost",
                    "is_byok",
                    "finish_reason",
                    "metadata",
                    "reasons",
                    "reasoning",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(_JSON, st.integers(300, 599))
def test_no_payload_whatever_it_holds_raises_anything_unexpected(value: Any, status: int) -> None:
    payload = json.dumps(value).encode()
    try:
        reader = ChatCompletionsReader()
        reader.read(payload)
        reader.close()
    except EaselError:
        pass
    assert isinstance(translate_response(status, value), EaselError)
