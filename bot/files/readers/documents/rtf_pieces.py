"""Splits RTF into its tokens, decodes its bytes, and joins its text to lines. Pure."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])"
    rb"|([^\\{}\r\n]+)|\r|\n"
)


def iterate_tokens(data: bytes) -> Iterator[re.Match[bytes]]:
    """Yield the tokens; the bytes of \\bin, which may be anything, are left out."""
    position = 0
    while position < len(data):
        match = _TOKEN.match(data, position)
        if match is None:
            position += 1
            continue
        position = match.end()
        if match[1] == b"bin" and match[2]:
            position += max(0, int(match[2]))
            continue
        yield match


def decode_bytes(raw: bytes, encoding: str) -> str:
    """Decode bytes of a code page, by its name; of an unknown one as Western text."""
    if encoding == "symbol":
        return raw.decode("latin-1")
    try:
        codec = codecs.lookup(encoding.replace("cp65001", "utf-8").replace("cp10000", "mac_roman"))
        return raw.decode(codec.name, "replace")
    except (LookupError, ValueError):
        return raw.decode("cp1252", "replace")


def format_lines(text: str) -> Iterator[str]:
    """Yield the lines; a table's row becomes a line of cells."""
    for row in re.split("\x1e", text):
        before, _, last = row.rpartition("\n") if "\x1f" not in row else ("", "", row)
        if "\x1f" in row:
            *cells, rest = row.split("\x1f")
            head, _, first = cells[0].rpartition("\n")
            yield from filter(None, [head])
            joined = [" ".join(cell.split()) for cell in (first, *cells[1:])]
            yield f"| {' | '.join(joined)} |"
            yield from filter(None, [rest])
        else:
            yield "\n".join(filter(None, (before, last))) if before else last
