"""Reads text files in any encoding: cleans the characters and splits them into pages.

Does not interpret the text: CSV, JSON and code stay as they are. See `encodings.py` for how the
encoding is detected.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator

from bot.domain.files import ParsedFile
from bot.domain.messages import Message
from bot.domain.safe_text import clean_name
from bot.files.readers.encodings import detect_encoding
from bot.files.unreadable import build_unreadable_error

PAGE_CHARS = 3_000
MAX_CHARS = 2_000_000
_CHUNK_BYTES = 1 << 20
# Limits for pages that the author separated by form feeds.
_MAX_AUTHOR_PAGES, _MAX_AUTHOR_PAGE_CHARS = 1_000, 3 * PAGE_CHARS

# Control codes, and whole terminal sequences for colours and titles, which also contain letters.
_CONTROL_CODE = re.compile(
    r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\][^\x07\x1b\n]{0,500}(?:\x07|\x1b\\)|\x1b[()*+][0-9A-Za-z]"
    r"|\x1b[=>78cDEHM]|[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]"
)

_SOURCE_LANGUAGES = (
    "py=Python js=JavaScript jsx=JavaScript ts=TypeScript tsx=TypeScript java=Java c=C h=C cpp=C++"
    " cs=C# go=Go rs=Rust rb=Ruby php=PHP swift=Swift kt=Kotlin r=R sh=shell sql=SQL tex=LaTeX"
)
_FILE_FORMATS = (
    "csv=CSV tsv=TSV json=JSON jsonl=JSON xml=XML yaml=YAML yml=YAML toml=TOML ini=INI md=Markdown"
    " css=CSS rtf=RTF ics=calendar vcf=contact srt=subtitle vtt=subtitle ipynb=notebook"
)
_KINDS = {
    e: f"{kind} source" for e, _, kind in (x.partition("=") for x in _SOURCE_LANGUAGES.split())
}
_KINDS |= {e: f"{kind} file" for e, _, kind in (x.partition("=") for x in _FILE_FORMATS.split())}
_KINDS["log"] = "log"
# Possessive quantifiers, so that a hostile notebook cannot cause backtracking.
_NOTEBOOK_PICTURE = re.compile(
    rb'("(?:image/[\w.+-]+|application/pdf)"\s*:\s*)'
    rb'(?:"(?:[^"\\]|\\.)*+"|\[(?:[\s,]*+"(?:[^"\\]|\\.)*+")*+\s*+\])'
)


def read_text(name: str, data: bytes) -> ParsedFile:
    """Read the first `MAX_CHARS` of a text file as pages; `left_out` says how many follow.

    Raises `UnreadableError` for a file that is empty or not text.
    """
    extension = name.rpartition(".")[2].lower()
    if extension == "ipynb":
        data = _NOTEBOOK_PICTURE.sub(rb'\1"[picture]"', data)
    decoded = _decode_bounded(data)
    if decoded is None:
        raise build_unreadable_error(name, "unsupported", detail="no text")
    text, omitted_chars = decoded
    if not text.strip():
        raise build_unreadable_error(name, "empty")
    pages, kind = tuple(split_pages(text)), _KINDS.get(extension, "text")
    left_out = format_left_out(omitted_chars)
    return ParsedFile(clean_name(name), kind, pages=pages, count=len(pages), left_out=left_out)


def decode_text(data: bytes, declared: str = "") -> str | None:
    """Return the first `MAX_CHARS` of a text, cleaned, with lines ended by `\\n`; None if no text.

    `declared` is the encoding that the file claims: used if the bytes do not decide.
    """
    decoded = _decode_bounded(data, declared)
    return None if decoded is None else decoded[0]


def truncate_text(text: str) -> tuple[str, str]:
    """Return the first `MAX_CHARS` of a text, and `ParsedFile.left_out` for the rest."""
    return text[:MAX_CHARS], format_left_out(max(0, len(text) - MAX_CHARS))


def format_left_out(omitted_chars: int) -> str:
    """Format `ParsedFile.left_out` for characters omitted at the end; "" for none."""
    if not omitted_chars:
        return ""
    return Message(
        "the last character", plural="the last {count:,} characters", count=omitted_chars
    )


def split_pages(text: str) -> list[str]:
    """Split text into pages: at its form feeds, else at line ends. Returns at least one page."""
    pages, author_pages = list[str](), text.split("\f")
    if len(author_pages) > _MAX_AUTHOR_PAGES:
        author_pages = [text.replace("\f", "\n")]
    for part in author_pages:
        is_page = len(author_pages) > 1 and len(part) <= _MAX_AUTHOR_PAGE_CHARS
        pages.extend([part] if is_page else _split_at_lines(part))
    return pages


def _split_at_lines(text: str) -> Iterator[str]:
    page, size = list[str](), 0
    for line in text.splitlines(keepends=True):
        for start in range(0, len(line), PAGE_CHARS):
            piece = line[start : start + PAGE_CHARS]
            if size + len(piece) > PAGE_CHARS and page:
                yield "".join(page)
                page, size = [], 0
            page.append(piece)
            size += len(piece)
    if page or not text:
        yield "".join(page)


def _decode_bounded(data: bytes, declared: str = "") -> tuple[str, int] | None:
    """Decode the first `MAX_CHARS`, and count the rest. Works in chunks, as files are large."""
    encoding = detect_encoding(data, declared)
    if encoding is None:
        return None
    char_decoder = codecs.getincrementaldecoder(encoding)("replace")
    decoder = io.IncrementalNewlineDecoder(char_decoder, translate=True)
    pieces, size, omitted_chars = list[str](), 0, 0
    for start in range(0, len(data), _CHUNK_BYTES):
        # Never called with `final=True`: an incomplete character at the end is dropped.
        text = _CONTROL_CODE.sub("", decoder.decode(data[start : start + _CHUNK_BYTES]))
        piece = text[: MAX_CHARS - size]
        pieces.append(piece)
        size += len(piece)
        omitted_chars += len(text) - len(piece)
    return "".join(pieces), omitted_chars
