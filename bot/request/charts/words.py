"""Tells whether a message asks for a chart of a table, or for a change to the last one. Pure.

What is found here counts only where there is a table: “draw a bar chart of a cat” without one is
an ordinary question. The patterns are in five languages, without accents.
"""

from __future__ import annotations

import re

from bot.request.own_words import erase_quotes, normalize_letters

_MAX_CHARS, _MAX_CHANGE_CHARS = 600, 120
_KINDS_EN = (
    r"(?:(?:bar|pie|line|area|column|scatter|stacked|grouped|box|donut|doughnut|trend)[ -]?"
    r"(?:chart|graph|plot|diagram)s?|charts?|graphs?|plots?|histograms?|heat ?maps?|box ?plots?"
    r"|scatter ?plots?|pie of|(?:as|into|in|with) (?:an? )?(?:stacked |grouped |horizontal )?"
    r"(?:bars?|columns|pie|lines?|areas?))"
)
_WISHES = (
    r"^(?:\W*(?:please|pls|can you|could you|would you|easel|hi|hey|now|and)[ ,]+)*"
    r"(?:plot|graph|chart|visuali[sz]e)\b",
    rf"\b(?:plot|graph|chart|visuali[sz]e|draw|make|create|build|show|give|generate|produce|render"
    rf"|turn|convert|display|want|need|like)\b[^.?!\n]{{0,120}}\b{_KINDS_EN}\b",
    r"\b(?:zeichne|erstell\w*|mach\w*|zeig\w*|stell\w*|plotte|visualisier\w*|generier\w*|wandle"
    r"|brauche|hatte|haette|mochte|moechte|will)\b[^.?!\n]{0,120}"
    r"(?:diagramm|balken|saulen|saeulen|\btorte|kreis|linien?\b|histogramm|\bgrafik|\bchart\b|\bgraph\b"
    r"|heatmap|kurve|\bplot)",
    r"^\W*(?:bitte )?(?:ein )?(?:\w*diagramm|grafik) (?:aus|von|zu|mit|uber|ueber|fur)\b",
    r"\b(?:plotte|visualisiere?)\b",
    r"\b(?:trace\w*|dessine\w*|fais|faire|faites|cree\w*|montre\w*|affiche\w*|represente\w*"
    r"|visualise\w*|genere\w*|mets|veux|voudrais)\b[^.?!\n]{0,120}"
    r"(?:graphique|graphe|diagramme|courbe|histogramme|camembert|barres|nuage de points|secteurs)",
    r"^\W*(?:un )?(?:graphique|diagramme|camembert|histogramme) (?:de|des|du|a partir)\b",
    r"\b(?:dibuja\w*|haz\w*|hacer|crea\w*|muestra\w*|grafica\w*|genera\w*|traza\w*|visualiza\w*"
    r"|representa\w*|pon\w*|quiero|necesito)\b[^.?!\n]{0,120}"
    r"(?:grafic[oa]|diagrama|barras|tarta|pastel|circular|lineas|histograma|dispersion|datos|csv)",
    r"^\W*(?:un )?(?:grafico|diagrama|histograma) (?:de|del|con)\b",
    r"(?:グラフ|チャート|ヒストグラム|散布図|箱ひげ図|ヒートマップ)[^。？！\n]{0,40}"
    r"(?:描|作|して|表示|可視化|見せ|出し|ください|お願い|にする)",
    r"(?:可視化|プロット)(?:して|を|する)",
)
# Charts that no table is behind, and pictures.
_OTHER_THINGS = re.compile(
    r"\b(?:illustration|painting|photo|logo|icon|cartoon|sketch|flow ?charts?"
    r"|org(?:anization)? ?charts?"
    r"|gantt|mermaid|sequence diagram|dependency graph|knowledge graph|architecture|architektur\w*"
    r"|ablauf\w*|abhangigkeit\w*|fluss\w*diagramm|organigram\w*|dependances|dependencias|graphviz)\b"
)
_QUESTION = re.compile(
    r"^\W*(?:what|why|how|which|who|explain|describe|was|warum|wie|welche\w*|erklar\w*|que|pourquoi"
    r"|explique\w*|por que|explica\w*)\b"
    r"(?!.*\b(?:plot|chart|graph|diagramm) (?:it|this|that|das)\b)"
)
_TABLE_WORDS = re.compile(
    r"\.(?:csv|tsv|xlsx|xlsm|json|jsonl)\b|\b(?:csv|tsv|excel|xlsx|spread ?sheet|data ?set|table"
    r"|this file|the file|this data|the data|tabelle|daten|datei|tableau|donnees|fichier|tabla"
    r"|datos"
    r"|archivo)\b|表|データ|ファイル"
)
_PATTERNS = tuple(re.compile(pattern) for pattern in _WISHES)

