"""Words that say which part of a picture is meant, in five languages. Held against simplified text.

See `parse.py` for how they are read. Pure.
"""

from __future__ import annotations

import re

_NAME = r"[a-l](?:1[0-2]|[1-9])(?![0-9a-z_\u00c0-\u024f]|[./-]\d)"
_CELL = rf"(?<![a-z0-9_\u00c0-\u024f./#-]){_NAME}"
_AND = r"(?:\s*(?:,|、|&|\+|/)\s*(?:and |und |et |y )?|\s+(?:and|und|et|y)\s+|\s*と\s*)"
_TO = (
    r"(?:\s*(?:-|–|—|〜|~|:|から)\s*"
    r"|\s+(?:to|through|thru|until|bis|a|au|jusqu'a|jusqu'en|hasta)\s+)"
)
CELLS = rf"(?P<cells>{_CELL}(?:(?:{_AND}|{_TO}){_NAME}){{0,11}}(?:まで)?)"
# Within what `CELLS` found: there a hyphen or a stroke stands between two of them.
CELL_PATTERN = re.compile(rf"(?<![a-z0-9]){_NAME}")
RANGE_PATTERN = re.compile(rf"((?<![a-z0-9]){_NAME}){_TO}({_NAME})")
_ONLY = (
    r"(?:only|just|nur|bloss|lediglich|ausschliesslich|seulement|uniquement|juste|rien que|solo"
    r"|solamente|unicamente|nada mas)"
)
_IN = r"(?:(?:in|im|inside|within|at|on|of|auf|dans|en|sur|de) )?"
_THE = r"(?:(?:the|das|die|den|der|dem|la|le|les|el|los|las) )?"
CELL_NOUN = (
    r"(?:(?:grid |raster)?(?:cells?|squares?|fields?|tiles?|felde?(?:rn?)?|zellen?|kastchen"
    r"|quadrate?n?|kacheln?|cases?|cellules?|carres?|carreaux?|celdas?|casillas?|cuadros?"
    r"|cuadriculas?)|マス|セル)"
)
VERB = (
    r"(?:change|edit|make|turn|paint|colou?r|recolou?r|repaint|redo|redraw|fill|erase|clear|clean"
    r"|remove|replace|fix|brighten|darken|blur|ander[ne]?|andere|mach|mache|farbe?|male?"
    r"|entfern[e]?|ersetz[e]?|losch[e]?|fulle?|change|modifie[rz]?|mets|rends|colorie|peins|efface"
    r"|remplace|enleve|cambia|modifica|haz|pon|pinta|colorea|borra|quita|reemplaza|rellena)"
)
LAST_VERB = r"(?:machen|andern|farben|einfarben|malen|ubermalen|entfernen|ersetzen|loschen|fullen)"
_POLITE = (
    r"(?:(?:please|can you|could you|bitte|kannst du|s'il te plait|peux-tu|por favor|puedes) )?"
)

