"""Sentences that ask for the colours of a picture, or for two over each other, in all languages.

Pure data, as in `edit_patterns.py`. Groups: `version`, `position`, `count`; of two pictures `first`
and `second`, or `first_position` and `second_position`. Without these, the newest two are meant.
"""

from __future__ import annotations

from bot.request.pictures.edit_names import ENGLISH_POSITIONS
from bot.request.pictures.edit_patterns import DE_OF, ES_OF, FR_OF, JA_END, JA_OF, OF, THIS

_SHOW = (
    r"(?:(?:show|give|list|extract|get|find|tell)(?: me)? |what (?:is|are) |what's |make (?:me )?)?"
)
_MAIN = r"(?:main |dominant |most common |primary )"
_COUNT = r"(?P<count>\d{1,2})"
PALETTE_PATTERNS = (
    rf"{_SHOW}(?:the |a |its )?(?:colou?r )?palette"
    rf"(?: (?:of |with |in )?{_COUNT}(?: colou?rs)?)?{OF}",
    rf"{_SHOW}(?:the )?{_MAIN}?(?:hex codes|hex colou?rs|colou?r codes){OF}",
    rf"{_SHOW}(?:the )?{_MAIN}?colou?rs (?:of|from|in) {THIS}",
    rf"{_SHOW}(?:the )?{_MAIN}colou?rs",
    rf"{_SHOW}(?:the )?{_COUNT} {_MAIN}?colou?rs{OF}",
    rf"(?:what|which) {_MAIN}?colou?rs (?:are in|does) {THIS}(?: have| use| contain)?",
    rf"(?:zeige? (?:mir )?)?(?:die )?(?:farb)?palette{DE_OF}",
    rf"(?:zeige? (?:mir )?)?die (?:{_COUNT} )?(?:haupt)?farben{DE_OF}",
    r"(?:welche|was fur) farben (?:hat|sind in|sind auf) (?:das bild|dem bild|diesem bild)",
    rf"(?:montre(?:-moi)? )?(?:la )?palette(?: de couleurs)?{FR_OF}",
    rf"(?:montre(?:-moi)? )?les (?:{_COUNT} )?couleurs (?:principales|dominantes){FR_OF}",
    rf"(?:muestra(?:me)? )?(?:la )?paleta(?: de colores)?{ES_OF}",
    rf"(?:muestra(?:me)? )?los (?:{_COUNT} )?colores (?:principales|dominantes){ES_OF}",
    rf"{JA_OF}(?:カラーパレット|配色|パレット|主な色)(?:を(?:見せて|教えて|表示して?))?(?:ください)?",
)
_AND = r"(?:,|and|with|to|from|over|on|vs\.?|&|und|mit|et|avec|y|con|と)"
_NUMBERED = (
    r"(?:the )?(?:v|version )(?P<first>\d{1,4}) ?"
    rf"(?:{_AND} ?)?(?:the |la |die )?(?:v|version )(?P<second>\d{{1,4}})"
)
_NOUN = r"(?:pictures?|images?|photos?|versions?|ones?|drawings?|screenshots?)"
_NTH = "|".join(ENGLISH_POSITIONS)
_ORDERED = (
    rf"(?:the )?(?P<first_position>{_NTH})(?: {_NOUN})? (?:and|with|to|over|on|vs\.?|&) "
    rf"(?:the )?(?P<second_position>{_NTH})(?: {_NOUN})?"
)
_NEWEST = (
    rf"(?:them|both|these|(?:both|these|(?:the )?(?:(?:last|latest|newest) )?(?:two|2)) {_NOUN})"
)
_PAIR = rf"(?:{_NUMBERED}|{_ORDERED}|{_NEWEST})"
_DE_NEWEST = r"(?:(?:den|die) (?:letzten |neuesten )?(?:beiden|zwei) (?:bildern?|versionen|fotos))"
_FR_NEWEST = r"(?:les deux (?:dernieres )?(?:images|versions|photos))"
_ES_NEWEST = r"(?:las (?:ultimas )?dos (?:ultimas )?(?:imagenes|versiones|fotos))"
_JA_NEWEST = r"(?:2つの(?:画像|写真|バージョン)|両方)"
DIFFERENCE_PATTERNS = (
    rf"(?:show |draw |highlight |mark )?(?:me )?(?:the )?(?:pixel )?(?:diff|differences?)"
    rf"(?:(?: (?:between|of))? {_PAIR})?",
    rf"(?:show|highlight|mark) (?:me )?(?:what|everything that) (?:has )?changed"
    rf"(?: (?:between|from) {_PAIR})?",
    rf"(?:zeige? (?:mir )?)?(?:den |die )?(?:unterschied|differenz)"
    rf"(?: (?:zwischen|von) (?:{_NUMBERED}|{_DE_NEWEST}))?",
    rf"(?:montre(?:-moi)? )?(?:la )?difference entre (?:(?:la )?{_NUMBERED}|{_FR_NEWEST})",
    rf"(?:muestra(?:me)? )?(?:la )?diferencia entre (?:(?:la )?{_NUMBERED}|{_ES_NEWEST})",
    rf"(?:{_NUMBERED}|{_JA_NEWEST})の(?:差分|違い)(?:を(?:見せて|表示して?))?(?:ください)?",
)
OVERLAY_PATTERNS = (
    rf"(?:overlay|superimpose)(?: {_PAIR})?",
    rf"lay {_NUMBERED}",
    rf"(?:lege|leg) (?:{_NUMBERED}|{_DE_NEWEST}|sie) ubereinander",
    rf"(?:{_NUMBERED}|{_DE_NEWEST}) uberlagern",
    rf"superpose[rz]?(?:-les| (?:la )?{_NUMBERED}| {_FR_NEWEST})",
    rf"superpon(?:er|las)?(?: (?:la )?{_NUMBERED}| {_ES_NEWEST})?",
    rf"(?:{_NUMBERED}|{_JA_NEWEST})を(?:重ねて|重ね合わせて?){JA_END}",
)
