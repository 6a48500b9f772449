"""Which text files of a thread a message is about."""

from __future__ import annotations

from bot.domain.files import FileRef
from bot.request.file_references import FileReferences, select_text_files_to_include
from bot.request.parse import parse_request
from tests.support.values import build_picture_ref

TEXT = FileRef("F1", "a.txt", "text/plain", copy_sha256="x")
PDF = FileRef("F3", "b.pdf", "application/pdf", copy_sha256="z")


def include(text: str, *files: FileRef) -> list[str]:
    request = parse_request(text)
    named = request.select_named_files(files)
    return [ref.id for ref in select_text_files_to_include(request.files, files, named_files=named)]


def test_text_files_that_were_read_are_looked_into_and_pictures_are_not() -> None:
    unread = FileRef("F4", "new.txt", "text/plain")
    assert include("hi", TEXT, build_picture_ref("F2", copy="y"), unread) == ["F1"]


def test_a_page_number_means_a_file_with_pages() -> None:
    assert include("what does page 3 say?", PDF, TEXT) == ["F3"]
    assert include("what does page 3 say?", TEXT) == ["F1"]


def test_a_deleted_file_is_included_where_it_is_named() -> None:
    deleted = FileRef("F5", "gone.txt", "text/plain", mode="tombstone")
    assert include("what does it say?", deleted, TEXT) == ["F1"]
    assert include("what does gone.txt say?", deleted, TEXT) == ["F5"]


def test_a_message_speaks_of_pages_of_a_whole_file_or_of_a_file() -> None:
    assert parse_request("pages 2-4 of it").files == FileReferences(
        (2, 3, 4), (2, 3, 4), mentions_file=True
    )
    assert parse_request("summarise everything").files.wants_whole_file
    assert parse_request("what about the invoice?").files.mentions_file
    assert parse_request("hello").files == FileReferences()


def test_each_file_that_is_called_by_name_is_included() -> None:
    files = [FileRef(f"F{n}", f"{'abcde'[n]}.txt", "text/plain", copy_sha256="x") for n in range(5)]
    said = "compare a.txt, b.txt, c.txt and d.txt: what does a.txt say?"
    assert include(said, *files) == ["F0", "F1", "F2", "F3"]
    assert include("what do they say?", *files) == ["F2", "F3", "F4"]
    alike = [FileRef(f"G{n}", "image.txt", "text/plain", copy_sha256="x") for n in range(5)]
    assert include("a.txt and image.txt?", files[0], *alike) == ["F0", "G2", "G3", "G4"]
    assert include("what is in banana.txt?", files[0], TEXT) == ["F0", "F1"], "called by no name"
