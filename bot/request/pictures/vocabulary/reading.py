"""Reads a sentence as words of one language's table, or not at all: one strange word is enough.

That is what keeps sentences about something else away. Pure; see `words.py` for the tables.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.request.own_words import normalize_letters
from bot.request.pictures.called_files import NAME_PATTERN
from bot.request.pictures.edit_names import COLOURS
from bot.request.pictures.sizes.named import (
    PAPER_SIZES,
    SCREEN_SIZES,
    TRANSLATED_NAMES,
    TURNS,
    UNITS,
)
from bot.request.pictures.sizes.places import PLACE_NAME_PATTERN, PLACE_PATTERN
from bot.request.pictures.vocabulary.words import Language, Token, Word

_NUMBER = r"-?(?:[1-9]\d{0,2}(?:[., ']\d{3})+(?!\d)|\d{1,15}(?:[.,]\d{1,3})?(?:e\d{1,3})?)"
_TIMES = r" ?(?:[x×*]|by|mal|zu|auf|sur|par|por) ?"
_UNITS = rf"(?: ?(?:{'|'.join(UNITS)}|px|pixels?|pixeln|pixeles|ピクセル))?"
_DPI = r"(?:,? ?(?:at|with|mit|bei|a|con|in|の|@)? ?(?P<dpi>\d{1,6}) ?(?:dpi|ppi|ppp))?"
_NAMES = "|".join(
    re.escape(name).replace(r"\ ", "[ -]")
    for name in sorted((*SCREEN_SIZES, *PAPER_SIZES, *TRANSLATED_NAMES), key=len, reverse=True)
)
_TURNS = "|".join(sorted(TURNS, key=len, reverse=True))
_BYTES = (
    r"(?:bytes?|octets?|[km]i?b|[km]o|kilobytes?|megabytes?|kilooctets?|megaoctets?"
    r"|キロバイト|メガバイト)"
)
# What is longest counts: “100 px” is no number.
_NUMBER_PATTERNS: Mapping[Word, str] = {
    Word.VERSION: r"(?:v|version |バージョン ?)(?P<value>\d{1,4})",
    Word.NAME: rf"(?P<value>{NAME_PATTERN})",
    Word.PAGE: r"(?P<before>(?:page|seite|pagina|frame) ?)?(?P<value>\d{1,4})(?(before)|ページ目?)",
    Word.SIZE: rf"(?P<value>{_NUMBER}{_UNITS}{_TIMES}{_NUMBER}{_UNITS}|\d{{1,4}} ?[:/] ?\d{{1,4}})"
    rf"{_DPI}",
    Word.NAMED_SIZE: rf"(?:din[ -])?(?P<value>{PLACE_NAME_PATTERN.pattern}|{_NAMES})s?"
    rf"(?:-?grosse|[ -]?size|-?format)?(?:[ -](?P<turn>{_TURNS}))?{_DPI}",
    Word.PLACE: rf"(?P<value>{PLACE_PATTERN})",
    Word.DPI: r"(?P<before>(?:dpi|ppi|ppp)(?:-wert)? (?:to |auf |a |sur )?)?(?P<value>\d{1,6})"
    r"(?(before)| ?(?:dpi|ppi|ppp))",
    Word.PERCENT: rf"(?P<value>{_NUMBER}) ?(?:%|percent|prozent|pour ?cent|por ciento|パーセント)",
    Word.PIXELS: rf"(?P<value>{_NUMBER})[ -]?(?:px|pixels?|pixeln|pixeles|ピクセル|画素)",
    Word.BYTES: rf"(?P<value>{_NUMBER} ?{_BYTES})",
    Word.DEGREES: rf"(?P<value>{_NUMBER}) ?(?:°|degrees?|deg|grad|degres?|grados?|度)",
    Word.TIMES: rf"(?P<value>{_NUMBER}) ?(?:x|×|times|-?fach|fois|veces|倍)",
    Word.AMOUNT: r"(?P<value>[1-9]/\d{1,2})",
    Word.NUMBER: rf"(?P<value>{_NUMBER})",
    Word.FORMAT: r"(?P<value>jpe?g|png|webp)",
    Word.COLOUR: r"(?P<value>(?:(?:light|dark|sky|hot|off|deep|pale) )?"
    rf"(?:{'|'.join(sorted(COLOURS, key=len, reverse=True))})|#[0-9a-f]{{3}}(?:[0-9a-f]{{3}})?)",
}
_END = r"(?![a-z0-9])"
_COMPILED = [(word, re.compile(text + _END)) for word, text in _NUMBER_PATTERNS.items()]
_JAPANESE_FRACTION = re.compile(r"(?P<bottom>\d)分の(?P<top>\d)")
_GROUPED_PATTERN = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:[., ']\d{3})+(?![\d]|[.,]\d|e\d)")
# What is counted one by one has no parts: “1.500 px” are thousands in every language.
_COUNTED = (Word.PIXELS, Word.SIZE, Word.BYTES)
_MEASURED_PATTERN = re.compile(rf"\d ?(?:{'|'.join(UNITS)}|m(?!al)|メ)")

# More words are a text.
_MAX_WORDS = 24

Reading = list[tuple[Token, ...]]
"""For each word what it may be: “turn” is to rotate and to make."""


@dataclass(frozen=True, slots=True)
class _Phrases:
    pattern: re.Pattern[str]
    tokens: Mapping[str, tuple[Token, ...]]


def read_words(words: str, language: Language) -> Reading | None:
    """Return what each of the simplified `words` is; None where one is not in the table.

    None as well for more words than a sentence has.
    """
    phrases = _compile(language)
    found: Reading = []
    place, end = 0, len(words)
    while place < end:
        if words[place] == " ":
            place += 1
            continue
        known = list(_find_tokens(words, place, phrases, language.decimal_mark))
        length = max(length for length, _ in known)
        if not length or len(found) == _MAX_WORDS:
            return None
        found.append(tuple(token for one, tokens in known if one == length for token in tokens))
        place += length
    return found


def _find_tokens(
    words: str, place: int, phrases: _Phrases, decimal_mark: str
) -> Iterator[tuple[int, tuple[Token, ...]]]:
    match = phrases.pattern.match(words, place)
    yield (len(match[0]), phrases.tokens[match[0]]) if match else (0, ())
    fraction = _JAPANESE_FRACTION.match(words, place)
    if fraction is not None:
        share = f"{fraction['top']}/{fraction['bottom']}"
        yield len(fraction[0]), (Token(Word.AMOUNT, share),)
    for word, pattern in _COMPILED:
        match = pattern.match(words, place)
        if match is not None:
            value = _write_value(word, match, decimal_mark)
            yield len(match[0]), () if value is None else (Token(word, value),)


def _write_value(word: Word, found: re.Match[str], decimal_mark: str) -> str | None:
    groups = found.groupdict()
    turn, dpi = groups.get("turn"), groups.get("dpi")
    value = _write_numbers(word, found["value"], decimal_mark)
    return value and value + (f" {turn}" if turn else "") + (f"@{dpi}" if dpi else "")


def _write_numbers(word: Word, text: str, decimal_mark: str) -> str | None:
    """Join the thousands of numbers; None where “1.500” may be thousands or one and a half."""
    is_counted = word in _COUNTED and not _MEASURED_PATTERN.search(text)
    # “1,500” alone is how the language writes thousands.
    is_counted = is_counted or (word is Word.NUMBER and decimal_mark not in text)
    for number in _GROUPED_PATTERN.findall(text):
        marks = re.sub(r"\d", "", number)
        if is_counted or len(marks) > 1 or marks in " '":
            text = text.replace(number, re.sub(r"\D", "", number))
        elif marks != decimal_mark:
            return None
    return text


@functools.lru_cache(maxsize=8)
def _compile(language: Language) -> _Phrases:
    tokens: dict[str, tuple[Token, ...]] = {}
    for key, text in language.words.items():
        kind, _, value = key.partition(" ")
        for phrase in _list_phrases(text, language.macros):
            tokens[phrase] = (*tokens.get(phrase, ()), Token(Word(kind), value))
    longest_first = sorted(tokens, key=len, reverse=True)
    end = _END if language.has_spaces else ""
    texts = (re.escape(one) + (end if one[-1].isalnum() else "") for one in longest_first)
    return _Phrases(re.compile("|".join(texts)), tokens)


def _list_phrases(text: str, macros: Mapping[str, str]) -> Iterator[str]:
    for phrase in text.split("|"):
        macro = re.search(r"\{(\w+)\}", phrase)
        if macro is None:
            yield normalize_letters(phrase.strip())
            continue
        for word in macros[macro[1]].split("|"):
            yield from _list_phrases(phrase.replace(macro[0], word.strip()), macros)
