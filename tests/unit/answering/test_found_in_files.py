"""What is said of files from which something was computed."""

from __future__ import annotations

from bot.answering.computing.found_in_files import put_in_place, select_true_notes
from bot.domain.files import Document, FileContext, ParsedFile
from bot.domain.messages import Message
from bot.files.file_messages import list_file_messages

_LEFT_OUT = Message("the last {count:,} characters", count=1_000)
LONG = ParsedFile("sales.csv", "text", pages=("day,amount",), left_out=_LEFT_OUT)
OTHER = ParsedFile("notes.txt", "text", pages=("hello",), left_out=_LEFT_OUT)
DAMAGED = ParsedFile("half.csv", "text", pages=("a,b",), is_incomplete=True)


def test_what_code_has_read_whole_is_not_said_to_be_unseen_and_all_else_is_still_said() -> None:
    parsed = {"F1": LONG, "F2": OTHER, "F3": DAMAGED}
    notes = (*list_file_messages(parsed.values()), Message("Reading them took a while."))
    assert len(notes) == 4
    files = FileContext(parsed_files=parsed, notes=notes)
    found = [Document("sales.csv", "text/plain", ("two columns",), file_id="F1")]
    computed = put_in_place(files, {"F1"}, found, Message("its columns and first rows"))
    assert select_true_notes(files, computed) == notes[1:]
    assert select_true_notes(files, files) == notes
