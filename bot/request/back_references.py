"""Messages that refer back: “make it blue”, “a bit darker”, “und auf Französisch?”. Pure.

In a direct message such a message begins a thread of its own and yet means the last picture or
answer. Read narrowly: a message that is taken for one of its own is answered with a question, one
that wrongly takes something along is answered wrongly. So the whole message has to be such words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MAX_CHARS = 120

_BEFORE = (
    r"[¿¡]?(?:(?:please|pls|now|ok|okay|so|hey|hi|thanks|great|nice|cool|perfect|and|but|then|also"
    r"|can you|could you|would you|bitte|jetzt|nun|und|aber|dann|danke|super|kannst du"
    r"|könntest du|noch"
    r"|s'il te plaît|svp|et|mais|maintenant|alors|merci|peux-tu|tu peux|por favor|y|pero|ahora"
    r"|entonces|gracias|puedes|じゃあ|では|次は|今度は|そして)[,、!.]?\s*)*"
)
_AFTER = (
    r"(?:[,、]?\s*(?:please|pls|now|again|thanks|bitte|mal|jetzt|danke|s'il te plaît|svp|maintenant"
    r"|merci|por favor|ahora|gracias|ください|下さい|お願いします|お願い))*[\s.!?…。！？]*"
)
_QUESTION_WORDS = r"(?!(?:what|which|who|whom|whose|how|where|when|why|case|short|general|fact)\b)"
# “It” is a pronoun, IT a trade.
_NO_TRADE = (
    r"(?!\s+(?:industry|sector|services?|support|security|departments?|teams?|infrastructure|systems?"
    r"|jobs?|compan\w+|managers?|admin\w*|help ?desk|budgets?|polic\w+|professionals?|staff|news"
    r"|world|market|strateg\w+|operations|consult\w+|equipment|terms?|basics|audits?|law)\b)"
)
_IT = rf"(?:it|that|this|them|him|her|these|those|both)\b{_NO_TRADE}"
_VERBS = (
    r"make|turn|paint|draw|colou?r|recolou?r|crop|rotate|flip|mirror|blur|sharpen|brighten|lighten"
    r"|darken|resize|enlarge|shrink|invert|change|redo|repeat|convert|put|give|translate|summari[sz]e"
    r"|shorten|explain|rewrite|rephrase|reword|simplify|expand|improve|fix|continue|try|do|show"
    r"|write|say|send|draw|zoom into|zoom out of|clean up|cut|extend|move|undo|polish|tidy"
)
_COMPARATIVES = (
    r"(?:darker|brighter|lighter|bigger|larger|smaller|shorter|longer|wider|narrower|taller|warmer"
    r"|cooler|colder|softer|sharper|simpler|clearer|friendlier|funnier|shinier|bolder|redder|bluer"
    r"|greener|yellower|pinker|closer|higher|lower|thinner|thicker|rounder|cuter|happier|sadder"
    r"|older|younger|faster|slower|louder|quieter|stronger|weaker|nicer|prettier|better|cleaner"
    r"|smoother|calmer|stricter|easier|harder|fancier|wilder|scarier|fluffier|grumpier)"
)
_DEGREES = r"(?:(?:just )?a (?:little|bit|tad|touch|lot)|slightly|somewhat|much|far|even|way|still)"
_WORDS = r"(?:\s+[^\s:?!.,]+)"  # one word and the space in front of it
_LOOKS = (
    r"(?:colou?rs?|sky|background|foreground|contrast|hat|eyes|text|font|letters|image|picture)"
)
_ENGLISH = (
    rf"(?:{_VERBS}|what about|how about) {_IT}[^:\n]{{0,80}}",
    rf"(?:add|put|remove|take|draw|write|paint|delete|erase){_WORDS}{{1,6}} (?:to|on|in|from|over"
    rf"|under|behind|into|onto|around|off) {_IT}",
    rf"(?:can|could) {_IT} be [^:\n]{{1,40}}",
    rf"what (?:does|did) {_IT} (?:say|mean|show)",
    rf"{_DEGREES} (?:{_COMPARATIVES}|more|less|fewer)(?! than\b){_WORDS}{{0,4}}",
    rf"{_COMPARATIVES}(?:(?: and|,) {_COMPARATIVES})?(?: {_LOOKS})?",
    rf"(?:with )?(?:more|less|fewer)(?! than\b| or\b| info\b| information\b){_WORDS}{{1,2}}",
    rf"(?:as an? |in the style of |without (?:the |an? |any )){_QUESTION_WORDS}\S+{_WORDS}{{0,2}}",
    rf"(?:and|but|now|then|again|once more|this time|instead)[, ]+(?:{_DEGREES} )?(?:(?:as|in|with"
    rf"|without|on|for) {_QUESTION_WORDS}\S+{_WORDS}{{0,5}}|{_COMPARATIVES})",
    rf"(?:what|how) about (?:in|with|without|as) {_QUESTION_WORDS}\S+{_WORDS}{{0,5}}",
    r"(?:exactly )?(?:the )?same(?: (?:thing|one|picture|image|text|again|style))*(?: ?,? ?(?:but"
    r"|with|without|in|as|for|only|except)\b[^:\n]{1,80})?",
    r"(?:do it |try |once )?(?:again|more)|(?:and )?(?:one more|another one|another (?:version"
    r"|variation|try|attempt))(?: (?:in|with|without|as) \S+(?:\s+\S+){0,4})?",
    r"in (?:black and white|sepia|colou?r|red|blue|green|yellow|orange|purple|pink|black|white"
    r"|gr[ae]y|brown|gold|silver|english|german|french|spanish|italian|japanese|chinese|portuguese|dutch"
    r"|polish|turkish|korean|russian|plain english|simple words|python|javascript|typescript|rust"
    r"|go|java|bullet points|one sentence)(?: (?:too|as well|instead))?",
)
_COMPARATIVES_DE = (
    r"(?:dunkler|heller|größer|kleiner|kürzer|länger|breiter|schmaler|wärmer|kühler|kälter|bunter"
    r"|einfacher|schärfer|weicher|freundlicher|formeller|lustiger|besser|schöner|genauer|dicker"
    r"|dünner|runder|höher|tiefer|röter|blauer|grüner|näher|klarer|ruhiger|älter|jünger|netter)"
)
_DEGREES_DE = r"(?:noch|viel|etwas|deutlich|ein (?:bisschen|wenig|klein wenig))"
_LANGUAGES_DE = (
    r"(?:englisch|deutsch|französisch|spanisch|italienisch|japanisch|chinesisch|türkisch)"
)
_GERMAN = (
    r"(?:mach|mache|male?|zeichne|drehe?|färbe?|schneide|übersetze?|fasse?|kürze?|erkläre?|schreibe?"
    r"|zeige?|gib|setze?|nimm|änder[en]?|wiederhole?|vereinfache?)"
    r" (?:es|ihn|sie|ihm|ihr)\b[^:\n]{0,80}",
    r"(?:mach|mache|male?|zeichne|drehe?|färbe?|schneide|übersetze?|fasse?|kürze?|erkläre?|schreibe?"
    r"|zeige?|gib|setze?|nimm|änder[en]?|wiederhole?) (?:mir )?(?:das|dies|die|den)(?: (?:bitte|mal"
    r"|noch|jetzt|noch ?mal|ein bisschen|etwas|ins?|auf|als|für|zu|mit|ohne|kurz|zusammen|um|neu"
    rf"|anders|kürzer|{_COMPARATIVES_DE})\b[^:\n]{{0,60}})?",
    rf"(?:{_DEGREES_DE} )?{_COMPARATIVES_DE}(?: (?:und|,) {_COMPARATIVES_DE})?",
    rf"(?:mit )?(?:{_DEGREES_DE} )?(?:mehr|weniger)(?! als\b| oder\b){_WORDS}{{1,2}}",
    rf"(?:und|aber|jetzt|nun|noch ?mal|nochmals|noch einmal|diesmal) (?:in|als|mit|ohne|auf|im)"
    rf"(?! (?:welche\w*|wie|was)\b){_WORDS}{{1,5}}",
    r"noch ?mal|nochmals|noch einmal|noch eine?[srn]?",
    rf"auf {_LANGUAGES_DE}|als (?:poster|plakat|logo|icon|skizze|zeichnung|liste|tabelle|e-?mail)"
    r"|in (?:rot|blau|grün|gelb|schwarz|weiß|grau|orange|lila|rosa|schwarz-?weiß|farbe)"
    rf"|ohne (?:den|die|das|ein\w*){_WORDS}{{1,2}}",
    r"(?:genau )?(?:dasselbe|das ?gleiche|dieselbe|die gleiche|derselbe)(?: bild)?(?: (?:noch ?mal"
    r"|nochmals))?(?: ?,? ?(?:aber|nur|mit|ohne|in|als|auf|für)\b[^:\n]{1,80})?",
)
_FRENCH = (
    r"(?:fais|rends|mets|tourne|dessine|peins|colorie|traduis|résume|explique|raccourcis|change"
    r"|montre|refais|agrandis|réduis|écris|éclaircis|assombris|continue)"
    r"(?:-(?:le|la|les|moi ça|moi cela)|(?:-moi)? (?:ça|cela))\b[^:\n]{0,80}",
    rf"(?:un peu |beaucoup |encore |bien |avec )?(?:plus|moins)(?! de la\b| que\b| ou\b)"
    rf"(?: de | d['’]| )?{_WORDS}?\S*",
    rf"(?:et|mais|maintenant|encore|cette fois) (?:en|avec|sans|comme|sur)(?! (?:quel\w*|quoi)\b)"
    rf"{_WORDS}{{1,5}}",
    r"encore une fois|encore une?|une autre(?: version)?",
    r"(?:la même chose|le même|la même|pareil)(?: image| dessin)?(?: ?,? ?(?:mais|avec|sans|en|pour"
    r"|comme)\b[^:\n]{1,80})?",
    r"en (?:anglais|allemand|français|espagnol|italien|japonais|rouge|bleu|vert|jaune|noir|blanc"
    r"|gris|rose|violet|noir et blanc|affiche|couleur)",
    rf"sans (?:le |la |les |l['’]){_WORDS}?\S*",
)
_SPANISH = (
    r"(?:haz|pon|p[ií]nta|convi[eé]rte|trad[uú]ce|res[uú]me|expl[ií]ca|ac[oó]rta|g[ií]ra|rec[oó]rta"
    r"|c[aá]mbia|dib[uú]ja|mu[eé]stra|escr[ií]be|env[ií]a|agr[aá]nda|rep[ií]te|simplif[ií]ca|mej[oó]ra)"
    r"(?:me)?(?:lo|la|los|las)\b[^:\n]{0,80}",
    rf"(?:un poco |mucho |aún |todavía |con )?(?:más|menos)(?! de\b| que\b| o\b){_WORDS}{{1,2}}",
    rf"(?:y|pero|ahora|otra vez|esta vez) (?:en|con|sin|como)(?! (?:qué|cuál\w*)\b){_WORDS}{{1,5}}",
    r"otra vez|una más|uno más|otra versión",
    r"(?:lo mismo|el mismo|la misma|igual)(?: (?:imagen|dibujo))?(?: ?,? ?(?:pero|con|sin|en|para"
    r"|como)\b[^:\n]{1,80})?",
    r"en (?:inglés|alemán|francés|español|italiano|japonés|rojo|azul|verde|amarillo|negro|blanco"
    r"|gris|rosa|morado|blanco y negro|color)",
    rf"sin (?:el |la |los |las )\S+{_WORDS}{{0,2}}",
)
_JAPANESE = (
    r"(?:それ|これ|あれ)(?:を|も|は|に|で)?[^\n:：、]{0,40}(?:して|にして|訳|変えて|直して|塗って|描いて|教えて"
    r"|説明して|何ですか|は何|大きく|小さく|明るく|暗く)[^\n:：、]{0,12}",
    r"(?:もっと|もう少し|もうちょっと|少し|ちょっと)[^\n:：、はを]{1,10}(?:く|に|めに)(?:して|描いて|お願い)?",
    r"(?:同じ(?:もの|絵|画像|の)?(?:を|で|だけど|ですが)?[^\n:：]{0,40})",
    r"もう一度|もう一回|もう一枚|もうひとつ",
    r"[^\n:：、はが]{1,8}(?:くして|にして|風にして)",
    r"(?:赤|青|緑|黄色|黒|白|白黒|ポスター|ロゴ|イラスト|漫画|英語|日本語|フランス語|ドイツ語|スペイン語|中国語|韓国語)"
    r"(?:で|に|では|でも)(?:も|は)?(?:書いて|描いて|訳して|翻訳して)?",
)
_PATTERNS = tuple(
    re.compile(rf"{_BEFORE}(?:{pattern}){_AFTER}", re.IGNORECASE)
    for pattern in (*_ENGLISH, *_GERMAN, *_FRENCH, *_SPANISH, *_JAPANESE)
)
# The trade is written in capitals, and so is a whole message of somebody who shouts.
_TRADE_PATTERN = re.compile(r"\bIT\b")
# Words that are about text: the last answer is meant, though a picture may be newer.
_TEXT_PATTERN = re.compile(
    r"\b(?:english|german|french|spanish|italian|japanese|chinese|portuguese|dutch|polish|turkish"
    r"|korean|russian|python|javascript|typescript|rust|java|translat\w+|summar\w+|shorten|shorter"
    r"|longer|formal|rewrite|rephrase|reword|explain|mean|words?|sentences?|bullet|bullets|e-?mail"
    r"|deutsch|englisch|französisch|spanisch|italienisch|japanisch|chinesisch|türkisch|übersetz\w*"
    r"|fass\w*|kürz\w*|länger|formeller|erklär\w*|anglais|allemand|français|espagnol|italien|japonais"
    r"|traduis\w*|résume\w*|raccourcis\w*|explique\w*|court|courte|long|longue|inglés|alemán|francés"
    r"|español|italiano|japonés|trad[uú]ce\w*|res[uú]me\w*|expl[ií]ca\w*|cort[oa]|larg[oa])\b"
    r"|[英日独]語|フランス語|ドイツ語|スペイン語|中国語|韓国語|訳|短く|長く|要約|説明",
    re.IGNORECASE,
)


# Words that are about a picture: the newest one is meant, though an answer may be newer.
_PICTURE_PATTERN = re.compile(
    r"\b(?:pictures?|images?|photos?|drawings?|logos?|posters?|sketch|icons?|sky|background|foreground"
    r"|contrast|colou?r\w*|recolou?r|hat|red\w*|blu\w+|green\w*|yellow\w*|orange|purple|violet|pink\w*"
    r"|black|white|gr[ae]y\w*|brown|gold\w*|silver|sepia|dark\w*|bright\w*|light\w*|warmer|cooler"
    r"|sharp\w*|blur\w*|crop|rotate|flip|mirror|invert|zoom|resize|enlarge|shrink|paint|draw\w*"
    r"|bild\w*|foto|plakat|himmel|hintergrund|kontrast|hut|rot|röter|blau\w*|grün\w*|gelb\w*|lila|rosa"
    r"|schwarz\w*|weiß|grau|bunter|dunkler|heller|schärfer|male?|zeichne|färbe?|drehe?"
    r"|affiche|ciel|arrière-plan|chapeau|rouge|bleue?|verte?|jaune|noire?|blanche?|blanc|grise?"
    r"|sombre|claire?|foncée?|dessin\w*|peins|colorie"
    r"|imagen|dibujo|cielo|fondo|sombrero|roj[oa]|azul|verde|amarill[oa]|negr[oa]|blanc[oa]|gris|morado"
    r"|oscur[oa]|clar[oa]|p[ií]nta\w*|dib[uú]ja\w*)\b"
    r"|\d+:\d+|[赤青緑白黒灰]|黄色|暗|明る|画像|絵|写真|ポスター|ロゴ|イラスト|背景|描",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class BackReference:
    """A message refers back.

    `is_about_text`: to words rather than to a picture; `is_about_picture`: to a picture, although
    words may be newer.
    """

    is_about_text: bool = False
    is_about_picture: bool = False


def parse_back_reference(text: str) -> BackReference | None:
    """Return whether all of `text` refers back to something that it does not hold, else None."""
    line = " ".join(text.replace("’", "'").split())
    if not line or len(line) > _MAX_CHARS or "\n" in text.strip():
        return None
    if _TRADE_PATTERN.search(line) and not line.isupper():
        return None
    if not any(pattern.fullmatch(line) for pattern in _PATTERNS):
        return None
    is_about_text = _TEXT_PATTERN.search(line) is not None
    is_about_picture = not is_about_text and _PICTURE_PATTERN.search(line) is not None
    return BackReference(is_about_text, is_about_picture)
