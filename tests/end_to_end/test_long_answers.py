"""Answers up to the output limit: several messages, then a file with its contents in the thread."""

from __future__ import annotations

import json

from bot.playground.model.wire import DONE_EVENT, build_chunk, encode_event
from tests.support.easel import EaselEnvironment
from tests.support.model_events import FINISH_EVENT, encode_delta


def script_answer(easel: EaselEnvironment, text: str) -> None:
    """Script the next answer as `text`, in pieces of 3,000 characters."""
    parts = [text[at : at + 3_000] for at in range(0, len(text), 3_000)]
    easel.model.script(*(encode_delta(content=part) for part in parts), FINISH_EVENT, DONE_EVENT)


def build_essay(characters: int) -> str:
    parts = [f"## Part {n}\n\n{'word ' * 300}" for n in range(characters // 1_500)]
    return "\n\n".join(parts)


async def test_up_to_fifteen_thousand_characters_it_is_all_in_the_thread(
    easel: EaselEnvironment,
) -> None:
    text = build_essay(13_500)
    script_answer(easel, text)
    root = await easel.ask("write")
    replies = easel.list_replies(root)
    assert not any(reply.files for reply in replies)
    assert "".join(reply.text for reply in replies).split() == text.split()


async def test_a_longer_one_is_a_file_with_its_contents_in_the_thread(
    easel: EaselEnvironment,
) -> None:
    text = build_essay(500_000)
    script_answer(easel, text)
    root = await easel.ask("write")
    *shown, shared = easel.list_replies(root)
    assert [file.name for file in shared.files] == ["answer.md"]
    assert shared.files[0].data.decode() == text
    assert sum(len(reply.text) for reply in shown) < 15_000
    assert f"{len(text):,} characters" in shown[-1].text
    assert "Part 0 · Part 1" in shown[-1].text
    statuses = [call.args.get("status", "") for call in easel.slack.api.calls]
    assert any("is writing a long answer…" in status for status in statuses)


async def test_a_code_block_that_goes_on_in_the_file_is_closed_in_the_thread(
    easel: EaselEnvironment,
) -> None:
    text = "Here:\n\n```python\n" + "x = 1\n" * 5_000 + "```\n"
    script_answer(easel, text)
    root = await easel.ask("write")
    *shown, shared = easel.list_replies(root)
    assert shared.files[0].data.decode() == text
    assert all(reply.text.count("```") % 2 == 0 for reply in shown)
    assert shown[-1].text.rstrip().endswith("_")


async def test_the_odds_of_each_token_are_a_file(easel: EaselEnvironment) -> None:
    logprobs = [{"token": "hi", "logprob": -0.1, "top_logprobs": []}]
    chunk = build_chunk("gen-1", 1, {"content": "hi"})
    chunk["choices"][0]["logprobs"] = {"content": logprobs}
    easel.model.script(encode_event(chunk), FINISH_EVENT, DONE_EVENT)
    root = await easel.ask("say hi --logprobs 0")
    _, shared = easel.list_replies(root)
    assert shared.files[0].name == "logprobs.json" and json.loads(shared.files[0].data) == logprobs
