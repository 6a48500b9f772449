"""The model's text is escaped for Slack, and cut into messages."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.escaper import SlackEscaper
from bot.delivery.markdown import (
    MessagePart,
    count_bytes,
    split_text,
)

ASKER = "U0ALEX"
DANGEROUS_PATTERN = re.compile(
    r"<[\s\u200b-\u200f\u2060\ufeff]*(?:!|@(?!U0ALEX>))|@(?:channel|here|everyone)", re.IGNORECASE
)
_PIECES = st.sampled_from(
    [
        "<",
        "!",
        "@",
        "channel",
        "here",
        "everyone",
        ">",
        "<@U0ALEX>",
        "<@U0SAM>",
        "<!subteam^S1>",
        "<!channel>",
        "@channel",
        "@Here",
        "&lt;",
        "\u200b",
        "\x00",
        "a",
        "U0ALEX",
        "```",
    ]
    + [" ", "\n"]
)
TEXTS = st.lists(_PIECES | st.text(max_size=4), max_size=30).map("".join)


def escape(text: str, *, chunk_sizes: Sequence[int] = ()) -> str:
    """Escape `text` as a stream of chunks of these sizes; the last chunk is all that is left."""
    escaper, escaped, at = SlackEscaper(ASKER), "", 0
    for size in chunk_sizes:
        escaped += escaper.feed(text[at : at + size])
        at += size
    return escaped + escaper.feed(text[at:]) + escaper.close()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<!channel> hi", "&lt;!channel> hi"),
        ("<!here|now>", "&lt;!here|now>"),
        ("<!subteam^S123>", "&lt;!subteam^S123>"),
        ("<!date^1^{date}|x>", "&lt;!date^1^{date}|x>"),
        ("<@U0SAM>", "&lt;@U0SAM>"),
        ("<@W0SAM|sam>", "&lt;@W0SAM|sam>"),
        ("<@U0ALEX>, look", "<@U0ALEX>, look"),
        ("<@U0ALEX|everyone>", "&lt;@U0ALEX|everyone>"),
        ("@channel and @HERE", "@\u200bchannel and @\u200bHERE"),
        ("```\n<!everyone>\n```", "```\n&lt;!everyone>\n```"),
        ("< \u200b!channel>", "&lt; \u200b!channel>"),
        ("<\x00!channel>", "&lt;!channel>"),
        ("a < b and <div> and vec![1]", "a < b and <div> and vec![1]"),
        ("mail me@home.example", "mail me@home.example"),
    ],
)
def test_only_the_asker_can_be_called(text: str, shown: str) -> None:
    assert escape(text) == shown


@given(TEXTS, st.lists(st.integers(1, 5), max_size=40))
def test_nothing_dangerous_survives_however_the_stream_is_cut(
    text: str, chunk_sizes: list[int]
) -> None:
    escaped = escape(text, chunk_sizes=chunk_sizes)
    assert not DANGEROUS_PATTERN.search(escaped)
    assert escaped == escape(text)


@given(TEXTS)
def test_escaping_twice_changes_nothing_more(text: str) -> None:
    once = escape(text)
    assert escape(once) == once


def test_a_few_characters_at_most_are_held_back() -> None:
    escaper = SlackEscaper(ASKER)
    assert escaper.feed("<" + "x" * 10_000) == "<" + "x" * 10_000
    assert escaper.feed("tail <@U0A") == "tail "
    assert escaper.close() == "&lt;@U0A"


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
