"""Chooses the language for a person: Slack's locale, else a guess from their words, else English.

The guess counts words that hardly occur in other languages. It is made to stay with English rather
than to err: names, code, addresses, quotes and single words shared by languages decide nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from bot.i18n.catalog import ENGLISH, list_languages
from bot.i18n.words import CERTAIN_WORDS, LIKELY_WORDS

_MAX_READ_CHARS = 2_000
# What a person has not said themselves, or not in their language.
_NOT_WORDS_PATTERN = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]*`"  # code
    r"|<[^<>\n]{1,300}>"  # references
    r"|“[^“”]{0,500}”|„[^„“”]{0,500}[“”]|«[^«»]{0,500}»|»[^«»]{0,500}«|「[^「」]{0,500}」"
    r'|"[^"\n]{0,500}"'
    r"|^>[^\n]*$",  # a quoted message
    re.DOTALL | re.MULTILINE,
)
# Addresses, paths, file names, numbers, emoji, flags. In Japanese no space parts words and numbers.
_NO_WORD_PATTERN = re.compile(
    r"[\w):]/|\w[._@]\w|^(?=.*\d)[^\u3041-\u3096]*$|^:[\w+-]+:$|^(?:--|—|–)[a-zA-Z]"
)
_WORD_PATTERN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_KANA_PATTERN = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fc]")
_HIRAGANA_PATTERN = re.compile(r"[\u3041-\u3096]")
_OTHER_SCRIPT_PATTERN = re.compile(
    r"[\u0400-\u052f\u0590-\u06ff\u0900-\u0dff\u0e00-\u0eff\uac00-\ud7a3]"
)
_CERTAIN_WEIGHT, _LIKELY_WEIGHT = 2, 1
# Up to three words are short: one that is certain is enough.
_MIN_SCORE, _MIN_LONG_SCORE, _MIN_LEAD = 2, 3, 1
_MAX_SHORT_WORDS = 3
# Of the letters of a Japanese text; those of a foreign name or of a term in it are fewer.
_MIN_KANA_SHARE, _MIN_KANA_SHARE_IN_ENGLISH = 0.2, 0.5


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
    parts = _NOT_WORDS_PATTERN.sub(" ", text[:_MAX_READ_CHARS]).split()
    own_words = " ".join(part for part in parts if not _NO_WORD_PATTERN.search(part))
    if _is_japanese(own_words):
        return "ja" if "ja" in list_languages() else ENGLISH
    if _OTHER_SCRIPT_PATTERN.search(own_words):
        return ENGLISH
    words = _list_words(own_words)
    scores = sorted(
        ((_score(words, language), language) for language in CERTAIN_WORDS), reverse=True
    )
    (best, language), (second, _) = scores[:2]
    min_score = _MIN_SCORE if len(words) <= _MAX_SHORT_WORDS else _MIN_LONG_SCORE
    is_clear = best >= min_score and best - second >= _MIN_LEAD
    return language if is_clear and language in list_languages() else ENGLISH


def _list_words(text: str) -> list[str]:
    """Return the words of `text` in its order, each once."""
    found = _WORD_PATTERN.findall(text)
    return list(dict.fromkeys(word.lower().replace("’", "'") for word in found))


def _score(words: Sequence[str], language: str) -> int:
    """Return how much speaks for `language`. A certain word that comes first counts three times:
    what follows “Translate” may be in any language."""
    weights = [_WEIGHTS.get(word, {}).get(language, 0) for word in words]
    is_certain = weights[:1] == [_CERTAIN_WEIGHT]
    return sum(weights) + (2 * _CERTAIN_WEIGHT if is_certain else 0)


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
    is_english = _score(_list_words(text), ENGLISH) >= _MIN_SCORE
    share = _MIN_KANA_SHARE_IN_ENGLISH if is_english else _MIN_KANA_SHARE
    return kana >= 2 and kana >= share * letters and (has_hiragana or kana == letters)
