"""Text is cut into messages."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

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
    assert [part.body for part in split_text("aaaa bbbb\n\ncccc dddd eeee", max_bytes=24)] == [
        "aaaa bbbb\n\n",
        "cccc dddd eeee",
    ]
    assert split_text("one two three four five six", max_bytes=26)[0].body.endswith(" ")


def test_a_word_longer_than_a_message_is_cut_between_characters() -> None:
    parts = split_text("é" * 100, max_bytes=53)
    assert "".join(part.body for part in parts) == "é" * 100
