"""What of a thread and its files goes along: pure decisions, and how fast they are taken."""

from __future__ import annotations

import time

import pytest

from bot.delivery.long_answers import Opening
from bot.domain.conversation import Past, Speaker, Turn
from bot.domain.files import Attachment, Document, FileRef, Material
from bot.prompt.document_pages import passages, to_look_up
from bot.prompt.fit import Fitting
from bot.prompt.keywords import excerpt, matching_pages, telling_words
from bot.prompt.window import ALWAYS_KEPT, FOLD_TO, fit, to_fold
from bot.request.picture_references import how_many, to_resend
from tests.support.values import picture_file


def turn(number: int, tokens: int = 100, *, files: tuple[FileRef, ...] = ()) -> Turn:
    return Turn(Speaker.PERSON, f"{number}.0", "x", "U1", files, tokens, number)


def test_the_newest_that_fit_are_kept() -> None:
    window = fit([turn(n) for n in range(10)], 320)
    assert [kept.id for kept in window.kept] == [7, 8, 9]
    assert (window.left_out, window.lost) == (7, 700)
    assert fit([], 0).kept == () and fit([turn(1)], 10).left_out == 1


def test_folding_leaves_the_last_exchange_and_stops_when_enough_is_gone() -> None:
    turns = [turn(n, 300) for n in range(10)]
    assert to_fold(turns) == 10 - ALWAYS_KEPT
    small = [turn(n, 40) for n in range(30)]
    left = sum(kept.tokens + 4 for kept in small[to_fold(small) :])
    assert left <= FOLD_TO < left + 44
    assert to_fold([turn(1, 50_000), turn(2, 50_000)]) == 0
    assert to_fold([turn(n, 9_000) for n in range(5)]) == 1, "as much as is read at once"
    assert to_fold(turns[:3]) == 0


def test_a_window_of_272_000_tokens_is_planned_in_no_time() -> None:
    past = Past(tuple(turn(n, 272) for n in range(1_000)))
    fitting = Fitting("what now?", past, 250_000, whole=True)
    started = time.perf_counter()
    fitted = fitting.fit(Material(), 1_000)
    assert fitted.left_out and 0 < len(fitted.window.kept) < 1_000
    # The figure itself is measured in bench/: this only keeps it from being quadratic.
    assert time.perf_counter() - started < 1


def test_what_is_only_longer_than_usual_is_left_out_without_a_word() -> None:
    past = Past(tuple(turn(n) for n in range(60)))
    fitted = Fitting("hi", past, 100_000, whole=False).fit(Material(), 50)
    assert fitted.left_out == "" and len(fitted.window.kept) == 50 and fitted.window.left_out == 10


def test_a_file_that_does_not_fit_is_named_with_its_pages() -> None:
    book = Document("book.txt", "text/plain", ("word " * 500,) * 30)
    fitted = Fitting("hi", Past(), 5_000, whole=False).fit(Material(documents=(book,)), 50)
    assert "book.txt has about" in fitted.left_out and "of 30" in fitted.left_out
    shown = fitted.material.passages[0]
    assert 0 < len(shown.pages) < 30 and shown.count == 30


def test_pictures_alone_may_be_too_much() -> None:
    large = Attachment("a.png", "image/png", b"", "ab", 2048, 2048)
    fitted = Fitting("hi", Past(), 3_000, whole=False).fit(Material(sent=(large,) * 3), 50)
    assert "more than I can read at once" in fitted.left_out


@pytest.mark.parametrize(
    ("asked", "count"),
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
def test_how_many_pictures_a_question_may_be_about(asked: str, count: int) -> None:
    assert how_many(asked, ()) == count


def test_right_after_a_picture_it_may_mean_the_picture() -> None:
    shown = turn(1, files=(picture_file("F1", "fox.png"),))
    assert how_many("why is it so dark?", [shown]) == 1
    assert how_many("why is it so dark?", [shown, turn(2), turn(3)]) == 0


def test_a_picture_that_is_named_goes_before_newer_ones() -> None:
    files = [picture_file(f"F{n}", f"pic{n}.png") for n in range(6)]
    assert [ref.id for ref in to_resend("is pic1.png better?", (), files)] == ["F1"]
    assert [ref.id for ref in to_resend("compare the pictures", (), files)] == ["F3", "F4", "F5"]
    assert to_resend("hello", (), files) == []


def test_words_that_name_something_come_first() -> None:
    words = telling_words("<@U1> What was the budget code HX-7741 of project Heron again?")
    assert words[0] == "hx-7741" and "heron" in words[:2]
    assert not {"what", "was", "the", "again"} & set(words)
    assert telling_words("and the of") == []


def test_pages_with_rare_words_are_found() -> None:
    pages = [f"page {n} of the harbour book" for n in range(50)]
    pages[17] += " where Oona Vance lives"
    assert matching_pages(pages, ["harbour", "oona", "vance"], 1) == [17]
    assert matching_pages(pages, [], 3) == [] and matching_pages(pages, ["zebra"], 3) == []


def test_an_excerpt_holds_the_word() -> None:
    text = "a " * 2_000 + "needle" + " b" * 2_000
    cut = excerpt(text, ["needle"], 300)
    assert "needle" in cut and len(cut) <= 302 and excerpt("short", ["x"]) == "short"


def test_the_whole_file_is_sent_when_it_is_asked_for() -> None:
    book = Document("b.txt", "text/plain", ("one", "two", "three"))
    assert len(passages("summarise the whole file", book, 10_000).pages) == 3
    assert passages("what of zebras?", book, 10_000).pages == ()
    refs = [FileRef("F1", "a.txt", "text/plain", copy_sha256="x"), picture_file("F2", copy="y")]
    assert [ref.id for ref in to_look_up("hi", refs)] == ["F1"]


def test_an_opening_shows_all_of_a_short_answer_and_the_beginning_of_a_long_one() -> None:
    short = Opening()
    assert short.take("hello") + short.rest() == "hello" and not short.holds_back
    long = Opening()
    text = "\n\n".join(["word " * 100] * 60)
    shown = "".join(long.take(text[at : at + 700]) for at in range(0, len(text), 700))
    assert long.holds_back and text.startswith(shown) and 8_000 <= len(shown) <= 9_600
    assert long.rest() == ""
