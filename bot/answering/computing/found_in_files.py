"""Puts what was found in files in place of the files, as the model gets them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.domain.files import Document, FileContext
from bot.domain.messages import Message
from bot.files.file_messages import list_file_messages


def put_in_place(
    files: FileContext, ids: Collection[str], found: Sequence[Document], shown: Message | None
) -> FileContext:
    """Return the files without those of `ids`, and with what was found in them at the end.

    `shown` says in a few words what of such a file is here, to people who ask what was seen.
    """
    parsed_files = dict(files.parsed_files)
    for document in found:
        parsed_file = parsed_files.get(document.file_id)
        if parsed_file is not None and shown is not None:
            parsed_files[document.file_id] = replace(
                parsed_file,
                pages=document.pages,
                count=len(document.pages),
                tokens=(),
                left_out="",
                shown_lines=shown,
            )
    return replace(
        files,
        documents=(*(one for one in files.documents if one.file_id not in ids), *found),
        earlier_documents=tuple(one for one in files.earlier_documents if one.file_id not in ids),
        parsed_files=parsed_files,
    )


def select_true_notes(read: FileContext, computed: FileContext) -> tuple[Message, ...]:
    """Return the notes on files that are still true once something was computed from them.

    What the model would not have seen of a long table or log was read by code.
    """
    before = set(list_file_messages(read.parsed_files.values()))
    outdated = before - set(list_file_messages(computed.parsed_files.values()))
    return tuple(note for note in read.notes if note not in outdated)
