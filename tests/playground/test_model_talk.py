"""The played model's words follow from those of the request."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.model.notations import write_notation
from bot.playground.model.request import extract_question, parse_request
from bot.playground.model.talk import PlayedRequest, answer
from bot.playground.wishes.reader import read_wish
from tests.support.easel import build_png
from tests.support.processor_time import hold_to


def answer_text(question: str, *earlier: str) -> str:
    played_answer = answer(PlayedRequest(question, earlier))
    assert played_answer.pictures == ()
    return played_answer.text


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("<@U0ALEX>: hello there", "hello there"),
        ("<@W0ALEX>:   hello", "hello"),
        ("look\n[Pictures, in order: 1. photo.png (sent now)]", "look"),
        ("[note]\n<@U0ALEX>: hi", "<@U0ALEX>: hi"),
        ("<@U0ALEX>: [Pictures, in order: 1. a.png]", ""),
        ("one\n\n  two", "one two"),
        (
            "**[CPU is high](https://g.example/1)** 97 %\n[note]",
            "**[CPU is high](https://g.example/1)** 97 %",
        ),
        ("\\[typed] word", "[typed] word"),
        ("", ""),
    ],
)
def test_a_question_is_read_without_what_easel_adds(text: str, question: str) -> None:
    assert extract_question(text) == question


def test_a_question_is_repeated_and_its_words_are_counted() -> None:
    assert "You asked: “Where is the harbour?”" in answer_text("Where is the harbour?")
    assert "**4 words**" in answer_text("Where is the harbour?")
    assert "the longest is *harbour*" in answer_text("Where is the harbour?")
    assert "**1 word**" in answer_text("harbour")


def test_what_was_said_last_in_the_thread_is_repeated_and_bounded() -> None:
    text = answer_text("and now?", "the first", "the second")
    assert "you said: “the second”" in text and "the first" not in text
    assert "Earlier" not in answer_text("and now?")
    assert "x" * 121 not in answer_text("and now?", "x" * 5000)


def test_what_somebody_else_said_is_told_as_theirs() -> None:
    said = ("I think it is the backup", "so do I")
    request = PlayedRequest("and now?", said, speaker="Alex", earlier_speakers=("Sam", "Alex"))
    assert "you said: “so do I”" in answer(request).text
    request = replace(request, earlier_speakers=("Alex", "Sam"))
    assert "Sam said: “so do I”" in answer(request).text
    told = answer(replace(request, question="who said what?")).text
    assert told.splitlines() == [
        "- you said: “I think it is the backup”", "- Sam said: “so do I”"
    ]  # fmt: skip


def test_a_speaker_and_a_linked_message_are_read_from_the_request() -> None:
    request = parse_request(
        {
            "model": "openai/gpt-5.4-image-2",
            "messages": [
                {"role": "user", "content": "@Sam Ray: it is the backup"},
                {
                    "role": "user",
                    "content": "[A linked message, by @Kim:]\n> disk is full\n> since noon\n\n"
                    "@Alex: what does <https://x.slack.com/archives/C1/p1> say?",
                },
            ],
        }
    )
    assert (request.speaker, request.earlier_speakers) == ("Alex", ("Sam Ray",))
    assert "link to says: “disk is full since noon”" in answer(request).text


def test_addresses_people_and_escapes_are_no_words_to_be_shown() -> None:
    text = answer_text("look &lt;@U0SAM&gt; at <https://playground.slack.com/archives/C1/p1> now")
    assert "the longest is *look*" in text and "&" not in text


@pytest.mark.parametrize(
    ("question", "result"),
    [
        ("what is 17*23", "17 * 23 = **391**"),
        ("what is 17 × 23?", "**391**"),
        ("2 + 2", "**4**"),
        ("10 - 12.5", "**-2.5**"),
        ("0.1 + 0.2", "**0.3**"),
        ("-3 * -4", "**12**"),
        ("9 / 4", "**2.25**"),
        ("9 ÷ 4", "**2.25**"),
        ("1000000 * 1000", "**1,000,000,000**"),
        ("1 / 0", "no result"),
        ("0.0 ÷ 0", "no result"),
    ],
)
def test_sums_are_worked_out(question: str, result: str) -> None:
    assert result in answer_text(question)


@pytest.mark.parametrize("sign", list("+-*/x×÷:"))
def test_no_number_is_too_large_for_a_sum(sign: str) -> None:
    assert answer_text(f"{'9' * 400} {sign} {'9' * 400}")


@pytest.mark.parametrize("word", ["say", "Say", "repeat", "ECHO"])
def test_what_is_to_be_said_is_said(word: str) -> None:
    assert answer_text(f"{word} Good *morning*, all!") == "Good *morning*, all!"


@pytest.mark.parametrize("count", [10, 61, 500, 3000])
def test_a_long_answer_has_as_many_words_as_were_asked_for(count: int) -> None:
    text = answer_text(f"write {count} words about tea")
    assert len(text.split()) == count
    assert max(len(paragraph.split()) for paragraph in text.split("\n\n")) <= 60


def test_a_long_answer_has_an_end() -> None:
    assert len(answer_text("write 9999 words").split()) == 3000


def test_code_comes_in_a_fence_that_is_closed_and_can_be_run() -> None:
    text = answer_text('write a python function that says "hi" {x}')
    before, code, after = text.split("```")
    assert before and after and code.startswith("python\n")
    compile(code.removeprefix("python\n"), "answer", "exec")


def test_a_haiku_has_three_lines() -> None:
    assert len(answer_text("a haiku, please").splitlines()) == 3


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200), st.lists(st.text(max_size=50), max_size=3))
def test_any_words_get_an_answer(question: str, earlier: list[str]) -> None:
    played_answer = answer(PlayedRequest(question, tuple(earlier)))
    assert isinstance(played_answer.text, str)


@pytest.mark.parametrize("text", ["wer hat was ", "_", "<", '"', " ", "https://", "1 x "])
def test_no_text_holds_the_model_for_long(text: str) -> None:
    question = text * (100_000 // len(text))
    read_wish("draw a fox")  # its words are compiled once
    with hold_to(1.0):
        answer(PlayedRequest(question, ("earlier",)))


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("draw me a mermaid flowchart of a login", '```mermaid\nflowchart TD'),
        ("draw me a mermaid flowchart of a login", 'A([Start]) --> B["login"]'),
        ("zeichne ein Flussdiagramm für den Einkauf", "```mermaid\nflowchart TD"),
        ("a sequence diagram of a payment, please", "Person->>Service: payment"),
        ("show it as DOT: steps of a build", '```dot\ndigraph {\n  Start -> "build" -> Done\n}'),
        ("show the quadratic formula in LaTeX", "$$\nx = \\frac{-b \\pm"),
    ],
)  # fmt: skip
def test_code_that_can_be_drawn_is_written_when_it_is_asked_for(question: str, code: str) -> None:
    assert code in (write_notation(question) or "")


def test_what_only_sounds_like_code_is_a_question() -> None:
    for question in ("draw a red fox", "connect the dots", "what is a latte?", "formulate a reply"):
        assert write_notation(question) is None


@pytest.mark.parametrize(
    "question", ["zoom into the top right of page 3", "read page 3", "was steht auf Seite 3?"]
)
def test_each_picture_is_measured_by_its_name_also_when_it_came_earlier(question: str) -> None:
    notes = "[Pictures, in order: 1. scan.tiff, page 3 of 6 (from earlier); 2. v1 (from earlier)]"
    pictures = (build_png((90, 60)), build_png((60, 90)))
    request = PlayedRequest(question, (), pictures, has_new_picture=False, notes=(notes,))
    text = answer(request).text
    assert "1. scan.tiff, page 3 of 6: A wide PNG picture of **90 × 60** pixels" in text
    assert "2. v1: A tall PNG picture of **60 × 90** pixels" in text
    unlabelled = answer(replace(request, pictures=pictures[:1])).text
    assert "1. A wide PNG picture" in unlabelled, "where the names are not of each, none is told"
