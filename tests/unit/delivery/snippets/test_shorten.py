"""Long code of an answer: its first lines are shown, and all of it is a file."""

from __future__ import annotations

import random

import pytest

from bot.delivery.markdown import build_closing
from bot.delivery.snippets.shorten import (
    FIRST_LINES,
    MAX_FILES,
    MAX_SHOWN_LINES,
    CodeShortener,
    LongCode,
    find_long_code,
    format_code,
)
from tests.support.processor_time import hold_to


def shorten(text: str, *, cut: random.Random | None = None, **more: object) -> str:
    shortener = CodeShortener(**more)  # type: ignore[arg-type]
    if cut is None:
        return shortener.feed(text) + shortener.finish()
    shown, at = "", 0
    while at < len(text):
        end = at + cut.randint(1, 9)
        shown += shortener.feed(text[at:end])
        at = end
    return shown + shortener.finish()


def build_lines(count: int, prefix: str = "") -> str:
    return "".join(f"{prefix}line {number}\n" for number in range(1, count + 1))


def test_a_block_up_to_the_limit_is_shown_whole() -> None:
    text = f"Look:\n```python\n{build_lines(MAX_SHOWN_LINES)}```\nDone."
    assert shorten(text) == text and find_long_code(text) == []


def test_of_a_longer_one_the_first_lines_are_shown_and_the_sentence_says_where_the_rest_is() -> (
    None
):
    code = build_lines(143)
    shown = shorten(f"Look:\n\n```python\n{code}```\n\nDone.")
    assert shown == (
        f"Look:\n\n```python\n{build_lines(FIRST_LINES)}```\n\n"
        "_The first 20 of 143 lines. All of them are in `code-1.py` below._\n\n\nDone."
    )
    (block,) = find_long_code(f"Look:\n\n```python\n{code}```\n\nDone.")
    assert (block.name, block.code, block.number) == ("code-1.py", code, 1)


def test_one_long_line_is_cut_in_it() -> None:
    code = "x" * 9_000
    shown = shorten(f"```\n{code}\n```")
    assert shown.startswith(f"```\n{'x' * 1_200}\n```\n")
    assert "_The beginning. All 9,001 characters are in `code-1.txt` below._" in shown


def test_the_sentence_is_in_the_language_of_the_reply() -> None:
    shown = shorten(f"```py\n{build_lines(70)}```", language="de")
    assert "_Die ersten 20 von 70 Zeilen. Alle stehen unten in `code-1.py`._" in shown


@pytest.mark.parametrize(
    ("opening", "prefix", "closing"),
    [
        ("> ```js\n", "> ", "> ```\n"),
        ("1. First\n\n   ```js\n", "   ", "   ```\n"),
        ("- a\n  - b\n    ```js\n", "    ", "    ```\n"),
        ("~~~~ js\n", "", "~~~~\n"),
    ],
)
def test_in_a_quote_and_a_list_it_stays_there(opening: str, prefix: str, closing: str) -> None:
    text = f"{opening}{build_lines(80, prefix)}{closing}\nDone."
    shown = shorten(text)
    assert f"{prefix}_The first 20 of 80 lines" in shown and shown.endswith("\nDone.")
    assert build_closing(shown) == ""
    assert find_long_code(text)[0].code == build_lines(80)


def test_code_that_ends_with_its_quote_or_with_the_answer_is_closed() -> None:
    quoted = shorten(f"> ```js\n{build_lines(80, '> ')}Behind it.")
    assert quoted.endswith("below._\n>\nBehind it.") and build_closing(quoted) == ""
    cut_off = shorten(f"```js\n{build_lines(80)}line 8")
    assert "_The first 20 of 81 lines" in cut_off and build_closing(cut_off) == ""
    short = f"```js\n{build_lines(50)}lin"
    assert shorten(short) == short


def test_further_blocks_and_what_no_file_has_are_shown_whole() -> None:
    block = f"```\n{build_lines(90)}```\n"
    text = block * (MAX_FILES + 2)
    assert shorten(text).count("below._") == MAX_FILES
    assert shorten(text).endswith(block * 2)
    assert shorten(text, names=["code-2.txt"]).count("below._") == 1
    assert shorten(text, names=[]) == text
    assert [one.name for one in find_long_code(text, numbers=[2, 7])] == [
        "code-2.txt",
        "code-7.txt",
    ]


def build_random_text(chance: random.Random) -> str:
    pieces = [
        "```py\n", "```\n", "~~~\n", "> ```\n", "> ", "- item\n", "  ", "words\n", "\n", "\r\n",
        "`a`", "x" * 300, "\u2028", "def f():\n" * 30, "   ```\n", "1. ", "\t", "> code\n" * 25,
    ]  # fmt: skip
    return "".join(chance.choice(pieces) for _ in range(chance.randint(5, 120)))


def drop_marks(text: str) -> str:
    return text.replace(">", "").replace(" ", "")


def test_what_is_shown_does_not_depend_on_the_pieces_and_nothing_is_lost() -> None:
    chance = random.Random(5)
    for _ in range(300):
        text = build_random_text(chance)
        shown = shorten(text)
        assert shorten(text, cut=chance) == shown
        shortener = CodeShortener()
        whole = len(shortener.feed(text) + shortener.finish()) - shortener.own_chars
        if not shortener.blocks:
            assert shown == text
        assert whole <= len(text)
        for one in shortener.blocks:
            assert shown.count(f"`{one.name}`") >= 1
            assert drop_marks(one.code) in drop_marks(text)
        # Again with the numbers and with the names that it had: the same is shown.
        names = [one.name for one in shortener.blocks]
        assert shorten(text, names=names) == shown
        assert shorten(text, numbers=[one.number for one in shortener.blocks]) == shown


@pytest.mark.parametrize(
    "text",
    ["\n" * 500_000, "```\n" * 120_000, "```\n" + "\n" * 499_000, "> " * 250_000, "`" * 500_000,
     "```\n" + "> - " * 120_000, "- ```\n" * 80_000, "~~~" + "x" * 400_000 + "\n" + "y\n" * 50_000],
)  # fmt: skip
def test_no_text_of_the_longest_answer_holds_up_everybody(text: str) -> None:
    with hold_to(4.0):
        shorten(text)
        find_long_code(text)


def test_code_that_is_posted_after_all_cannot_end_its_block() -> None:
    posted = format_code(LongCode(1, "a.md", "md x<!here>", "````\nx\n"))
    assert posted == "`a.md`\n`````md\n````\nx\n`````\n"