# What names cells whatever was shown before.
CLEAR_PATTERNS = tuple(
    re.compile(text)
    for text in (
        rf"(?:^|(?<=[\s,;(])){_ONLY} {_IN}{_THE}(?:{CELL_NOUN} )?{CELLS}"
        rf"(?: {_ONLY})?\s*[:：,]?",
        # With more behind it, “just fix F5” is said of keys, formulas and contracts as well.
        rf"(?:^|(?<=[\s,;(])){_ONLY} {VERB} {_IN}{_THE}{CELLS}(?=$|\s*[:：,.;!])\s*[:：,]?",
        rf"{CELL_NOUN}\s?{CELLS}\s*[:：]?",
        rf"{CELLS}\s*(?:だけ|のみ|の(?:マス|セル|部分))",
    )
)
# With a thing behind them these are its name: “only A1 quality leather”.
ONLY_CELLS_PATTERN = re.compile(rf"{_ONLY} {_THE}{CELLS}")
# The same, but for what is more often something else.
LIKELY_PATTERNS = tuple(
    re.compile(text)
    for text in (
        rf"^{_POLITE}{CELLS}\s*[:：]\s*(?!{_NAME})(?=\S)",
        rf"^{_POLITE}{VERB} (?:{_IN}{_THE})?{CELLS}(?=$|[\s,.;!])",
        rf"^{_POLITE}{CELLS}(?=\s.*\b{LAST_VERB}\b)",
        rf"^{CELLS}\s*(?:を|に|が|は|で)",
        rf"^{CELLS}(?<=まで)",
    )
)
# Paper, races, meetings, a gas.
USUAL_OTHERS = frozenset(("a2", "a3", "a4", "a5", "a6", "b4", "b5", "f1", "g7", "g8", "h2"))
# “B12 in the contract”, “H8 del Excel”: a place in what is no picture.
IN_OTHERS = re.compile(
    r"\s+(?:(?:in|of|on|from|aus|von|dans|de|en) (?:(?:the|this|our|your|my|dem|der|den|diesem"
    r"|meinem|la|le|el|los|las) |l')|im |del |du )"
    r"(?!(?:\w+ )?(?:picture|image|photo|grid|bild|foto|raster|imagen|grille|cuadricula))"
)
# Next to these, a letter and a number are no cell.
BEFORE_OTHERS = re.compile(
    r"(?:vitamins?|vitaminen?|vitamine|vitamina|ビタミン|plan|din|iso|jis|paper|papier|papel|size"
    r"|format|formato|grosse|taille|tamano|room|raum|gate|level|model|modell|modele|modelo|seat"
    r"|section|figure|fig\.?|appendix|anhang|version|audi|bus|line|linie|ligne)\s?$"
)
AFTER_OTHERS = re.compile(
    r"\s?-?(?:paper|papier|papel|format|formato|size|grosse|poster|posters|plakat|affiche|sheets?"
    r"|pages?|blatt|seiten?|feuilles?|hojas?|landscape|portrait|hochformat|querformat|vertical"
    r"|horizontal|用紙|サイズ|判|level|vitamins?)(?![a-z])"
)

_NUMBERS = rf"(?P<numbers>[1-9]\d?(?:{_AND}[1-9]\d?){{0,9}})"
_AREA_NOUN = (
    r"(?:areas?|regions?|spots?|marks?|numbers?|no\.?|nr\.?|bereiche?|flachen?|stellen?|nummern?"
    r"|markierung(?:en)?|zones?|numeros?|marques?|zonas?|regiones|marcas?|領域|範囲|エリア|番号)"
)
AREA_NUMBERS = rf"(?:{_AREA_NOUN} ?)?#?[1-9]\d?(?:{_AND}[1-9]\d?){{0,9}}"
# “2 is fine, but …”, “das linke passt”.
_IS_FINE = (
    r"(?:(?:is|are|looks?|seems?|ist|sind|est|sont|es|son|esta) (?:fine|ok(?:ay)?|good|great|right"
    r"|correct|perfect|it|the (?:right )?one|what i meant?|gut|richtig|gemeint|recht|bien|bonne?"
    r"|correct[oa]|le bon|la bonne|perfecto)|works|passt|stimmt|vale)(?![a-z])"
)
# Only after numbered areas were shown.
NUMBER_PATTERNS = tuple(
    re.compile(text)
    for text in (
        rf"^{_POLITE}(?:{_ONLY} )?{_IN}{_THE}(?:{_AREA_NOUN} ?|#)?{_NUMBERS}"
        r"(?:番目?)?(?: (?:only|nur|solo)|だけ|のみ)?(?: (?:please|bitte|por favor))?"
        r"(?=\s*(?:$|[:：,!]|\.(?!\d)))",
        rf"^{_POLITE}(?:{_ONLY} )?{_IN}{_THE}(?:{_AREA_NOUN} ?|#)?{_NUMBERS}(?= {_IS_FINE})",
        rf"\b{_AREA_NOUN} ?#?{_NUMBERS}(?![\d.])",
        rf"(?:領域|範囲|エリア){_NUMBERS}",
        rf"^{_NUMBERS}番",
    )
)
# What stands for a number at the start of a message, and how it is said in each language.
ORDINALS = (
    r"(?<= )first|first(?= one)|1st|erste[nrs]?|premiere?|primer[oa]?|[一1]番目",
    r"second|2nd|zweite[nrs]?|deuxieme|seconde?|segund[oa]|[二2]番目",
    r"third|3rd|dritte[nrs]?|troisieme|tercer[oa]?|[三3]番目",
    r"fourth|4th|vierte[nrs]?|quatrieme|cuart[oa]|[四4]番目",
)
ORDINAL_PATTERNS = tuple(
    re.compile(
        rf"^({_POLITE}(?:{_ONLY} )?{_IN}{_THE})(?:{words})(?: (?:one|{_AREA_NOUN}))?(?![a-z0-9])"
    )
    for words in ORDINALS
)
ALL_PATTERN = re.compile(
    r"^(?:please )?(?:both|all|all of (?:them|it)|everything|beides?|alle(?:s|n)?"
    r"|les deux|tou(?:te)?s|tous les deux|ambos|ambas|tod[oa]s|las dos|los dos"
    r"|両方|全部|すべて)(?= *(?:$|[:,.!]|だ|と))"
)

