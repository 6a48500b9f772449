"""Messages that refer back: “make it blue”, “a bit darker”, “und auf Französisch?”. Pure.

In a direct message such a message begins a thread of its own and yet means the last picture or
answer. Read narrowly: a message that is taken for one of its own is answered with a question, one
that wrongly takes something along is answered wrongly. So the whole message has to be such words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.request import back_reference_words as words

_MAX_CHARS = 120

# One pattern of all: most messages begin like none of them, which it sees at once.
_ANY_REFERENCE = "|".join(
    (*words.ENGLISH, *words.GERMAN, *words.FRENCH, *words.SPANISH, *words.JAPANESE)
)
_PATTERN = re.compile(rf"{words.BEFORE}(?:{_ANY_REFERENCE}){words.AFTER}", re.IGNORECASE)
_RATIO_PATTERN = re.compile(r"\b(\d{1,4}):(\d{1,4})\b")
_SMILEY_PATTERN = re.compile(r"(?:^|\s)(?:[:;]-?[()DPp]|:[a-z_]{2,20}:|[🙂😀😉👍🙏])(?=\s|$)")
# Words that look like a reference and mean nothing that was said before.
_IDIOM_PATTERN = re.compile(
    r"\b(?:plus tard|más tarde|mas tarde|moins cher|plus cher|más barato|make it (?:a rule|a habit"
    r"|happen|work|up to|to the)|more (?:coffee|money|time|info|information|help)|mehr (?:geld|zeit"
    r"|kaffee|hilfe|info|informationen)|plus (?:d'argent|de temps|d'infos?)|más (?:dinero|tiempo)"
    r"|(?:convert|change) (?:this|that|it) (?:to|into) (?:usd|eur|gbp|chf|jpy|dollars?"
    r"|euros?)\b.*\d"
    r"|(?:add|put) \d+ (?:to|on) (?:this|that|it))\b|同じ[^\n、]{1,6}で働|より詳しい情報",
    re.IGNORECASE,
)
# The trade is written in capitals, and so is a whole message of somebody who shouts.
_TRADE_PATTERN = re.compile(r"\bIT\b")
# Words that are about text: the last answer is meant, though a picture may be newer.
_TEXT_PATTERN = re.compile(
    r"\b(?:english|german|french|spanish|italian|japanese|chinese|portuguese|dutch|polish|turkish"
    r"|korean|russian|python|javascript|typescript|rust|java|translat\w+|summar\w+|shorten|shorter"
    r"|longer|formal|rewrite|rephrase|reword|explain|mean|words?|sentences?|bullet|bullets|e-?mail"
    r"|deutsch|englisch|französisch|spanisch|italienisch|japanisch|chinesisch|türkisch|übersetz\w*"
    r"|fass\w*|kürz\w*|länger|formeller|erklär\w*|anglais|allemand|français|espagnol|italien"
    r"|japonais"
    r"|traduis\w*|résume\w*|raccourcis\w*|explique\w*|court|courte|long|longue|inglés|alemán"
    r"|francés"
    r"|español|italiano|japonés|trad[uú]ce\w*|res[uú]me\w*|expl[ií]ca\w*|cort[oa]|larg[oa])\b"
    r"|[英日独]語|フランス語|ドイツ語|スペイン語|中国語|韓国語|訳|短く|長く|要約|説明",
    re.IGNORECASE,
)


# Words that are about a picture: the newest one is meant, though an answer may be newer.
_PICTURE_PATTERN = re.compile(
    r"\b(?:pictures?|images?|photos?|drawings?|logos?|posters?|sketch|icons?|sky|background"
    r"|foreground"
    r"|contrast|colou?r\w*|recolou?r|hats?|clouds?|snow|stars|frame|watermark|red\w*|blu\w+|green\w*|yellow\w*|orange|purple|violet"
    r"|pink\w*"
    r"|black|white|gr[ae]y\w*|brown|gold\w*|silver|sepia|dark\w*|bright\w*|light\w*|warmer|cooler"
    r"|sharp\w*|blur\w*|crop|rotate|flip|mirror|invert|zoom|resize|enlarge|shrink|paint|draw\w*"
    r"|bild\w*|foto|plakat|himmel|hintergrund|kontrast|hut|rot|röter|blau\w*|grün\w*|gelb\w*|lila"
    r"|rosa"
    r"|schwarz\w*|weiß|grau|bunter|dunkler|heller|schärfer|male?|zeichne|färbe?|drehe?"
    r"|affiche|ciel|arrière-plan|chapeau|rouge|bleue?|verte?|jaune|noire?|blanche?|blanc|grise?"
    r"|sombre|claire?|foncée?|dessin\w*|peins|colorie"
    r"|imagen|dibujo|cielo|fondo|sombrero|roj[oa]|azul|verde|amarill[oa]|negr[oa]|blanc[oa]|gris"
    r"|morado"
    r"|oscur[oa]|clar[oa]|p[ií]nta\w*|dib[uú]ja\w*)\b"
    r"|\d+x\d+|[赤青緑白黒灰]|黄色|暗|明る|画像|絵|写真|ポスター|ロゴ|イラスト|背景|描",
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
    lines = [line for line in text.splitlines() if line.strip()]
    # What follows an empty line, or more than one short line, is brought along.
    if len(lines) > 2 or "\n\n" in text.strip():
        return None
    line = _SMILEY_PATTERN.sub("", " ".join(text.replace("’", "'").split())).strip()
    if not line or len(line) > _MAX_CHARS:
        return None
    line = _RATIO_PATTERN.sub(r"\1x\2", line)
    if _TRADE_PATTERN.search(line) and not line.isupper():
        return None
    if _IDIOM_PATTERN.search(line) or not _PATTERN.fullmatch(line):
        return None
    is_about_text = _TEXT_PATTERN.search(line) is not None
    is_about_picture = not is_about_text and _PICTURE_PATTERN.search(line) is not None
    return BackReference(is_about_text, is_about_picture)
