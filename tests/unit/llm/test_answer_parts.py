"""The parts of an answer: thoughts, messages, pictures in words, and choices nobody asked for."""

from __future__ import annotations

import base64
import json
import random
from typing import Any

import pytest

from bot.domain.errors import EaselError
from bot.domain.llm import (
    FinishReason,
    ImageOutput,
    PicturesUnreadable,
    ReasoningDelta,
    ResponseFinished,
    StreamEvent,
    TextDelta,
)
from bot.llm import errors
from bot.llm.chat_completions.request import CompatibleCodec, OpenRouterCodec
from bot.llm.protocol import Codec
from bot.llm.responses.request import ResponsesCodec
from tests.support.codecs import PIXEL, read_events
from tests.support.easel import build_png

URL = "data:image/png;base64," + base64.b64encode(PIXEL).decode()
LARGE_PNG = build_png((90, 90)) + bytes(random.Random(1).randbytes(20_000))
LARGE_URL = "data:image/png;base64," + base64.b64encode(LARGE_PNG).decode()


def encode(*payloads: Any) -> bytes:
    lines = [payload if isinstance(payload, str) else json.dumps(payload) for payload in payloads]
    return b"".join(f"data: {line}\n\n".encode() for line in lines)


def chat(*deltas: dict[str, Any], finish: str = "stop") -> bytes:
    chunks = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    return encode(*chunks, {"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})


def says(text: str, item_id: str = "msg_1") -> dict[str, Any]:
    return {"type": "response.output_text.delta", "item_id": item_id, "delta": text}


def draws(result: str, item_id: str = "ig_1") -> dict[str, Any]:
    item = {"type": "image_generation_call", "id": item_id, "status": "completed", "result": result}
    return {"type": "response.output_item.done", "item": item}


def respond(*events: dict[str, Any], output: list[dict[str, Any]] | None = None) -> bytes:
    end = {"status": "completed", "output": output or []}
    return encode(*events, {"type": "response.completed", "response": end})


def read(codec: Codec, raw: bytes) -> tuple[str, list[StreamEvent], EaselError | None]:
    events, error = read_events(codec, raw)
    return "".join(e.text for e in events if isinstance(e, TextDelta)), events, error


def list_pictures(events: list[StreamEvent]) -> list[bytes]:
    return [event.data for event in events if isinstance(event, ImageOutput)]


def count_unreadable(events: list[StreamEvent]) -> int:
    return sum(event.count for event in events if isinstance(event, PicturesUnreadable))


def test_two_messages_of_a_response_are_two_paragraphs() -> None:
    raw = respond(says("Let me look. ", "m1"), says("It is", "m2"), says(" a fox.", "m2"))
    assert read(ResponsesCodec(), raw)[0] == "Let me look. \n\nIt is a fox."
    raw = respond(says("First.\n", "m1"), says("\nSecond.", "m2"))
    assert read(ResponsesCodec(), raw)[0] == "First.\n\nSecond."
    raw = respond(says("a", "m1"), says("b", "m1"), says("c", "m1"))
    assert read(ResponsesCodec(), raw)[0] == "abc"


def test_words_before_and_after_a_picture_are_two_paragraphs() -> None:
    picture = base64.b64encode(PIXEL).decode()
    raw = respond(says("Here it is:"), draws(picture), says("Shall I go on?"))
    text, events, _ = read(ResponsesCodec(), raw)
    assert text == "Here it is:\n\nShall I go on?" and len(list_pictures(events)) == 1
    part = {"type": "image_url", "image_url": {"url": URL}}
    raw = chat({"content": "Here it is:"}, {"images": [part]}, {"content": "Shall I go on?"})
    assert read(OpenRouterCodec(), raw)[0] == "Here it is:\n\nShall I go on?"
    raw = chat({"content": "A fox"}, {"images": [part]}, {"content": " and a hen."})
    assert read(OpenRouterCodec(), raw)[0] == "A fox and a hen.", "within a sentence"


def test_messages_that_come_only_at_the_end_are_read_once_and_in_paragraphs() -> None:
    def build_message(item_id: str, text: str) -> dict[str, Any]:
        part = {"type": "output_text", "text": text}
        return {"type": "message", "id": item_id, "content": [part]}

    output = [build_message("m1", "First."), build_message("m2", "Second.")]
    assert read(ResponsesCodec(), respond(output=output))[0] == "First.\n\nSecond."
    streamed = respond(says("First.", "m1"), output=output)
    assert read(ResponsesCodec(), streamed)[0] == "First.\n\nSecond."
    nameless = respond(says("First.", ""), output=output[:1])
    assert read(ResponsesCodec(), nameless)[0] == "First."


@pytest.mark.parametrize(
    "delta",
    [
        {"reasoning_content": "Hm."},
        {"reasoning": "Hm."},
        {"reasoning": "Hm.", "reasoning_content": "Hm."},
        {"reasoning": "Hm.", "reasoning_details": [{"type": "reasoning.text", "text": "Hm."}]},
        {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}]},
    ],
)
def test_thoughts_are_thoughts_under_every_name(delta: dict[str, Any]) -> None:
    text, events, _ = read(CompatibleCodec(), chat(delta, {"content": "Yes."}))
    thoughts = [event.text for event in events if isinstance(event, ReasoningDelta)]
    assert thoughts == ["Hm."] and text == "Yes."


