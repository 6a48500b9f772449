"""Takes out of a wish the words that only say where something changes. Pure.

“Only B3: make it blue” is “make it blue”, and so is “make what I circled blue”. Which part is
meant, the model sees by other means: see `model/marked_parts.py`.
"""

from __future__ import annotations

import re

_CELLS_PATTERN = re.compile(
    r"(?i)(?:\b(?:only|just|nur|seulement|uniquement|s[oó]lo|solamente) )?\b[a-l]\d{1,2}(?!\w)"
    r"(?: ?(?:to|bis|à|a|and|und|et|y|から|,|-) ?[a-l]\d{1,2}(?!\w))*(?:まで)?"
    r"(?:だけ|のみ)?を?[:：,]?",
    re.ASCII,
)
_MARKED = (
    "circled|encircled|marked|painted(?: over)?|brushed(?: over)?|outlined|highlighted|boxed"
    "|crossed out|drew (?:around|over|on)|pointed (?:at|to)"
)
_GERMAN_MARKED = "eingekreist|umkringelt|umrandet|markiert|angemalt|übermalt|angestrichen"
# Each with what stands for it in a wish.
_MARKED_PATTERNS = (
    (
        rf"\b(?:what|the (?:\w+ )?(?:that|which)?)\s*(?:I|we)(?:'ve|’ve| have)? (?:{_MARKED})\b"
        r"|\bthe (?:circled|marked|outlined|highlighted|painted) (?:part|area|thing|one|place)\b",
        "it",
    ),
    (
        rf"\b(?:das,? )?was ich (?:{_GERMAN_MARKED})(?: habe)?\b"
        r"|\b(?:den|die|das) (?:eingekreisten?|umrandeten?|markierten?)"
        r" (?:teil|bereich|stelle|fläche)\b",
        "es",
    ),
    (r"\bce que j['’]ai (?:entouré|encerclé|marqué|surligné|peint)", "le"),
    (r"\blo que (?:he )?(?:marcado|marqué|rodeado|rodeé|pintado|pinté)", "lo"),
    (r"(?:丸で)?(?:囲んだ|印をつけた|マークした|塗った)(?:部分|ところ|所|もの)", "これ"),
)
# What is left out of what changes: a cell, a number, a mark.
_LEFT_OUT = (
    r"(?:it|them|es|le|la|lo|\d{1,2}|[a-l]\d{1,2}(?: ?(?:to|and|bis|und|à|et|a|y|,|-) ?[a-l]\d{1,2})*"
    r"|(?:the|d(?:en|ie|as)) (?:\w+ ){0,2}(?:ones?|circles?|box(?:es)?|arrows?|areas?|parts?|marks?"
    r"|kreis\w*|kasten|teil|bereich))\b"
)
# Of all but a part: what changes is then the rest.
_REST_PATTERNS = (
    (
        rf"\b(?:everything|anything|all)(?: else)? (?:except|but|outside(?: of)?|around) {_LEFT_OUT}",
        "it",
    ),
    (rf"\balles (?:außer(?:halb)?|bis auf)(?: von)? {_LEFT_OUT}", "es"),
    (rf"\btout (?:sauf|excepté|hors) {_LEFT_OUT}", "ça"),
    (rf"\btodo (?:menos|excepto|salvo) {_LEFT_OUT}", "lo"),
    (r"[a-l]\d{1,2}(?:から[a-l]\d{1,2})?(?:まで)?以外(?:の部分)?を?", "これを"),
    (r"\b(?:leave|keep) (?:it|them)(?: all)? as (?:it is|they are|is),? ?(?:and|but)?", ""),
    (r"\b(?:the rest|all else|everything else)\b", "it"),
    (r"\b(?:den rest|alles andere)\b", "es"),
)
# What a part is to be made of, as a colour.
_MATERIALS = {"grass": "green", "water": "blue", "snow": "white", "sand": "yellow"}
_MATERIAL_PATTERN = re.compile(
    rf"^\W*(?:change|turn|make|fill)?(?: it)? ?(?:(?:in)?to|with) ({'|'.join(_MATERIALS)})\b",
    re.IGNORECASE,
)


def erase_part(question: str) -> str:
    """Return a question without its cells, “it” for “what I circled” and for all but that."""
    for pattern, word in (*_MARKED_PATTERNS, *_REST_PATTERNS):
        question = re.sub(pattern, word, question, flags=re.IGNORECASE)
    question = " ".join(_CELLS_PATTERN.sub(" ", question).split())
    return _MATERIAL_PATTERN.sub(lambda found: _name_material(found[1]), question)


def _name_material(word: str) -> str:
    return f"make it {_MATERIALS[word.lower()]}"
