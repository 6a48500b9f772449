"""Finds formulas that stand by themselves in Markdown: `$$…$$`, `\\[…\\]`, environments. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MAX_CHARS = 4_000
_INLINE_CODE = re.compile(r"(?<!`)(`{1,3})(?!`)[^`\n]{0,2000}(?<!`)\1(?!`)")
_OPENING = re.compile(
    r"(?<![\\$])\$\$(?!\$)|(?<!\\)\\\["
    r"|\\begin\{(?:equation|align|aligned|gather|gathered|multline|eqnarray|displaymath|split"
    r"|cases)\*?\}"
)
# Two dollar signs in a text about money are none of these.
_MATHEMATICAL = re.compile(r"[\\^_=+*/<>|≤≥≠≈∑∫√±×÷·∈→-]|\A\s*[A-Za-z]\s*\Z")


def find_display_formulas(text: str) -> Iterator[tuple[int, str]]:
    """Yield where each formula begins, and its code without the signs around it."""
    hidden = _INLINE_CODE.sub(lambda match: "\0" * len(match[0]), text)
    at, closings = 0, dict[str, int]()
    for opening in _OPENING.finditer(hidden):
        if opening.start() < at:
            continue
        closing = _name_closing(opening[0])
        # Looked for once: it is the same for all openings before it.
        if (end := closings.get(closing, 0)) < opening.end():
            end = hidden.find(closing, opening.end())
            closings[closing] = end if end >= 0 else len(hidden) + _MAX_CHARS
        if not 0 <= end <= opening.end() + _MAX_CHARS - len(closing):
            continue
        is_environment = closing.startswith("\\end")
        start, stop = (opening.start(), end + len(closing)) if is_environment else (
            opening.end(), end
        )  # fmt: skip
        code = hidden[start:stop]
        if _is_formula(code):
            at = end + len(closing)
            yield opening.start(), code.strip()


def _name_closing(opening: str) -> str:
    return {"$$": "$$", "\\[": "\\]"}.get(opening) or opening.replace("begin", "end", 1)


def _is_formula(code: str) -> bool:
    is_plain = "\0" not in code and "\n\n" not in code and "$" not in code.replace("\\$", "")
    return is_plain and bool(code.strip()) and _MATHEMATICAL.search(code) is not None
