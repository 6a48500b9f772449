"""Reads text files in any encoding: cleans the characters and splits them into pages.

Does not interpret the text: CSV, JSON and code stay as they are. See `encodings/` for how the
encoding is detected.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.files import ParsedFile
from bot.domain.messages import Message
from bot.domain.safe_text import clean_name
from bot.files.readers.encodings.detect import detect
from bot.files.readers.encodings.guesses import note_guess
from bot.files.readers.encodings.labels import name_encoding
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
# Codes that separate lines or fields.
_SEPARATORS = str.maketrans(
    {"\v": "\n", "\x1c": "\n", "\x1d": "\n", "\x1e": "\n", "\x1f": "\t", "\x01": "\t"}
)
# NULs fill up fields, or end them; next to a line end or at an end of the file they say nothing.
_NUL_IN_LINE = re.compile(r"(?<=[^\x00\r\n])\x00+(?=[^\x00\r\n])")
_LIST_SAMPLE_BYTES = 4_096
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
    if not decoded.text.strip():
        raise build_unreadable_error(name, "empty")
    pages, kind = tuple(split_pages(decoded.text)), _KINDS.get(extension, "text")
    return ParsedFile(
        clean_name(name),
        kind,
        pages=pages,
        count=len(pages),
        left_out=format_left_out(decoded.omitted_chars),
        guessed_encoding=decoded.guessed_encoding,
        odd_lines=decoded.odd_lines,
    )


def decode_text(data: bytes, declared: str = "") -> str | None:
    """Return the first `MAX_CHARS` of a text, cleaned, with lines ended by `\\n`; None if no text.

    `declared` is the encoding that the file claims: used if the bytes do not decide. What was
    guessed is noted for whoever collects it (`encodings/guesses.py`).
    """
    decoded = _decode_bounded(data, declared)
    if decoded is None:
        return None
    if decoded.guessed_encoding:
        note_guess(decoded.guessed_encoding, decoded.odd_lines)
    return decoded.text


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


@dataclass(frozen=True, slots=True)
class _Decoded:
    """The beginning of a text. `guessed_encoding` and `odd_lines` as in `ParsedFile`."""

    text: str
    omitted_chars: int
    guessed_encoding: str
    odd_lines: int


def _decode_bounded(data: bytes, declared: str = "") -> _Decoded | None:
    """Decode the first `MAX_CHARS`, and count the rest. Works in chunks, as files are large."""
    detection = detect(data, declared)
    if detection is None:
        return None
    char_decoder = codecs.getincrementaldecoder(detection.codec)("replace")
    decoder = io.IncrementalNewlineDecoder(char_decoder, translate=True)
    is_list = _is_list_of_nuls(data)
    pieces, size, omitted_chars = list[str](), 0, 0
    for start in range(0, len(data), _CHUNK_BYTES):
        is_last = start + _CHUNK_BYTES >= len(data)
        text = decoder.decode(data[start : start + _CHUNK_BYTES], final=is_last)
        if is_last and not data.endswith(b"\xef\xbf\xbd"):
            # An incomplete character at the end is dropped: files are cut anywhere.
            text = text.removesuffix("\ufffd")
        text = _clean(text, is_list=is_list)
        piece = text[: MAX_CHARS - size]
        pieces.append(piece)
        size += len(piece)
        omitted_chars += len(text) - len(piece)
    odd_lines = getattr(char_decoder, "odd_lines", 0)
    guessed = detection.odd_codec if odd_lines else "" if detection.is_sure else detection.codec
    guessed_encoding = name_encoding(guessed) if guessed else ""
    return _Decoded("".join(pieces), omitted_chars, guessed_encoding, odd_lines)


def _is_list_of_nuls(data: bytes) -> bool:
    """Whether NULs separate the lines, as `find -print0` writes them."""
    start = data[:_LIST_SAMPLE_BYTES]
    return b"\0" in start and b"\0\0" not in start and start.count(b"\0") > start.count(b"\n")


def _clean(text: str, *, is_list: bool) -> str:
    if "\0" in text:
        text = _NUL_IN_LINE.sub("\n" if is_list else " ", text)
    return _CONTROL_CODE.sub("", text.translate(_SEPARATORS))
