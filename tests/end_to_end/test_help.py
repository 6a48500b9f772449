"""Help is free, fits the place, and each of its examples does what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bot.domain.messages import Message, render
from bot.playground.slack.workspace import PlayedMessage
from tests.support.easel import (
    DM,
    GENERAL,
    MENTION,
    NAMELESS_RULES,
    EaselEnvironment,
    build_png,
    list_pictures,
    run_easel,
)

REQUESTS_FOR_HELP = [
    ("en", "help"), ("en", "Help!"), ("en", "help please"), ("en", "what can you do?"),
    ("en", "What can you do for me?"), ("de", "hilfe"), ("de", "Was kannst du?"), ("fr", "aide"),
    ("fr", "Que peux-tu faire ?"), ("fr", "qu'est-ce que tu sais faire ?"), ("es", "ayuda"),
    ("es", "¿Qué puedes hacer?"), ("ja", "ヘルプ"), ("ja", "何ができますか？"), ("ja", "使い方"),
]  # fmt: skip


def list_examples(reply: PlayedMessage) -> list[str]:
    """Return the messages that the answer gives as examples."""
    lines = [line for line in reply.text.split("\n") if line.startswith("- ")]
    return [found[1] for line in lines if (found := re.search(r"`([^`]+)`", line))]


async def ask_for_help(easel: EaselEnvironment, text: str = "help", **more: Any) -> PlayedMessage:
    """Ask for help; return the answer, for which no model was asked."""
    asked, channel = len(easel.model.requests), more.get("channel", GENERAL)
    root = await easel.ask(text, **more)
    assert len(easel.model.requests) == asked
    assert not easel.list_model_requests()[asked:]
    return easel.list_replies(root, channel=channel)[-1]


@pytest.mark.parametrize(("language", "text"), REQUESTS_FOR_HELP)
async def test_help_is_free_in_every_language(tmp_path: Path, language: str, text: str) -> None:
    async with run_easel(tmp_path, rules=NAMELESS_RULES) as easel:
        reply = await ask_for_help(easel, text, channel=DM)
    assert f"`{render(Message('draw a red fox in the snow'), language)}`" in reply.text
    assert len(reply.text) < 900


async def test_help_links_to_a_page_where_the_operator_named_one(tmp_path: Path) -> None:
    url = "https://wiki.example.com/easel"
    async with run_easel(tmp_path / "with", rules=NAMELESS_RULES, EASEL_HELP_URL=url) as easel:
        reply = await ask_for_help(easel, "hilfe", channel=DM)
    assert f"[Das alles auf einer Seite]({url})" in reply.text
    async with run_easel(tmp_path / "without", rules=NAMELESS_RULES) as easel:
        assert "http" not in (await ask_for_help(easel, "hilfe", channel=DM)).text


async def test_a_bare_mention_is_answered_with_help(easel: EaselEnvironment) -> None:
    reply = await ask_for_help(easel, "")
    assert "begin with @Easel" in reply.text


async def test_a_bare_mention_under_a_picture_tells_what_can_be_done_with_it(
    easel: EaselEnvironment,
) -> None:
    root = await easel.slack.post_as_person(GENERAL, "look", files=[("harbour.png", build_png())])
    reply = await ask_for_help(easel, "", thread_ts=root)
    assert reply.text.startswith("I see harbour.png in this thread")
    assert "compare" not in reply.text and "history" not in reply.text
    # It takes part from now on, and knows the picture.
    await easel.slack.post_as_person(GENERAL, "what is in this picture?", thread_ts=root)
    await easel.slack.wait_until(lambda: easel.model.requests)
    await easel.wait_until_idle()
    assert len(list_pictures(easel.get_last_request())) == 1


async def test_what_easel_can_do_is_told_with_the_picture_that_comes_along(
    easel: EaselEnvironment,
) -> None:
    files = [("harbour.png", build_png())]
    reply = await ask_for_help(easel, "what can you do for me?", channel=DM, files=files)
    assert reply.text.startswith("I see harbour.png in this thread")
    # The picture is known from then on.
    await easel.ask("crop to 16:9", channel=DM, thread_ts=reply.root)
    assert easel.list_replies(reply.root, channel=DM)[-1].files
    files = [("notes.txt", b"The harbour opens at nine.")]
    reply = await ask_for_help(easel, "Was kannst du?", channel=DM, files=files)
    assert "`" in reply.text and "notes.txt" not in reply.text


async def test_a_call_for_help_with_a_picture_is_about_the_picture(easel: EaselEnvironment) -> None:
    await easel.ask("what can I do?", files=[("error.png", build_png())])
    assert len(list_pictures(easel.get_last_request())) == 1


async def test_a_mention_with_a_file_is_a_question(easel: EaselEnvironment) -> None:
    await easel.ask("", files=[("harbour.png", build_png())])
    assert len(list_pictures(easel.get_last_request())) == 1


async def test_files_that_slack_tells_of_later_are_not_answered_with_help(
    easel: EaselEnvironment,
) -> None:
    """A mention may come without its files in the first of its two events."""
    file = ("harbour.png", build_png())
    root = await easel.slack.post_as_person(
        GENERAL, MENTION, files=[file], views=("app_mention without files", "message")
    )
    await easel.slack.wait_until(lambda: easel.list_replies(root))
    await easel.wait_until_idle()
    assert len(list_pictures(easel.get_last_request())) == 1
    assert not any("`" in reply.text for reply in easel.list_replies(root))


async def test_a_model_that_draws_nothing_is_not_praised_for_it(tmp_path: Path) -> None:
    async with run_easel(
        tmp_path, EASEL_PROVIDER="compatible", EASEL_MODEL="tiny", compatible=True
    ) as easel:
        reply = await ask_for_help(easel, channel=DM)
    assert "`draw" not in reply.text and "cannot draw" in reply.text


async def run_example(
    easel: EaselEnvironment, example: str, channel: str, root: str, files: list[Any]
) -> list[PlayedMessage]:
    """Write an example where it was given; return what Easel answers to it."""
    before = len(easel.list_replies(root, channel=channel))
    await easel.ask(example, channel=channel, thread_ts=root, files=files)
    return easel.list_replies(root, channel=channel)[before:]


PICTURES = {"draw a red fox in the snow": 1, "draw two variations of a lighthouse logo": 2,
            "draw a lighthouse --aspect 16:9 --quality low": 1, "make the background blue": 1,
            "as jpg at 512 wide": 1, "crop to 16:9": 1, "history": 1,
            "compare v1 and v2": 1, "undo": 1}  # fmt: skip
FREE = {"as jpg at 512 wide", "crop to 16:9", "history", "compare v1 and v2", "undo", "settings"}


async def ask_in(easel: EaselEnvironment, place: str) -> tuple[str, PlayedMessage]:
    """Ask for help at a place; return the root of its thread and the answer."""
    if place in ("direct", "channel"):
        channel = DM if place == "direct" else GENERAL
        root = await easel.ask("help", channel=channel)
        return root, easel.list_replies(root, channel=channel)[-1]
    if place == "thread":
        root = await easel.ask("say hello")
    elif place == "upload":
        root = await easel.ask("what is this?", files=[("harbour.png", build_png())])
    else:
        root = await easel.ask("draw a red fox")
        await easel.ask("make it grey", thread_ts=root)
    return root, await ask_for_help(easel, thread_ts=root)


@pytest.mark.parametrize("place", ["direct", "channel", "thread", "upload", "versions"])
async def test_every_example_does_what_it_says(easel: EaselEnvironment, place: str) -> None:
    channel = DM if place == "direct" else GENERAL
    root, reply = await ask_in(easel, place)
    examples = list_examples(reply)
    assert len(examples) >= 4
    own: dict[str, list[Any]] = {"summarize this": [("notes.txt", b"The harbour opens at nine.")]}
    if place not in ("upload", "versions"):
        own["write alt text"] = [("harbour.png", build_png())]
    for example in examples:
        asked = len(easel.model.requests)
        replies = await run_example(easel, example, channel, root, own.get(example, []))
        pictures = [file for one in replies for file in one.files]
        assert len(pictures) == PICTURES.get(example, 0), example
        assert (len(easel.model.requests) == asked) is (example in FREE), example
        assert not any("I do not know `--" in one.text for one in replies)
    sent = [str(request["messages"]) for request in easel.model.requests]
    assert "summarize this" not in examples or any("harbour opens at nine" in text for text in sent)
