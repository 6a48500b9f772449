"""Which turns and pages are sent: pure decisions, and how fast they are made."""

from __future__ import annotations

import time

import pytest

from bot.delivery.long_answers import AnswerOpening
from bot.domain.conversation import Speaker, ThreadHistory, Turn
from bot.domain.files import Document, FileContext, FileRef, Image
from bot.prompt.document_pages import select_excerpt, select_text_files
from bot.prompt.fit import ContextFitter
from bot.prompt.keywords import find_matching_pages, keywords, truncate_around_words
from bot.prompt.window import (
    MIN_KEPT_TURNS,
    SUMMARIZE_DOWN_TO_TOKENS,
    count_turns_to_summarize,
    fit_window,
)
from bot.request.picture_references import count_referenced_pictures, pictures_to_include
from tests.support.values import build_picture_ref


def build_turn(number: int, tokens: int = 100, *, files: tuple[FileRef, ...] = ()) -> Turn:
    return Turn(Speaker.PERSON, f"{number}.0", "x", "U1", files, tokens, number)


def test_the_newest_that_fit_are_kept() -> None:
    window = fit_window([build_turn(n) for n in range(10)], 320)
    assert [kept.id for kept in window.turns] == [7, 8, 9]
    assert (window.omitted_count, window.omitted_tokens) == (7, 700)
    assert fit_window([], 0).turns == () and fit_window([build_turn(1)], 10).omitted_count == 1


def test_folding_leaves_the_last_exchange_and_stops_when_enough_is_gone() -> None:
    turns = [build_turn(n, 300) for n in range(10)]
    assert count_turns_to_summarize(turns) == 10 - MIN_KEPT_TURNS
    small = [build_turn(n, 40) for n in range(30)]
    left = sum(kept.tokens + 4 for kept in small[count_turns_to_summarize(small) :])
    assert left <= SUMMARIZE_DOWN_TO_TOKENS < left + 44
    assert count_turns_to_summarize([build_turn(1, 50_000), build_turn(2, 50_000)]) == 0
    assert count_turns_to_summarize([build_turn(n, 9_000) for n in range(5)]) == 1, (
        "as much as is read at once"
    )
    assert count_turns_to_summarize(turns[:3]) == 0


def test_a_window_of_272_000_tokens_is_planned_in_no_time() -> None:
    history = ThreadHistory(tuple(build_turn(n, 272) for n in range(1_000)))
    fitter = ContextFitter("what now?", history, 250_000, resend_all=True)
    started = time.perf_counter()
    fitted = fitter.fit(FileContext(), 1_000)
    assert fitted.overflow_message and 0 < len(fitted.window.turns) < 1_000
    # The figure itself is measured in bench/: this only keeps it from being quadratic.
    assert time.perf_counter() - started < 1


def test_what_is_only_longer_than_usual_is_left_out_without_a_word() -> None:
    history = ThreadHistory(tuple(build_turn(n) for n in range(60)))
    fitted = ContextFitter("hi", history, 100_000, resend_all=False).fit(FileContext(), 50)
    assert (
        fitted.overflow_message == ""
        and len(fitted.window.turns) == 50
        and fitted.window.omitted_count == 10
    )


def test_a_file_that_does_not_fit_is_named_with_its_pages() -> None:
    book = Document("book.txt", "text/plain", ("word " * 500,) * 30)
    fitted = ContextFitter("hi", ThreadHistory(), 5_000, resend_all=False).fit(
        FileContext(documents=(book,)), 50
    )
    assert "book.txt has about" in fitted.overflow_message and "of 30" in fitted.overflow_message
    shown = fitted.file_context.excerpts[0]
    assert 0 < len(shown.pages) < 30 and shown.page_count == 30


def test_pictures_alone_may_be_too_much() -> None:
    large = Image("a.png", "image/png", b"", "ab", 2048, 2048)
    fitted = ContextFitter("hi", ThreadHistory(), 3_000, resend_all=False).fit(
        FileContext(new_images=(large,) * 3), 50
    )
    assert "more than I can read at once" in fitted.overflow_message


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("make it blue", 1),
        ("what is in the second picture?", 3),
        ("Kannst du das Bild heller machen?", 3),
        ("remove the background", 1),
        ("", 3),
        ("What is the capital of Peru?", 0),
        ("thanks!", 0),
    ],
)
def test_how_many_pictures_a_question_may_be_about(text: str, count: int) -> None:
    assert count_referenced_pictures(text, ()) == count


def test_right_after_a_picture_it_may_mean_the_picture() -> None:
    shown = build_turn(1, files=(build_picture_ref("F1", "fox.png"),))
    assert count_referenced_pictures("why is it so dark?", [shown]) == 1
    assert (
        count_referenced_pictures("why is it so dark?", [shown, build_turn(2), build_turn(3)]) == 0
    )


def test_a_picture_that_is_named_goes_before_newer_ones() -> None:
    files = [build_picture_ref(f"F{n}", f"pic{n}.png") for n in range(6)]
    assert [ref.id for ref in pictures_to_include("is pic1.png better?", (), files)] == ["F1"]
    assert [ref.id for ref in pictures_to_include("compare the pictures", (), files)] == [
        "F3",
        "F4",
        "F5",
    ]
    assert pictures_to_include("hello", (), files) == []


def test_words_that_name_something_come_first() -> None:
    words = keywords("<@U1> What was the budget code HX-7741 of project Heron again?")
    assert words[0] == "hx-7741" and "heron" in words[:2]
    assert not {"what", "was", "the", "again"} & set(words)
    assert keywords("and the of") == []


def test_pages_with_rare_words_are_found() -> None:
    pages = [f"page {n} of the harbour book" for n in range(50)]
    pages[17] += " where Oona Vance lives"
    assert find_matching_pages(pages, ["harbour", "oona", "vance"], 1) == [17]
    assert (
        find_matching_pages(pages, [], 3) == [] and find_matching_pages(pages, ["zebra"], 3) == []
    )


def test_an_excerpt_holds_the_word() -> None:
    text = "a " * 2_000 + "needle" + " b" * 2_000
    cut = truncate_around_words(text, ["needle"], 300)
    assert "needle" in cut and len(cut) <= 302 and truncate_around_words("short", ["x"]) == "short"


def test_the_whole_file_is_sent_when_it_is_asked_for() -> None:
    book = Document("b.txt", "text/plain", ("one", "two", "three"))
    assert len(select_excerpt("summarise the whole file", book, 10_000).pages) == 3
    assert select_excerpt("what of zebras?", book, 10_000).pages == ()
    refs = [
        FileRef("F1", "a.txt", "text/plain", copy_sha256="x"),
        build_picture_ref("F2", copy="y"),
    ]
    assert [ref.id for ref in select_text_files("hi", refs)] == ["F1"]


def test_an_opening_shows_all_of_a_short_answer_and_the_beginning_of_a_long_one() -> None:
    short = AnswerOpening()
    assert short.feed("hello") + short.finish() == "hello" and not short.is_truncated
    long = AnswerOpening()
    text = "\n\n".join(["word " * 100] * 60)
    shown = "".join(long.feed(text[at : at + 700]) for at in range(0, len(text), 700))
    assert long.is_truncated and text.startswith(shown) and 8_000 <= len(shown) <= 9_600
    assert long.finish() == ""
