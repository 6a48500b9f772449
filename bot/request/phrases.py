"""Options in plain words: “in 16:9”, “high quality”, “as a table”, “think hard”. Pure.

Read narrowly: an option that is missed is still in the message, and the model reads it there; one
that was not meant would change the answer. Words never raise; flags, in `flags.py`, do.
"""

from __future__ import annotations

import re

from bot.domain.options import OutputFormat, RequestOptions
from bot.request import translated_words
from bot.request.flags import ASPECTS
from bot.request.own_words import erase_quotes, normalize_letters
from bot.request.pictures.drawing_wishes import is_drawing_request
from bot.request.pictures.variations import is_of_what_is_shown
from bot.request.translated_phrases import read_translated_phrases

# Not “at 16:9 o'clock”, “they won 3:2”, “Genesis 3:2”.
_ASPECT_PATTERN = re.compile(
    rf"(?<![\d:])({'|'.join(re.escape(a) for a in ASPECTS[:-1])})"
    r"(?!\d|:\d|,? ?(?:o['’]?clock|uhr|a\.?m\b|p\.?m\b))",
    re.IGNORECASE,
)
# « En 16/9 », “format 4/3”; not “in 3/4 time”.
_SLASH_PATTERN = re.compile(
    r"\b(?:en|in|im|as|au|a|format|ratio|formato|verhaltnis) (?:format |formato )?"
    r"(16/9|9/16|21/9|4/3)(?![\d/])"
)
_SCORE_PATTERN = re.compile(
    r"\b(?:wins?|won|los[et]|scored?|scores|leads?|led|beat|genesis|psalm|verse|chapter|odds"
    r"|gewinnt|gewann|siegt|verliert|verlor|gagne|perd|gana|gano|pierde) (?:by |with |mit |por )?$",
    re.IGNORECASE,
)
_SHAPE_PATTERNS = (
    (re.compile(r"\b(in|as|im) (a )?(landscape|querformat)( format| orientation)?\b", re.I), "3:2"),
    (re.compile(r"\b(in|im) (portrait (format|orientation|mode)|hochformat)\b", re.I), "2:3"),
    (re.compile(r"\b(square|quadratisch\w*) (format|picture|image|bild)\b", re.I), "1:1"),
    (re.compile(r"\b(in|as) wide ?screen\b", re.I), "16:9"),
)
_QUALITY_PATTERN = re.compile(
    r"\b(?:in |with |mit |at )?(low|medium|high)[- ]quality\b", re.IGNORECASE
)
_TRANSPARENT_PATTERN = re.compile(r"\btransparent\w* (?:background|hintergrund)\b", re.IGNORECASE)
_THINK_HARD_PATTERN = re.compile(
    r"\bthink (?:very |really )?(?:hard|harder|carefully|deeply)\b|\bdenk(?:e)? gut nach\b",
    re.IGNORECASE,
)
_QUICK_ANSWER_PATTERN = re.compile(
    r"\b(?:answer quickly|quick answer|don'?t think)\b", re.IGNORECASE
)
_TEXT_ONLY_PATTERN = re.compile(
    r"\b(?:text only|no pictures?|without (?:a )?pictures?|don'?t draw|nur text"
    r"|ohne bild(?:er)?)\b",
    re.IGNORECASE,
)
_FORMAT_PATTERN = re.compile(
    r"\b(?:extract|read|list|give|return|answer|output|convert|turn|put|show|export|format|write"
    r"|make|transcribe|lies|gib|zeig)\b.{0,200}?\b(?:as|into|in|to|als) (?:an? |eine )?"
    r"(json|csv|table|tabelle|spreadsheet)\b[ \t]*(?:$|[.!?,;:])",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
_FORMATS = {"json": OutputFormat.JSON, "csv": OutputFormat.CSV}
_PICTURE_PATTERN = re.compile(
    r"\b(picture|image|draw|paint|illustrat|logo|poster|bild|zeichne|male)", re.IGNORECASE
)
_COUNT_WORDS = {
    "two": 2,
    "three": 3,
    "four": 4,
    "zwei": 2,
    "drei": 3,
    "vier": 4,
    "2": 2,
    "3": 3,
    "4": 4,
}
_VARIATIONS_PATTERN = re.compile(
    rf"\b({'|'.join(_COUNT_WORDS)})\b"
    r" (?:(?:different|more|other|new|verschiedene|weitere|andere) )?"
    r"(variations?|variants?|versions?|alternatives|options|takes|varianten|variationen|versionen)"
    r"\b(?! (?:back|ago|earlier|zurück))",
    re.IGNORECASE,
)
_EXISTING_VERSIONS_PATTERN = re.compile(
    r"\b(?:back|compare|between|difference|last|previous|first|both|these|those|of the|the|which)"
    r"(?: of)? *$",
    re.IGNORECASE,
)
_MAX_READ_CHARS = 4_000


def is_about_pictures(text: str) -> bool:
    """Whether a message speaks of pictures: one might be missed in the answer."""
    text = text[:_MAX_READ_CHARS]
    return bool(
        _PICTURE_PATTERN.search(text)
        or translated_words.PICTURE_PATTERN.search(normalize_letters(text))
    )


def read_phrases(text: str) -> RequestOptions:
    """Read the options that a message sets in words, in any of Easel's languages."""
    text = erase_quotes(text[:_MAX_READ_CHARS])
    speaks = is_about_pictures(text) or is_of_what_is_shown(text)
    draws = speaks or is_drawing_request(text)
    translated = read_translated_phrases(normalize_letters(text), is_about_pictures=draws)
    return _read_english_phrases(text, speaks=speaks, draws=draws).override(translated)


def _read_english_phrases(text: str, *, speaks: bool, draws: bool) -> RequestOptions:
    """Read English options. `speaks` of pictures in its words; `draws`: or asks to draw at all."""
    form = _FORMAT_PATTERN.search(text)
    quality = _QUALITY_PATTERN.search(text)
    return RequestOptions(
        effort="high"
        if _THINK_HARD_PATTERN.search(text)
        else "low"
        if _QUICK_ANSWER_PATTERN.search(text)
        else None,
        output_format=None if form is None else _FORMATS.get(form[1].lower(), OutputFormat.TABLE),
        text_only=True if _TEXT_ONLY_PATTERN.search(text) else None,
        aspect=read_aspect(text) if draws else None,
        quality=quality[1].lower() if quality and speaks else None,
        background="transparent" if _TRANSPARENT_PATTERN.search(text) else None,
        variations=_read_variations(text, is_about_pictures=draws),
    )


def _read_variations(text: str, *, is_about_pictures: bool) -> int | None:
    """Read “three variations”; not “back three versions” or “compare two versions”.

    Texts have options and versions, too: those count only where the message is about pictures.
    """
    found = _VARIATIONS_PATTERN.search(text)
    if found is None or not (is_about_pictures or found[2].lower().startswith("variat")):
        return None
    if _EXISTING_VERSIONS_PATTERN.search(text[: found.start()]):
        return None
    return _COUNT_WORDS.get(found[1].lower())


def read_aspect(text: str) -> str | None:
    """Return the shape that a message asks for, as `ASPECTS` has it."""
    for exact in _ASPECT_PATTERN.finditer(text):
        if not _SCORE_PATTERN.search(text[: exact.start()]):
            return exact[1]
    if slashed := _SLASH_PATTERN.search(normalize_letters(text)):
        return slashed[1].replace("/", ":")
    return next((aspect for shape, aspect in _SHAPE_PATTERNS if shape.search(text)), None)
