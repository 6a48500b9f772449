"""Words for places in pictures and for what has to be read closely, in five languages. Pure data.

They are held against simplified text: small letters, no accents; see `bot.request.own_words`.
Places are read narrowly in English, where “right” and “top” mean much else.
"""

from __future__ import annotations

import re

# Each place by its words; those of one axis are combined with those of the other.
TOP, BOTTOM, LEFT, RIGHT, MIDDLE = "top", "bottom", "left", "right", "middle"

_PARTS_EN = (
    r"(?:[ -]?hand)?[ -]?(?:corner|half|part|side|third|quarter|quadrant|edge|area|section|portion"
    r"|end|row|column|panel|border|margin|region)"
)
_OF_PICTURE_EN = (
    r"(?= of (?:it\b|(?:the|this|that|my) (?:\w+ )?(?:picture|image|photo|screenshot|screen|page"
    r"|scan|drawing|diagram|chart|table|dashboard|document|sheet|poster|map|plan|form|invoice"
    r"|receipt|slide)\b))"
)
_BEFORE_EN = r"(?<=(?:at|on|in|to|ab) the )"


def _build_english(words: str) -> str:
    """Match a word for a place as part of a place, or after “at the”, and nowhere else."""
    return (
        rf"\b(?:{words})(?={_PARTS_EN}\b)|\b(?:{words}){_OF_PICTURE_EN}"
        rf"|{_BEFORE_EN}(?:{words})\b(?! (?:of (?:that|all)|track|answer|place|way|thing|one|time"
        r"|hand|moment|person))"
    )


