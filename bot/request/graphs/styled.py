"""Tells whether a message wants a picture of what files compute to, in a style of its own. Pure.

“Draw the architecture as a watercolour map”: the model draws, from the graph that Easel computes.
"""

from __future__ import annotations

import re

from bot.request.own_words import erase_quotes, normalize_letters

_MAX_CHARS = 600
_VERB = re.compile(
    r"\b(?:draw|paint|sketch|illustrate|visuali[sz]e|render|make|create|generate|show|turn|design"
    r"|zeichne\w*|male?|malen|skizzier\w*|visualisier\w*|erstell\w*|mach\w*|stell\w*|gestalte\w*"
    r"|dessin\w*|peins|peindre|illustre\w*|trace\w*|cree\w*|fais|faire|faites|visualise\w*"
    r"|represente\w*|dibuja\w*|pinta\w*|ilustra\w*|crea\w*|haz\w*|hacer|representa\w*|muestra\w*)\b"
    r"|描|作っ|作成|可視化|イラスト"
)
# Of code, whatever else is told.
_DEPENDENCIES = (
    r"\bdependenc(?:y|ies)\b|\babhangigkeit|\babhaengigkeit|\bdependances?\b|\bdependencias?\b"
    r"|依存関係|依存グラフ"
)
_STRUCTURE = (
    r"\barchitectures?\b|\barchitektur|\barquitectura|アーキテクチャ|構成図|システム構成"
    r"|\b(?:modules?|services?|components?|packages?|system|code ?base|code|repo(?:sitory)?)"
    r" (?:map|graph|structure|diagram|overview|landscape|layout)"
    r"|\bstructure of (?:the|this|our|my)\b|\b(?:modul|system|dienste?|code|projekt)-?(?:karte"
    r"|struktur|landschaft|ubersicht|diagramm)|\bstructure (?:du|de ce|de la|de notre)\b"
    r"|\bestructura (?:del?|de este)\b"
)
_OWN_CODE = re.compile(
    rf"{_DEPENDENCIES}|\b(?:code|repo(?:sitory)?|project|services?|modules?|manifest|lock ?file|zip"
    r"|terraform|compose|projekt\w*|dienste?|projet|depot|proyecto|repositorio|codigo)\b"
    r"|コード|リポジトリ|プロジェクト"
)
_SUBJECT = re.compile(f"{_DEPENDENCIES}|{_STRUCTURE}")


def is_styled_graph(text: str, *, has_files: bool) -> bool:
    """Whether `text` asks to draw what depends on what.

    Without files of its own (`has_files`) it has to say that code is meant.
    """
    words = normalize_letters(erase_quotes(text[:_MAX_CHARS])).casefold()
    if not _VERB.search(words) or not _SUBJECT.search(words):
        return False
    return has_files or bool(_OWN_CODE.search(words))
