"""Sentences for what is done to a picture without a model, in all of Easel's languages. Pure data.

Each pattern is the whole of a clause, held against simplified text (`own_words.py`). Groups:
`version`, `position`, `shape`, `colour`, `degrees`, `turn`, `axis`, `percent`, `fewer`, `more`,
`width`, `height`, `factor`, `extension`. See `view_patterns.py` for what is only shown.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.pictures.operations import OperationKind
from bot.request.pictures.edit_names import (
    COLOURS,
    ENGLISH_POSITIONS,
    FRENCH_POSITIONS,
    GERMAN_POSITIONS,
    JAPANESE_POSITIONS,
    SPANISH_POSITIONS,
)

_V = r"(?:v|version |バージョン ?)(?P<version>\d{1,4})"
_NOUN = r"(?:one|picture|image|photo|version|drawing|screenshot)"
NTH = rf"(?:the )?(?P<position>{'|'.join(ENGLISH_POSITIONS)}) {_NOUN}"
# “It” may be what the picture shows.
_PICTURE = rf"(?:(?:the|this|that|my) (?:picture|image|photo)|{_V}|{NTH})"
THIS = rf"(?:it|this|that|(?:the|this|that|my) (?:picture|image|photo|one)|{_V}|{NTH})"
_IT, _IT_LAST = rf"(?:{THIS} )?", rf"(?: {THIS})?"
OF = rf"(?: (?:of|from|for|in|on|off) {THIS})?"
_SHAPE = r"(?P<shape>[^,;]{2,40}?)"
_SIDES_SHAPE = r"(?P<shape>\d{2,9} ?[x×] ?\d{2,9}(?: ?px)?)"
_HEX = r"#[0-9a-f]{3}(?:[0-9a-f]{3})?"
_COLOUR = rf"(?P<colour>(?:(?:light|dark|sky|hot|off|deep|pale) )?[a-z]{{3,16}}|{_HEX})"
_KNOWN_COLOUR = rf"(?P<colour>{'|'.join(COLOURS)}|{_HEX})"
_DEGREES = r"(?P<degrees>-?\d{1,6}(?:[.,]\d{1,2})?) ?(?:°|degrees?|deg|grad|degres?|grados?|度)?"
_PERCENT_SIGN = r" ?(?:%|percent|prozent|pour ?cent|por ciento|パーセント)"
_PERCENT = rf"(?P<percent>-?\d{{1,9}}){_PERCENT_SIGN}"
_FEWER, _MORE = (rf"(?P<{name}>\d{{1,6}}){_PERCENT_SIGN}" for name in ("fewer", "more"))
# German, French, Spanish, Japanese: the picture where each verb has it.
_DE_NTH = rf"(?:das |die )?(?P<position>{'|'.join(GERMAN_POSITIONS)}) (?:bild|foto|version)"
_DE = rf"(?:(?:es|das|das bild|dieses bild|die|(?:die )?{_V}|{_DE_NTH}) )?"
DE_OF = rf"(?: (?:aus|von) (?:dem bild|{_V}))?"
_DE_SHAPE = rf"(?:auf|als|fur|zu|im) (?:ein(?:e|en)? )?{_SHAPE}"
_FR_NTH = rf"(?:la )?(?P<position>{'|'.join(FRENCH_POSITIONS)}) (?:image|photo|version)"
_FR = rf"(?:(?:-l[ea]|-ca| l'image| cette image| la photo| (?:la )?{_V}| {_FR_NTH}))?"
FR_OF = rf"(?: de (?:l'image|(?:la )?{_V}))?"
_ES_NTH = rf"la (?P<position>{'|'.join(SPANISH_POSITIONS)}) (?:imagen|foto|version)"
_ES = rf"(?:l[oa])?(?: (?:la imagen|esta imagen|la foto|esto|(?:la )?{_V}|{_ES_NTH}))?"
ES_OF = rf"(?: de (?:la imagen|(?:la )?{_V}))?"
_JA_NTH = rf"(?P<position>{'|'.join(JAPANESE_POSITIONS)})の(?:画像|写真|絵|バージョン)"
_JA = rf"(?:(?:これ|それ|この画像|画像|写真|{_V}|{_JA_NTH})を?)?"
JA_END = r"(?:して)?(?:ください|下さい|ね)?"
JA_OF = rf"(?:(?:この画像|画像|写真|{_V})の)?"
_TURN = (
    r"(?P<turn>left|right|clockwise|counter[- ]?clockwise|anti[- ]?clockwise|ccw|cw|upside down)"
)
_DE_TURN = r"(?P<turn>links|rechts|auf den kopf|im uhrzeigersinn|gegen den uhrzeigersinn)"
_FR_TURN, _ES_TURN = r"(?P<turn>gauche|droite)", r"(?P<turn>izquierda|derecha)"
_DE_AXIS = r"(?P<axis>horizontal|vertikal|senkrecht|waagerecht)"
_SCALE = r"(?:resize|scale|shrink|reduce|enlarge|upscale)"
# “The camera” alone may be what the picture shows, and “the location” as well.
_OF_DATA = r"(?: data| info(?:rmation)?| tags)"
_DATA = (
    rf"(?:(?:meta ?data|exif|gps|xmp|iptc)(?: location| coordinates)?{_OF_DATA}?"
    rf"|(?:location|camera){_OF_DATA})"
)
_ANY_DATA = rf"(?:{_DATA}|location|camera)"
_METADATA = (
    rf"(?:{_DATA}(?:(?:,| and|, and) (?:the )?{_ANY_DATA}){{0,3}}"
    rf"|(?:{_ANY_DATA}(?:,| and|, and) (?:the )?){{1,3}}{_DATA})"
)
_EXTENSION = r"(?P<extension>jpe?g|png|webp)"
_SIDE = r"(?:px|pixels?)"
_SIDES = r"(?:px|pixels?|pixeln|pixeles|ピクセル)"

OPERATION_PATTERNS: Mapping[OperationKind, tuple[str, ...]] = {
    OperationKind.CROP: (
        rf"(?:crop|trim|cut) {_IT}(?:down )?(?:in)?(?:to|as|for|at) (?:an? |the )?{_SHAPE}",
        rf"crop {_IT}(?P<shape>square|\d{{1,4}}:\d{{1,4}})",
        rf"crop {_IT}{_SIDES_SHAPE}",
        rf"(?P<shape>square|\d{{1,4}}:\d{{1,4}}) crop{OF}",
        rf"schneide? {_DE}{_DE_SHAPE}(?: zu)?",
        rf"{_DE}{_DE_SHAPE} (?:zu|be)schneiden",
        rf"zuschneiden {_DE_SHAPE}",
        rf"schneide? {_DE}(?P<shape>quadratisch)(?: zu)?",
        rf"{_DE}(?P<shape>quadratisch) (?:zu|be)schneiden",
        rf"(?:recadre|rogne)[rz]?{_FR} (?:en|au format|pour|a) (?:une? )?{_SHAPE}",
        rf"recorta(?:r|me)?{_ES} (?:a|en|como|para|al formato) (?:una? )?{_SHAPE}",
        rf"{_JA}{_SHAPE}(?:に|で)(?:トリミング|切り抜いて?|切り取って?|クロップ){JA_END}",
    ),
    OperationKind.PAD: (
        rf"(?:pad|letterbox|add margins to) {_IT}(?:in)?(?:to|for|as) (?:an? )?{_SHAPE}"
        rf"(?: (?:with|in) (?:an? )?{_COLOUR}(?: (?:background|margins?|borders?|bars))?)?",
        rf"(?:pad|letterbox) {_IT}(?:(?:in)?to |for |as )?(?:an? )?{_SHAPE} {_KNOWN_COLOUR}",
        rf"(?:pad|letterbox) {_IT}(?:an? )?(?P<shape>square|\d{{1,4}}:\d{{1,4}})",
        rf"(?:erganze|fulle) {_DE}{_DE_SHAPE}(?: (?:mit|in) {_COLOUR})?(?: auf)?",
        rf"{_DE}{_DE_SHAPE}(?: (?:mit|in) {_COLOUR})? (?:auffullen|erganzen)",
        rf"(?:complete[rz]?|remplis|ajoute des marges a){_FR} (?:en|jusqu'a|pour) (?:une? )?"
        rf"{_SHAPE}(?: (?:avec du|en) {_COLOUR})?",
        rf"(?:rellena|completa|anade margenes a){_ES} (?:a|hasta|para) (?:una? )?{_SHAPE}"
        rf"(?: (?:con|en|de) {_COLOUR})?",
        rf"{_JA}{_SHAPE}に余白を?(?:足して|付けて|追加){JA_END}",
        rf"{_JA}余白を?(?:足して|付けて|追加して){_SHAPE}に{JA_END}",
    ),
    OperationKind.ROTATE: (
        rf"(?:rotate|turn) {_IT}(?:by )?{_DEGREES}(?: (?:to the )?{_TURN})?",
        rf"(?:rotate|turn) {_IT}(?:to the )?{_TURN}(?: (?:by )?{_DEGREES})?",
        rf"drehe? {_DE}(?:um )?{_DEGREES}(?: (?:nach )?{_DE_TURN})?",
        rf"drehe? {_DE}(?:nach )?{_DE_TURN}",
        rf"{_DE}(?:um )?{_DEGREES}(?: (?:nach )?{_DE_TURN})? drehen",
        rf"{_DE}(?:nach )?{_DE_TURN} drehen",
        rf"(?:tourne|pivote)[rz]?{_FR} (?:de )?{_DEGREES}(?: (?:vers |a )(?:la )?{_FR_TURN})?",
        rf"(?:tourne|pivote)[rz]?{_FR} (?:vers |a )(?:la )?{_FR_TURN}",
        rf"(?:girar?|rotar?){_ES} {_DEGREES}(?: (?:a|hacia) la {_ES_TURN})?",
        rf"(?:girar?|rotar?){_ES} (?:a|hacia) la {_ES_TURN}",
        rf"{_JA}(?:(?P<turn>左|右)(?:に|へ))?{_DEGREES}(?:回転|回して?){JA_END}",
        rf"{_JA}{_DEGREES}(?P<turn>左|右)(?:に|へ)(?:回転|回して?){JA_END}",
        rf"{_JA}(?P<turn>左|右)(?:に|へ)(?:回転|回して?){JA_END}",
    ),
    OperationKind.FLIP: (
        rf"(?:flip|mirror) {_IT}"
        r"(?P<axis>horizontal(?:ly)?|vertical(?:ly)?|left to right|upside down)",
        rf"(?:flip|mirror){_IT_LAST}",
        rf"spiegle? {_DE}{_DE_AXIS}",
        rf"spiegle?(?: (?:es|das bild|(?:die )?{_V}))?",
        rf"{_DE}(?:{_DE_AXIS} )?spiegeln",
        rf"(?:retourne|inverse)[rz]?{_FR} (?P<axis>horizontalement|verticalement)",
        rf"(?:voltea|refleja|invierte){_ES}(?: (?P<axis>horizontalmente|verticalmente))?",
        # “Invertir” alone is to invest.
        rf"(?:voltear|reflejar|invertir){_ES} (?P<axis>horizontalmente|verticalmente)",
        r"(?:voltear|reflejar|invertir) (?:la |esta )(?:imagen|foto)",
        rf"{_JA}(?P<axis>左右|上下|水平|垂直)?(?:に|へ)?反転{JA_END}",
    ),
    OperationKind.RESIZE: (
        rf"{_SCALE} {_IT}(?:down |up )?to {_PERCENT}",
        rf"(?:resize|scale) {_IT}(?:by )?{_PERCENT}",
        # By 20 % smaller is 80 %, and “shrink 20 %” is said of that.
        rf"(?:shrink|reduce|scale down) {_IT}(?:down )?(?:by )?{_FEWER}",
        rf"scale {_IT}down (?:by )?{_FEWER}",
        rf"(?:enlarge|increase|scale up|upscale) {_IT}(?:up )?by {_MORE}",
        rf"scale {_IT}up (?:by )?{_MORE}",
        rf"make {_PICTURE} {_FEWER} smaller",
        rf"make {_PICTURE} {_MORE} (?:larger|bigger)",
        rf"(?:resize|scale|shrink|reduce) {_IT}(?:down )?(?:by|to) (?P<factor>half)",
        rf"(?P<factor>half)(?: the)? size{OF}",
        rf"(?P<factor>halve) {_PICTURE}",
        rf"(?:enlarge|upscale|scale) {_IT}(?:by )?(?P<factor>\d{{1,3}}) ?(?:x|times)",
        rf"(?:resize|scale) {_IT}to (?P<factor>half|double|twice)(?: (?:the|its) size)?",
        rf"(?P<factor>double|halve) (?:the |its )?size{OF}",
        rf"make {_PICTURE} (?P<factor>twice|half) (?:as (?:large|big)|the size)",
        rf"(?P<factor>upscale){_IT_LAST}",
        rf"(?:resize|scale) {_IT}(?:to )?(?P<width>\d{{1,9}}) ?{_SIDE}? (?:wide|in width)",
        rf"(?:resize|scale) {_IT}(?:to )?(?P<height>\d{{1,9}}) ?{_SIDE}? (?:high|tall)",
        # As with “as jpg at 1024”, a single number is the width.
        rf"{_SCALE} {_IT}(?:down |up )?(?:to )?(?P<width>\d{{1,9}}) ?{_SIDE}",
        rf"{_SCALE} {_IT}(?:down |up )?to (?P<width>\d{{2,9}})",
        rf"(?:resize|scale) {_IT}{_SIDES_SHAPE}",
        # “Make it 100 wide” may be said of what the picture shows.
        rf"make {_IT}(?P<width>\d{{1,9}}) ?{_SIDE} wide",
        rf"make {_IT}(?P<height>\d{{1,9}}) ?{_SIDE} (?:high|tall)",
        rf"(?:resize|scale|upscale) {_IT}(?:to|for) (?:an? )?{_SHAPE}",
        rf"make {_IT}(?P<shape>\d{{1,9}} ?[x×] ?\d{{1,9}}(?: ?px)?|[245]k|full hd)",
        rf"(?:skaliere?|verkleinere|vergrossere) {_DE}auf {_PERCENT}",
        rf"{_DE}auf {_PERCENT} (?:skalieren|verkleinern|vergrossern)",
        rf"verkleinere? {_DE}um {_FEWER}",
        rf"{_DE}um {_FEWER} verkleinern",
        rf"vergrossere? {_DE}um {_MORE}",
        rf"{_DE}um {_MORE} vergrossern",
        rf"(?:skaliere?|verkleinere|vergrossere) {_DE}auf (?P<width>\d{{1,9}}) ?{_SIDES}",
        rf"{_DE}auf (?P<width>\d{{2,9}})(?: ?{_SIDES})? (?:skalieren|verkleinern|vergrossern)",
        rf"(?:skaliere?|verkleinere|vergrossere) {_DE}auf {_SHAPE}",
        r"(?P<factor>verdopple|halbiere) (?:die )?(?:grosse|bildgrosse)",
        rf"(?:redimensionne[rz]?|reduis|agrandis){_FR} a {_PERCENT}",
        rf"(?:reduis|reduire){_FR} de {_FEWER}",
        rf"(?:agrandis|agrandir){_FR} de {_MORE}",
        rf"(?:redimensionne[rz]?|reduis|agrandis){_FR} a (?P<width>\d{{1,9}}) ?{_SIDES}",
        rf"redimensionne[rz]?{_FR} (?:en|a|au format) {_SHAPE}",
        r"(?P<factor>double) la taille",
        rf"(?:redimensiona|escala|reduce|amplia){_ES} (?:a|al) {_PERCENT}",
        rf"reduce{_ES} (?:en )?(?:un )?{_FEWER}",
        rf"amplia{_ES} (?:en )?(?:un )?{_MORE}",
        rf"(?:redimensiona|escala|reduce|amplia){_ES} a (?P<width>\d{{1,9}}) ?{_SIDES}",
        rf"redimensiona{_ES} (?:a|en) {_SHAPE}",
        r"(?P<factor>duplica) el tamano",
        rf"{_JA}{_PERCENT}に(?:縮小|拡大|リサイズ){JA_END}",
        rf"{_JA}{_FEWER}(?:だけ|ほど)?縮小{JA_END}",
        rf"{_JA}{_MORE}(?:だけ|ほど)?拡大{JA_END}",
        rf"{_JA}(?P<width>\d{{2,9}})(?: ?{_SIDES})?に(?:縮小|拡大|リサイズ){JA_END}",
        rf"{_JA}{_SHAPE}にリサイズ{JA_END}",
        # “それを半分にして” is said of texts and recipes.
        rf"{_JA}(?P<factor>半分|2倍)の(?:サイズ|大きさ)に(?:縮小|拡大|リサイズ)?{JA_END}",
        rf"{_JA}(?P<factor>半分|2倍)に(?:縮小|拡大|リサイズ){JA_END}",
        rf"(?:この画像|画像|写真|{_V})を(?P<factor>半分|2倍)に{JA_END}",
    ),
    OperationKind.STRIP: (
        rf"(?:strip|remove|delete|clear|erase) (?:all )?(?:the |its |of its )?{_METADATA}{OF}",
        rf"strip {_IT}of (?:all )?(?:its )?{_METADATA}",
        rf"(?:entferne|losche) (?:alle |die )?(?:meta|exif-?|gps-?)daten{DE_OF}",
        rf"(?:meta|exif-?|gps-?)daten{DE_OF} (?:entfernen|loschen)",
        rf"(?:supprime|enleve|retire)[rz]? (?:toutes )?les (?:metadonnees|donnees exif){FR_OF}",
        rf"(?:quita|elimina|borra)r? (?:todos )?los (?:metadatos|datos exif){ES_OF}",
        rf"{JA_OF}(?:メタデータ|exif)(?:情報)?を?(?:削除|消して?|除去){JA_END}",
    ),
    # Within a message that does more; alone it makes a file that is no version.
    OperationKind.CONVERT: (
        rf"(?:convert|save|export|turn|make) {_IT}(?:(?:as|to|into) )?(?:an? )?{_EXTENSION}",
        rf"(?:als|in) {_EXTENSION} (?:umwandeln|speichern)",
        rf"(?:convertis|enregistre){_FR} en {_EXTENSION}",
        rf"(?:convierte|guarda){_ES} (?:a|en|como) {_EXTENSION}",
        rf"{_EXTENSION}(?:に|で)(?:変換|保存){JA_END}",
    ),
}
