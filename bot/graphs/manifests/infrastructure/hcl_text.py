"""Reads HCL, the language of Terraform, piece by piece, so that the time stays even. Pure.

python-hcl2 takes time that grows with the square of a text. A text is therefore cut behind blocks
at its top level, and each piece is read by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.domain.messages import Message
from bot.graphs.graph import GraphError, clean_label
from bot.graphs.manifests.collector import check_length, refuse

MAX_CHARS = 1_500_000
_PIECE_CHARS = 8_000
_MAX_BRACKETS = 60  # brackets within brackets; the parser calls itself for each
_BROKEN_MESSAGE = "{source} is not valid HCL: I cannot read on from line {line:,}."
_DEEP_MESSAGE = "{source} is nested more than {limit:,} levels deep in line {line:,}."
_HEREDOC = re.compile(r"<<[-~]?\s*\"?([A-Za-z_][\w-]*)\"?\s*$")


def read_hcl(source: str, text: str) -> list[dict[str, Any]]:
    """Return the blocks and attributes of a text, piece by piece. Raises `GraphError`."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    check_length(source, text, limit=MAX_CHARS)
    return [_parse(source, piece, line) for line, piece in _cut(source, text)]


def _parse(source: str, piece: str, line: int) -> dict[str, Any]:
    # Here, as only decoders that read Terraform need its tables.
    import hcl2

    try:
        read: dict[str, Any] = hcl2.loads(piece + "\n")
    except GraphError:
        raise
    except Exception as error:
        # The parser's own kinds, RecursionError, and what its transformer raises on odd input.
        inner = getattr(error, "line", None)
        at = line + inner - 1 if isinstance(inner, int) and inner > 0 else line
        raise refuse(Message(_BROKEN_MESSAGE, source=clean_label(source), line=at)) from error
    return read


def _cut(source: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield pieces with the line on which they begin."""
    piece: list[str] = []
    size, begin = 0, 1
    heredoc, in_comment, depth = "", False, 0
    for number, line in enumerate(text.split("\n"), 1):
        piece.append(line)
        size += len(line) + 1
        if heredoc:
            heredoc = "" if line.strip() == heredoc else heredoc
            continue
        in_comment = _is_in_comment(line, in_comment=in_comment)
        depth = _check_depth(source, line, depth, number)
        opened = _HEREDOC.search(line[-200:])
        if opened is not None and not in_comment:
            heredoc = opened[1]
        elif line.rstrip() == "}" and size > _PIECE_CHARS and not in_comment:
            yield begin, "\n".join(piece)
            piece, size, begin, depth = [], 0, number + 1, 0
    if any(line.strip() for line in piece):
        yield begin, "\n".join(piece)


def _is_in_comment(line: str, *, in_comment: bool) -> bool:
    """Whether a comment over several lines is open at the end of the line."""
    if in_comment:
        return "*/" not in line
    return line.lstrip().startswith("/*") and "*/" not in line


def _check_depth(source: str, line: str, depth: int, number: int) -> int:
    """Count brackets, roughly: those in texts too, since parts of these are expressions."""
    for sign in re.findall(r"[\[({})\]]", line):
        depth = max(0, depth + (1 if sign in "[({" else -1))
        if depth > _MAX_BRACKETS:
            raise refuse(
                Message(_DEEP_MESSAGE, source=clean_label(source), limit=_MAX_BRACKETS, line=number)
            )
    return depth