_VERTICAL_EN = r"top|upper|bottom|lower|centre|center|middle"
PLACES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (place, re.compile(pattern))
    for place, pattern in (
        # Of two opposite places both are read, and then neither is meant alone.
        (TOP, r"\b(?:top|upper)(?= (?:and|or|to) (?:the )?(?:bottom|lower))"),
        (LEFT, r"\bleft(?= (?:and|or|to) (?:the )?right)"),
        (RIGHT, r"\bleft (?:and|or|to) (?:the )?right\b"),
        (TOP, rf"{_build_english('top|upper')}|\b(?:top|upper)(?=[- ](?:left|right|middle|cent))"),
        (
            BOTTOM,
            rf"{_build_english('bottom|lower')}"
            r"|\b(?:bottom|lower)(?=[- ](?:left|right|middle|cent))",
        ),
        (LEFT, rf"{_build_english('left|left-hand')}|\b(?:{_VERTICAL_EN})[- ]left\b"),
        (RIGHT, rf"{_build_english('right|right-hand')}|\b(?:{_VERTICAL_EN})[- ]right\b"),
        (MIDDLE, _build_english("middle|center|centre")),
        (TOP, r"\boben\b|\bober(?:e|en|er|es|em)\b|\boberst\w+|\b(?:ganz )?oben(?:links|rechts)\b"),
        (BOTTOM, r"\bunten\b|\buntere\b|\bunter(?:en|er|es|em)\b(?! anderem)|\bunterst\w+"
         r"|\bunten(?:links|rechts)\b|\bunter(?:e|en) (?:halfte|ecke|teil|rand|bereich|drittel)"),
        (LEFT, r"\blinks\b|\blinke[nrsm]?\b|\b(?:oben|unten)links\b"),
        (RIGHT, r"\brechts\b|\brechte[nrsm]? (?:oberen? |unteren? )?(?:ecke|halfte|seite|teil|rand"
         r"|bereich|drittel|spalte)|\b(?:oben|unten)rechts\b"),
        (MIDDLE, r"\b(?:in der |die )mitte\b|\bmittlere[nrsm]? (?:teil|bereich|drittel|spalte)"),
        (TOP, r"\b(?:en|le|du|au|tout en) haut\b|\bsuperieure?s?\b|\bhaut (?:a|de)\b"),
        (BOTTOM, r"\b(?:en|le|du|au|tout en) bas\b|\binferieure?s?\b|\bbas (?:a|de)\b"),
        (LEFT, r"\b(?:a|de|la|cote|partie|moitie|colonne|superieure?|inferieure?) gauche\b"),
        (RIGHT, r"\b(?:a|de|la|partie|moitie|colonne|superieure|inferieure) droite\b"
         r"|\b(?:cote|superieur|inferieur) droit\b"),
        (MIDDLE, r"\bau (?:milieu|centre)\b|\ble (?:milieu|centre)\b|\bpartie centrale\b"),
        (TOP, r"\barriba\b|\bparte superior\b|\bsuperior(?:es)?\b"),
        (BOTTOM, r"\babajo\b|\bparte inferior\b|\binferior(?:es)?\b"),
        (LEFT, r"\bizquierd[ao]s?\b"),
        (RIGHT, r"\b(?:a la|la|parte|mitad|columna|superior|inferior|esquina) derecha\b"
         r"|\b(?:lado|margen) derecho\b|\b(?:superior|inferior) derecho\b"),
        (MIDDLE, r"\b(?:en|al|el) (?:el )?(?:centro|medio)\b|\bparte central\b"),
        (TOP, r"(?<!以)上(?:部|側|の(?:方|隅|角|部分|段)|端|半分|段)|[左右]上|上[左右]|一番上"),
        (BOTTOM, r"(?<!以)下(?:部|側|の(?:方|隅|角|部分|段)|端|半分|段)|[左右]下|下[左右]|一番下"),
        (LEFT, r"左(?:上|下|側|端|半分|の|隅|角|列)|[上下]左"),
        (RIGHT, r"右(?:上|下|側|端|半分|の|隅|角|列)|[上下]右"),
        (MIDDLE, r"中央|真ん中|中心"),
    )
)  # fmt: skip
CORNER_PATTERN = re.compile(r"\b(?:corners?|quadrant|ecke|coin|angle|esquina)\b|隅|角")
HALF_PATTERN = re.compile(r"\b(?:hal(?:f|ves)|halfte|moitie|mitad)\b|半分")
# “Zoom out” asks for more than there is: for another picture.
_ZOOM = (
    r"zoom(?:e|en|ez|er|ed|s|ing)?\b(?!(?: (?:it|this|the \w+|das \w+|es|l'\w+|la \w+))?(?: \w+)?"
    r" (?:out|(?:he)?raus|weg|arriere)\b)"
)
ZOOM_PATTERN = re.compile(
    rf"\b{_ZOOM}|\b(?:closer|close-?up|magnif(?:y|ied))\b"
    r"|\benlarge\b.{0,30}\b(?:corner|part|area|section|half|side|middle|cent(?:re|er)|top|bottom|upper|lower)"
    r"|\bheranzoomen\b|\bnaher (?:heran|ran|hin)\b|\bgenauer (?:an|hin)"
    r"|\bvergrossere? .{0,30}(?:ecke|bereich|teil|halfte|mitte|oben|unten)"
    r"|\bzeige? .{0,40}(?:ecke|halfte|seite|teil|bereich|rand|mitte|oben|unten)\b.{0,20}"
    r"\b(?:grosser|naher|genauer|vergrossert|aus der nahe)\b"
    r"|\bagrandi\w* .{0,30}(?:coin|partie|zone|moitie|en haut|en bas|au milieu|au centre)"
    r"|\bmas grande .{0,30}(?:esquina|parte|mitad|zona)"
    r"|(?:esquina|parte|mitad|zona).{0,30} mas grande"
    r"|(?:隅|角|部分|側|半分|中央|[上下左右])を?(?:もっと)?大きく(?:見|表示)"
    r"|\bde plus pres\b|\bregarde\w* de pres\b|\bacerca(?:te|r)?\b|\bamplia(?:r)?\b|\bde cerca\b"
    r"|ズーム(?!アウト)|拡大|アップで|近くで"
)

_ROW_EN, _COLUMN_EN = r"(?:rows?|lines?)", r"(?:columns?|cols?)"
_ROW = rf"(?:{_ROW_EN}|zeilen?|reihen?|lignes?|rangees?|filas?|lineas?|renglon(?:es)?)"
_COLUMN = rf"(?:{_COLUMN_EN}|spalten?|colonnes?|columnas?)"
_NUMBER_SIGN = r"(?:number |no\.? ?|nr\.? ?|numero |n°? ?|# ?)?"
_ORDINAL_END = r"(?:st|nd|rd|th|te[nrsm]?|i?eme|ere|n?de|er|r[aeo]|d[ao]|t[ao]|e|\.?[aoªº]|\.)"
_OTHER = r" ?(?:[-–—,&]|and|or|to|till?|until|through|und|oder|bis|et|ou|a|jusqu'a|y|o|hasta) ?"
_ARTICLE = r"(?:(?:the|die|der|zur|la|las|les) )?"


