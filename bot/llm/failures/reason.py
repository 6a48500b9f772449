"""Makes the reason of a refusal fit for logs and the ledger: bounded, without people's words. Pure.

A provider may quote in its error what was sent to it. Names of parameters, codes and numbers stay;
longer quotations go, and so does what a sentence shares with the prompt and its files.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

from bot.domain.errors import CleanReason
from bot.domain.llm import Prompt
from bot.llm.failures.facts import ErrorFacts
from bot.llm.failures.provider_words import PROVIDER_WORDS
from bot.llm.failures.quotations import has_quotation, list_prompt_texts

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
_PARAMETER_PATTERN = re.compile(r"[\w.\[\]]{1,48}", re.ASCII)
_JSON_PATTERN = re.compile(r"[\[{].*", re.DOTALL)
# In `max_tokens` and `not_on_Friday` each word counts for itself.
_WORD_PATTERN = re.compile(r"[^\W_]+")
# Scripts without spaces have no words to compare; names with accents may be people's.
_OTHER_SCRIPT_PATTERN = re.compile(r"[^\W_]*[^\W\x00-\x7f]\w*")


def clean_reason(facts: ErrorFacts, *, is_quoting: bool = False) -> CleanReason:
    """Return the codes of a refusal and the beginning of its sentences.

    `is_quoting`: its sentences may quote the person, so only its codes stay.
    """
    codes = [code for code in dict.fromkeys(facts.codes) if code not in ("error", "none")]
    parameters = [name for name in facts.parameters if _PARAMETER_PATTERN.fullmatch(name)]
    words = " ".join([*codes[:_MAX_CODES], *dict.fromkeys(parameters[:1])])
    sentences = [] if is_quoting else [_clean_sentence(text) for text in facts.texts[:3]]
    told = "; ".join(dict.fromkeys(sentence for sentence in sentences if sentence))
    return CleanReason(": ".join(part for part in (words, told) if part)[:MAX_REASON_CHARS])


def remove_prompt_words(reason: str, prompt: Prompt) -> CleanReason:
    """Return `reason` without what it may have of people's words, or of their files.

    A sentence that has several words in a row of theirs goes; of another one, each word and number
    that is theirs, and no provider's word (`provider_words.py`). Takes a tenth of a second for a
    prompt of a megabyte.
    """
    if not reason:
        return CleanReason()
    texts = list_prompt_texts(prompt)
    codes, _, told = reason.partition(": ")
    if not told:
        codes, told = "", reason
    if _is_quoting(told, texts):
        told = ""
    if _is_quoting(codes, texts):
        codes = ""
    kept = ": ".join(part for part in (codes, told) if part)
    unsure = _list_words(kept) - PROVIDER_WORDS
    theirs = unsure.intersection(chain.from_iterable(map(_list_words, texts)))
    return CleanReason(
        _WORD_PATTERN.sub(lambda found: "…" if found[0].lower() in theirs else found[0], kept)
    )


def _is_quoting(text: str, others: Sequence[str]) -> bool:
    """Whether `text` has words in a row that one of `others` has: three, or all of fewer."""
    return has_quotation(text, others, min(_QUOTED_WORDS, len(re.findall(r"\w+", text))))


def _clean_sentence(text: str) -> str:
    # Neither a terminal nor a database takes all that a server may send.
    text = "".join(char if char.isprintable() else " " for char in text)
    text = _JSON_PATTERN.sub("…", " ".join(text.split()))
    text = _QUOTATION_PATTERN.sub(
        lambda found: found[0] if _HARMLESS_QUOTATION_PATTERN.fullmatch(found[0]) else "…", text
    )
    text = _SECRET_PATTERN.sub("…", _INPUT_PATTERN.sub("…", text))
    text = _OTHER_SCRIPT_PATTERN.sub("…", text)
    return text[:_MAX_SENTENCE_CHARS].strip()


def _list_words(text: str) -> set[str]:
    return {word.lower() for word in _WORD_PATTERN.findall(text)}
