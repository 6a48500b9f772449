"""Which questions ask what failed, and what they bring that may tell it. Pure.

See `failures.py` for what is done with it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.domain.conversation import Speaker, ThreadHistory, join_parts
from bot.domain.files import Document, FileContext
from bot.request.logs.plain_words import PLAIN_RECIPE
from bot.request.parse import ParsedRequest
from bot.request.recipes.recipe import Recipe
from bot.request.recipes.what_failed import RECIPE

_MIN_PASTED_LINES, _RECALLED_TURNS = 2, 4
_TOLD_LINE = re.compile(r"^(?:[^\n]{1,60} )?L\d{1,12}  ", re.MULTILINE)
_QUOTE_MARK = re.compile(r"^> ?", re.MULTILINE)


def find_recipe(request: ParsedRequest, files: FileContext) -> Recipe | None:
    """Return the recipe if the question asks for it, or in short words with a log; else None."""
    if request.recipe is not None:
        return RECIPE if request.recipe is RECIPE else None
    if not PLAIN_RECIPE.is_requested_by(request.text):
        return None
    has_log = any(is_log(document, files) for document in files.documents)
    pasted = request.quote or PLAIN_RECIPE.extract_remainder(request.text)
    return PLAIN_RECIPE if has_log or is_long(pasted) else None


def has_told(history: ThreadHistory) -> bool:
    """Whether one of the last answers quotes lines of a log."""
    answers = [turn.text for turn in history.turns if turn.speaker is Speaker.EASEL]
    return any(_TOLD_LINE.search(text) for text in answers[-_RECALLED_TURNS:])


def apply_recipe(request: ParsedRequest, recipe: Recipe) -> ParsedRequest:
    """Return the request as one for `recipe`, which it may only mean."""
    if request.recipe is not None:
        return request
    parts = recipe.build_parts(request.full_text)
    has_text = recipe.has_text_input(request.full_text)
    return replace(
        request,
        recipe=recipe,
        recipe_has_text=has_text,
        prompt_parts=parts,
        prompt_text=join_parts(parts),
    )


def is_log(document: Document, files: FileContext) -> bool:
    """Whether a document is plain text in its file, and not the text of a page or a cell."""
    parsed_file = files.parsed_files.get(document.file_id)
    kind = parsed_file.kind if parsed_file is not None else ""
    is_text = kind in ("text", "log", "ZIP archive") or kind.endswith((" file", " source"))
    return is_text and not document.data


def is_long(text: str) -> bool:
    """Whether a text that somebody wrote may be a log, or a part of one."""
    lines = [line for line in text.splitlines() if line.strip()]
    return len(lines) >= _MIN_PASTED_LINES or len(text) > 300


def strip_quote_marks(quoted: str) -> str:
    """Return a quoted message as it was written."""
    return _QUOTE_MARK.sub("", quoted)
