"""The opening of an answer that is too long for a thread."""

from __future__ import annotations

from bot.delivery.long_answers import AnswerOpening


def test_an_opening_shows_all_of_a_short_answer_and_the_beginning_of_a_long_one() -> None:
    short = AnswerOpening()
    assert short.feed("hello") + short.finish() == "hello" and not short.is_truncated
    long = AnswerOpening()
    text = "\n\n".join(["word " * 100] * 60)
    shown = "".join(long.feed(text[at : at + 700]) for at in range(0, len(text), 700))
    assert long.is_truncated and text.startswith(shown) and 8_000 <= len(shown) <= 9_600
    assert long.finish() == ""