_KIND_WORDS = (
    r"(?:stacked |grouped |horizontal )?(?:bars?|columns?|lines?|pie|area|scatter|histogram"
    r"|heat ?map"
    r"|box ?plot)s?(?:[ -](?:chart|graph|plot))?"
)
_TIMES = (
    r"(?:hour|day|week|month|quarter|year|stunde|tag|woche|monat|quartal|jahr|heure|jour|semaine"
    r"|mois|trimestre|an|annee|hora|dia|semana|mes|ano)(?:s|e|en)?"
)
_OF_WHAT = (
    r"(?: (?:of|by|per|for|from|von|nach|pro|je|aus|de|des|par|del|por|con) [\w .,&-]{1,60}?)?"
)
_COUNT = r"(?:\d{1,3}|three|five|ten|drei|funf|zehn|trois|cinq|dix|tres|cinco|diez)"
_CHANGES = (
    rf"(?:as|in|into|make (?:it|that)|show (?:it|that) as|turn (?:it|that) into|now as|rather)"
    rf" (?:an? )?{_KIND_WORDS}{_OF_WHAT}",
    rf"(?:now |and |rather )?(?:by|per|nach|pro|je|par|por) {_TIMES}",
    r"(?:by|per|nach|pro|je|par|por) (?!the way|now\b|then\b|chance|favor|que\b|ejemplo|exemple"
    r"|mail\b)(?:[\w.&-]+ ?){1,3}",
    r"(?:with |on |use )?(?:an? )?log(?:arithmic)? (?:scale|axis)"
    r"|(?:mit )?logarithmisch\w*(?: (?:achse|skala|skalierung))?"
    r"|(?:mit )?log(?:arithmische\w*)?[ -]?skala|echelle log\w*|escala log\w*"
    r"|対数(?:目盛|軸|スケール)?",
    r"(?:only|just|nur|seulement|uniquement|solo|solamente) (?:the |die |les |los )?"
    r"[\w .,&-]{1,40}",
    r"[\d年月第四半期〜~]{2,20}(?:だけ|のみ)",
    r"(?:without|ohne|sans|sin) (?:the |die |les |los )?[\w .,&-]{1,40}",
    rf"(?:the )?(?:top|first|largest) {_COUNT}|(?:die )?(?:top|grossten|groessten|ersten) {_COUNT}"
    rf"|die {_COUNT} (?:grossten|groessten|ersten)|les {_COUNT} (?:plus grand|premier|premiere)e?s"
    rf"|l[oa]s {_COUNT} (?:mayores|primer[oa]s)|l[oa]s primer[oa]s {_COUNT}"
    r"|上位 ?\d{1,3}(?:件|位|個)?",
    r"(?:add|with|mit|avec|ajoute|con|anade|fuge) (?:an? |eine[mnr]? |une? |una )?(?:trend ?line"
    r"|trend|trendlinie|moving average|(?:ligne |courbe |droite )?(?:de )?tendance"
    r"|(?:linea |recta )?(?:de )?tendencia)(?: hinzu)?"
    r"|(?:トレンド|傾向|近似)(?:線|ライン|曲線)?を?(?:付け|つけ|加え|追加|入れ)\w*",
    r"sort(?:ed|iert|iere)?\b.{0,40}|(?:tri|ordena)\w*\b.{0,40}",
    r"stack(?:ed)?(?: them| it)?|gestapelt|empile\w*|apilad\w*|積み上げ",
    r"(?:als|lieber als|doch als) (?:\w*balken|\w*saulen|\w*saeulen|linien?|torte|kreis|flache"
    rf"|punkte|histogramm)\w*{_OF_WHAT}",
    r"(?:en|plutot en) (?:\w+ )?(?:barres|courbe|ligne|camembert|secteurs|histogramme)s?"
    rf"{_OF_WHAT}",
    rf"(?:en|como|con) (?:un |una )?(?:barras|lineas?|tarta|pastel|circular|histograma){_OF_WHAT}",
    r"(?:[\wー]{1,20}(?:別|ごと)の)?(?:(?:棒|折れ線|円|面|積み上げ)グラフ|棒|折れ線)(?:で|に|にして)?|(?:日|週|月|四半期|年)(?:ごと|別)(?:に|で)?",
)
# Only with a table in the same message: alone, these words may mean anything.
_DRAWN_WAY = re.compile(
    r"\b(?:as|in|into|with) (?:an? |one )?(?:stacked |grouped |horizontal )?"
    r"(?:bars?|pie|areas?|donut|doughnut|box ?plots?)\b|\bas (?:an? |one )?lines?\b"
    rf"|^\W*(?:an? )?{_KIND_WORDS} (?:of|by|per|for)\b"
    r"|\b(?:als|mit|in) (?:eine[mnr]? )?(?:\w*balken|\w*saulen|\w*saeulen|linien?|torte|kreis"
    r"|flache|histogramm|kurve)(?:diagramm)?\b"
    r"|^\W*(?:balken|saulen|saeulen|linien?|torte) (?:pro|je|nach|von)\b"
    r"|\b(?:en|avec des|par) (?:barres|courbes?|camembert|secteurs|histogramme)\b"
    r"|^\W*(?:barres|courbe|camembert) (?:par|des?|du)\b"
    r"|\b(?:en|como|con) (?:un |una )?(?:barras|tarta|pastel|circular|histograma)\b"
    r"|\bcomo lineas?\b|^\W*(?:barras|lineas|tarta) (?:por|de)\b"
    r"|(?:棒|折れ線|円|面|積み上げ)グラフ|折れ線"
    r"|\b(?:second|secondary|right|2nd) (?:y[ -]?)?axis\b|\bzweite[rn]? achse\b"
    r"|\b(?:deuxieme|second) axe\b|\bsegundo eje\b|第2軸"
    r"|\blog(?:arithmic)? (?:scale|axis)\b|\blogarithmisch|\bechelle log|\bescala log|対数"
    r"|\btrend ?line\b|\btrendlinie\b|\b(?:courbe|droite|ligne) de tendance\b"
    r"|\blinea de tendencia\b"
    r"|\bsmall (?:charts|multiples)\b"
)
_WRITING = re.compile(
    r"\b(?:summari[sz]e|translate|write|describe|explain|list|zusammen|fasse|ubersetz\w*|schreib\w*"
    r"|resume\w*|tradui\w*|ecris|ecrire|resum\w*|traduc\w*|escrib\w*)\b|要約|翻訳"
)
_CHANGE_PATTERN = re.compile(
    r"\W*(?:(?:please|now|and|but|ok|bitte|und|jetzt|doch|et|maintenant|y|ahora|it|that|show|make"
    r"|plot|zeig|mach|das|es) ){0,3}"
    rf"(?:{'|'.join(_CHANGES)})"
    r"(?:して|してください|ください|お願い(?:します)?)?"
    r"(?: (?:instead|please|now|too|then|bitte|stattdessen|jetzt|s'il te plait|plutot|por favor"
    r"|mejor)){0,2}\W*"
)


