"""However Slack dislikes a message, its words, files and note arrive, each once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.playground.model.wire import build_image
from handlers.web_api.message_forms import BUTTON_MESSAGES
from tests.support.easel import UNHURRIED, EaselEnvironment, build_png, run_easel
from tests.support.model_events import encode_delta
from tests.support.pace import APPEND_SECONDS, EDIT_SECONDS, show_often

METHODS = (
    "chat.startStream",
    "chat.appendStream",
    "chat.stopStream",
    "chat.postMessage",
    "chat.update",
)
CODES = (
    "invalid_blocks",
    "msg_blocks_too_long",
    "msg_too_long",
    "no_text",
    "metadata_too_large",
    "a_code_of_next_year",
)
WORDS = [f"word{number} " for number in range(120)]
# Long enough for an append or an edit at least, when there is time for one.
STREAM_PAUSE_SECONDS, EDIT_PAUSE_SECONDS = (
    2 * seconds / len(WORDS) for seconds in (APPEND_SECONDS, EDIT_SECONDS)
)
NOTE = "The model's answer broke off here."
TABLE = "give me this as a table\nname, amount, town\nAnna, 3, Bern\nBo, 4, Lyon"


@pytest.fixture
async def easel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[EaselEnvironment]:
    show_often(monkeypatch)
    async with run_easel(tmp_path / "data", **UNHURRIED) as running:
        yield running


def script_broken_answer(easel: EaselEnvironment, *, pause_seconds: float = 0.0) -> None:
    """Let the next answer have words, a picture, and an end that calls for a note and a button."""
    events = [encode_delta(content=word) for word in WORDS]
    picture = encode_delta(images=[build_image(build_png(), 0)])
    easel.model.script(*events, picture, drop=True, pause=pause_seconds)


def check_broken_answer(easel: EaselEnvironment, root: str) -> None:
    """All of that answer is in the thread, once, and nothing else is."""
    replies = easel.list_replies(root)
    shown = " ".join(reply.text for reply in replies if not reply.files)
    words = [word for word in shown.split() if word.startswith("word")]
    assert words == "".join(WORDS).split()
    assert shown.count(NOTE) == 1
    assert [file.data for reply in replies for file in reply.files] == [build_png()]
    has_button = any(reply.buttons for reply in replies)
    assert has_button or "press" in shown or "please ask again" in shown
    assert not any(reply.streaming for reply in replies)
    assert easel.slack.workspace.list_statuses() == {}


@pytest.mark.parametrize(
    ("code", "times"), [*((code, 99) for code in CODES), ("invalid_blocks", 1)]
)
@pytest.mark.parametrize("method", METHODS)
async def test_a_refusal_of_the_form_costs_no_word_no_file_and_no_note(
    easel: EaselEnvironment, method: str, code: str, times: int
) -> None:
    easel.slack.fail(method, error=code, times=times)
    pause_seconds = STREAM_PAUSE_SECONDS
    if method in ("chat.update", "chat.postMessage"):
        easel.slack.fail("chat.startStream", error="channel_type_not_supported")
        pause_seconds = EDIT_PAUSE_SECONDS
    script_broken_answer(easel, pause_seconds=pause_seconds)
    check_broken_answer(easel, await easel.ask("go"))
    assert any(call.error == code for call in easel.slack.list_calls(method))


@pytest.mark.parametrize("argument", ["blocks", "metadata", "markdown_text"])
async def test_an_argument_that_no_method_takes_is_left_out(
    easel: EaselEnvironment, argument: str
) -> None:
    code = {"metadata": "metadata_too_large"}.get(argument, "invalid_blocks")
    easel.slack.fail("*", error=code, argument=argument, times=999)
    script_broken_answer(easel)
    root = await easel.ask("go")
    check_broken_answer(easel, root)
    if argument == "blocks":
        shown = "".join(reply.text for reply in easel.list_replies(root))
        assert sum(str(words) in shown for words in BUTTON_MESSAGES.values()) == 1


async def test_a_table_that_slack_refuses_is_one_that_can_be_read(easel: EaselEnvironment) -> None:
    easel.slack.fail("chat.postMessage", error="invalid_blocks", argument="blocks", times=99)
    root = await easel.ask(TABLE + " --table")
    table, *files = easel.list_replies(root)
    assert table.tables == 0 and "| Anna | 3 | Bern |" in table.text and files


async def test_where_slack_knows_no_data_table_the_older_kind_is_sent(
    easel: EaselEnvironment,
) -> None:
    easel.slack.fail("chat.postMessage", error="invalid_blocks", block="data_table", times=2)
    root = await easel.ask(TABLE + " --table")
    table, *files = easel.list_replies(root)
    assert table.tables == 1 and "| Anna | 3 | Bern |" in table.text and files
    assert len(easel.slack.api.faults) == 1  # it was refused once, and offered no second time


async def test_a_table_without_any_markdown_has_equal_columns(easel: EaselEnvironment) -> None:
    for argument in ("blocks", "markdown_text"):
        easel.slack.fail("chat.postMessage", error="invalid_blocks", argument=argument, times=99)
    root = await easel.ask(TABLE + " --table")
    columns = "name  amount  town\n----  ------  ----\nAnna  3       Bern\nBo    4       Lyon"
    assert columns in easel.list_replies(root)[0].text


async def test_a_retry_whose_edit_is_refused_replaces_the_message(easel: EaselEnvironment) -> None:
    script_broken_answer(easel)
    root = await easel.ask("say hello")
    (failed,) = [reply for reply in easel.list_replies(root) if reply.buttons]
    easel.slack.fail("chat.update", error="invalid_blocks", times=99)
    easel.slack.press("C0GENERAL", failed.ts, "easel_retry")
    await easel.slack.wait_until_quiet()
    await easel.wait_until_idle()
    texts = [reply.text for reply in easel.list_replies(root) if not reply.files]
    assert texts == ["hello"]
    assert easel.slack.workspace.list_statuses() == {}


async def test_messages_that_are_too_long_are_split(easel: EaselEnvironment) -> None:
    easel.slack.fail("chat.startStream", error="channel_type_not_supported", times=99)
    easel.slack.fail("chat.postMessage", error="msg_too_long", times=4)
    text = " ".join(f"w{number}" for number in range(900))
    root = await easel.ask(f"say {text}")
    shown = " ".join(reply.text for reply in easel.list_replies(root))
    assert shown.split() == text.split()


async def test_a_picture_whose_alt_text_is_refused_is_shared_without(
    easel: EaselEnvironment,
) -> None:
    easel.slack.fail("files.getUploadURLExternal", error="alt_txt_too_large", argument="alt_txt")
    root = await easel.ask("draw a red fox")
    assert [len(reply.files) for reply in easel.list_replies(root)][-1] == 1


async def test_words_that_slack_takes_in_no_message_come_as_a_file(easel: EaselEnvironment) -> None:
    for method in ("chat.startStream", "chat.postMessage"):
        easel.slack.fail(method, error="invalid_blocks", times=99)
    script_broken_answer(easel)
    root = await easel.ask("go")
    files = [file for reply in easel.list_replies(root) for file in reply.files]
    words, picture = sorted(files, key=lambda file: file.mimetype != "text/markdown")
    assert words.data.decode().startswith("word0 word1 ") and NOTE in words.data.decode()
    assert picture.data == build_png()
