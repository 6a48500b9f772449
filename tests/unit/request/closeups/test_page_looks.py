"""Which questions want to see how pages of files look, and of which files."""

from __future__ import annotations

import pytest

from bot.domain.conversation import Speaker, ThreadHistory, Turn
from bot.domain.files import FileRef
from bot.request.closeups.selection import build_page_look, find_pages
from bot.request.parse import parse_request

REPORT = FileRef("F1", "report.pdf", "application/pdf")
DECK = FileRef("F2", "deck.pptx")
PHOTO = FileRef("F3", "me.png", "image/png")


@pytest.mark.parametrize(
    "text",
    [
        "zoom into the table on page 3 of report.pdf",
        "what does the small print on page 2 say?",
        "is page 4 signed?",
        "what is at the top right of page 5?",
        "what does row 12 on page 3 say?",
        "what does the chart on page 7 show?",
        "lies mir die dritte Spalte der Tabelle auf Seite 3 vor",
        "was steht im Kleingedruckten auf Seite 2?",
        "wie sieht die zweite Seite aus?",
        "que dit le tableau de la page 3 ?",
        "zoome en haut à droite de la page 2",
        "¿qué dice la letra pequeña de la página 2?",
        "¿hay una firma en la página 4?",
        "put the table of page 3 in a list",
        "make a table of the chart on page 2",
        "what does page 2 look like?",
        "was steht in der Tabelle auf Seite 3?",
        "que dit le tableau page 4 ?",
        "3ページの表を読んで",
        "2ページの表に何がありますか",
        "2ページの右上を拡大して",
    ],
)
def test_what_the_text_of_a_page_does_not_tell_is_looked_at(text: str) -> None:
    assert build_page_look(parse_request(text), (), [REPORT]).file_ids == {"F1"}


@pytest.mark.parametrize(
    "text",
    [
        "summarise pages 3-5",
        "what does page 7 say?",
        "translate page 2",
        "what is the total on page 4?",
        "worum geht es auf Seite 3?",
        "résume la page 2",
        "¿de qué trata la página 3?",
        "3ページを要約して",
        "draw the chart on page 3 in blue",
        "thanks",
        "put the costs of page 3 in a table",
        "make a short table of page 2",
        "compare pages 2 and 3 as one table",
        "page 4 looks like spam",
        "fasse Seite 2 in einer Tabelle zusammen",
        "mach mir eine Tabelle aus Seite 3",
        "das sieht gut aus, und was steht auf Seite 2?",
        "résume la page 3 dans un tableau",
        "la page 3 sous forme de tableau",
        "resume la página 2 en una tabla",
        "2ページを表にまとめて",
    ],
)
def test_what_its_text_tells_is_read(text: str) -> None:
    assert not build_page_look(parse_request(text), (), [REPORT]).file_ids


ZOOM = "zoom into the top right"


@pytest.mark.parametrize(
    ("text", "own", "earlier", "ids", "is_sure"),
    [
        (ZOOM, [], [REPORT], {"F1"}, True),
        (ZOOM, [], [REPORT, PHOTO], {"F1"}, False),
        (ZOOM, [], [REPORT, DECK], {"F2"}, True),
        (f"{ZOOM} of report.pdf", [], [REPORT, DECK], {"F1"}, True),
        (ZOOM, [REPORT], [DECK], {"F1"}, True),
        (ZOOM, [REPORT, PHOTO], [], {"F1"}, False),
        (ZOOM, [PHOTO], [REPORT], set(), False),
        (f"{ZOOM} of me.png", [], [PHOTO, REPORT], set(), False),
        (f"{ZOOM} of the picture", [], [PHOTO, REPORT], set(), False),
        (f"{ZOOM} of the picture on page 2", [], [PHOTO, REPORT], {"F1"}, True),
        (ZOOM, [], [PHOTO], set(), False),
        (ZOOM, [], [], set(), False),
    ],
)
def test_the_named_files_are_meant_else_those_that_came_last(
    text: str, own: list[FileRef], earlier: list[FileRef], ids: set[str], *, is_sure: bool
) -> None:
    look = build_page_look(parse_request(text), own, earlier)
    assert look.file_ids == ids and (look.is_sure or not ids) is (is_sure or not ids)


def build_history(*texts: str) -> ThreadHistory:
    first = Turn(Speaker.PERSON, "1", "", files=(PHOTO, REPORT))
    said = [Turn(Speaker.PERSON, str(n + 2), text) for n, text in enumerate(texts)]
    return ThreadHistory(turns=(first, *said), files=(PHOTO, REPORT))


def test_a_question_goes_on_with_the_page_that_was_named_until_a_picture_is_called() -> None:
    on = parse_request(ZOOM)
    assert find_pages(on, build_history("zoom into page 3", "thanks")) == (3,)
    assert find_pages(on, build_history("zoom into page 3", "and the top of me.png?")) == ()


def say(text: str, *files: FileRef) -> Turn:
    return Turn(Speaker.PERSON, "1", text, files=files)


ANSWER = Turn(Speaker.EASEL, "2", "It is about boats, with a table of them.")


@pytest.mark.parametrize(
    ("text", "turns", "is_sure"),
    [
        ("is it signed?", [say("what is it about?", REPORT), ANSWER], True),
        ("und was steht im Diagramm?", [say("zoom into the top right"), ANSWER], True),
        (
            "what does the footnote say?",
            [say("and the table?"), ANSWER, say("is it signed?")],
            True,
        ),
        ("zoom in", [say("thanks"), ANSWER], True),
        ("what is at the bottom left?", [say("thanks"), ANSWER], True),
        ("is the pdf signed?", [say("thanks"), ANSWER], True),
        # Words that may be about anything else.
        ("graph theory: what is a planar graph?", [say("thanks"), ANSWER], False),
        ("¿qué es una tabla hash?", [say("read it", REPORT), ANSWER, say("gracias")], False),
        ("now write a table of contents for my blog", [say("read it", REPORT), ANSWER], False),
        ("erkläre mir Diagramme in UML", [], False),
    ],
)
def test_a_word_alone_is_about_a_file_only_next_to_a_question_about_it(
    text: str, turns: list[Turn], *, is_sure: bool
) -> None:
    look = build_page_look(parse_request(text), (), [REPORT], turns)
    assert look.is_sure is is_sure
    assert build_page_look(parse_request(text), [REPORT], (), ()).is_sure is bool(look.file_ids)
