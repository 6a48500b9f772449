"""The opening of an answer that is too long for a thread."""

from __future__ import annotations

import pytest

from bot.delivery.long_answers import AnswerOpening, format_contents_note
from tests.support.processor_time import hold_to


def test_an_opening_shows_all_of_a_short_answer_and_the_beginning_of_a_long_one() -> None:
    short = AnswerOpening()
    assert short.feed("hello") + short.finish() == "hello" and not short.is_shortened
    long = AnswerOpening()
    text = "\n\n".join(["word " * 100] * 60)
    shown = "".join(long.feed(text[at : at + 700]) for at in range(0, len(text), 700))
    assert long.is_shortened and text.startswith(shown) and 8_000 <= len(shown) <= 9_600
    assert long.finish() == ""


def test_an_opening_full_of_paragraphs_in_code_holds_up_nobody() -> None:
    opening = AnswerOpening()
    # Of a block that says so much of itself, all is shown.
    text = f"```{'x' * 250}\n" + "\n\n" * 4_600
    with hold_to(1.0):
        shown = "".join(opening.feed(text[at : at + 2]) for at in range(0, len(text), 2))
    assert shown == text and not opening.is_shortened
    assert opening.feed("```\n\nand so on " * 1_000).startswith("```") and opening.is_shortened


def test_an_opening_ends_after_its_code_and_not_in_it() -> None:
    opening = AnswerOpening()
    words = "word " * 1_598
    text = f"{words}\n```sh\nfirst\n\nsecond\n\n```\n\n" + "more " * 3_000
    shown = "".join(opening.feed(text[at : at + 7]) for at in range(0, len(text), 7))
    assert shown == text[: text.index("```\n\nmore") + 3]
    assert opening.finish() == ""


@pytest.mark.parametrize(
    "text",
    ["# " + "#" * 60_000 + "x", "# a" + " " * 60_000 + "b", "#\n" * 30_000, "# a " * 30_000],
    ids=["marks", "spaces", "empty", "words"],
)
def test_no_heading_holds_up_everybody(text: str) -> None:
    with hold_to(1.0):
        assert format_contents_note(text)


def test_topics_are_headings_without_their_marks() -> None:
    note = format_contents_note("# One\n\nword\n\n## **Two** ##\n\n###   Three #  \n#\n#no\n")
    assert note.endswith("It covers: One · Two · Three._")