# What is no wish of its own where only an area is named.
POLITE_PATTERN = re.compile(
    rf"(?:(?:{_IS_FINE}|please|pls|thanks?|thank you|then|ok(?:ay)?|only|and|also|too|as well|now"
    r"|bitte|danke|dann|nur|und|auch|noch|jetzt|s'il (?:te|vous) plait|merci|alors|seulement|et"
    r"|aussi|maintenant|por favor|gracias|entonces|solo|y|tambien|ahora"
    r"|お願い(?:します)?|も)[\s,.!]*)*"
)
# Named like a cell, and in no grid.
MISSING_PATTERN = re.compile(
    rf"(?:^|(?<=[\s,;(])){_ONLY} {_IN}{_THE}(?:{CELL_NOUN} )?(?P<name>[a-z]\d{{1,2}})(?=\s*[:：])"
)

DRAWN = (
    r"(?:(?:en|un)?circled|ringed|marked(?: up)?|highlighted|boxed(?: in)?|outlined|framed"
    r"|underlined|brushed(?: over)?|scribbled(?: on| over)?|painted over|crossed[ -]out|x'd out"
    r"|drew around|drawn (?:a?round|on|over))"
)
_PART = (
    r"(?:parts?|areas?|regions?|spots?|things?|objects?|sections?|bits?|places?|ones?|pieces?"
    r"|person|people|text|words?|items?)"
)
_COLOUR = r"(?:\w+ )?"
MARKS_PATTERN = re.compile(
    rf"\bi(?:'ve| have|'d| had)? (?:just )?{DRAWN}\b"
    rf"|\b(?:what|which|that|where)(?: is| was| are|'s) {DRAWN}\b"
    rf"|\b{DRAWN} {_PART}\b|\b{_PART} (?:that (?:is|are) )?{DRAWN}\b"
    rf"|\b(?:in|inside|within) (?:the|my) {_COLOUR}"
    r"(?:circles?|ring|outline|marks?|markings?|lasso)\b"
    r"|\b(?:my|the) (?:arrow|brush strokes?|marks?|markings?)(?: points?| is pointing| shows?)?\b"
    r"|\bwhere (?:the|my) arrows?\b|\bi drew (?:a|the|an|on|around)\b"
    r"|(?:eingekreist|umkreist|umrandet|eingerahmt|angestrichen|angemalt|hervorgehoben|ubermalt|durchgestrichen"
    r"|markiert)(?:e[nmrs]?)?\b|\b(?:im|in der|in den) (?:\w+en )?(?:kreis|markierung(?:en)?)\b"
    r"|\b(?:die|der|meine[r]?) (?:\w+ )?markierung(?:en)?\b"
    r"|\bpfeil(?:e)?\b.{0,12}\bzeig|\bworauf (?:der|mein) pfeil\b"
    r"|\b(?:j'ai|que j'ai|partie|zone|zones|parties|endroit) (?:entoure|encercle|marque|surligne"
    r"|encadre|barre)(?:e?s?)?\b|\bdans (?:le|mon) cercle\b|\b(?:ma|la) fleche\b"
    r"|\b(?:he|que he|parte|zona|zonas|partes|lugar) (?:rodead|marcad|senalad|resaltad|encerrad"
    r"|subrayad|enmarcad|tachad)[oa]s?\b|\b(?:que|donde) (?:marque|rodee|senale|encerre|resalte)\b"
    r"|\bdentro del? (?:\w+ )?circulo\b|\b(?:mi|la) flecha\b"
    r"|囲んだ|囲った|丸を[つ付]けた|マークした|印をつけた|印を付けた|塗った(?:部分|所|ところ)|矢印"
)
PLURAL_PATTERN = re.compile(
    r"\b(?:all|both|everything|each|parts|areas|regions|spots|things|places|circles|marks|markings"
    r"|alle[ns]?|beide[ns]?|stellen|bereiche|teile|markierungen|tou(?:te)?s|les (?:deux|zones"
    r"|parties)|tod[oa]s|ambas|ambos|zonas|partes)\b|すべて|全て|全部|両方"
)
POINTS_PATTERN = re.compile(
    r"\b(?:this|that) (?:part|area|region|spot|section|bit|place|piece)\b|\b(?:right |just )?here\b"
    r"|\bdies(?:e[nrms]?)? (?:stelle|teil|bereich|flache)\b|\b(?:genau )?hier\b"
    r"|\bcette (?:partie|zone)\b|\bcet endroit\b|\bici\b|\best[ae] (?:parte|zona|lugar)\b|\baqui\b"
    r"|この(?:部分|場所|辺|ところ)|ここ"
)
# “Outside the box” may be about the picture's own.
SOFT_PATTERN = re.compile(
    rf"{POINTS_PATTERN.pattern}"
    r"|.*(?:box|rectangle|square|frame|kastens?|rahmens?|rechtecks?|cadre|carre|cuadro|枠|四角).*"
)

