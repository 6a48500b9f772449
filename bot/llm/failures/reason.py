"""Makes the reason of a refusal fit for logs and the ledger: bounded, without people's words. Pure.

A provider may quote in its error what was sent to it. Names of parameters, codes and numbers stay;
longer quotations go, and so does every sentence that shares words with the prompt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.domain.errors import CleanReason
from bot.domain.llm import Prompt
from bot.llm.failures.facts import ErrorFacts

MAX_REASON_CHARS = 240
_MAX_SENTENCE_CHARS = 160
_MAX_CODES = 3
# This number of words in a row that the prompt has, too, is a quotation.
_QUOTED_WORDS = 3
_QUOTATION_PATTERN = re.compile(
    r"'(?:[^'\n]*)'|\"(?:[^\"\n]*)\"|`(?:[^`\n]*)`|“[^”\n]*”|‘[^’\n]*’|«[^»\n]*»"
)
# Names of parameters and models, and values of options. Any other word may be the person's.
_HARMLESS_QUOTATION_PATTERN = re.compile(
    r".(?:(?=\w*[\d_.:/-])[\w.\[\]:/@+-]{1,48}|auto|background|high|image|input|logprobs|low"
    r"|medium|messages|minimal|modalities|model|none|opaque|png|quality|reasoning|seed|size|stop"
    r"|stream|text|tools|transparent|user|xhigh).",
    re.ASCII,
)
# What follows may be the person's own: pydantic's `input_value=…`, a text after a colon in braces.
_INPUT_PATTERN = re.compile(r"\b(?:input(?:_value)?|content|text|prompt)\s*[=:]\s*.*", re.DOTALL)
_SECRET_PATTERN = re.compile(
    r"\b(?:sk|key|org|user|req|proj)[-_][\w*.-]{6,}|[\w.+-]+@[\w-]+\.[\w.]+|https?://\S+"
    r"|[A-Za-z0-9+/=_-]{50,}",
    re.ASCII,
)
_JSON_PATTERN = re.compile(r"[\[{].*", re.DOTALL)
_WORD_PATTERN = re.compile(r"\w+")


def clean_reason(facts: ErrorFacts, *, is_quoting: bool = False) -> CleanReason:
    """Return the codes of a refusal and the beginning of its sentences.

    `is_quoting`: its sentences may quote the person, so only its codes stay.
    """
    codes = [code for code in dict.fromkeys(facts.codes) if code not in ("error", "none")]
    parameters = [name for name in facts.parameters if re.fullmatch(r"[\w.\[\]]{1,48}", name)]
    words = " ".join([*codes[:_MAX_CODES], *dict.fromkeys(parameters[:1])])
    sentences = [] if is_quoting else [_clean_sentence(text) for text in facts.texts[:3]]
    told = "; ".join(dict.fromkeys(sentence for sentence in sentences if sentence))
    return CleanReason(": ".join(part for part in (words, told) if part)[:MAX_REASON_CHARS])


def remove_prompt_words(reason: str, prompt: Prompt) -> CleanReason:
    """Return `reason` without its sentences if they share words with what people wrote."""
    texts = (prompt.question, *(turn.text for turn in prompt.history))
    codes, _, told = reason.partition(": ")
    if not told:
        codes, told = "", reason
    if not _has_words_of(told, texts) and not _has_words_of(codes, texts):
        return CleanReason(reason)
    return CleanReason("" if _has_words_of(codes, texts) else codes)


def _has_words_of(text: str, others: Sequence[str]) -> bool:
    """Whether `text` has words in a row that one of `others` has: three, or all of fewer."""
    length = min(_QUOTED_WORDS, len(_WORD_PATTERN.findall(text)))
    runs = set(_list_word_runs(text, length)) if length else set()
    return any(runs.intersection(_list_word_runs(other, length)) for other in others if runs)


def _clean_sentence(text: str) -> str:
    text = _JSON_PATTERN.sub("…", " ".join(text.split()))
    text = _QUOTATION_PATTERN.sub(
        lambda found: found[0] if _HARMLESS_QUOTATION_PATTERN.fullmatch(found[0]) else "…", text
    )
    text = _SECRET_PATTERN.sub("…", _INPUT_PATTERN.sub("…", text))
    return text[:_MAX_SENTENCE_CHARS].strip()


def _list_word_runs(text: str, length: int) -> Iterator[tuple[str, ...]]:
    words = [word.lower() for word in _WORD_PATTERN.findall(text)]
    for start in range(len(words) - length + 1):
        yield tuple(words[start : start + length])