def test_a_response_of_an_open_model_has_thoughts_too() -> None:
    thought = {"type": "response.reasoning_text.delta", "delta": "Hm."}
    _, events, _ = read(ResponsesCodec(), respond(thought, says("Yes.")))
    assert events[0] == ReasoningDelta("Hm.")


def test_a_second_choice_is_not_appended_to_the_first() -> None:
    both = [{"index": 1, "delta": {"content": "Hen"}}, {"index": 0, "delta": {"content": "Fox"}}]
    other = {"choices": [{"index": 1, "delta": {"content": "!"}, "finish_reason": "length"}]}
    usage = {"prompt_tokens": 3, "completion_tokens": 4}
    raw = encode({"choices": both}, other, {"choices": [], "usage": usage}) + chat()
    text, events, error = read(OpenRouterCodec(), raw)
    assert text == "Fox" and error is None
    assert isinstance(events[-1], ResponseFinished) and events[-1].reason is FinishReason.STOP


@pytest.mark.parametrize("size", [1, 3, 7, 40, 5_000, 100_000])
@pytest.mark.parametrize("codec", [OpenRouterCodec(), CompatibleCodec(), ResponsesCodec()])
@pytest.mark.parametrize("url", [URL, LARGE_URL], ids=["small", "large"])
def test_a_picture_in_words_is_a_picture_wherever_the_words_are_cut(
    codec: Codec, url: str, size: int
) -> None:
    if size < 7 and url == LARGE_URL:
        size = 64
    words = f'Look! ![a fox]({url}) and ![again]( <{url}> "twice" ) *fine*!'
    pieces = [words[at : at + size] for at in range(0, len(words), size)]
    raw = (
        respond(*map(says, pieces))
        if isinstance(codec, ResponsesCodec)
        else chat(*({"content": piece} for piece in pieces))
    )
    text, events, error = read(codec, raw)
    assert error is None and text == "Look!  and  *fine*!"
    assert list_pictures(events) == [PIXEL if url == URL else LARGE_PNG]
    assert not count_unreadable(events)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("A ![x](data:image/png;base64,@@@) B", "A  B"),
        ("A ![x](data:image/png;base64,iVBOR\n\nB", "A \n\nB"),
        ("A ![x](data:image/svg+xml;utf8,<svg/>) B", "A  B"),
        ("A ![x](data:image/png;base64,iVBOR", "A "),
    ],
)
def test_a_broken_picture_in_words_is_counted_and_the_rest_is_shown(words: str, shown: str) -> None:
    for size in (1, 5, 500):
        pieces = [{"content": words[at : at + size]} for at in range(0, len(words), size)]
        text, events, error = read(OpenRouterCodec(), chat(*pieces))
        assert (text, error) == (shown, None)
        assert count_unreadable(events) == 1 and not list_pictures(events)


@pytest.mark.parametrize(
    "words",
    [
        "Wow! Look ![here](https://example.org/a.png) and [there](data:text/plain,x)!",
        f"Write it like this:\n```md\n![x]({URL})\n```\nDone.",
        f"Write `![x]({URL})` in a line.",
        f"Write `url({URL})` or `<img src='{URL}'>` in a line.",
        f"```html\n<img src='{URL}'>\n{URL}\n```",
        "It begins with data:image/png;base64, as in data:image/png;base64,iVBORw0KGgo= here.",
        "An <img src='https://example.org/a.png'> and a bad <img",
        f"Of metadata:image/png;base64,{'QUJD' * 90} and d, da, data:image",
        f"<img alt='{'x' * 600}'> <imgsrc='data:image/' data-src=data:image/gif",
        "![" * 300 + "!",
        "a](data:image/png;base64,",
    ],
)
def test_other_words_stay_as_they_are(words: str) -> None:
    for size in (1, 9, 10_000):
        pieces = [{"content": words[at : at + size]} for at in range(0, len(words), size)]
        text, events, _ = read(OpenRouterCodec(), chat(*pieces))
        assert text == words and not list_pictures(events) and not count_unreadable(events)


