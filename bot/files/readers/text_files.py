"""Files of text in, whatever their encoding: characters, cleaned, cut into pages.

Understands none of it: CSV, JSON and code stay as they are. Fetches and stores nothing.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator

from bot.domain.files import ParsedFile
from bot.domain.safe_text import clean_name
from bot.files.readers.encodings import detect_encoding
from bot.files.unreadable import build_unreadable_error

PAGE_CHARS = 3_000
MAX_CHARS = 2_000_000
_CHUNK_BYTES = 1 << 20
_MAX_AUTHOR_PAGES = 1_000
_MAX_AUTHOR_PAGE_CHARS = 3 * PAGE_CHARS  # of those that an author made

# Colours and titles of a terminal go as a whole: their letters would stay behind.
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
# Possessive: a hostile notebook makes no regular expression go back.
_NOTEBOOK_PICTURE = re.compile(
    rb'("(?:image/[\w.+-]+|application/pdf)"\s*:\s*)'
    rb'(?:"(?:[^"\\]|\\.)*+"|\[(?:[\s,]*+"(?:[^"\\]|\\.)*+")*+\s*+\])'
)


def read_text(name: str, data: bytes) -> ParsedFile:
    """The pages of a text file, its first `MOST_CHARACTERS`; `left_out` tells how many follow.

    Raises `Unreadable` for what is empty and for what is no text.
    """
    ending = name.rpartition(".")[2].lower()
    if ending == "ipynb":
        data = _NOTEBOOK_PICTURE.sub(rb'\1"[picture]"', data)
    found = _decode_bounded(data)
    if found is None:
        raise build_unreadable_error(name, "unsupported", detail="no text")
    text, beyond = found
    if not text.strip():
        raise build_unreadable_error(name, "empty")
    pages, kind = tuple(split_pages(text)), _KINDS.get(ending, "text")
    return ParsedFile(
        clean_name(name), kind, pages=pages, count=len(pages), left_out=format_left_out(beyond)
    )


def decode_text(data: bytes, declared: str = "") -> str | None:
    """The first `MOST_CHARACTERS` of a text, cleaned, lines ended by `\\n`; None for what is none.

    `declared` is the encoding that somebody says it has: believed where the bytes do not tell.
    """
    found = _decode_bounded(data, declared)
    return None if found is None else found[0]


def truncate_text(text: str) -> tuple[str, str]:
    """At most `MOST_CHARACTERS` of a text, and what is left out, as `Reading` says it."""
    return text[:MAX_CHARS], format_left_out(max(0, len(text) - MAX_CHARS))


def format_left_out(omitted_chars: int) -> str:
    """So many characters at the end, as `Reading.left_out` tells of them."""
    return f"the last {omitted_chars:,} characters" if omitted_chars else ""


def split_pages(text: str) -> list[str]:
    """Text in pieces of about a page: at its form feeds, else at ends of lines. Never none."""
    pages, own = list[str](), text.split("\f")
    if len(own) > _MAX_AUTHOR_PAGES:
        own = [text.replace("\f", "\n")]
    for part in own:
        whole = len(own) > 1 and len(part) <= _MAX_AUTHOR_PAGE_CHARS
        pages.extend([part] if whole else _cut(part))
    return pages


def _cut(text: str) -> Iterator[str]:
    page, size = list[str](), 0
    for line in text.splitlines(keepends=True):
        for at in range(0, len(line), PAGE_CHARS):
            piece = line[at : at + PAGE_CHARS]
            if size + len(piece) > PAGE_CHARS and page:
                yield "".join(page)
                page, size = [], 0
            page.append(piece)
            size += len(piece)
    if page or not text:
        yield "".join(page)


def _decode_bounded(data: bytes, declared: str = "") -> tuple[str, int] | None:
    """What is kept of the characters, and how many more there are. In pieces: files are large."""
    encoding = detect_encoding(data, declared)
    if encoding is None:
        return None
    raw = codecs.getincrementaldecoder(encoding)("replace")
    decoder = io.IncrementalNewlineDecoder(raw, translate=True)
    kept, size, beyond = list[str](), 0, 0
    for at in range(0, len(data), _CHUNK_BYTES):
        # Never told that this is the end: half a character there is dropped, not shown broken.
        text = _CONTROL_CODE.sub("", decoder.decode(data[at : at + _CHUNK_BYTES]))
        piece = text[: MAX_CHARS - size]
        kept.append(piece)
        size += len(piece)
        beyond += len(text) - len(piece)
    return "".join(kept), beyond
