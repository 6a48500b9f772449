"""Letters in one form, for patterns."""

from __future__ import annotations

from bot.request.own_words import normalize_letters


def test_letters_that_stand_for_sentences_do_not_make_a_text_longer() -> None:
    assert len(normalize_letters("\ufdfa" * 1_000)) == 1_000
    assert normalize_letters("ÉTÉ ２ ﬁn") == "ete 2 fin"


def test_a_sharp_s_is_two_letters() -> None:
    assert normalize_letters("Größe GRÖẞE") == "grosse grosse"
