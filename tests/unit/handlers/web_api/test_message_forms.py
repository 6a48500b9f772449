"""The forms of a message, from rich to bare, and the order in which Slack is offered them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import ContentRefused
from bot.domain.posts import Button, Controls, MenuEntry, PostMetadata
from bot.playground.slack.block_checks import can_take_blocks
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
from tests.support.processor_time import hold_to

PLAIN, RETRY = PostMetadata(7), PostMetadata(7, Controls((Button.RETRY,)))
TABLE = "Before\n\n| a | bb |\n|---|---|\n| 1 | |\n\nAfter"


async def send_all(forms: Iterable[Form], *codes: str) -> list[Form]:
    """Let Slack refuse one call with each of `codes`; return all that it was sent."""
    sent, refusals = list[Form](), list(codes)

    async def send(form: Form) -> None:
        sent.append(form)
        if refusals:
            raise ContentRefused(refusals.pop(0))

    await send_first_accepted(forms, RETRY, send)
    return sent


def test_a_message_that_needs_no_blocks_has_none() -> None:
    forms = list(build_post_forms("**hello**", PLAIN))
    assert forms == [{"markdown_text": "**hello**"}, {"text": "*hello*"}]


def test_buttons_that_are_lost_are_said_in_words() -> None:
    rich, markdown, plain = build_post_forms("Sorry.", RETRY)
    assert rich["blocks"][-1]["type"] == "actions"
    said = f"Sorry.\n\n{BUTTON_MESSAGES[Button.RETRY]}"
    assert (markdown, plain) == ({"markdown_text": said}, {"text": said})
    with_button, without = build_stop_forms("Sorry.", RETRY)
    assert with_button["blocks"] and without == {"markdown_text": said}


@pytest.mark.parametrize("button", [one for one in Button if one is not Button.REGENERATE])
def test_every_button_that_an_answer_needs_has_words(button: Button) -> None:
    assert BUTTON_MESSAGES[button]


def test_an_answer_that_is_whole_needs_no_words_about_its_row() -> None:
    metadata = PostMetadata(7, Controls((Button.REGENERATE,), menu=tuple(MenuEntry)))
    rich, *others = build_post_forms("Hello.", metadata)
    assert len(rich["blocks"][-1]["elements"]) == 2
    assert [form.get("markdown_text", form.get("text")) for form in others] == ["Hello."] * 2


def test_a_table_that_is_refused_leaves_the_buttons_where_they_were() -> None:
    for forms in (build_post_forms(TABLE, RETRY), build_update_forms(TABLE, RETRY)):
        kinds = [[block["type"] for block in form.get("blocks", [])] for form in forms]
        assert kinds[:3] == [
            ["markdown", "data_table", "markdown", "actions"],
            ["markdown", "table", "markdown", "actions"],
            ["markdown", "actions"],
        ]


@pytest.mark.parametrize(
    ("rows", "kinds"),
    [
        (0, ["table"]),  # a `data_table` has at least one row under its header
        (1, ["data_table", "table"]),
        (99, ["data_table", "table"]),
        (100, ["data_table"]),
        (200, ["data_table"]),
        (201, []),
    ],
)
def test_a_table_is_offered_in_the_kinds_that_it_fits(rows: int, kinds: list[str]) -> None:
    text = "| a |\n|---|\n" + "| 1 |\n" * rows
    forms = list(build_post_forms(text, PLAIN))
    assert [form["blocks"][0]["type"] for form in forms if "blocks" in form] == kinds
    assert all(can_take_blocks(form["blocks"]) for form in forms if "blocks" in form)
    assert "markdown_text" in forms[len(kinds)] and "text" in forms[len(kinds) + 1]


@settings(deadline=None)
@given(
    rows=st.integers(0, 210), columns=st.integers(1, 22), cell=st.text("ab *`\\<>&漢", max_size=120)
)
def test_slack_takes_every_table_that_it_is_offered(rows: int, columns: int, cell: str) -> None:
    line = "|" + f" {cell} |" * columns + "\n"
    text = line + "|" + "---|" * columns + "\n" + line * rows
    for form in build_post_forms(text, RETRY):
        assert can_take_blocks(form.get("blocks", []))


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
    forms = list(build_post_forms("Sorry.", RETRY))
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


async def test_a_form_is_built_when_the_one_before_was_refused() -> None:
    built = []

    def build_forms() -> Iterator[Form]:
        for text in ("rich", "plain", "bare"):
            built.append(text)
            yield {"text": text}

    await send_all(build_forms())
    assert built == ["rich"]
    await send_all(build_forms(), "invalid_blocks")
    assert built == ["rich", "rich", "plain"]


TABLE_IN_CODE = "```\n" + "| a |\n|---|\n| 1 |\n\n" * 3_000 + "```\n"
HOSTILE_TEXTS = [
    "[" * 40_000,
    "![" * 40_000,
    "[a](http://" * 20_000,
    "[a](http://a[" * 20_000,
    "**" * 40_000,
    "**a" * 40_000,
    "`" * 40_001,
    "|" * 40_000,
    "| " * 40_000 + "x",
    "|a|\n" * 20_000,
    "| a |\n|---|\n" * 4_000,
    "~~~\n| a |\n|---|---|\n" * 4_000,
    TABLE_IN_CODE,
    "|" + "a|" * 3_000 + "\n|" + "-|" * 3_000 + "\n" + "|a|\n" * 3_000,
    "| a |\n|---|\n" + "|b|\n" * 98 + "|" + "c" * 9_000 + "|\n",
]


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=lambda text: repr(text[:20]))
def test_no_text_of_the_model_holds_up_everybody(text: str) -> None:
    with hold_to(1.0):
        forms = [*build_post_forms(text, RETRY), *build_update_forms(text, RETRY)]
    # All of it is in the last form, and not many times over.
    assert len(text) <= len(str(forms[3])) < 3 * len(text) + 10_000


def test_a_table_after_code_with_tables_in_it_is_found() -> None:
    forms = list(build_post_forms(f"{TABLE_IN_CODE}\n{TABLE}", PLAIN))
    kinds = [block["type"] for block in forms[0]["blocks"]]
    assert kinds == ["markdown", "data_table", "markdown"]


def test_a_link_behind_an_open_bracket_is_bare_in_plain_text() -> None:
    text = "see [1 and [the page](https://example.org/a?b=[c]) and ![x](http://a.example/b.png)"
    expected = "see [1 and the page (https://example.org/a?b=[c]) and x (http://a.example/b.png)"
    assert format_plain_text(text) == expected
