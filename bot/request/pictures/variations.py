"""Whether a number of variations is wanted of a picture that is there already. Pure.

“Three variations with a hat” and “three variations of the cat” are of what was shown, “three
variations of a cat” are of a cat. See `phrases.py` for how many are wanted.
"""

from __future__ import annotations

import re

from bot.request.own_words import erase_quotes, normalize_letters
from bot.request.pictures.visible_things import PICTURE_NOUNS, VISIBLE_THING

_COUNTS = "two|three|four|zwei|drei|vier|deux|trois|quatre|dos|tres|cuatro|[2-4]"
_KINDS = "different|more|other|new|verschiedene|weitere|andere|neue|autres|nouvelles|otras|nuevas"
_NOUNS = r"variations?|variants?|variationen|varianten|variantes?|variaciones"
# What comes behind “of” where something is meant that was named or seen before.
_SHOWN = (
    r"of (?:the|it|that|this|these|those|him|her|them|my)"
    r"|davon|daraus|vom|von (?:dem|der|den|ihm|ihr|ihnen|diesem|dieser)|des|der"
    r"|d'elle|de (?:lui|la|l'|cette|cet|ce|ca|cela)|du|del|de (?:el|ella|eso|esto|este|esta)"
)
_PATTERN = re.compile(
    rf"\b(?:{_COUNTS}) (?:(?:{_KINDS}) )?(?:{_NOUNS})\b"
    # A list of what is to be drawn, or something of its own: “of a fox”, “von einem Fuchs”.
    rf"(?!\s*:)(?! (?!(?:{_SHOWN})\b)(?:of|von|des?|d'|eine[rs])\b)(?! (?:back|ago|earlier|zuruck))"
)
_JAPANESE_PATTERN = re.compile(
    r"(?:^|[、。 ])(?:(?:これ|それ|その|この)の?)?"
    r"(?:(?:バリエーション|パターン|別案)を?[2-4二三四](?:つ|枚|種類|通り)"
    r"|[2-4二三四](?:つ|枚|種類|通り)?の?(?:バリエーション|パターン|別案))"
)
# Texts have variations, too.
_TEXT_PATTERN = re.compile(
    r"\b(?:texts?|sentences?|words?|wordings?|titles?|headlines?|slogans?|claims?|names?|e-?mails?"
    r"|plans?|paragraphs?|answers?|code|functions?|text(?:es?|en)?|satz(?:es)?|satze|titels?"
    r"|uberschrift(?:en)?|namens?|antwort(?:en)?|phrases?|titres?|noms?|reponses?|frases?|titulos?"
    r"|nombres?|respuestas?|textos?)\b|文|題|名前|タイトル"
)
# “Two variations of a lighthouse logo”: without a verb it is an order where the thing is a picture.
_OF_ITS_OWN = rf" (?!(?:{_SHOWN})\b)(?:of|for|von|fur|eine[rs]|de|d'|pour|para)\b|:"
_WORDS_OF_PICTURES = r"names?|titles?|texts?|ideas?|prompts?"
_OWN_PATTERN = re.compile(
    rf"^\W*(?:{_COUNTS}) (?:(?:{_KINDS}) )?(?:{_NOUNS})(?:{_OF_ITS_OWN})"
    rf"[^.?!\n]{{1,80}}?\b{PICTURE_NOUNS}\b(?! (?:{_WORDS_OF_PICTURES})\b)"
)
# “Three variations of a red car in the city”.
_THING_PATTERN = re.compile(
    rf"^\W*(?:{_COUNTS}) (?:(?:{_KINDS}) )?(?:{_NOUNS})"
    rf" (?:of an?|von eine[rm]|eine[rs]|d'une?|de un[ao]?) {VISIBLE_THING}"
    r"(?![^.?!\n]*[.?!:;]\s*\S)"
)
_MAX_CHARS = 300


def is_of_what_is_shown(text: str) -> bool:
    """Whether `text` asks for variations of something that it does not describe itself.

    Only of short messages: a longer one describes what it wants.
    """
    if len(text) > _MAX_CHARS:
        return False
    words = normalize_letters(erase_quotes(text))
    if _TEXT_PATTERN.search(words):
        return False
    return bool(_PATTERN.search(words) or _JAPANESE_PATTERN.search(words))


def is_of_a_new_picture(text: str) -> bool:
    """Whether `text` begins with a number of variations of a picture that it describes itself."""
    words = normalize_letters(erase_quotes(text[:_MAX_CHARS]))
    if _TEXT_PATTERN.search(words):
        return False
    return bool(_THING_PATTERN.search(words) or _OWN_PATTERN.search(words))
