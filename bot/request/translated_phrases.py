"""Options in plain words of German, French, Spanish and Japanese. See `phrases.py`. Pure.

Patterns are held against simplified text: small letters, no accents, quotes blanked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from bot.domain.options import OutputFormat, RequestOptions

_T = TypeVar("_T")
_SHAPES = {
    "3:2": r"\b(?:querformat|im breitformat|format paysage|mode paysage|format horizontal"
    r"|en paysage|formato (?:apaisado|horizontal)|en horizontal)\b|横長|横向き",
    "2:3": r"\b(?:hochformat|format (?:portrait|vertical)|mode portrait"
    r"|formato (?:vertical|retrato)|en vertical)\b|縦長|縦向き",
    "1:1": r"\bquadratisch\w*\b|\b(?:format carre|image carree|formato cuadrado|imagen cuadrada)\b"
    r"|正方形|真四角",
    "16:9": r"\b(?:breitbild|grand ecran|pantalla ancha)\b|ワイド(?:画面|スクリーン)",
}
_QUALITIES = {
    "low": r"\b(?:niedrige[rn]? qualitat|basse qualite|qualite basse|baja calidad|calidad baja)\b"
    r"|低(?:品質|画質)",
    "medium": r"\b(?:mittlere[rn]? qualitat|qualite moyenne|moyenne qualite|calidad media"
    r"|media calidad)\b|中(?:品質|画質)",
    "high": r"\b(?:hohe[rn]? qualitat|bester qualitat|haute qualite|qualite (?:elevee|haute)"
    r"|alta calidad|calidad alta)\b|高(?:品質|画質)",
}
_BACKGROUNDS = {
    "transparent": r"\b(?:transparent\w* hintergrund|hintergrund transparent"
    r"|(?:fond|arriere-plan) transparent|fondo transparente)\b|背景[をはが]?透明|透明な?背景"
    r"|背景透過|透過背景",
}
_EFFORTS = {
    "high": r"\b(?:denke? (?:gut|genau|grundlich) nach|uberlege? (?:dir )?(?:es )?gut"
    r"|reflechis (?:bien|longuement)|piensa(?:lo)? (?:bien|mucho)|piensa con cuidado)\b"
    r"|(?:よく|じっくり)考えて",
    "low": r"\b(?:antworte schnell|schnelle antwort|reponds vite|reponse rapide"
    r"|responde rapido|respuesta rapida)\b|(?:すぐ(?:に)?|素早く)答えて",
}
_TEXT_ONLY_PATTERN = re.compile(
    r"\b(?:nur text|keine bilder|ohne bild(?:er)?|texte seulement|seulement du texte|sans images?"
    r"|pas d'images?|solo texto|sin imagen(?:es)?)\b"
    r"|(?:文章|テキスト)だけで|画像なしで|画像はいらない"
)
_FORMAT_PATTERN = re.compile(
    r"\b(?:extrahiere?|lies|gib|zeige?|liste|schreib|exportiere?|wandle|mache?|extrais|liste|donne"
    r"|convertis|mets|montre|exporte|ecris|transforme|extrae|lee|lista|enumera|dame(?:l[oa])?|pasame(?:l[oa])?|envia(?:me(?:l[oa])?)?|schick(?:e)?|envoie|convierte|pon"
    r"|muestra|exporta|escribe)\b.{0,200}?\b(?:als|in|en|sous forme de|comme|como|a) "
    r"(?:eine? |une? |una? )?(json|csv|tabelle|tableau|tableur|tabla)\b[ \t]*(?:$|[.!?,;:])"
    r"|(json|csv|表|テーブル)(?:に|で|として)(?:して|まとめて|出力|変換|抽出|出して|書いて)",
    re.DOTALL | re.MULTILINE,
)
_FORMATS = {"json": OutputFormat.JSON, "csv": OutputFormat.CSV}
_COUNTS = {
    "zwei": 2, "drei": 3, "vier": 4, "deux": 2, "trois": 3, "quatre": 4, "dos": 2, "tres": 3,
    "cuatro": 4, "二": 2, "三": 3, "四": 4, "2": 2, "3": 3, "4": 4,
}  # fmt: skip
_ROMAN_COUNTS = "|".join(word for word in _COUNTS if word.isascii())
_VARIATIONS_PATTERN = re.compile(
    rf"\b({_ROMAN_COUNTS}) (?:(?:verschiedene|weitere|andere|autres|otras) )?"
    r"(variant(?:en|es?|as?)|variation(?:en|s)?|variaciones|versionen|versions|versiones)\b"
    r"(?! (?:zuruck|en arriere|atras))"
    r"|([2-4二三四])(?:つ|枚|種類|通り)?の?(バリエーション|パターン|別案)"
    r"|(バリエーション|パターン|別案)を?([2-4二三四])(?:つ|枚|種類|通り)"
    # Pictures are counted in sheets; “つ” after any other noun counts what is drawn.
    r"|(を)([2-4二三四])(?:枚|種類|通り|パターン)(?=(?:の(?:画像|絵|写真)を?)?(?:描|作|生成))"
)
_EXISTING_VERSIONS_PATTERN = re.compile(
    r"\b(?:zuruck|vergleiche?|zwischen|letzten|ersten|beiden|diese|den|die|entre|compare[rz]?|les|ces"
    r"|des|dernieres|premieres|compara|las|estas|esas|ultimas|primeras) *$"
)


def read_translated_phrases(text: str, *, is_about_pictures: bool) -> RequestOptions:
    """Read the options that simplified `text` sets in words.

    The shape, the quality and most counts hold only for pictures.
    """
    found = _FORMAT_PATTERN.search(text)
    name = "" if found is None else found[1] or found[2]
    return RequestOptions(
        effort=_find(_EFFORTS, text),
        output_format=_FORMATS.get(name, OutputFormat.TABLE) if name else None,
        text_only=True if _TEXT_ONLY_PATTERN.search(text) else None,
        aspect=_find(_SHAPES, text) if is_about_pictures else None,
        quality=_find(_QUALITIES, text) if is_about_pictures else None,
        background=_find(_BACKGROUNDS, text),
        variations=_read_variations(text, is_about_pictures=is_about_pictures),
    )


def _find(patterns: Mapping[_T, str], text: str) -> _T | None:
    return next((value for value, pattern in patterns.items() if re.search(pattern, text)), None)


def _read_variations(text: str, *, is_about_pictures: bool) -> int | None:
    found = _VARIATIONS_PATTERN.search(text)
    if found is None:
        return None
    noun = found[2] or found[4] or found[5] or found[7]
    if not is_about_pictures and not noun.startswith(("variat", "variac", "バリ")):
        return None
    if _EXISTING_VERSIONS_PATTERN.search(text[: found.start()]):
        return None
    return _COUNTS.get(found[1] or found[3] or found[6] or found[8])
