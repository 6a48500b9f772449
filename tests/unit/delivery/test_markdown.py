"""Text is cut into messages."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.delivery.markdown import (
    MessagePart,
    count_bytes,
    split_text,
)


def _has_closed_fences(part: MessagePart) -> bool:
    """Whether every code block of the rendered part is closed in it."""
    open_mark = ""
    for line in str(part).split("\n"):
        found = re.match(r" {0,3}(`{3,}|~{3,})(.*)", line)
        if found and not open_mark and "`" not in found[2]:
            open_mark = found[1]
        elif found and open_mark and found[1].startswith(open_mark) and not found[2].strip():
            open_mark = ""
    return not open_mark


@given(
    st.lists(
        st.sampled_from(
            ["word ", "line\n", "\n\n", "```python\n", "```\n", "~~~\n", "é", "👩‍🚀", "x" * 50]
        ),
        max_size=120,
    ).map("".join),
    st.integers(80, 300),
)
def test_the_parts_joined_are_the_text_and_none_is_too_long(text: str, limit: int) -> None:
    parts = split_text(text, max_bytes=limit)
    assert "".join(part.body for part in parts) == text
    assert all(count_bytes(str(part)) <= limit for part in parts)


@given(st.integers(1, 60), st.integers(80, 200))
def test_a_code_block_is_closed_and_opened_again_at_every_cut(lines: int, limit: int) -> None:
    text = "Before\n```python\n" + "value = compute()\n" * lines + "```\nAfter"
    parts = split_text(text, max_bytes=limit)
    assert all(_has_closed_fences(part) for part in parts)
    assert all(part.opening_fence in ("", "```python\n") for part in parts)


def test_text_is_cut_at_paragraphs_then_lines_then_words() -> None:
    assert [
        part.body for part in split_text("aaaa bbbb\n\ncccc dddd eeee ffff gggg hhhh", max_bytes=36)
    ] == [
        "aaaa bbbb\n\n",
        "cccc dddd eeee ffff gggg hhhh",
    ]
    assert split_text("one two three four five six seven eight", max_bytes=38)[0].body.endswith(" ")


def test_a_word_longer_than_a_message_is_cut_between_characters() -> None:
    parts = split_text("é" * 100, max_bytes=65)
    assert "".join(part.body for part in parts) == "é" * 100


CODE = "".join(f"echo {number} of {'x' * (number % 7)}\n" for number in range(40))


def _list_code_lines(text: str) -> set[str]:
    """Return the lines of `text` that are in a fenced code block."""
    tokens = MarkdownIt("commonmark").parse(text)
    return {line for one in tokens if one.type == "fence" for line in one.content.splitlines()}


@pytest.mark.parametrize("limit", [120, 200, 333])
@pytest.mark.parametrize(
    ("before", "prefix"),
    [
        ("", ""),
        ("> He wrote:\n", "> "),
        ("1. Run:\n", "   "),
        ("- Run:\n\n", "  "),
        ("> > q\n", "> > "),
    ],
)
def test_a_code_block_in_a_quote_or_a_list_goes_on_as_code_in_every_message(
    before: str, prefix: str, limit: int
) -> None:
    fenced = f"```sh\n{CODE}```\n"
    text = before + "".join(f"{prefix}{line}\n" for line in fenced.splitlines()) + "\nThen rest.\n"
    parts = split_text(text, max_bytes=limit)
    assert len(parts) >= 2 and "".join(part.body for part in parts) == text
    found = set[str]().union(*(_list_code_lines(str(part)) for part in parts))
    assert found == set(CODE.splitlines())
    assert all(part.opening_fence in ("", f"{prefix}```sh\n") for part in parts)
    assert str(parts[-1]).endswith("\nThen rest.\n")


def test_a_quote_that_ends_where_the_text_is_cut_is_not_opened_again() -> None:
    text = "> ```\n" + "> code\n" * 20 + "\n" + "Out of the quote. " * 10
    parts = split_text(text, max_bytes=190)
    assert parts[-1].opening_fence == "" and "code" not in str(parts[-1])
