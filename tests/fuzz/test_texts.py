"""The short form of `python -m tests.fuzz --texts`, and the judge itself judged."""

from __future__ import annotations

import pytest

from tests.fuzz.slack_grammar import list_live, read_shown
from tests.fuzz.texts import run_texts


def test_two_thousand_texts_come_out_harmless_and_unchanged() -> None:
    counts = run_texts(2_000, first_seed=1)
    assert counts["hostile"] >= 1_000 and counts["harmless"] >= 930
    assert counts["of which live"] > counts["hostile"] / 3


@pytest.mark.parametrize(
    "text",
    [
        "<!channel>", "<\u200b!here|x>", "<@U0SAM>", "&#60;#C0OPS>", "<&#8203;!everyone>",
        "<\\@U1>",
        "say @here", "(@Channel)", "[ok.org](https://bad.org)", "[x](javascript:alert)",
        "<https://bad.org|ok.org>",
        "[x](java&#115;cript:x)", "<slack://open|x>",
    ],
)  # fmt: skip
def test_the_judge_knows_what_is_live(text: str) -> None:
    assert list_live(text)


@pytest.mark.parametrize(
    "text",
    [
        "&lt;!channel>", "<@U0ALEX>", "a@here.example", "@here/maps",
        "[ok.org](https://www.ok.org/x)",
        "Vec<T>", "a <b>!</b>", "[docs](https://bad.org)", "@\u200bhere", "<https://ok.org|ok.org>",
    ],
)  # fmt: skip
def test_the_judge_knows_what_harms_no_one(text: str) -> None:
    assert list_live(text) == []


def test_the_judge_reads_as_people_do() -> None:
    assert read_shown("&lt;!channel> @\u200bhere") == "<!channel> @here"
