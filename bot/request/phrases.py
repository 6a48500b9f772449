"""Wishes in plain words: “in 16:9”, “high quality”, “as a table”, “think hard”. Pure.

Read narrowly: a wish that is missed is still in the message, and the model reads it there; one that
was not meant would change the answer. Words never raise; flags, in `flags.py`, do.
"""

from __future__ import annotations

import re

from bot.domain.options import Form, Parameters
from bot.request.flags import ASPECTS

_DRAW = re.compile(
    r"^\W*(?:(?:please|now|can you|could you|bitte|kannst du)\s+)*(?:draw|paint|sketch|illustrate"
    r"|zeichne|male|dessine"
    r"|(?:make|create|generate|render|design|erstelle|mach)\b.{0,30}?\b(?:picture|image|drawing"
    r"|illustration|painting|photo|logo|icon|poster|bild|foto))\b",
    re.IGNORECASE | re.DOTALL,
)
_ASPECT = re.compile(rf"(?<![\d:])({'|'.join(re.escape(a) for a in ASPECTS[:-1])})(?![\d:])")
_SHAPES = (
    (re.compile(r"\b(in|as|im) (a )?(landscape|querformat)( format| orientation)?\b", re.I), "3:2"),
    (re.compile(r"\b(in|im) (portrait (format|orientation|mode)|hochformat)\b", re.I), "2:3"),
    (re.compile(r"\b(square|quadratisch\w*) (format|picture|image|bild)\b", re.I), "1:1"),
    (re.compile(r"\b(in|as) wide ?screen\b", re.I), "16:9"),
)
_QUALITY = re.compile(r"\b(?:in |with |mit |at )?(low|medium|high)[- ]quality\b", re.IGNORECASE)
_TRANSPARENT = re.compile(r"\btransparent\w* (?:background|hintergrund)\b", re.IGNORECASE)
_THINK = re.compile(
    r"\bthink (?:very |really )?(?:hard|harder|carefully|deeply)\b|\bdenk(?:e)? gut nach\b",
    re.IGNORECASE,
)
_QUICK = re.compile(r"\b(?:answer quickly|quick answer|don'?t think)\b", re.IGNORECASE)
_WORDS_ONLY = re.compile(
    r"\b(?:text only|no pictures?|without (?:a )?pictures?|don'?t draw|nur text"
    r"|ohne bild(?:er)?)\b",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"\b(?:extract|read|list|give|return|answer|output|convert|turn|put|show|export|format|write"
    r"|make|transcribe|lies|gib|zeig)\b.{0,200}?\b(?:as|into|in|to|als) (?:an? |eine )?"
    r"(json|csv|table|tabelle|spreadsheet)\b[ \t]*(?:$|[.!?,;:])",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
_FORMS = {"json": Form.JSON, "csv": Form.CSV}
_PICTURE = re.compile(
    r"\b(picture|image|draw|paint|illustrat|logo|poster|bild|zeichne|male)", re.IGNORECASE
)
_COUNTS = {"two": 2, "three": 3, "four": 4, "zwei": 2, "drei": 3, "vier": 4, "2": 2, "3": 3, "4": 4}
_VARIATIONS = re.compile(
    rf"\b({'|'.join(_COUNTS)})\b (?:(?:different|more|other|new|verschiedene|weitere|andere) )?"
    r"(variations?|variants?|versions?|alternatives|options|takes|varianten|variationen|versionen)"
    r"\b(?! (?:back|ago|earlier|zurück))",
    re.IGNORECASE,
)
_ABOUT_VERSIONS = re.compile(
    r"\b(?:back|compare|between|difference|last|previous|first|both|these|those|of the|the|which)"
    r"(?: of)? *$",
    re.IGNORECASE,
)
_MOST_READ = 4_000


def asks_to_draw(text: str) -> bool:
    """Whether a message begins by asking for a picture to be made."""
    return bool(_DRAW.search(text[:_MOST_READ]))


def read_words(text: str) -> Parameters:
    """What a message wishes for in words."""
    said = text[:_MOST_READ]
    drawing = bool(_PICTURE.search(said))
    form = _FORM.search(said)
    quality = _QUALITY.search(said)
    return Parameters(
        effort="high" if _THINK.search(said) else "low" if _QUICK.search(said) else None,
        form=None if form is None else _FORMS.get(form[1].lower(), Form.TABLE),
        text_only=True if _WORDS_ONLY.search(said) else None,
        aspect=_aspect(said) if drawing or asks_to_draw(said) else None,
        quality=quality[1].lower() if quality and drawing else None,
        background="transparent" if _TRANSPARENT.search(said) else None,
        variations=_variations(said, drawing=drawing or asks_to_draw(said)),
    )


def _variations(said: str, *, drawing: bool) -> int | None:
    """“three variations”; but “back three versions” and “compare two versions” are none.

    Texts have options and versions, too: those count only where pictures are spoken of.
    """
    found = _VARIATIONS.search(said)
    if found is None or not (drawing or found[2].lower().startswith("variat")):
        return None
    if _ABOUT_VERSIONS.search(said[: found.start()]):
        return None
    return _COUNTS[found[1].lower()]


def _aspect(said: str) -> str | None:
    exact = _ASPECT.search(said)
    if exact:
        return exact[1]
    return next((aspect for shape, aspect in _SHAPES if shape.search(said)), None)