@pytest.mark.parametrize("size", [1, 5, 64, 5_000, 9_000, 100_000])
@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Look: {}. Fine?", "Look: . Fine?"),
        ("{}", ""),
        ("Look:\n\n{}\n\nFine?", "Look:\n\n\n\nFine?"),
        ('Look <img alt="a fox" src="{}" width=3/> here', "Look  here"),
        ("Look <IMG SRC='{}'> here", "Look  here"),
        ("Look <img\n  src = {}\n> here", "Look  here"),
        ("A <b>dim</b> `code`: {} <i>d</i> data", "A <b>dim</b> `code`:  <i>d</i> data"),
        ("`code`{} `code`<img src='{}'> d", "`code` `code` d"),
        ("It`s odd\n{}", "It`s odd\n"),
        ("As a [file]({})", "As a [file]()"),
        ("<p style='background: url({})'>", "<p style='background: url()'>"),
    ],
)
@pytest.mark.parametrize("url", [URL, LARGE_URL], ids=["small", "large"])
def test_a_picture_outside_of_markdown_is_a_picture_too(
    words: str, shown: str, url: str, size: int
) -> None:
    text = words.replace("{}", url)
    step = max(size, 64) if url == LARGE_URL else size
    pieces = [{"content": text[at : at + step]} for at in range(0, len(text), step)]
    got, events, error = read(OpenRouterCodec(), chat(*pieces))
    assert (got, error) == (shown, None)
    assert list_pictures(events) == [PIXEL if url == URL else LARGE_PNG]
    assert not count_unreadable(events)


def test_the_address_of_a_picture_may_have_parameters() -> None:
    text = URL.replace(";base64", ";charset=utf-8;name=a.png;base64")
    got, events, _ = read(OpenRouterCodec(), chat({"content": f"See {text} now"}))
    assert got == "See  now" and list_pictures(events) == [PIXEL]


def test_a_long_broken_bare_address_is_counted_and_not_shown() -> None:
    text, events, error = read(
        OpenRouterCodec(), chat({"content": f"A data:image/png;base64,{'QUJD' * 90} B"})
    )
    assert (text, error) == ("A  B", None) and count_unreadable(events) == 1


def test_a_picture_that_cannot_be_read_is_counted_once_however_often_it_comes() -> None:
    part = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    good = {"type": "image_url", "image_url": {"url": URL}}
    deltas = ({"content": "Hi"}, {"images": [part, good]}, {"images": [part]})
    _, events, _ = read(OpenRouterCodec(), chat(*deltas))
    assert count_unreadable(events) == 1 and list_pictures(events) == [PIXEL]
    addressed = {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}
    _, events, error = read(OpenRouterCodec(), chat({"images": [addressed]}))
    assert isinstance(error, errors.EmptyAnswer)
    assert error.user_message == errors.PICTURE_BROKEN_MESSAGE
    _, events, _ = read(ResponsesCodec(), respond(says("Hi"), draws("AAAA"), draws("AAAA")))
    assert count_unreadable(events) == 1


def test_a_picture_among_the_parts_of_the_content_is_one() -> None:
    content = [{"type": "text", "text": "Hi"}, {"type": "image_url", "image_url": {"url": URL}}]
    text, events, _ = read(OpenRouterCodec(), chat({"content": content}))
    assert text == "Hi" and list_pictures(events) == [PIXEL]


LIMIT = {"code": 400, "message": "Token limit reached"}


def test_a_limit_that_is_told_as_an_error_is_the_end_of_a_long_answer() -> None:
    raw = chat({"content": "Half an"}, finish="length") + encode({"error": LIMIT, "choices": []})
    text, events, error = read(OpenRouterCodec(), raw)
    assert text == "Half an" and error is None
    assert isinstance(events[-1], ResponseFinished) and events[-1].reason is FinishReason.LENGTH
    raw = encode({"choices": [{"delta": {"content": "Half"}}]}, {"error": LIMIT})
    _, events, error = read(OpenRouterCodec(), raw)
    assert error is None and events[-1] == ResponseFinished(FinishReason.LENGTH, None)
    _, _, error = read(OpenRouterCodec(), chat(finish="length") + encode({"error": LIMIT}))
    assert error is not None and error.user_message == errors.THOUGHTS_ONLY_MESSAGE
    _, _, error = read(OpenRouterCodec(), encode({"error": LIMIT}))
    assert isinstance(error, errors.ContextTooLong)


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("max_tokens", FinishReason.LENGTH),
        ("MAX_TOKENS", FinishReason.LENGTH),
        ("model_length", FinishReason.LENGTH),
        ("SAFETY", FinishReason.CONTENT_FILTER),
        ("end_turn", FinishReason.STOP),
        ("eos", FinishReason.STOP),
    ],
)
def test_the_ends_that_gateways_pass_on_are_understood(word: str, reason: FinishReason) -> None:
    _, events, _ = read(CompatibleCodec(), chat({"content": "Hi"}, finish=word))
    assert events[-1] == ResponseFinished(reason, None)
