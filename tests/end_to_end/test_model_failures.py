"""All failures of the model: what the person reads, how often the model is asked, and Retry."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.playground.model.wire import build_chunk, build_error, build_image, encode_event
from bot.playground.slack import PlayedMessage
from tests.support.easel import (
    GENERAL,
    MENTION,
    EaselEnvironment,
    build_png,
    list_pictures,
    run_easel,
    wait_until,
)
from tests.support.model_events import ERROR_EVENT, FINISH_EVENT, encode_delta
from tests.support.rows import list_buttons
from tests.support.virtual_time import leap

RETRY_ACTION_ID = "easel_retry"


FILTERED_EVENT = encode_event(build_chunk("gen-1", 1, {"content": ""}, finish="content_filter"))
FREE_USAGE_EVENT = encode_event(
    {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 0, "cost": 0}}
)
PAID_USAGE_EVENT = encode_event(
    {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 5, "cost": 0.1}}
)


async def ask_and_fail(easel: EaselEnvironment, text: str = "say hello") -> PlayedMessage:
    """Ask; return the one message that explains the failure, with its button."""
    root = await easel.ask(text)
    (reply,) = easel.list_replies(root)
    assert [button["action_id"] for button in reply.buttons] == [RETRY_ACTION_ID]
    return reply


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "did not accept the request"),
        (401, "does not accept my key"),
        (402, "out of credit"),
        (403, "safety check refused"),
        (404, "not offered with these settings"),
        (422, "did not accept the request"),
        (504, "took too long"),
        (524, "took too long"),
    ],
)
async def test_what_asking_again_does_not_mend_or_may_pay_twice_is_asked_once(
    easel: EaselEnvironment, status: int, words: str
) -> None:
    easel.model.fail(status, build_error(status, "no"))
    assert words in (await ask_and_fail(easel)).text
    assert len(easel.model.requests) == 1


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 529])
async def test_what_passes_is_asked_again_and_nobody_notices(
    easel: EaselEnvironment, status: int
) -> None:
    easel.model.fail(status, build_error(status, "later"), retry_after="0")
    root = await easel.ask("say hello")
    (reply,) = easel.list_replies(root)
    assert (reply.text, list_buttons(reply)) == ("hello", [])
    assert len(easel.model.requests) == 2


async def test_tries_are_bounded_and_the_last_one_ends_in_a_sentence(
    easel: EaselEnvironment,
) -> None:
    for _ in range(9):
        easel.model.fail(429, build_error(429, "slow down"), retry_after="0")
    assert "very busy" in (await ask_and_fail(easel)).text
    assert len(easel.model.requests) == 4


async def test_a_wait_of_minutes_is_left_to_the_person(easel: EaselEnvironment) -> None:
    easel.model.fail(429, build_error(429, "slow down"), retry_after="600")
    assert "in 10 minutes" in (await ask_and_fail(easel)).text
    assert len(easel.model.requests) == 1


async def test_a_balance_for_fewer_tokens_is_used(easel: EaselEnvironment) -> None:
    easel.model.max_affordable_tokens = 4000
    root = await easel.ask("say hello")
    assert easel.list_replies(root)[0].text == "hello"
    assert [request["max_tokens"] for request in easel.model.requests] == [8192, 4000]


async def test_a_request_that_is_too_large_is_asked_once_smaller(easel: EaselEnvironment) -> None:
    easel.model.fail(413, build_error(413, "Request payload too large"))
    root = await easel.ask("what is this?", files=[("big.png", build_png((1800, 1800)))])
    first, second = (len(list_pictures(request)[0]) for request in easel.model.requests)
    assert second < first
    assert "1024 × 1024" in easel.list_replies(root)[0].text


async def test_a_request_that_is_too_large_however_small_is_explained(
    easel: EaselEnvironment,
) -> None:
    for _ in range(2):
        easel.model.fail(413, build_error(413, "Request payload too large"))
    root = await easel.ask("what is this?", files=[("big.png", build_png((1800, 1800)))])
    assert "too much for one request" in easel.list_replies(root)[0].text


async def test_out_of_reach_is_tried_again_and_then_said(tmp_path: Path) -> None:
    async with run_easel(tmp_path, OPENROUTER_BASE_URL="http://127.0.0.1:9/api/v1") as easel:
        assert "cannot reach the model provider" in (await ask_and_fail(easel)).text


async def test_no_tls_where_it_was_expected_is_said_and_not_repeated(
    tmp_path: Path, easel: EaselEnvironment
) -> None:
    address = easel.model.base_url.replace("http://", "https://")
    async with run_easel(tmp_path / "other", OPENROUTER_BASE_URL=address) as other:
        assert "cannot reach the model provider" in (await ask_and_fail(other)).text


@pytest.mark.parametrize("words", ["I begin", ""], ids=["silent stream", "no first byte"])
async def test_what_does_not_end_ends_at_the_deadline_and_is_not_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    async with run_easel(tmp_path, EASEL_MODEL_SECONDS=15) as easel:
        begin = [encode_delta(content=words)] if words else []
        easel.model.script(*begin, stall=bool(words), delay=0 if words else 3600)
        root = await easel.slack.post_as_person(GENERAL, f"{MENTION} go")
        await wait_until(lambda: easel.model.requests)
        await wait_until(lambda: easel.list_replies(root) or not words)
        leap(monkeypatch, 15)
        await easel.wait_until_idle()
        (reply,) = easel.list_replies(root)
        assert reply.text.startswith(words) and "took too long" in reply.text
        assert [button["action_id"] for button in reply.buttons] == [RETRY_ACTION_ID]
        assert len(easel.model.requests) == 1


@pytest.mark.parametrize(
    ("chunks", "request_count"),
    [
        ([encode_delta(content="Half an answer")], 1),
        ([encode_delta(content="Half an answer"), ERROR_EVENT], 1),
        ([encode_delta(content="Half an answer"), b"data: {garbage\n\n"], 1),
    ],
)
async def test_what_had_come_is_kept_marked_and_not_asked_again(
    easel: EaselEnvironment, chunks: list[bytes], request_count: int
) -> None:
    easel.model.script(*chunks, drop=True)
    reply = await ask_and_fail(easel, "go")
    assert reply.text.startswith("Half an answer\n\n") and reply.text.endswith(".")
    assert len(easel.model.requests) == request_count


async def test_an_error_before_anything_was_said_is_free_and_asked_once_more(
    easel: EaselEnvironment,
) -> None:
    easel.model.script(ERROR_EVENT)
    root = await easel.ask("say hello")
    assert easel.list_replies(root)[0].text == "hello"
    assert len(easel.model.requests) == 2


async def test_a_cut_before_anything_was_said_may_cost_and_is_not_asked_again(
    easel: EaselEnvironment,
) -> None:
    easel.model.script(b": OPENROUTER PROCESSING\n\n", drop=True)
    assert "broke off" in (await ask_and_fail(easel)).text
    assert len(easel.model.requests) == 1


@pytest.mark.parametrize(("usage", "request_count"), [(FREE_USAGE_EVENT, 2), (PAID_USAGE_EVENT, 1)])
async def test_an_empty_answer_is_asked_again_only_where_it_was_free(
    easel: EaselEnvironment, usage: bytes, request_count: int
) -> None:
    easel.model.script(FINISH_EVENT, usage)
    root = await easel.ask("say hello")
    assert len(easel.model.requests) == request_count
    assert (easel.list_replies(root)[0].text == "hello") is (request_count == 2)


async def test_a_filter_that_keeps_everything_back_is_told(easel: EaselEnvironment) -> None:
    easel.model.script(FILTERED_EVENT)
    assert "safety filter kept back" in (await ask_and_fail(easel)).text


async def test_a_refusal_in_words_is_the_answer(easel: EaselEnvironment) -> None:
    easel.model.script(encode_delta(refusal="I will not do that."), FINISH_EVENT)
    root = await easel.ask("go")
    assert [reply.text for reply in easel.list_replies(root)] == ["I will not do that."]


async def test_a_picture_before_an_error_is_shared_once_and_the_rest_can_be_asked_again(
    easel: EaselEnvironment,
) -> None:
    easel.model.script(
        encode_delta(content="Here.", images=[build_image(build_png(), 0)]), ERROR_EVENT
    )
    root = await easel.ask("go")
    text, shared = easel.list_replies(root)
    assert text.text.startswith("Here.\n\n") and len(text.buttons) == 1
    assert [file.data for file in shared.files] == [build_png()]


async def test_the_button_asks_again_and_the_answer_takes_the_place_of_the_sentence(
    easel: EaselEnvironment,
) -> None:
    easel.model.fail(401, build_error(401, "no"))
    before = await ask_and_fail(easel)
    delivery = easel.slack.press(GENERAL, before.ts, RETRY_ACTION_ID)
    twice = easel.slack.press(GENERAL, before.ts, RETRY_ACTION_ID)
    await asyncio.wait_for(delivery.acknowledged.wait(), 60)
    await asyncio.wait_for(twice.acknowledged.wait(), 60)
    await easel.wait_until_idle()

    (after,) = easel.list_replies(before.thread_ts or "")
    assert (after.ts, after.text, list_buttons(after)) == (before.ts, "hello", [])
    assert len(easel.model.requests) == 2


async def test_the_button_works_after_a_restart(tmp_path: Path) -> None:
    async with run_easel(tmp_path / "data") as easel:
        easel.model.fail(401, build_error(401, "no"))
        before = await ask_and_fail(easel)
        root = before.thread_ts or ""
        workspace = easel.slack.workspace
    async with run_easel(tmp_path / "data") as again:
        for message in workspace.list_thread(GENERAL, root):
            again.slack.workspace.add(message)
        again.slack.press(GENERAL, before.ts, RETRY_ACTION_ID)
        await again.slack.wait_until_quiet()
        await again.wait_until_idle()
        assert [reply.text for reply in again.list_replies(root)] == ["hello"]


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 30, "999", "1; DROP TABLE questions"])
async def test_a_button_of_nobodys_question_does_nothing(
    easel: EaselEnvironment, value: str
) -> None:
    easel.model.fail(401, build_error(401, "no"))
    reply = await ask_and_fail(easel)
    reply.buttons[0]["value"] = value
    delivery = easel.slack.press(GENERAL, reply.ts, RETRY_ACTION_ID)
    await asyncio.wait_for(delivery.acknowledged.wait(), 60)
    await easel.wait_until_idle()
    assert len(easel.model.requests) == 1


async def test_what_is_refused_is_asked_for_without_it_and_the_answer_and_the_ledger_say_so(
    easel: EaselEnvironment,
) -> None:
    easel.model.fail(
        400,
        {"error": {"message": "Transparent background is not supported for this model.",
                   "type": "image_generation_user_error", "code": "invalid_value"}},
    )  # fmt: skip
    root = await easel.ask("draw a red fox --background transparent")
    replies = "".join(reply.text for reply in easel.list_replies(root))
    assert "asked for the picture without it" in replies
    assert len(easel.model.requests) == 2
    refused, answered = easel.list_model_requests()
    assert refused["outcome"] == "400" and refused["basis"] == "free"
    assert "Transparent background is not supported" in refused["reason"]
    assert (answered["outcome"], answered["reason"]) == ("answered", "")


async def test_a_context_that_is_too_long_is_not_called_anything_else(
    easel: EaselEnvironment,
) -> None:
    words = "This endpoint's maximum context length is 200 tokens. However, you requested about 999"
    easel.model.fail(400, build_error(400, words))
    root = await easel.ask("say hello")
    (reply,) = easel.list_replies(root)
    assert "too long for the model" in reply.text and len(easel.model.requests) == 1


async def test_much_effort_leaves_room_for_an_answer_unless_a_length_is_set(
    easel: EaselEnvironment,
) -> None:
    await easel.ask("say hello --effort high")
    await easel.ask("say hello --effort high --max-tokens 1000")
    await easel.ask("say hello --effort low")
    assert [body["max_tokens"] for body in easel.model.requests] == [20_480, 1_000, 8_192]
