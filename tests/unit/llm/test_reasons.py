"""The reason of a refusal is kept for the operator, bounded and without people's words."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx
import pytest

from bot.domain.errors import CleanReason, TransientError
from bot.domain.files import Document, Image
from bot.domain.llm import PromptTurn
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.chat_completions.request import OpenRouterCodec
from bot.llm.client import ModelClient
from bot.llm.error_translation import translate_response
from bot.llm.failures.reason import MAX_REASON_CHARS, remove_prompt_words
from bot.observability.logging import redact_event
from tests.support.codecs import PROMPT

SECRET = "the merger with Acme is on Friday"


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": f"Invalid content: '{SECRET}'", "code": 400}},
        {"error": {"message": f"1 validation error\n content [input_value='{SECRET}']"}},
        {"error": {"message": f'Could not parse {{"text": "{SECRET}"}}', "code": 400}},
        {"detail": [{"type": "x", "loc": ["body", "x"], "msg": "no", "input": SECRET}]},
        {"error": {"code": 403, "message": f"flagged: {SECRET}", "metadata": {"reasons": ["a"]}}},
        {"error": {"message": f"Unsupported value: “{SECRET}”", "code": "unsupported_value"}},
    ],
)  # fmt: skip
def test_what_a_provider_quotes_is_not_kept(body: object) -> None:
    error = translate_response(400, body)
    assert "Acme" not in error.reason + str(error) + error.user_message and error.reason


@pytest.mark.parametrize("char", ["\x00", "\x1b", "\x9b", "\ud800", "\u202e", "\n", "\ue000"])
def test_what_neither_a_terminal_nor_a_database_takes_is_not_kept(char: str) -> None:
    body = {"error": {"message": f"no{char}]0;x{char}[2J key", "code": f"a{char}", "param": char}}
    error = translate_response(403, body)
    assert "]0;x" in error.reason and f"{error.reason}{error}".isprintable()
    assert error.reason.encode()


def test_a_sentence_that_shares_words_with_the_prompt_is_not_kept() -> None:
    error = translate_response(
        400, {"error": {"message": f"Cannot process {SECRET}", "code": "bad_thing"}}
    )
    assert "Acme" in error.reason, "nothing marks it as a quotation"
    prompt = replace(PROMPT, history=(PromptTurn("user", f"<@U1>: {SECRET.upper()}"),))
    assert remove_prompt_words(error.reason, prompt) == "bad_thing"
    assert remove_prompt_words(error.reason, PROMPT) == error.reason


@pytest.mark.parametrize(
    "message",
    [SECRET, "Acme merger", "Acme merger: no", "the merger with Acme: bad", "Merger-Acme"],
)
def test_a_sentence_without_a_code_is_not_kept_either(message: str) -> None:
    prompt = replace(PROMPT, question=f"@Ann: the Acme merger, merger-Acme, and {SECRET}")
    reason = translate_response(400, {"error": {"message": message}}).reason
    assert "acme" not in remove_prompt_words(reason, prompt).lower()


def test_keys_addresses_and_accounts_are_not_kept() -> None:
    message = "Key sk-or-v1-0123456789abcdef of ann@example.org in org-AbC123xyz: see https://x.y/z"
    reason = translate_response(400, {"error": {"message": message}}).reason
    assert all(word not in reason for word in ("0123", "ann@", "AbC123", "x.y"))


def test_names_and_values_of_parameters_stay_and_the_rest_is_bounded() -> None:
    message = "Unsupported value: 'reasoning.effort' does not support 'xhigh' with this model. "
    body = {"error": {"message": message * 90, "code": "unsupported_value", "param": "reasoning"}}
    reason = translate_response(400, body).reason
    assert reason.startswith("unsupported_value reasoning: Unsupported value: 'reasoning.effort'")
    assert "'xhigh'" in reason and len(reason) <= MAX_REASON_CHARS


def test_the_log_lets_a_clean_reason_pass_and_nothing_else() -> None:
    error = translate_response(400, {"error": {"message": "Unknown parameter: 'user'."}})
    event = {"event": "model_failed", "provider_reason": error.reason, "reason": "two words"}
    shown = redact_event(None, "warning", event)
    assert shown["provider_reason"] == "Unknown parameter: 'user'." and shown["reason"] == "…"
    assert redact_event(None, "", {"provider_reason": "two words"})["provider_reason"] == "…"


@pytest.mark.parametrize(
    ("message", "question", "secret"),
    [
        ("Rejected topic Operation Foxglove here", "about Operation Foxglove please", "foxglove"),
        ("Name Anna-Lena Schmidt not allowed", "draw Anna Schmidt", "schmidt"),
        ("Content rejected: 秘密朱雀を描いて is bad", "秘密朱雀を描いて、急いで", "秘密"),
        ("Name Zoë is not allowed", "who is Zoë?", "zoë"),
        ("Number 4711 is not allowed here", "my number: 4711", "4711"),
        ("Cannot read layoffs_2027 at all", "see below", "layoffs"),
        ("Cannot read about Foxglove at all", "see below", "foxglove"),
        ("Cannot look at swan-song today", "see below", "swan"),
    ],
)
def test_not_one_word_of_a_person_or_a_file_is_kept(
    message: str, question: str, secret: str
) -> None:
    document = Document("Layoffs_2027.pdf", "application/pdf", ("On Foxglove and Acme.",))
    picture = Image("swan-song.png", "image/png", b"", "a" * 64, 1, 1)
    prompt = replace(PROMPT, question=question, documents=(document,), pictures=(picture,))
    for code in (None, "bad_thing", f"no_{secret}"):
        error = translate_response(400, {"error": {"message": message, "code": code}})
        kept = remove_prompt_words(error.reason, prompt)
        assert secret not in kept.lower() and isinstance(kept, CleanReason)
        assert code != "bad_thing" or kept.startswith("bad_thing: ")


def test_a_provider_is_understood_whatever_the_prompt_is_about() -> None:
    message = "Unsupported parameter: 'max_tokens' is not supported with this model"
    reason = translate_response(400, {"error": {"message": message, "code": "bad_thing"}}).reason
    prompt = replace(PROMPT, question="is this parameter supported, and how many tokens?")
    assert remove_prompt_words(reason, prompt) == f"bad_thing: {message}"


async def test_a_long_prompt_is_compared_while_others_go_on() -> None:
    body = b'{"error": {"message": "The model is overloaded, please wait"}}'
    transport = httpx.MockTransport(lambda _: httpx.Response(503, stream=httpx.ByteStream(body)))
    prompt = replace(PROMPT, question="word by word " * 100_000, pictures=(), documents=())
    turns = 0

    async def go_on() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    async with httpx.AsyncClient(transport=transport) as http:
        model = ModelClient(
            http,
            OpenRouterCodec(),
            base_url="http://far.test",
            api_key="k",
            get_model_info=lambda: GPT_5_4_IMAGE_2,
        )
        other = asyncio.create_task(go_on())
        with pytest.raises(TransientError) as caught:
            async for _ in model.stream(prompt):
                pass
        other.cancel()
    assert turns >= 10 and caught.value.reason == "The model is overloaded, please wait"
