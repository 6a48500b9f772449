"""What fits into one request, and how fast that is decided."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.conversation import Speaker, ThreadHistory, Turn
from bot.domain.files import Document, FileContext, Image
from bot.domain.pictures.sight import Origin
from bot.prompt.document_pages import ExcerptCriteria
from bot.prompt.fit import ContextFitter, FittedContext
from tests.support.processor_time import hold_to


def build_turn(number: int, tokens: int = 100) -> Turn:
    return Turn(Speaker.PERSON, f"{number}.0", "x", "U1", (), tokens, number)


def fit(
    file_context: FileContext,
    max_tokens: int,
    turns: tuple[Turn, ...] = (),
    criteria: ExcerptCriteria = ExcerptCriteria(),  # noqa: B008 - frozen
) -> FittedContext:
    fitter = ContextFitter("hi", criteria, ThreadHistory(turns), max_tokens, resend_all=False)
    return fitter.fit(file_context, 50)


def test_a_window_of_272_000_tokens_is_planned_in_no_time() -> None:
    history = ThreadHistory(tuple(build_turn(n, 272) for n in range(1_000)))
    fitter = ContextFitter("what now?", ExcerptCriteria(), history, 250_000, resend_all=True)
    with hold_to(1):
        fitted = fitter.fit(FileContext(), 1_000)
        assert fitted.overflow_message and 0 < len(fitted.window.turns) < 1_000
        # The figure itself is measured in bench/: this only keeps it from being quadratic.


def test_what_is_only_longer_than_usual_is_left_out_without_a_word() -> None:
    fitted = fit(FileContext(), 100_000, tuple(build_turn(n) for n in range(60)))
    assert fitted.overflow_message is None
    assert (len(fitted.window.turns), fitted.window.omitted_count) == (50, 10)


def test_a_file_that_does_not_fit_is_named_with_its_pages() -> None:
    book = Document("book.txt", "text/plain", ("word " * 500,) * 30)
    fitted = fit(FileContext(documents=(book,)), 5_000)
    message = str(fitted.overflow_message)
    assert "book.txt has about" in message and "of 30" in message
    excerpt = fitted.file_context.excerpts[0]
    assert 0 < len(excerpt.pages) < 30 and excerpt.page_count == 30


def test_pictures_alone_may_be_too_much() -> None:
    large = Image("a.png", "image/png", b"", "ab", 2048, 2048)
    fitted = fit(FileContext(new_images=(large,) * 3), 3_000)
    assert "more than I can read at once" in str(fitted.overflow_message)


def test_a_page_that_is_looked_at_is_read_but_pages_of_a_file_that_is_packed_are_others() -> None:
    def list_sent(picture_name: str, origin: Origin) -> list[int]:
        book = Document("a", "text/plain", ("one", "two", "three", "an invoice"), file_id="F1")
        view = Image(picture_name, "image/png", b"", "ab", 64, 64, part="page 2 of 4")
        view = replace(view, file_id="F1", origin=origin)
        context = FileContext(earlier_documents=(book,), earlier_images=(view,))
        fitted = fit(context, 5_000, criteria=ExcerptCriteria(keywords=("invoice",)))
        (excerpt,) = fitted.file_context.excerpts
        return [number for number, _ in excerpt.pages]

    assert list_sent("a", Origin("", 2)) == [2, 4]
    assert list_sent("a: scan.tiff", Origin("0" * 64, 2)) == [4]
