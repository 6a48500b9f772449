"""One file as the model is sent it: what is left out of it is said, all of it."""

from __future__ import annotations

from bot.domain.files import FileRef, Image, ParsedFile
from bot.domain.messages import Message
from bot.files.file_messages import list_file_messages
from bot.files.prepared_file import ReadOptions, build_prepared_file

LOST = Message("its end, which is cut off")
PAGES = ("one", "two", "three")


def test_named_pages_leave_the_others_out_and_what_the_file_lacks_stays_said() -> None:
    parsed_file = ParsedFile("notes.pdf", "text", pages=PAGES, count=3, left_out=LOST)
    prepared = build_prepared_file(
        FileRef("F1", "notes.pdf"), parsed_file, ReadOptions(page_numbers=(2,))
    )
    assert prepared.document is not None and prepared.document.pages == ("two",)
    assert prepared.parsed_file.left_out == f"{LOST}; all pages but 2 of 3"


def test_a_file_that_is_sent_whole_lacks_what_it_lacked() -> None:
    parsed_file = ParsedFile("notes.pdf", "text", pages=PAGES, count=3, left_out=LOST)
    prepared = build_prepared_file(FileRef("F1", "notes.pdf"), parsed_file, ReadOptions())
    assert prepared.parsed_file.left_out == LOST


def test_what_is_not_seen_of_a_file_is_said_under_the_answer() -> None:
    lacking = ParsedFile("a.docx", "Word document", pages=PAGES, left_out=Message("a picture"))
    named = ParsedFile("b.docx", "Word document", pages=PAGES, left_out="all pages but 2 of 3")
    whole = ParsedFile("c.docx", "Word document", pages=PAGES)
    assert list_file_messages([lacking, named, whole]) == ("_Of a.docx I did not see: a picture._",)


def test_pictures_in_a_document_are_said_where_the_model_sees_none() -> None:
    picture = Image("a.docx", "image/png", b"", "", 9, 9)
    parsed_file = ParsedFile("a.docx", "Word document", (picture, picture), PAGES)
    ref, options = FileRef("F1", "a.docx"), ReadOptions(sees=False)
    prepared = build_prepared_file(ref, parsed_file, options)
    assert prepared.pictures == () and prepared.parsed_file.left_out == "2 pictures"
