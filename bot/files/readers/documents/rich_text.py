"""Reads RTF files: text with its characters, tables as rows, the first pictures in their places."""

from __future__ import annotations

from bot.domain.files import ParsedFile
from bot.domain.safe_text import clean_name
from bot.files.readers.containers.collecting import FileReader
from bot.files.readers.containers.placing import PicturePlacer
from bot.files.readers.documents.rtf_text import convert_rtf
from bot.files.readers.html_text import convert_html
from bot.files.readers.text_files import split_pages, truncate_text

KIND = "RTF document"


def read_rtf(name: str, data: bytes, read: FileReader) -> ParsedFile:
    """Read an RTF file."""
    converted = convert_rtf(data)
    sources = [f"picture {number}" for number in range(1, len(converted.pictures) + 1)]
    pictures = dict(zip(sources, converted.pictures, strict=True))
    placer = PicturePlacer(read, pictures.get)
    pieces = converted.text.split("\x1d")
    text = pieces[0]
    for number, piece in enumerate(pieces[1:]):
        text += placer.place(sources[number]) + piece if number < len(sources) else piece
    if converted.html:
        text = convert_html(converted.html)
    text, left_out = truncate_text(text.replace("\0", ""))
    pages = tuple(split_pages(text))
    parsed_file = ParsedFile(clean_name(name), KIND, (), pages, len(pages), left_out)
    return placer.finish(parsed_file)
