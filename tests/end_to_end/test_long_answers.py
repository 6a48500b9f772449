"""Answers up to the output limit: several messages, then a file with its contents in the thread."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from bot.delivery.snippets.names import CODE_MIMETYPE
from bot.domain.files import FileRef
from bot.domain.questions import Answer
from bot.playground.model.wire import DONE_EVENT, build_chunk, encode_event
from bot.playground.slack import PlayedSlack
from tests.support.crash import crash_easel, restart_easel
from tests.support.easel import QUICK_RULES, EaselEnvironment
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
    # Behind five files with code, blocks are shown as they are.
    block = "```python\n" + "x = 1\n" * 1_000 + "```\n"
    text = "Here:\n\n" + block * 8
    script_answer(easel, text)
    root = await easel.ask("write")
    *shown, shared = easel.list_replies(root)
    assert [file.name for file in shared.files] == [
        *(f"code-{number}.py" for number in range(1, 6)),
        "answer.md",
    ]
    assert shared.files[-1].data.decode() == text
    assert all(reply.text.count("```") % 2 == 0 for reply in shown)
    assert shown[-1].text.rstrip().endswith("_")


def build_code(lines: int = 150) -> str:
    return "".join(f"print({number})  # <!channel>\n" for number in range(lines))


async def test_long_code_comes_as_a_snippet_below_its_first_lines(easel: EaselEnvironment) -> None:
    script_answer(easel, f"Start with `count.py`:\n\n```python\n{build_code()}```\n\nRun it.")
    root = await easel.ask("write")
    message, shared = easel.list_replies(root)
    assert message.text.startswith("Start with `count.py`:\n\n```python\nprint(0)")
    assert "print(19)" in message.text and "print(20)" not in message.text
    assert "_The first 20 of 150 lines. All of them are in `count.py` below._" in message.text
    assert message.text.endswith("Run it.") and "<!channel>" not in message.text
    (file,) = shared.files
    assert (file.name, file.mode, file.filetype) == ("count.py", "snippet", "python")
    assert file.data.decode() == build_code()
    calls = [call.method for call in easel.slack.api.calls]
    files = [method for method in calls if method.startswith("files.")]
    assert files == ["files.getUploadURLExternal", "files.completeUploadExternal"]
    assert sum(method.startswith("chat.") for method in calls) <= 3
    # The model reads the answer as it wrote it, and its file is not sent once more.
    await easel.ask("explain the file", thread_ts=root)
    assert str(easel.get_last_request()).count("print(149)") == 1


async def test_a_snippet_whose_language_slack_does_not_know_is_a_file(
    easel: EaselEnvironment,
) -> None:
    easel.slack.fail(
        "files.getUploadURLExternal", error="unknown_snippet_type", argument="snippet_type"
    )
    script_answer(easel, f"```python\n{build_code()}```")
    root = await easel.ask("write")
    (file,) = easel.list_replies(root)[-1].files
    assert (file.name, file.mode, file.data.decode()) == ("code-1.py", "hosted", build_code())


async def test_where_slack_takes_no_files_the_code_is_posted(easel: EaselEnvironment) -> None:
    easel.slack.fail("files.getUploadURLExternal", error="file_uploads_disabled", times=99)
    script_answer(easel, f"```python\n{build_code()}```")
    root = await easel.ask("write")
    _, code, error = easel.list_replies(root)
    assert code.text.startswith("`code-1.py`\n```python\nprint(0)") and "print(149)" in code.text
    assert "<!channel>" not in code.text and "Files are switched off" in error.text


@pytest.mark.parametrize("is_stored", [True, False])
async def test_after_a_kill_the_code_is_shortened_where_its_file_is(
    tmp_path: Path, is_stored: bool
) -> None:
    text = f"```python\n{build_code()}```"
    data = build_code().encode()
    sha256 = hashlib.sha256(data).hexdigest()
    file = FileRef("", "code-1.py", CODE_MIMETYPE, len(data), sha256=sha256)
    async with PlayedSlack(QUICK_RULES) as slack:
        async with crash_easel(slack, tmp_path) as dead:
            ts = await dead.start_stream("```python\nprint(0)")
            await dead.journal.record_message(dead.question, ts)
            await dead.outbox.put(data)
            answer = Answer(text, files=(file,) if is_stored else ())
            await dead.journal.settle(dead.question, answer)
        async with restart_easel(slack, tmp_path) as easel:
            message, *shares = easel.list_replies(dead.root)
            assert message.ts == ts and ("print(149)" in message.text) is not is_stored
            assert ("in `code-1.py` below" in message.text) is is_stored
            found = [one.data for share in shares for one in share.files]
            assert found == ([data] if is_stored else [])


async def test_the_odds_of_each_token_are_a_file(easel: EaselEnvironment) -> None:
    logprobs = [{"token": "hi", "logprob": -0.1, "top_logprobs": []}]
    chunk = build_chunk("gen-1", 1, {"content": "hi"})
    chunk["choices"][0]["logprobs"] = {"content": logprobs}
    easel.model.script(encode_event(chunk), FINISH_EVENT, DONE_EVENT)
    root = await easel.ask("say hi --logprobs 0")
    _, shared = easel.list_replies(root)
    assert shared.files[0].name == "logprobs.json" and json.loads(shared.files[0].data) == logprobs
