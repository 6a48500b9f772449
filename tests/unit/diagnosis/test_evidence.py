"""Quotes of a model are held against the lines that it was shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.diagnosis.answer_schema import FAILURE_SCHEMA, Quote, parse_diagnosis
from bot.diagnosis.card import MAX_CARD_CHARS, Card, build_card
from bot.diagnosis.evidence import (
    CheckedDiagnosis,
    Evidence,
    Sources,
    check_diagnosis,
    find_evidence,
)
from bot.diagnosis.excerpt import Excerpt, ExcerptLine

LINE = "   ValueError: the colour “red” is not known to the palette"
LINES = (ExcerptLine(3, LINE), ExcerptLine(9, "exit code 1"), ExcerptLine(12, "see `a` and ``` b"))
SOURCES = Sources({"build.log": Excerpt(400, LINES)})
BOTH = Sources(
    {"build.log": Excerpt(400, LINES), "other.log": Excerpt(9, LINES[:1])}, ["screen.png"]
)


def build_answer(**changes: Any) -> str:
    error = {"file": "build.log", "line": 3, "text": LINE}
    cause = {"text": "No such colour.", "is_certain": True, "evidence": [error]}
    step = {"text": "Use another.", "command": "make paint COLOUR=blue"}
    value = {
        "failed": True, "summary": "It cannot paint.", "step": "paint", "where": "host a",
        "error": error, "causes": [cause], "next_steps": [step], "confidence": "high",
    }  # fmt: skip
    return json.dumps({**value, **changes}, ensure_ascii=False)


def check(text: str, sources: Sources = SOURCES) -> CheckedDiagnosis:
    diagnosis = parse_diagnosis(text)
    assert diagnosis is not None
    return check_diagnosis(diagnosis, sources)


def show(text: str, sources: Sources = SOURCES) -> Card:
    return build_card(check(text, sources), names_files=len(sources.excerpts) > 1)


@pytest.mark.parametrize(
    "said",
    [LINE, LINE.strip(), LINE.upper(), f"L3: {LINE}", "ValueError: the colour “red” is not known…"],
)
def test_a_line_is_quoted_from_the_file_however_the_model_spaces_it(said: str) -> None:
    found = find_evidence(Quote("build.log", 3, said), SOURCES)
    assert found == Evidence("build.log", 3, LINE.strip())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (4, LINE),
        (0, LINE),
        (-1, LINE),
        (10**12, LINE),
        (3, "ValueError: the colour “blue” is not known to the palette"),
        (3, "red"),
        (3, ""),
        (9, "exit code 10"),
        (3, LINE + " at all"),
    ],
)
def test_a_line_that_is_not_there_or_says_something_else_is_dropped(line: int, said: str) -> None:
    assert find_evidence(Quote("build.log", line, said), SOURCES) is None


def test_a_file_is_known_by_its_name_and_the_only_one_by_any() -> None:
    assert find_evidence(Quote("", 3, LINE), SOURCES) is not None
    assert find_evidence(Quote("./logs/build.log", 3, LINE), BOTH) is not None
    assert find_evidence(Quote("third.log", 3, LINE), BOTH) is None
    assert find_evidence(Quote("other.log", 9, "exit code 1"), BOTH) is None


def test_what_was_read_in_a_picture_has_no_line_and_is_marked() -> None:
    quote = {"file": "screen.png", "line": 0, "text": "Segmentation fault"}
    checked = check(build_answer(error=quote), BOTH)
    assert checked.error == Evidence("screen.png", 0, "Segmentation fault")
    card = show(build_answer(error=quote), BOTH)
    assert "_As read from the picture:_\n```\nSegmentation fault\n```" in card.text
    assert check(build_answer(error={**quote, "file": "b.png"}), SOURCES).error is None


def test_a_card_shows_what_where_why_and_what_to_try() -> None:
    card = show(build_answer())
    assert card.text == (
        "**What failed:** It cannot paint.\n"
        "```\nL3  ValueError: the colour “red” is not known to the palette\n```\n\n"
        "**Where:** paint – host a\n\n"
        "**Why:**\n- No such colour. _(shown)_\n\n"
        "**What to try:**\n1. Use another.\n```\nmake paint COLOUR=blue\n```\n\n"
        "_The model is fairly sure of this._"
    )
    assert card.more == ""


def test_without_evidence_it_is_the_models_guess() -> None:
    made_up = {"file": "build.log", "line": 77, "text": "Disk full"}
    cause = {"text": "No disk.", "is_certain": True, "evidence": [made_up, made_up]}
    text = build_answer(error=made_up, causes=[cause])
    checked = check(text)
    assert checked.dropped_count == 1 and not checked.has_evidence
    card = show(text)
    assert "Disk full" not in card.text and "the model's conclusion" in card.text
    assert card.text.endswith("it is the model's guess._")


def test_nothing_failed_is_one_sentence() -> None:
    card = show(build_answer(failed=False, summary="All went well."))
    assert (card.text, card.more) == ("All went well.", "")


def test_a_long_answer_stays_short_and_the_rest_is_in_a_file() -> None:
    long = "word " * 180
    error = {"file": "build.log", "line": 3, "text": LINE}
    causes = [
        {"text": f"{number} {long}", "is_certain": False, "evidence": [error]}
        for number in range(5)
    ]
    steps = [{"text": long, "command": "x" * 900}] * 5
    card = show(build_answer(summary=long, where=long, causes=causes, next_steps=steps))
    assert len(card.text) <= MAX_CARD_CHARS
    assert "4 word" in card.more and "x" * 900 in card.more and LINE.strip() in card.more


def test_nothing_in_a_card_is_live_and_no_line_ends_its_block() -> None:
    cause = {
        "text": "See https://192.0.2.1/x?a=1 and www.evil.example ``` or `http://b`",
        "is_certain": False,
        "evidence": [{"file": "build.log", "line": 12, "text": "see `a` and ``` b"}],
    }
    text = show(build_answer(causes=[cause])).text
    assert "`https://192.0.2.1/x?a=1`" in text and "`www.evil.example`" in text
    assert "`http://b`" in text and "``http://b``" not in text
    assert "````\nL12  see `a` and ``` b\n````" in text


def test_a_secret_that_the_model_repeats_is_masked() -> None:
    token = "ghp_" + "b2" * 18
    step = {"text": f"Use {token}.", "command": f"curl -H 'Authorization: Bearer {token}'"}
    assert token not in show(build_answer(summary=f"{token} is bad", next_steps=[step])).text


@pytest.mark.parametrize(
    "text",
    ["", "no data", "[]", "{}", '{"failed": "yes", "summary": "x"}', '{"failed": true}',
     "[" * 100_000,
     '{"failed": true, "summary": ["x"]}'],
)  # fmt: skip
def test_what_is_no_diagnosis_is_none(text: str) -> None:
    assert parse_diagnosis(text) is None


def test_odd_parts_are_left_out_and_a_fence_is_no_fault() -> None:
    odd = build_answer(
        causes=[3, {"text": 4, "evidence": "no"}, {"evidence": [{"line": True}, None]}],
        next_steps={"a": 1}, confidence="sure", error=[], where=None,
    )  # fmt: skip
    diagnosis = parse_diagnosis(f"```json\n{odd}\n```")
    assert diagnosis is not None and diagnosis.confidence == "low" and diagnosis.error is None
    assert show(odd).text.startswith("**What failed:** It cannot paint.")


def test_the_schema_is_one_that_providers_enforce() -> None:
    def walk(schema: Any) -> None:
        assert set(schema) <= {
            "type", "properties", "required", "additionalProperties", "items", "enum",
            "description",
        }  # fmt: skip
        if schema["type"] == "object":
            assert schema["required"] == list(schema["properties"])
            assert schema["additionalProperties"] is False
            for one in schema["properties"].values():
                walk(one)
        if schema["type"] == "array":
            walk(schema["items"])

    walk(FAILURE_SCHEMA.schema)
    assert FAILURE_SCHEMA.strict
