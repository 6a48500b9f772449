"""How a message speaks of text files: by page, as a whole, as “the invoice”. Pure.

See `picture_references.py` for pictures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.files import FileRef
from bot.domain.pages import parse_page_numbers
from bot.request import translated_words
from bot.request.own_words import normalize_letters

# Of files that a message calls by different names, and of others.
MAX_CALLED_FILES, _MAX_FILES = 12, 3
PAGED_ENDINGS = (".pdf", ".pptx", ".docx")
_WHOLE_FILE_PATTERN = re.compile(
    r"\b(whole|entire|all (?:of )?(?:the |its )?(?:pages|file|document)|complete(?:ly)?|everything"
    r"|summar\w+|overview|ganze\w*|gesamte\w*|zusammenfass\w*|überblick)\b",
    re.IGNORECASE,
)
_FILE_NOUN_PATTERN = re.compile(
    r"\b(pages?|pdf|files?|documents?|scans?|invoices?|receipts?|contracts?|letters?|forms?|seiten?"
    r"|datei(?:en)?|dokumente?|rechnung(?:en)?|vertrag|brief)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FileReferences:
    """Page numbers are in the order of the text, -1 for the last page.

    `pages` are named by the message itself; `excerpt_pages`, and `wants_whole_file`, hold for
    earlier files and are read with a recipe's prompt and a quote.
    """

    pages: tuple[int, ...] = ()
    excerpt_pages: tuple[int, ...] = ()
    wants_whole_file: bool = False
    mentions_file: bool = False


def parse_file_references(text: str, prompt_text: str) -> FileReferences:
    """Read how `text` speaks of files; a recipe's `prompt_text` may ask for the whole of one."""
    pages = parse_page_numbers(text)
    return FileReferences(
        pages=pages,
        excerpt_pages=pages if prompt_text == text else parse_page_numbers(prompt_text),
        wants_whole_file=_WHOLE_FILE_PATTERN.search(prompt_text) is not None
        or translated_words.WHOLE_FILE_PATTERN.search(normalize_letters(prompt_text)) is not None,
        mentions_file=_FILE_NOUN_PATTERN.search(text) is not None
        or translated_words.FILE_NOUN_PATTERN.search(normalize_letters(text)) is not None,
    )


def select_text_files_to_include(
    references: FileReferences, files: Sequence[FileRef], *, named_files: Sequence[FileRef]
) -> list[FileRef]:
    """Return the text files of a thread to look into for a message, oldest first.

    `named_files` are those whose file name the message says.
    """
    texts = [ref for ref in files if _has_text_copy(ref)]
    if references.pages:
        # Where there are several kinds, people count the pages of these.
        texts = [ref for ref in texts if ref.name.lower().endswith(PAGED_ENDINGS)] or texts
    # A named file that is gone is included: the person is told so.
    named = [ref for ref in named_files if _has_text_copy(ref) or _is_deleted_text(ref)]
    return limit_called_files(named) or texts[-_MAX_FILES:]


def limit_called_files(files: Sequence[FileRef]) -> list[FileRef]:
    """Return the newest of the files that a message calls, and the newest of each name."""
    newest = list({ref.name: ref.id for ref in files}.values())
    kept = {*newest[-MAX_CALLED_FILES:], *(ref.id for ref in files[-_MAX_FILES:])}
    return [ref for ref in files if ref.id in kept]


def _has_text_copy(ref: FileRef) -> bool:
    return not ref.is_declared_picture and not ref.is_gone and bool(ref.copy_sha256)


def _is_deleted_text(ref: FileRef) -> bool:
    return not ref.is_declared_picture and ref.is_gone