_OF = r"(?: (?:of|on|over|for|in|von|auf|zu|fur|uber|de|sur|pour|sobre|para))?"
_ONE = r"(?: (?:it|this|that|the (?:picture|image|photo)|das bild|dem bild|l'image|la imagen))?"
_V = r"(?: ?(?:v|version )(?P<version>\d{1,4}))?"
GRID_PATTERNS = tuple(
    re.compile(text)
    for text in (
        r"(?:(?:show|give|lay)(?: me)? )?(?:the |a )?(?:numbered )?grid"
        rf"{_OF}{_ONE}{_V}",
        r"(?:zeige?(?: mir)? )?(?:das |ein )?(?:raster|gitter)"
        rf"{_OF}{_ONE}{_V}(?: (?:an|zeigen|anzeigen))?",
        rf"(?:(?:montre|affiche)(?:-moi)? )?(?:la |une )?grille(?: numerotee)?{_OF}{_ONE}{_V}",
        rf"(?:(?:muestra|ensena)(?:me)? )?(?:la |una )?(?:cuadricula|rejilla){_OF}{_ONE}{_V}",
        r"(?:(?:v|バージョン)(?P<version>\d{1,4})の)?(?:グリッド|マス目|格子)"
        r"(?:を?(?:見せて|表示(?:して)?|出して|引いて))?(?:ください)?",
    )
)
