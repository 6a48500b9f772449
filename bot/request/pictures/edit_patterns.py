"""Sentences for what is done to a picture without a model, in all of Easel's languages. Pure data.

Each pattern is the whole of a clause, held against simplified text (`own_words.py`). Groups:
`version`, `shape`, `colour`, `degrees`, `turn`, `axis`, `percent`, `width`, `height`, `factor`.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.pictures.operations import OperationKind

_V = r"(?:v|version |バージョン ?)(?P<version>\d{1,4})"
# “It” may be what the picture shows.
_PICTURE = rf"(?:(?:the|this|that|my) (?:picture|image|photo)|{_V})"
_THIS = rf"(?:it|this|that|(?:the|this|that|my) (?:picture|image|photo|one)|{_V})"
_IT, _IT_LAST = rf"(?:{_THIS} )?", rf"(?: {_THIS})?"
_OF = rf"(?: (?:of|from|for|in) {_THIS})?"
_SHAPE = r"(?P<shape>[^,;]{2,40}?)"
_COLOUR = r"(?P<colour>[a-z]{3,12}|#[0-9a-f]{6})"
_DEGREES = r"(?P<degrees>-?\d{1,6}) ?(?:°|degrees?|deg|grad|degres?|grados?|度)?"
_PERCENT = r"(?P<percent>\d{1,6}) ?(?:%|percent|prozent|pour ?cent|por ciento|パーセント)"
# German, French, Spanish, Japanese: the picture where each verb has it.
_DE = rf"(?:(?:es|das|das bild|dieses bild|die|(?:die )?{_V}) )?"
_DE_OF = rf"(?: (?:aus|von) (?:dem bild|{_V}))?"
_DE_SHAPE = rf"(?:auf|als|fur|zu|im) (?:ein(?:e|en)? )?{_SHAPE}"
_FR = rf"(?:(?:-l[ea]|-ca| l'image| cette image| la photo| (?:la )?{_V}))?"
_FR_OF = rf"(?: de (?:l'image|(?:la )?{_V}))?"
_ES = rf"(?:l[oa])?(?: (?:la imagen|esta imagen|la foto|esto|(?:la )?{_V}))?"
_ES_OF = rf"(?: de (?:la imagen|(?:la )?{_V}))?"
_JA = rf"(?:(?:これ|それ|この画像|画像|写真|{_V})を?)?"
_JA_END = r"(?:して)?(?:ください|下さい|ね)?"
_JA_OF = rf"(?:(?:この画像|画像|写真|{_V})の)?"
_TURN = r"(?P<turn>left|right|clockwise|counter-?clockwise|anti-?clockwise|upside down)"
_DE_TURN = r"(?P<turn>links|rechts|auf den kopf|im uhrzeigersinn|gegen den uhrzeigersinn)"
_FR_TURN, _ES_TURN = r"(?P<turn>gauche|droite)", r"(?P<turn>izquierda|derecha)"
_DE_AXIS = r"(?P<axis>horizontal|vertikal|senkrecht|waagerecht)"
_SCALE = r"(?:resize|scale|shrink|reduce|enlarge|upscale)"
_METADATA = r"(?:metadata|exif(?: data)?|gps(?: data)?|location(?: data)?)"
_SIDE = r"(?:px|pixels?)"
_SIDES = r"(?:px|pixels?|pixeln|pixeles|ピクセル)"

OPERATION_PATTERNS: Mapping[OperationKind, tuple[str, ...]] = {
    OperationKind.CROP: (
        rf"crop {_IT}(?:in)?(?:to|as|for|at) (?:an? |the )?{_SHAPE}",
        rf"(?P<shape>square) crop{_OF}",
        rf"schneide? {_DE}{_DE_SHAPE}(?: zu)?",
        rf"{_DE}{_DE_SHAPE} (?:zu|be)schneiden",
        rf"zuschneiden {_DE_SHAPE}",
        rf"schneide? {_DE}(?P<shape>quadratisch)(?: zu)?",
        rf"{_DE}(?P<shape>quadratisch) (?:zu|be)schneiden",
        rf"(?:recadre|rogne)[rz]?{_FR} (?:en|au format|pour|a) (?:une? )?{_SHAPE}",
        rf"recorta(?:r|me)?{_ES} (?:a|en|como|para|al formato) (?:una? )?{_SHAPE}",
        rf"{_JA}{_SHAPE}(?:に|で)(?:トリミング|切り抜いて?|切り取って?|クロップ){_JA_END}",
    ),
    OperationKind.PAD: (
        rf"(?:pad|letterbox|add margins to) {_IT}(?:in)?(?:to|for|as) (?:an? )?{_SHAPE}"
        rf"(?: (?:with|in) (?:an? )?{_COLOUR}(?: (?:background|margins?|borders?))?)?",
        rf"(?:erganze|fulle) {_DE}{_DE_SHAPE}(?: (?:mit|in) {_COLOUR})?(?: auf)?",
        rf"{_DE}{_DE_SHAPE}(?: (?:mit|in) {_COLOUR})? (?:auffullen|erganzen)",
        rf"(?:complete[rz]?|remplis|ajoute des marges a){_FR} (?:en|jusqu'a|pour) (?:une? )?"
        rf"{_SHAPE}(?: (?:avec du|en) {_COLOUR})?",
        rf"(?:rellena|completa|anade margenes a){_ES} (?:a|hasta|para) (?:una? )?{_SHAPE}"
        rf"(?: (?:con|en|de) {_COLOUR})?",
        rf"{_JA}{_SHAPE}に余白を?(?:足して|付けて|追加){_JA_END}",
        rf"{_JA}余白を?(?:足して|付けて|追加して){_SHAPE}に{_JA_END}",
    ),
    OperationKind.ROTATE: (
        rf"(?:rotate|turn) {_IT}(?:by )?{_DEGREES}(?: (?:to the )?{_TURN})?",
        rf"(?:rotate|turn) {_IT}(?:to the )?{_TURN}",
        rf"drehe? {_DE}(?:um )?{_DEGREES}(?: (?:nach )?{_DE_TURN})?",
        rf"drehe? {_DE}(?:nach )?{_DE_TURN}",
        rf"{_DE}(?:um )?{_DEGREES}(?: (?:nach )?{_DE_TURN})? drehen",
        rf"{_DE}(?:nach )?{_DE_TURN} drehen",
        rf"(?:tourne|pivote)[rz]?{_FR} (?:de )?{_DEGREES}(?: (?:vers |a )(?:la )?{_FR_TURN})?",
        rf"(?:tourne|pivote)[rz]?{_FR} (?:vers |a )(?:la )?{_FR_TURN}",
        rf"(?:girar?|rotar?){_ES} {_DEGREES}(?: (?:a|hacia) la {_ES_TURN})?",
        rf"(?:girar?|rotar?){_ES} (?:a|hacia) la {_ES_TURN}",
        rf"{_JA}(?:(?P<turn>左|右)(?:に|へ))?{_DEGREES}(?:回転|回して?){_JA_END}",
        rf"{_JA}{_DEGREES}(?P<turn>左|右)(?:に|へ)(?:回転|回して?){_JA_END}",
        rf"{_JA}(?P<turn>左|右)(?:に|へ)(?:回転|回して?){_JA_END}",
    ),
    OperationKind.FLIP: (
        rf"(?:flip|mirror) {_IT}(?P<axis>horizontally|vertically|left to right|upside down)",
        rf"(?:flip|mirror){_IT_LAST}",
        rf"spiegle? {_DE}{_DE_AXIS}",
        rf"spiegle?(?: (?:es|das bild|(?:die )?{_V}))?",
        rf"{_DE}(?:{_DE_AXIS} )?spiegeln",
        rf"(?:retourne|inverse)[rz]?{_FR} (?P<axis>horizontalement|verticalement)",
        rf"(?:voltea|refleja|invierte){_ES}(?: (?P<axis>horizontalmente|verticalmente))?",
        # “Invertir” alone is to invest.
        rf"(?:voltear|reflejar|invertir){_ES} (?P<axis>horizontalmente|verticalmente)",
        r"(?:voltear|reflejar|invertir) (?:la |esta )(?:imagen|foto)",
        rf"{_JA}(?P<axis>左右|上下|水平|垂直)?(?:に|へ)?反転{_JA_END}",
    ),
    OperationKind.RESIZE: (
        rf"{_SCALE} {_IT}(?:down |up )?(?:to |by )?{_PERCENT}",
        rf"(?:enlarge|upscale|scale) {_IT}(?:by )?(?P<factor>\d{{1,3}}) ?(?:x|times)",
        rf"(?:resize|scale) {_IT}to (?P<factor>half|double|twice)(?: (?:the|its) size)?",
        rf"(?P<factor>double|halve) (?:the |its )?size{_OF}",
        rf"make {_PICTURE} (?P<factor>twice|half) (?:as (?:large|big)|the size)",
        rf"(?P<factor>upscale){_IT_LAST}",
        rf"(?:resize|scale) {_IT}(?:to )?(?P<width>\d{{1,9}}) ?{_SIDE}? (?:wide|in width)",
        rf"(?:resize|scale) {_IT}(?:to )?(?P<height>\d{{1,9}}) ?{_SIDE}? (?:high|tall)",
        # As with “as jpg at 1024”, a single number is the width.
        rf"{_SCALE} {_IT}(?:down |up )?(?:to )?(?P<width>\d{{1,9}}) ?{_SIDE}",
        # “Make it 100 wide” may be said of what the picture shows.
        rf"make {_IT}(?P<width>\d{{1,9}}) ?{_SIDE} wide",
        rf"make {_IT}(?P<height>\d{{1,9}}) ?{_SIDE} (?:high|tall)",
        rf"(?:resize|scale|upscale) {_IT}(?:to|for) (?:an? )?{_SHAPE}",
        rf"make {_IT}(?P<shape>\d{{1,9}} ?[x×] ?\d{{1,9}}(?: ?px)?|[245]k|full hd)",
        rf"(?:skaliere?|verkleinere|vergrossere) {_DE}auf {_PERCENT}",
        rf"{_DE}auf {_PERCENT} (?:skalieren|verkleinern|vergrossern)",
        rf"(?:skaliere?|verkleinere|vergrossere) {_DE}auf (?P<width>\d{{1,9}}) ?{_SIDES}",
        rf"{_DE}auf (?P<width>\d{{1,9}}) ?{_SIDES} (?:skalieren|verkleinern|vergrossern)",
        rf"(?:skaliere?|verkleinere|vergrossere) {_DE}auf {_SHAPE}",
        r"(?P<factor>verdopple|halbiere) (?:die )?(?:grosse|bildgrosse)",
        rf"(?:redimensionne[rz]?|reduis|agrandis){_FR} (?:a|de) {_PERCENT}",
        rf"(?:redimensionne[rz]?|reduis|agrandis){_FR} a (?P<width>\d{{1,9}}) ?{_SIDES}",
        rf"redimensionne[rz]?{_FR} (?:en|a|au format) {_SHAPE}",
        r"(?P<factor>double) la taille",
        rf"(?:redimensiona|escala|reduce|amplia){_ES} (?:a|al) {_PERCENT}",
        rf"(?:redimensiona|escala|reduce|amplia){_ES} a (?P<width>\d{{1,9}}) ?{_SIDES}",
        rf"redimensiona{_ES} (?:a|en) {_SHAPE}",
        r"(?P<factor>duplica) el tamano",
        rf"{_JA}{_PERCENT}に(?:縮小|拡大|リサイズ){_JA_END}",
        rf"{_JA}(?P<width>\d{{1,9}}) ?{_SIDES}に(?:縮小|拡大|リサイズ){_JA_END}",
        rf"{_JA}{_SHAPE}にリサイズ{_JA_END}",
        # “それを半分にして” is said of texts and recipes.
        rf"{_JA}(?P<factor>半分|2倍)の(?:サイズ|大きさ)に(?:縮小|拡大|リサイズ)?{_JA_END}",
        rf"{_JA}(?P<factor>半分|2倍)に(?:縮小|拡大|リサイズ){_JA_END}",
        rf"(?:この画像|画像|写真|{_V})を(?P<factor>半分|2倍)に{_JA_END}",
    ),
    OperationKind.STRIP: (
        rf"(?:strip|remove|delete|clear) (?:all |the |its )?{_METADATA}{_OF}",
        rf"strip {_IT}of (?:all )?(?:metadata|exif)",
        rf"(?:entferne|losche) (?:alle |die )?(?:meta|exif-?|gps-?)daten{_DE_OF}",
        rf"(?:meta|exif-?|gps-?)daten{_DE_OF} (?:entfernen|loschen)",
        rf"(?:supprime|enleve|retire)[rz]? (?:toutes )?les (?:metadonnees|donnees exif){_FR_OF}",
        rf"(?:quita|elimina|borra)r? (?:todos )?los (?:metadatos|datos exif){_ES_OF}",
        rf"{_JA_OF}(?:メタデータ|exif)(?:情報)?を?(?:削除|消して?|除去){_JA_END}",
    ),
}
_SHOW = r"(?:(?:show|give|list)(?: me)? |what (?:is|are) |what's )?"
PALETTE_PATTERNS = (
    rf"{_SHOW}(?:the |a |its )?(?:colou?r )?palette{_OF}",
    rf"{_SHOW}(?:the )?(?:main )?(?:hex codes|colou?r codes){_OF}",
    rf"{_SHOW}(?:the )?(?:main )?colou?rs (?:of|from|in) {_THIS}",
    rf"(?:zeige? (?:mir )?)?(?:die )?(?:farb)?palette{_DE_OF}",
    rf"(?:zeige? (?:mir )?)?die (?:haupt)?farben{_DE_OF}",
    rf"(?:montre(?:-moi)? )?(?:la )?palette(?: de couleurs)?{_FR_OF}",
    rf"(?:muestra(?:me)? )?(?:la )?paleta(?: de colores)?{_ES_OF}",
    rf"{_JA_OF}(?:カラーパレット|配色|パレット)(?:を(?:見せて|教えて|表示して?))?(?:ください)?",
)
_AND = r"(?:,|and|with|to|from|over|on|vs\.?|&|und|mit|et|avec|y|con|と)"
_PAIR = (
    r"(?:the )?(?:v|version )(?P<first>\d{1,4}) ?"
    rf"(?:{_AND} ?)?(?:the |la |die )?(?:v|version )(?P<second>\d{{1,4}})"
)
DIFFERENCE_PATTERNS = (
    rf"(?:show )?(?:me )?(?:the )?(?:diff(?:erence)?)(?: (?:between|of))? {_PAIR}",
    rf"(?:zeige? (?:mir )?)?(?:den |die )?(?:unterschied|differenz) (?:zwischen|von) {_PAIR}",
    rf"(?:montre(?:-moi)? )?(?:la )?difference entre (?:la )?{_PAIR}",
    rf"(?:muestra(?:me)? )?(?:la )?diferencia entre (?:la )?{_PAIR}",
    rf"{_PAIR}の(?:差分|違い)(?:を(?:見せて|表示して?))?(?:ください)?",
)
OVERLAY_PATTERNS = (
    rf"(?:overlay|superimpose) {_PAIR}",
    rf"(?:lege|leg) {_PAIR} ubereinander",
    rf"{_PAIR} uberlagern",
    rf"superpose[rz]? (?:la )?{_PAIR}",
    rf"superpon(?:er)? (?:la )?{_PAIR}",
    rf"{_PAIR}を(?:重ねて|重ね合わせて?){_JA_END}",
)
