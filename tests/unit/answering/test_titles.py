"""The title that a question gives its thread: one harmless line, or none."""

from __future__ import annotations

import pytest

from bot.answering.showing.titles import MAX_TITLE_CHARS, choose_title


@pytest.mark.parametrize(
    ("message", "title"),
    [
        ("Draw a red fox --aspect 16:9", "Draw a red fox"),
        ("\n\n  What   is this?\nAnd that?", "What is this?"),
        ("<@U0SAM> <!channel> what about <#C0GENERAL|general>?", "what about ?"),
        ("see <https://example.org/x|the page> please", "see please"),
        ("help", ""),
        ("make both 700 px wide", "make both 700 px wide"),
        ("spiegle das Bild", "spiegle das Bild"),
        ("undo", ""),
        ("...", ""),
        ("", ""),
        ("\u202eevil\u2066 \x00title", "evil title"),
        ("猫の絵を描いて", "猫の絵を描いて"),
    ],
)
def test_it_is_the_first_line_that_says_something(message: str, title: str) -> None:
    assert choose_title(message) == title


@pytest.mark.parametrize("words", ["word ", "x", "猫", "<!here> "])
def test_it_is_bounded(words: str) -> None:
    title = choose_title(words * 3_000)
    assert len(title) <= MAX_TITLE_CHARS and not title.endswith((" …", "wor…"))
    assert "<" not in title and "@" not in title