def _build_crossing(across: str) -> str:
    """Match behind a number that is of the other axis, whose word is `across`: “3rd column”.

    In “row 12. Column 3” another sentence begins.
    """
    further = rf"(?:{_OTHER}{_ARTICLE}\d{{1,4}}{_ORDINAL_END})?"
    return rf"{_ORDINAL_END}{further} ?{across}\b(?! {_NUMBER_SIGN}\d)"


def _build_line_patterns(word: str, across: str, japanese: str) -> tuple[re.Pattern[str], ...]:
    return (
        re.compile(rf"\b{word} {_NUMBER_SIGN}(\d{{1,4}})\b(?!:|{_build_crossing(across)})"),
        re.compile(rf"\b(\d{{1,4}}){_ORDINAL_END} {word}\b"),
        re.compile(rf"(\d{{1,4}}) ?{japanese}目?"),
    )


def _build_several_pattern(word: str, across: str, japanese: str) -> re.Pattern[str]:
    """Match several lines by their numbers: “rows 3 to 7”, “the 3rd and the 7th row”."""
    return re.compile(
        rf"\b{word} {_NUMBER_SIGN}\d{{1,4}}{_OTHER}{_ARTICLE}(?:{word} )?{_NUMBER_SIGN}"
        rf"\d{{1,4}}(?!\d|{_build_crossing(across)})"
        rf"|\b\d{{1,4}}{_ORDINAL_END}{_OTHER}{_ARTICLE}\d{{1,4}}{_ORDINAL_END} {word}\b"
        rf"|\d ?{japanese}?目?(?:から|と|や|〜|~|-|、) ?\d{{1,4}} ?{japanese}"
    )


ROW_PATTERNS = _build_line_patterns(_ROW, _COLUMN, "行")
SEVERAL_ROWS_PATTERN = _build_several_pattern(_ROW, _COLUMN, "行")
SEVERAL_COLUMNS_PATTERN = _build_several_pattern(_COLUMN, _ROW, "列")
COLUMN_PATTERNS = _build_line_patterns(_COLUMN, _ROW, "列")
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "last": -1,
    "erste": 1, "zweite": 2, "dritte": 3, "vierte": 4, "funfte": 5, "sechste": 6, "siebte": 7,
    "achte": 8, "neunte": 9, "zehnte": 10, "letzte": -1,
    "premier": 1, "premiere": 1, "deuxieme": 2, "seconde": 2, "troisieme": 3, "quatrieme": 4,
    "cinquieme": 5, "sixieme": 6, "septieme": 7, "huitieme": 8, "neuvieme": 9, "dixieme": 10,
    "derniere": -1, "dernier": -1,
    "primera": 1, "segunda": 2, "tercera": 3, "cuarta": 4, "quinta": 5, "sexta": 6, "septima": 7,
    "octava": 8, "novena": 9, "decima": 10, "ultima": -1, "tercer": 3, "primer": 1, "segundo": 2,
    "ultimo": -1,
}  # fmt: skip
# Rows counted from the end: which one that is, only the whole picture tells.
FROM_END_PATTERN = re.compile(
    r"\bfrom (?:the )?(?:very )?(?:bottom|below|end|right|last)\b"
    r"|\bup from\b|\bcounting backwards?\b"
    r"|\bvon (?:ganz )?(?:unten|hinten|rechts|ende)\b|\bvom ende\b"
    r"|\b(?:en partant|a partir|en comptant) (?:du|de la|depuis le) (?:bas|fin|droite)\b"
    r"|\bdepuis (?:le bas|la fin|la droite)\b"
    r"|\b(?:desde|empezando por|contando desde) (?:abajo|el final|la derecha|el fondo)\b"
    r"|(?:下|後ろ|うしろ|最後|末尾|右)から"
)
# “The second to last row” is no last one, and is not counted here.
_NO_RELATIVE = (
    r"(?<!second to )(?<!third to )(?<!next to )"
    r"(?<![a-z]-)(?<!ty )(?<!esim[ao] )(?<!second )(?<!third )(?<!fourth )(?<!but )"
    r"(?<!avant )"
)
_ORDINAL = rf"{_NO_RELATIVE}\b({'|'.join(sorted(ORDINALS, key=len, reverse=True))})(?:n|r|s|m)?"
# In French and Spanish the last one may follow its noun.
ORDINAL_ROW_PATTERN = re.compile(rf"{_ORDINAL} {_ROW}\b")
ORDINAL_COLUMN_PATTERN = re.compile(rf"{_ORDINAL} {_COLUMN}\b")

