"""Which pages of an earlier file are sent, and how keywords are found in it."""

from __future__ import annotations

from bot.domain.files import Document
from bot.prompt.document_pages import ExcerptCriteria, select_excerpt
from bot.prompt.keywords import find_matching_pages, truncate_around_words
from bot.request.parse import parse_request


def build_criteria(text: str) -> ExcerptCriteria:
    request = parse_request(text)
    return ExcerptCriteria(
        request.files.excerpt_pages, request.excerpt_keywords, request.files.wants_whole_file
    )


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
    assert len(select_excerpt(build_criteria("summarise the whole file"), book, 10_000).pages) == 3
    assert select_excerpt(build_criteria("what of zebras?"), book, 10_000).pages == ()
    assert select_excerpt(build_criteria("page 2"), book, 10_000).pages == ((2, "two"),)


def test_pages_that_are_looked_at_are_read_with_those_that_hold_the_words() -> None:
    book = Document("b.pdf", "application/pdf", ("one", "two", "three", "the freight invoice"))
    criteria = ExcerptCriteria(keywords=("freight", "invoice"), seen_pages=(2, 9))
    found = select_excerpt(criteria, book, 10_000)
    assert found.pages == ((2, "two"), (4, "the freight invoice"))
    named = ExcerptCriteria(pages=(3,), keywords=("freight",), seen_pages=(2,))
    assert select_excerpt(named, book, 10_000).pages == ((3, "three"),)
    whole = ExcerptCriteria(wants_whole_file=True, seen_pages=(2,))
    assert len(select_excerpt(whole, book, 10_000).pages) == 4