def is_chart_of_own_table(text: str) -> bool:
    """Whether a short `text` that comes with a table names a way of drawing: “as a pie”."""
    words = _normalize(text)
    if not 0 < len(words) <= _MAX_CHANGE_CHARS:
        return False
    if _OTHER_THINGS.search(words) or _QUESTION.search(words) or _WRITING.search(words):
        return False
    return bool(_DRAWN_WAY.search(words))


def is_chart_request(text: str) -> bool:
    """Whether `text` asks for a chart, if there is a table."""
    words = _normalize(text)
    if not words or _OTHER_THINGS.search(words) or _QUESTION.search(words):
        return False
    return any(pattern.search(words) for pattern in _PATTERNS)


def is_chart_of_a_table(text: str) -> bool:
    """Whether `text` asks for a chart, and says that it is one of a table or a file."""
    return is_chart_request(text) and bool(_TABLE_WORDS.search(_normalize(text)))


def is_chart_change(text: str) -> bool:
    """Whether `text` as a whole asks for a change to a chart: “as a line instead”, “only 2025”."""
    words = _normalize(text)
    return 0 < len(words) <= _MAX_CHANGE_CHARS and bool(_CHANGE_PATTERN.fullmatch(words))


def _normalize(text: str) -> str:
    own = erase_quotes(text[:_MAX_CHARS]).replace("@Easel", " ")
    first = next((line for line in own.splitlines() if line.strip()), "")
    return " ".join(normalize_letters(first).casefold().split())
