"""Write files into a question: the text of their pages, and notes on what is sent. Pure.

Text from a file cannot end its tags and cannot pass for a note.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.files import Document, Excerpt, FileContext, ParsedFile
from bot.domain.pictures.in_files import list_file_names
from bot.domain.pictures.sight import Annotation
from bot.domain.questions import Question
from bot.domain.safe_text import BRACKET_TRANSLATION, INVISIBLE, truncate
from bot.prompt.sights import list_smaller_notes

_ANNOTATION_NOTE = (
    "[{} is {} with what looks like marks drawn on it, {}. Marks point at what is meant: change the"
    " picture without them.]"
)
_REFERENCE = "they want it used as a reference"
_MAX_NOTE_CHARS = 201
_FILE_END_PATTERN = re.compile(rf"<{INVISIBLE}*/{INVISIBLE}*(file)", re.IGNORECASE)


def format_document(document: Document) -> str:
    """Write all pages of a file that is sent as text."""
    return format_excerpt(Excerpt(document.name, document.page_count, document.numbered_pages))


def format_excerpt(excerpt: Excerpt) -> str:
    """Write the pages of a file inside tags, which mark their text as material."""
    name = excerpt.name.replace('"', "'").replace("<", "(").replace(">", ")")
    if not excerpt.pages:
        return (
            f"[{name}, {excerpt.page_count} pages, was sent before; no page holds words of"
            " the question]"
        )
    return "\n".join(
        f'<file name="{name}" page="{number} of'
        f' {excerpt.page_count}">\n{_escape_file_end(text)}\n</file>'
        for number, text in excerpt.pages
    )


def list_file_notes(question: Question, file_context: FileContext) -> list[str]:
    """Return notes on the pictures and files that are sent, and on those that are not."""
    references = file_context.reference_ids
    labels = [
        f"{picture.label} ({_REFERENCE if picture.file_id in references else 'from earlier'})"
        for picture in file_context.earlier_images
    ]
    labels += [f"{picture.label} (sent now)" for picture in file_context.new_images]
    notes = [_format_sent_files(question, file_context)] if len(question.files) > 1 else []
    notes += [f"[Pictures, in order: {_format_numbered_list(labels)}]"] if labels else []
    notes += list_smaller_notes(file_context.pictures, list_file_names(file_context))
    notes += [
        _format_omission(parsed_file)
        for parsed_file in file_context.parsed_files.values()
        if parsed_file.left_out
    ]
    notes += [_format_annotation(annotation) for annotation in file_context.annotations]
    notes += file_context.area_notes
    if file_context.unreadable:
        names = ", ".join(file.name for file in file_context.unreadable)
        notes.append(f"[What could not be read or is gone, as they were told: {names}]")
    return notes


def _format_sent_files(question: Question, file_context: FileContext) -> str:
    """List the message's files by name and in order, so that “the second one” is known."""
    parsed_files = file_context.parsed_files
    labels = [
        f"{parsed_files[ref.id].name} ({parsed_files[ref.id].kind})"
        if ref.id in parsed_files
        else f"{ref.name} (not read)"
        for ref in question.files
    ]
    return f"[They sent {len(labels)} files, in this order: {_format_numbered_list(labels)}]"


def _format_numbered_list(items: Sequence[str]) -> str:
    return "; ".join(f"{number}. {item}" for number, item in enumerate(items, 1))


def _format_omission(parsed_file: ParsedFile) -> str:
    return f"[Of {parsed_file.name} this is not here: {_sanitize_note(parsed_file.left_out)}]"


def _sanitize_note(text: str) -> str:
    """Return `text`, which may come from a file, so that it cannot pass for a note of ours."""
    one_line = " ".join(text.translate(BRACKET_TRANSLATION).split())
    return truncate(one_line, _MAX_NOTE_CHARS)


def _format_annotation(annotation: Annotation) -> str:
    left, top, right, bottom = (round(share * 100) for share in annotation.box)
    where = f"{left}-{right} % from the left and {top}-{bottom} % from the top"
    return _ANNOTATION_NOTE.format(annotation.annotated_name, annotation.original_name, where)


def _escape_file_end(text: str) -> str:
    """Return `text` with every end tag of a file broken, however it is spelled."""
    return _FILE_END_PATTERN.sub(r"<\\/\1", text)
