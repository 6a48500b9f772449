"""One file as the model is sent it: what is left out of it is said, all of it."""

from __future__ import annotations

from bot.domain.files import FileRef, ParsedFile
from bot.domain.messages import Message
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
