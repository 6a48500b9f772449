"""The words of a message that name something."""

from __future__ import annotations

from bot.request.keywords import MAX_KEYWORDS, find_keywords


def test_words_that_name_something_come_first() -> None:
    words = find_keywords("<@U1> What was the budget code HX-7741 of project Heron again?")
    assert words[0] == "hx-7741" and "heron" in words[:2]
    assert not {"what", "was", "the", "again"} & set(words)
    assert find_keywords("and the of") == []


def test_there_are_few_of_them_whatever_the_length() -> None:
    assert (
        len(find_keywords("alpha beta gamma delta epsilon zeta eta theta " * 100)) <= MAX_KEYWORDS
    )
