"""The forms of a message, from rich to bare, and the order in which Slack is offered them."""

from __future__ import annotations

import pytest

from bot.domain.errors import ContentRefused
from bot.domain.posts import Button, PostMetadata
from handlers.web_api.message_forms import (
    BUTTON_MESSAGES,
    MAX_UPDATE_TEXT_CHARS,
    Form,
    build_post_forms,
    build_stop_forms,
    build_update_forms,
    format_plain_text,
    send_first_accepted,
)

PLAIN, RETRY = PostMetadata(7), PostMetadata(7, (Button.RETRY,))
TABLE = "Before\n\n| a | bb |\n|---|---|\n| 1 | |\n\nAfter"


async def send_all(forms: list[Form], *codes: str) -> list[Form]:
    """Let Slack refuse one call with each of `codes`; return all that it was sent."""
    sent, refusals = list[Form](), list(codes)

    async def send(form: Form) -> None:
        sent.append(form)
        if refusals:
            raise ContentRefused(refusals.pop(0))

    await send_first_accepted(forms, RETRY, send)
    return sent


def test_a_message_that_needs_no_blocks_has_none() -> None:
    forms = build_post_forms("**hello**", PLAIN)
    assert forms == [{"markdown_text": "**hello**"}, {"text": "*hello*"}]


def test_buttons_that_are_lost_are_said_in_words() -> None:
    rich, markdown, plain = build_post_forms("Sorry.", RETRY)
    assert rich["blocks"][-1]["type"] == "actions"
    said = f"Sorry.\n\n{BUTTON_MESSAGES[Button.RETRY]}"
    assert (markdown, plain) == ({"markdown_text": said}, {"text": said})
    with_button, without = build_stop_forms("Sorry.", RETRY)
    assert with_button["blocks"] and without == {"markdown_text": said}


@pytest.mark.parametrize("button", list(Button))
def test_every_button_has_words(button: Button) -> None:
    assert BUTTON_MESSAGES[button]


def test_a_table_that_is_refused_leaves_the_buttons_where_they_were() -> None:
    for forms in (build_post_forms(TABLE, RETRY), build_update_forms(TABLE, RETRY)):
        kinds = [[block["type"] for block in form.get("blocks", [])] for form in forms]
        assert kinds[:2] == [["markdown", "table", "markdown", "actions"], ["markdown", "actions"]]


def test_an_edit_always_replaces_the_blocks_that_were_there() -> None:
    assert all("blocks" in form for form in build_update_forms(TABLE, RETRY))
    long_text = "x" * (MAX_UPDATE_TEXT_CHARS + 1)
    assert [len(form["blocks"]) for form in build_update_forms(long_text, PLAIN)] == [1]


def test_text_without_markdown_keeps_code_as_it_is() -> None:
    text = "**Sum** of `2**3**1` at [a page](https://x.org/a)\n```\n**kept**\n```\n" + TABLE
    assert format_plain_text(text) == (
        "*Sum* of `2**3**1` at a page (https://x.org/a)\n```\n**kept**\n```\n"
        "Before\n\n\n```\na  bb\n-  --\n1\n```\n\nAfter"
    )


async def test_the_next_form_is_sent_only_after_a_refusal() -> None:
    forms = build_post_forms("Sorry.", RETRY)
    assert len(await send_all(forms)) == 1
    sent = await send_all(forms, "invalid_blocks", "msg_too_long")
    assert [set(form) - {"metadata"} for form in sent] == [
        {"text", "blocks"},
        {"markdown_text"},
        {"text"},
    ]
    assert all("metadata" in form for form in sent)


async def test_metadata_that_is_refused_is_left_out_at_once() -> None:
    first, second = await send_all(build_post_forms("Sorry.", RETRY), "metadata_too_large")
    assert "metadata" in first and second == {k: first[k] for k in ("text", "blocks")}


async def test_the_last_form_is_the_bare_text() -> None:
    codes = ("invalid_arguments", "invalid_arguments", "invalid_arguments")
    sent = await send_all(build_post_forms("Sorry.", RETRY), *codes)
    assert set(sent[-1]) == {"text"}
    with pytest.raises(ContentRefused):
        await send_all(build_post_forms("Sorry.", RETRY), *codes, "invalid_arguments")
