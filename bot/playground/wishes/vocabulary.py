"""Finds the meanings of a message's words, in the language that explains most of them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from bot.i18n.language import guess_language
from bot.playground.wishes.other_words import COLOUR_WORDS, OTHER_WORDS
from bot.playground.wishes.plain_words import PLAIN_WORDS, WITH_WORDS
from bot.playground.wishes.thing_words import THING_WORDS, WORN_WORDS

LANGUAGES = ("en", "de", "fr", "es", "ja")
# Languages in which a colour follows its thing.
COLOUR_FOLLOWS = ("fr", "es")
_ENDINGS = {
    "en": r"(?:'s|s|es)?",
    "de": r"(?:e|en|er|es|em|n|s|ern|st|t|t?et|nen|chen|lein)?",
    "fr": r"(?:e|s|es|x|ne|nes|ez|er|r)?",
    "es": r"(?:a|o|e|s|as|os|es|me|la|lo|las|los|r|n)?",
    "ja": "",
}
_QUOTED_PATTERN = re.compile(
    r"[\"“„«「]([^\"“”„«»「」]{1,60})[\"”“»」]|(?<!\w)['‘‚]([^'’\n]{1,60})['’‘](?!\w)"
)
_LEFT_OVER_PATTERN = re.compile(
    r"[^\W\d_]+(?:['’-][^\W\d_]+)*|(?<![\w.,:])\d+(?:[.,]\d{3})*(?![\w.:°%])"
)
_MAX_DIGITS = 12
_JAPANESE_LEFT_OVER_PATTERN = re.compile(r"[\u30a1-\u30fa\u30fc\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a message. `meaning` is a kind and a value, "cat:…" None if it is not known."""

    text: str
    kind: str | None
    value: str = ""
    is_plural: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a message that mean something or nothing known, with their language."""

    language: str
    words: tuple[Word, ...]

    @property
    def unknown(self) -> tuple[str, ...]:
        return tuple(word.text for word in self.words if word.kind is None)


def find_quote(text: str) -> str:
    """Return the first words in quotes, "" without any."""
    match = _QUOTED_PATTERN.search(text)
    return (match[1] or match[2]).strip() if match else ""


def read_words(text: str) -> Words:
    """Read a message in the language that leaves the least of it over."""
    plain = _QUOTED_PATTERN.sub(" ", text.replace("’", "'"))
    guessed = guess_language(text)
    order = sorted(LANGUAGES, key=lambda language: language != guessed)
    if guessed == "ja":
        return _read_in("ja", plain)
    readings = [_read_in(language, plain) for language in order if language != "ja"]
    return min(readings, key=lambda reading: len(reading.unknown))


def _read_in(language: str, text: str) -> Words:
    pattern, meanings = _compile(language)
    words, end = list[Word](), 0
    for match in pattern.finditer(text):
        words += _list_left_over(language, text[end : match.start()])
        kind, value, is_plural = meanings[match.lastgroup or ""]
        is_plural = is_plural or (language == "en" and kind in ("thing", "worn") and
                                  match[0].lower() not in _list_exact(language)
                                  and match[0].lower().endswith("s"))  # fmt: skip
        if kind != "plain":
            words.append(Word(match[0], kind, value, is_plural))
        end = match.end()
    return Words(language, (*words, *_list_left_over(language, text[end:])))


def _list_left_over(language: str, text: str) -> list[Word]:
    pattern = _JAPANESE_LEFT_OVER_PATTERN if language == "ja" else _LEFT_OVER_PATTERN
    found = pattern.findall(text)
    return [
        Word(one, "number", one[:_MAX_DIGITS]) if one[0].isdecimal() else Word(one, None)
        for one in (re.sub(r"(?<=\d)[.,](?=\d)", "", word) for word in found)
    ]


@cache
def _list_exact(language: str) -> frozenset[str]:
    """List the words that end with an s and are no plural, like glasses and bus."""
    return frozenset(
        _clean(word)
        for _, _, words in _list_entries(language)
        for word in words
        if word.rstrip("!").endswith("s")
    )


@cache
def _compile(language: str) -> tuple[re.Pattern[str], dict[str, tuple[str, str, bool]]]:
    """Return what finds every known word of a language, and the meaning of each of its groups."""
    entries = [
        (word, kind, value) for kind, value, words in _list_entries(language) for word in words
    ]
    entries.sort(key=lambda entry: -len(entry[0].strip("+!")))
    parts, meanings = list[str](), dict[str, tuple[str, str, bool]]()
    for number, (word, kind, value) in enumerate(entries):
        ending = "" if word.endswith("!") or kind == "plain" else _ENDINGS[language]
        parts.append(f"(?P<g{number}>{re.escape(_clean(word))}{ending})")
        meanings[f"g{number}"] = (kind, value, word.startswith("+"))
    # Before a letter begins no word: "hat" is not in "that", but the article is in "l'arbre".
    before, after = (
        ("", "") if language == "ja" else (r"(?<![^\W_])(?<!\w-)(?=[^\W_])", r"(?![^\W_])")
    )
    joined = "|".join(f"{part}{after}" for part in parts)
    return re.compile(f"{before}(?:{joined})", re.IGNORECASE), meanings


def _clean(word: str) -> str:
    return word.strip("+!").replace("_", " ").lower()


def _list_entries(language: str) -> list[tuple[str, str, list[str]]]:
    """List kind, value and words of everything that is known in a language."""
    column = LANGUAGES.index(language) + 1
    entries = [("with", "", WITH_WORDS[language].split())]
    for kind, table in (("thing", THING_WORDS), ("worn", WORN_WORDS), ("colour", COLOUR_WORDS)):
        entries += [(kind, row[0], row[column].split()) for row in _list_rows(table)]
    for row in _list_rows(OTHER_WORDS):
        kind, _, value = row[0].partition(":")
        entries.append((kind, value, row[column].split()))
    return [*entries, ("plain", "", PLAIN_WORDS[language].split())]


@cache
def _list_rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


@cache
def list_german_names() -> dict[str, tuple[str, str]]:
    """Return the German name of each thing, and of several: the first word and plural."""
    names = {}
    for row in [*_list_rows(THING_WORDS), *_list_rows(WORN_WORDS), *_list_rows(COLOUR_WORDS)]:
        first, *others = row[2].split()
        plurals = [word[1:].title() for word in others if word.startswith("+")]
        name = first.strip("!")
        names[row[0]] = (name, plurals[0] if plurals else name)
    return names