# What cannot be answered from a picture made smaller.
READ_PATTERN = re.compile(
    r"\b(?:read(?:s|ing|able)?|(?<!make it )small(?:er|est)?|tiny|fine ?print|exact(?:ly)?"
    r"|precise(?:ly)?|numbers?|figures?|digits?|values?|amounts?|prices?|totals?|sums?|dates?|rows?|columns?"
    r"|cells?|tables?|text|words?|written|says?|spell(?:ing|ed)?|typos?|labels?|captions?"
    r"|headings?|titles?|legends?|axis|axes|footnotes?|details?|legible|transcribe|ocr|quote"
    r"|error message|log lines?|serial|code|footers?|headers?|mention(?:s|ed)|mistakes?|misspel\w+"
    r"|proof-?read|sign(?:ed|ature)|look (?:again|closely)|translate(?:d|s)?(?! (?:a|my)\b)"
    r"|lies|lesen|klein(?:e[nrs]?|gedruckte\w*|ste\w*)?|winzig\w*|genau\w*|exakt\w*|zahl(?:en)?"
    r"|ziffern?|werte?|betrag|betrage|preise?|summen?|datum|zeilen?|reihen?|spalten?|zellen?"
    r"|tabellen?|worte?r?|wortlaut|steht|geschrieben|beschriftung(?:en)?|titel|uberschrift(?:en)?"
    r"|legende|achsen?|fussnoten?|fusszeilen?|kopfzeilen?|fehlermeldung(?:en)?|einzelheiten"
    r"|erwahnt|unterschrieben|unterschrift|tippfehler|(?:schreib)?fehler|ubersetz(?:e|en|t|ung)"
    r"|schau noch ?mal"
    r"|lis|lire|lisez|petite?s?|minuscules?|exacte?s?|exactement|precise?s?|nombres?|chiffres?"
    r"|valeurs?|montants?|prix|somme|lignes?|colonnes?|cellules?|tableaux?|texte|mots?|ecrit"
    r"|dit|etiquettes?|legende|titres?|notes? de bas|axes?|pied de page|en-tete|mentionnee?s?"
    r"|signee?|signature|fautes?|coquilles?|tradui[st]\w*|traduire|regarde (?:encore|mieux)"
    r"|lee|leer|lea|pequen[ao]s?|diminut[ao]s?|exact[ao]s?|exactamente|numeros?|cifras?|valor(?:es)?"
    r"|importes?|precios?|suma|fechas?|filas?|columnas?|celdas?|tablas?|texto|palabras?|escrito"
    r"|dice|pone|etiquetas?|leyenda|titulos?|letra pequena|detalles?|pie de pagina|encabezados?"
    r"|mencionad?[ao]?s?|firm(?:a|ado|o)|erratas?|errores|traduc(?:e|elo|ela|ir|ido)|traduzc\w+"
    r"|mira otra vez)\b"
    r"|読|小さ|細か|正確|数字|数値|数は|金額|値段|価格|合計|日付|行目|列目|何行|セル|表の|文字|文章|テキスト"
    r"|書いて|書かれ|単語|ラベル|凡例|軸|見出し|タイトル|注釈|詳細|詳し"
    r"|翻訳|訳して|誤字|署名|フッター|もう一度見"
)
# What the text of a page does not tell: how it looks, and what stands next to what in it.
LOOK_PATTERN = re.compile(
    r"\b(?:(?:small|fine) ?print|tiny|small(?:er|est)? (?:text|letters|font|type|words)"
    r"|tables?|charts?|diagrams?|graphs?|plots?|figure|drawings?|logos?|stamps?|seals?|sign(?:ed|atures?)"
    r"|handwrit\w+|layout|what .{1,60}looks? like|(?:il)?legible|footnotes?|formulas?"
    r"|formulae|equations?"
    r"|ticked|checkbox(?:es)?|circled|underlined|highlighted|crossed out"
    r"|klein ?gedruckt\w*|winzig\w*|kleine[nrs]? schrift|tabellen?|diagramme?|grafik(?:en)?"
    r"|abbildung(?:en)?|zeichnung(?:en)?|stempel|siegel|unterschrift(?:en)?|unterschrieben"
    r"|handschrift\w*|aussieht|wie sieht .{1,60} aus|(?:un)?leserlich|fussnoten?|formeln?"
    r"|gleichung(?:en)?|angekreuzt|unterstrichen|durchgestrichen|markiert"
    r"|petits? caracteres?|ecrit en petit|tableaux?|graphiques?|diagrammes?|schemas?|figures? \d+"
    r"|dessins?|tampons?|cachets?|signatures?|signee?s?|manuscrit\w*|mise en page|(?:il)?lisible"
    r"|ressemble|notes? de bas de page|formules?|cochee?s?|soulignee?s?|entoure\w*"
    r"|letra (?:pequena|chica)|tablas?|grafic[oa]s?|figura|diagramas?|dibujos?|sellos?"
    r"|firm(?:a|as|ado)|manuscrit[oa]s?|a mano|(?:i?le)gible|aspecto|notas? al pie"
    r"|ecuacion(?:es)?|marcad[oa]s?|subrayad[oa]s?|tachad[oa]s?)\b"
    r"|小さ[いな](?:文字|字)|細かい(?:文字|字)|表(?:の|を|に|は|が)|グラフ|図|ロゴ|印鑑|ハンコ|押印|署名|手書き|レイアウト"
    r"|見た目|脚注|数式|チェックの"
)
# “In a table” is how the answer is to be, “in the table” is what is on a page.
MADE_PATTERN = re.compile(
    r"\b(?:(?:in(?:to)?|as|make|create|build|draw|give|write|use|want|need)"
    r"(?: (?:me|us|it|them|this|that|up))? (?:an?|one)"
    r"|(?:in|als) (?:form )?eine[rm]?"
    r"|(?:mach|erstell|bau|schreib|gib)e?n?(?: mir| uns| daraus)? eine"
    r"|(?:en|dans|sous forme d(?:e|'un)|fai[st](?:es)?(?:[- ](?:moi|nous))?|cree)(?: une?)?"
    r"|(?:en|como|en forma de|ha(?:z|ga)(?:me|nos)?|crea|dame)(?: una?)?)"
    r"(?: (?!(?:on|of|from|auf|de|du|sur|le|la|les|el|las|the)\b)[a-z-]{1,20}){0,2}"
    r" (?:tables?|charts?|diagrams?|graphs?|tabellen?|diagramme?|tableaux?|graphiques?|tablas?"
    r"|grafic[oa]s?)\b"
    r"|表(?:に(?:して|し(?=[、。]|$)|まとめ|整理|直)|を(?:作|つく))"
)
# “Can you make it blue?” asks for a change as a favour.
FAVOUR_PATTERN = re.compile(
    r"^\W*(?:(?:hi|hey|hello|hallo|bonjour|hola|please|bitte|easel)[ ,]+){0,3}"
    r"(?:can|could|would|will|might) (?:you|we|i)\b"
    r"|^\W*(?:kannst|konntest|wurdest|peux|pourrais|pouvez|pourriez|tu peux|puedes|podrias)\b"
    r"|(?:くれ|もらえ|いただけ|でき|ほし)[^。]{0,8}[?？]?\s*$"
)
QUESTION_PATTERN = re.compile(r"[?？]\s*$")
# A message that begins like this wants to know something, whatever else it mentions.
ASK_PATTERN = re.compile(
    r"^\W*(?:(?:hi|hey|hello|hallo|bonjour|hola|ok|okay|and|und|et|y|so|now|please|bitte|easel"
    r"|s'il te plait|por favor)[ ,]+){0,3}"
    r"(?:what|which|who|whose|where|when|why|how|is|are|was|were|does|do|did|has|have|read|list"
    rf"|explain|describe|summari[sz]e|transcribe|find|count|tell|compare|check|look|{_ZOOM}"
    r"|was|welche[nrsm]?|wer|wo|wann|warum|wieso|wie|ist|sind|hat|gibt|steht|lies|liste|erklare?"
    r"|beschreibe?|fasse?|suche?|zahle?|vergleiche?|prufe?|schau"
    r"|que|quel(?:le)?s?|qui|ou|quand|pourquoi|comment|combien|est-ce|y a-t-il|lis|liste|decris"
    r"|explique|resume|trouve|compte|compare|regarde"
    r"|cual(?:es)?|quien(?:es)?|donde|cuando|por que|como|cuant[oa]s?|hay|lee|describe|explica"
    r"|resume|busca|cuenta|mira|dime)\b"
    r"|(?:何|なに|なん|どの|どこ|どれ|誰|だれ|いつ|なぜ|いくつ|いくら|ですか|ありますか|いますか|読んで|教えて|説明して)"
)
