"""Chooses the language for a person: Slack's locale, else a guess from their words, else English.

The guess counts words that hardly occur in other languages. It is made to stay with English rather
than to err: names, code, addresses, quotes and single words shared by languages decide nothing.
"""

from __future__ import annotations

import re
from collections import Counter

from bot.i18n.catalog import ENGLISH, list_languages
from bot.i18n.words import CERTAIN_WORDS, LIKELY_WORDS

_MAX_READ_CHARS = 2_000
# What a person has not said themselves, or not in their language.
_NOT_WORDS_PATTERN = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]*`"  # code
    r"|<[^<>\n]{1,300}>|https?://\S+|\S+@\S+"  # references, links, addresses
    r"|:[a-z0-9_+-]{1,60}:|(?<!\S)(?:--|—|–)[a-z][\w-]*"  # emoji, flags
    r"|“[^“”]{0,500}”|„[^„“”]{0,500}[“”]|«[^«»]{0,500}»|»[^«»]{0,500}«|「[^「」]{0,500}」"
    r'|"[^"\n]{0,500}"'
    r"|^>.*$"  # a quoted message
    r"|\S*[\w)]/\S*|\S*\w[._]\w\S*|\S*\d\S*",  # paths, file names, numbers
    re.DOTALL | re.MULTILINE,
)
_WORD_PATTERN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_KANA_PATTERN = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fc]")
_HIRAGANA_PATTERN = re.compile(r"[\u3041-\u3096]")
_OTHER_SCRIPT_PATTERN = re.compile(
    r"[\u0400-\u052f\u0590-\u06ff\u0900-\u0dff\u0e00-\u0eff\uac00-\ud7a3]"
)
_CERTAIN_WEIGHT, _LIKELY_WEIGHT = 2, 1
_MIN_SCORE, _MIN_LEAD = 2, 1
# Of the letters of a Japanese text; those of a foreign name or of a term in it are fewer.
_MIN_KANA_SHARE = 0.2


def choose_language(locale: str, text: str) -> str:
    """Return one of `list_languages()` for a person with Slack's `locale`, who has written `text`.

    A `locale` that is known decides, also where Easel does not speak it: then it is English.
    """
    if locale:
        language = re.split(r"[-_]", locale.strip().lower(), maxsplit=1)[0]
        return language if language in list_languages() else ENGLISH
    return guess_language(text)


def guess_language(text: str) -> str:
    """Return the language of `text`; English where it is not certain, or none that Easel speaks."""
    own_words = _NOT_WORDS_PATTERN.sub(" ", text[:_MAX_READ_CHARS])
    if _is_japanese(own_words):
        return "ja" if "ja" in list_languages() else ENGLISH
    if _OTHER_SCRIPT_PATTERN.search(own_words):
        return ENGLISH
    words = {word.lower().replace("’", "'") for word in _WORD_PATTERN.findall(own_words)}
    scores = sorted(
        ((_score(words, language), language) for language in CERTAIN_WORDS), reverse=True
    )
    (best, language), (second, _) = scores[:2]
    is_clear = best >= _MIN_SCORE and best - second >= _MIN_LEAD
    return language if is_clear and language in list_languages() else ENGLISH


def _score(words: set[str], language: str) -> int:
    return sum(_WEIGHTS[word].get(language, 0) for word in words if word in _WEIGHTS)


def _build_weights() -> dict[str, dict[str, int]]:
    """Return what each word says for each language: a certain one less where several have it."""
    weights: dict[str, dict[str, int]] = {}
    for language, words in LIKELY_WORDS.items():
        for word in words:
            weights.setdefault(word, {})[language] = _LIKELY_WEIGHT
    shares = Counter(word for words in CERTAIN_WORDS.values() for word in words)
    for language, words in CERTAIN_WORDS.items():
        for word in words:
            weight = _CERTAIN_WEIGHT if shares[word] == 1 else _LIKELY_WEIGHT
            weights.setdefault(word, {})[language] = weight
    return weights


_WEIGHTS = _build_weights()


def _is_japanese(text: str) -> bool:
    """Whether kana, hiragana among them, are a good part of what was written."""
    kana = len(_KANA_PATTERN.findall(text))
    letters = sum(1 for character in text if character.isalpha())
    has_hiragana = bool(_HIRAGANA_PATTERN.search(text))
    return kana >= 2 and kana >= _MIN_KANA_SHARE * letters and (has_hiragana or kana == letters)
