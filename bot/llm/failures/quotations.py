"""Takes out of a refusal's sentence what it quotes, and finds the refusal within another. Pure.

A provider may quote what people wrote, and their words may read like a refusal. So what is quoted
tells nothing of the model. See `facts.py` for what is read of the rest.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping, Sequence

from bot.domain.llm import Prompt

_MAX_NESTED_CHARS = 64 * 1024
_MAX_LITERAL_CHARS = 4 * 1024
# An apostrophe within a word opens no quotation; one that is never closed holds the rest.
_QUOTATION_PATTERN = re.compile(
    r"(?<!\w)'(?:\\.|[^\\])*?(?:'(?!\w)|\Z)|(?<!\w)‘[^’]*(?:’|\Z)"
    r"|\"(?:\\.|[^\"\\])*(?:\"|\Z)|`[^`]*(?:`|\Z)|“[^”]*(?:”|\Z)|«[^»]*(?:»|\Z)|「[^」]*(?:」|\Z)",
    re.DOTALL,
)
# A name of a parameter, a model or a value: one word says nothing that a rule looks for.
_NAME_PATTERN = re.compile(r".[\w.\[\]:/@=+-]{1,64}.", re.ASCII)
# Pydantic: `[type=string_type, input_value=…, input_type=str]`.
_INPUT_PATTERN = re.compile(r"\binput(?:_value)?\s*=.*", re.DOTALL)
# What stands before a refusal that a gateway passes on, such as `Error code: 400 - ` of OpenAI's
# library and `AnthropicError - ` of LiteLLM; LiteLLM names its model group after it.
_BEFORE_NESTED_PATTERN = re.compile(
    r"(?:\A|(?:(?:error|exception|provider|upstream)\b|\b[45]\d\d)\s*[:-]\s*(?:b?['\"])?)\s*\Z",
    re.IGNORECASE,
)
_AFTER_NESTED_PATTERN = re.compile(r"['\"]?[\s.,)]*(?:Received Model Group=[^\n]*\s*)?\Z")
_WORD_PATTERN = re.compile(r"\w+")


def remove_quotations(text: str) -> str:
    """Return `text` with "…" for what it quotes. Names in quotation marks stay."""
    text = _QUOTATION_PATTERN.sub(
        lambda found: found[0] if _NAME_PATTERN.fullmatch(found[0]) else "…", text
    )
    return _INPUT_PATTERN.sub("…", text)


def split_nested(text: str) -> tuple[str, Mapping[str, object] | None]:
    """Return a sentence without the refusal that it passes on, and that refusal; None if none.

    An object in the middle of a sentence, or after words that name no error, is a quotation.
    """
    start, end = text.find("{"), text.rfind("}") + 1
    if start < 0 or end <= start or len(text) > _MAX_NESTED_CHARS:
        return text, None
    if not _AFTER_NESTED_PATTERN.match(text, end):
        return text, None
    if not _BEFORE_NESTED_PATTERN.search(text[max(0, start - 80) : start] if start else ""):
        return text, None
    nested = _parse_object(text[start:end])
    return (text, None) if nested is None else (text[:start], nested)


def list_prompt_texts(prompt: Prompt) -> list[str]:
    """List everything in the prompt that people may have written."""
    texts = [prompt.question, *(turn.text for turn in prompt.history)]
    texts += [picture.name for picture in prompt.pictures]
    for document in prompt.documents:
        texts += [document.name, *document.pages]
    return texts


def has_quotation(told: str, texts: Sequence[str], length: int) -> bool:
    """Whether `told` has `length` words in a row that one of `texts` has, too.

    Each text is walked once, however much is told: a tenth of a second for a prompt of
    a megabyte.
    """
    runs = set(_iterate_runs(told, length)) if length else set()
    return bool(runs) and any(not runs.isdisjoint(_iterate_runs(text, length)) for text in texts)


def _iterate_runs(text: str, length: int) -> Iterator[tuple[str, ...]]:
    """Yield each `length` words in a row, in lower case."""
    words = _WORD_PATTERN.findall(text.lower())
    return zip(*(words[start:] for start in range(length)), strict=False)


def _parse_object(text: str) -> Mapping[str, object] | None:
    """Return a JSON object, or one as Python prints it; None for anything else."""
    try:
        nested = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        nested = None
        if len(text) <= _MAX_LITERAL_CHARS:
            try:
                nested = ast.literal_eval(text)
            except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
                return None
    return nested if isinstance(nested, Mapping) else None
