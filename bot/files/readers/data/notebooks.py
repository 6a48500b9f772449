"""Reads Jupyter notebooks: cells as Markdown, with their outputs; the first pictures in place."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from typing import Any

from bot.domain.files import ParsedFile
from bot.files.readers.containers.collecting import FileReader
from bot.files.readers.containers.placing import PicturePlacer
from bot.files.readers.data.tables import build_text_file
from bot.files.readers.html_text import convert_html
from bot.files.readers.text_files import decode_text

KIND = "notebook file"
_PICTURE_KINDS = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml")
_MAX_OUTPUT_CHARS, _MAX_CELLS, _MAX_OUTPUTS = 10_000, 5_000, 200
_TERMINAL_CODE = re.compile(r"\x1b\[[0-9;?]{0,20}[a-zA-Z]")
_ATTACHED = re.compile(r"!\[([^\]\n]{0,200})\]\(attachment:([^)\n]{1,200})\)")


def read_notebook(name: str, data: bytes, read: FileReader) -> ParsedFile | None:
    """Read a notebook; None if it is none, or damaged: then it is text like any other."""
    try:
        book = json.loads(decode_text(data) or "")
    except (ValueError, RecursionError):
        # Also where it is longer than a text may be: its pictures would not be found.
        book = _load_whole(data)
    cells = _find_cells(book)
    if cells is None:
        return None
    pictures = dict[str, bytes]()
    placer = PicturePlacer(read, pictures.get)
    language = _find_language(book)
    texts = [
        _write_cell(cell, number, language, pictures, placer)
        for number, cell in enumerate(cells[:_MAX_CELLS], 1)
        if isinstance(cell, dict)
    ]
    head = f"Notebook in {language or 'an unknown language'} with {len(cells):,} cells"
    text = "\n\n".join(filter(None, (head, *texts))) + "\n"
    return placer.finish(build_text_file(name, KIND, text, max(1, len(cells))))


def _load_whole(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _find_cells(book: Any) -> list[Any] | None:
    if not isinstance(book, dict) or "nbformat" not in book:
        return None
    if isinstance(book.get("cells"), list):
        return list(book["cells"])
    # Version 3 keeps its cells in worksheets.
    sheets = book.get("worksheets")
    if not isinstance(sheets, list):
        return None
    parts = (sheet.get("cells") for sheet in sheets if isinstance(sheet, dict))
    return [cell for part in parts if isinstance(part, list) for cell in part]


def _find_language(book: dict[str, Any]) -> str:
    metadata = book.get("metadata")
    for key in ("language_info", "kernelspec"):
        part = metadata.get(key) if isinstance(metadata, dict) else None
        for name in ("name", "language") if key == "language_info" else ("language",):
            value = part.get(name) if isinstance(part, dict) else None
            if isinstance(value, str) and value.strip():
                return re.sub(r"[^\w+#.-]", "", value)[:30]
    return ""


def _write_cell(
    cell: dict[str, Any],
    number: int,
    language: str,
    pictures: dict[str, bytes],
    placer: PicturePlacer,
) -> str:
    source = _join(cell.get("source", cell.get("input", "")))
    kind = str(cell.get("cell_type", "code"))
    if kind in ("markdown", "heading"):
        return _place_attachments(source, cell.get("attachments"), number, pictures, placer)
    if kind == "raw":
        return source
    count = cell.get("execution_count", cell.get("prompt_number"))
    told = f"In [{count}]:" if isinstance(count, int) else "In [ ]:"
    blocks = [f"{told}\n```{language}\n{source}\n```"] if source.strip() else []
    outputs = cell.get("outputs")
    for index, output in enumerate(outputs if isinstance(outputs, list) else []):
        if index >= _MAX_OUTPUTS:
            blocks.append(f"[{len(outputs or []) - index:,} more outputs]")
            break
        if isinstance(output, dict):
            blocks.append(_write_output(output, f"{number}-{index}", pictures, placer))
    return "\n\n".join(filter(None, blocks))


def _write_output(
    output: dict[str, Any], key: str, pictures: dict[str, bytes], placer: PicturePlacer
) -> str:
    kind = output.get("output_type")
    if kind == "stream":
        return _quote(_join(output.get("text")))
    if kind in ("error", "pyerr"):
        lines = _TERMINAL_CODE.sub("", _join(output.get("traceback"), "\n"))
        return _quote(lines or f"{output.get('ename')}: {output.get('evalue')}")
    forms = output.get("data", output)
    if not isinstance(forms, dict):
        return ""
    for mimetype in _PICTURE_KINDS:
        old_key = mimetype.partition("/")[2].partition("+")[0]
        content = _join(forms.get(mimetype, forms.get(old_key)), "")
        if content:
            return _place(content, mimetype, f"output {key}", pictures, placer)
    for mimetype, convert in _TEXT_FORMS.items():
        text = _join(forms.get(mimetype, forms.get(mimetype.partition("/")[2])))
        if text.strip():
            return convert(text)
    plain = _join(forms.get("text/plain", forms.get("text")))
    return _quote(plain) if plain.strip() else "[output of another kind]"


def _quote(text: str) -> str:
    clean = _TERMINAL_CODE.sub("", text).strip("\n")
    if len(clean) > _MAX_OUTPUT_CHARS:
        left = len(clean) - _MAX_OUTPUT_CHARS
        clean = f"{clean[:_MAX_OUTPUT_CHARS]}\n[{left:,} more characters of output]"
    return f"Out:\n```\n{clean}\n```" if clean else ""


def _convert_html_output(text: str) -> str:
    converted = convert_html(text[: 20 * _MAX_OUTPUT_CHARS], lambda _source, alt: f"[picture{alt}]")
    return f"Out:\n{converted[:_MAX_OUTPUT_CHARS]}" if converted else ""


_TEXT_FORMS: dict[str, Callable[[str], str]] = {
    "text/html": _convert_html_output,
    "text/markdown": lambda text: f"Out:\n{text[:_MAX_OUTPUT_CHARS]}",
    "text/latex": lambda text: f"Out:\n{text[:_MAX_OUTPUT_CHARS]}",
}


def _place(
    content: str, mimetype: str, label: str, pictures: dict[str, bytes], placer: PicturePlacer
) -> str:
    ending = mimetype.partition("/")[2].partition("+")[0]
    name = f"{label}.{ending}"
    try:
        is_text = mimetype == "image/svg+xml"
        pictures[name] = content.encode() if is_text else base64.b64decode(content)
    except ValueError:
        pictures[name] = b""
    placed = placer.place(name)
    del pictures[name]
    return placed


def _place_attachments(
    source: str, attachments: Any, number: int, pictures: dict[str, bytes], placer: PicturePlacer
) -> str:
    def replace(match: re.Match[str]) -> str:
        forms = attachments.get(match[2]) if isinstance(attachments, dict) else None
        for mimetype, content in forms.items() if isinstance(forms, dict) else ():
            if mimetype in _PICTURE_KINDS:
                label = f"cell {number} {match[2].partition('.')[0]}"
                return _place(_join(content, ""), mimetype, label, pictures, placer)
        return f"[picture{': ' if match[1] else ''}{match[1]}]"

    return _ATTACHED.sub(replace, source)


def _join(value: Any, separator: str = "") -> str:
    """Join what a notebook keeps as a text or as a list of lines."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return separator.join(line for line in value if isinstance(line, str))
    return ""
