"""Words of German, French, Spanish and Japanese that ask for pictures, changes, pages. Pure data.

Each is held against simplified text: small letters, no accents; see `own_words.py`. Japanese has no
spaces between words, so its patterns have no word boundaries.
"""

from __future__ import annotations

import re


def _compile(words: str, japanese: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})\b|{japanese}")


_POLITE = (
    r"(?:(?:bitte|jetzt|mir|uns|kannst du|konntest du|s'il te plait|s'il vous plait|stp|peux-tu"
    r"|tu peux|pourrais-tu|pouvez-vous|maintenant|por favor|puedes|podrias|ahora)[ ,]+){0,4}"
)
_NEW_PICTURE = (
    r"(?:bild|foto|logo|icon|poster|zeichnung|illustration|skizze|image|dessin|photo|icone|affiche"
    r"|croquis|imagen|dibujo|logotipo|icono|cartel|ilustracion)"
)
# Between the verb and the picture: not “a list of the picture”.
_NOT_OF = r"(?:(?!\b(?:de|du|des|d'|del|von|vom|aus|zu|zum|uber)\b).){0,30}?"
DRAW_PATTERN = re.compile(
    rf"^\W*{_POLITE}(?:(?:zeichne|male?|skizziere|illustriere|dessine[zr]?|peins|illustre|esquisse"
    r"|dibuja(?:me|r)?|pinta(?:me)?|ilustra)\b"
    r"|(?:erstelle|mach|mache|erzeuge|generiere|entwirf|cree[rz]?|fais|faire|generer?"
    r"|realiser?|concois"
    rf"|haz(?:me)?|hacer|crea(?:me|r)?|generar?|disenar?)\b{_NOT_OF}\b{_NEW_PICTURE}\b)"
    r"|^\W*(?:bitte |kannst du |konntest du ){1,2}(?:[^.!?\n]{0,60} (?:zeichnen|malen|skizzieren)"
    rf"|{_NOT_OF}\b{_NEW_PICTURE}\b[^.!?\n]{{0,60}} (?:machen|erstellen|erzeugen|generieren))\b"
    r"(?! \w)"
    r"|描いて|描け|描ける|(?:絵|画像|イラスト|ロゴ|ポスター|アイコン|写真)[をが][^をから]{0,20}?"
    r"(?:作って|作成して|生成して|作れ)",
    re.DOTALL,
)
PICTURE_PATTERN = _compile(
    r"bild(?:er|ern|s)?|fotos?|zeichnung(?:en)?|skizzen?|zeichne|male?|poster|logos?|images?"
    r"|dessins?"
    r"|dessine[zr]?|photos?|croquis|affiches?|illustrations?|imagen|imagenes|dibujos?|dibuja(?:me)?"
    r"|carteles|cartel|logotipos?|ilustracion(?:es)?",
    r"画像|絵|写真|イラスト|ロゴ|ポスター|アイコン|描",
)
EDIT_PATTERN = _compile(
    r"mache? (?:es|ihn|sie|das|den|die|alles)|entferne|losche|drehe?|spiegle|schneide|farbe|heller"
    r"|dunkler|grosser|kleiner|warmer|kalter|hintergrund|himmel|ersetze|vergrossere|verkleinere"
    r"|schwarz-?weiss|unscharf|scharfer|fuge .{1,40} hinzu"
    r"|rends-(?:le|la|les)|mets-(?:le|la|les)|enleve|efface|tourne-la|recadre|colorie|remplace"
    r"|ajoute"
    r"|plus (?:claire?|sombre|foncee?|grande?|petite?|chaude?|froide?|rouge|bleue?|verte?)"
    r"|arriere-plan|agrandis|reduis|floute|noir et blanc"
    r"|hazl[oa]|ponl[oa]|quita(?:le)?|elimina|borra|gira|recorta|voltea|colorea|reemplaza"
    r"|sustituye|anade|agrega|agranda|desenfoca|blanco y negro"
    r"|mas (?:clar[oa]|oscur[oa]|grande|pequen[oa]|calid[oa]|fri[oa]|roj[oa]|azul|verde)",
    r"(?:明る|暗|大き|小さ|赤|青|白|黒|温か|濃|薄)く|ぼかし|消して|削除して|取り除|加えて|足して"
    r"|付けて|回転|反転|トリミング|切り抜|背景|白黒|差し替え|置き換え|に変え",
)
PRONOUN_PATTERN = _compile(
    r"es|das|dies(?:e[rsmn]?)?|ihn|sie|dort|nochmal|noch mal|ca|cela|ceci|celui-ci|celle-ci|encore"
    r"|la meme|le meme|autre|est[aoe]|es[aoe]|otr[ao]|mism[ao]|alli|ahi|-l[ea]s?",
    r"これ|それ|あれ|この|その|もう一度|同じ",
)
COMBINE_PATTERN = _compile(
    r"in diesem stil|im selben stil|wie (?:hier|dies\w*)|beide[ns]?|kombinier\w*|vergleich\w*"
    r"|unterschied\w*|dans ce style|meme style|comme (?:ca|ceci|cela)|les deux|combine[zr]?"
    r"|ensemble|difference|en este estilo|mismo estilo|como est[aoe]|amb[ao]s|combina"
    r"|junt[ao]s|diferencia",
    r"この(?:スタイル|画風|感じ)|両方|組み合わせ|合成|違い|比べ",
)
GO_BACK_PATTERN = re.compile(
    r"\b(?:(?P<steps>zwei|drei|vier|deux|trois|quatre|dos|tres|cuatro|[1-9])"
    r" version(?:en|es|s)? (?:zuruc?k|zurueck|en arriere|atras)"
    r"|geh(?:e)? zuruck|ruckgangig|vorige[ns]? (?:version|bild)|vorherige[ns]? (?:version|bild)"
    r"|(?:version|image) precedente|(?:reviens|retour) en arriere|defais(?:-l[ea])?"
    # Not “annule la commande 12”.
    r"|(?<!comment )annule[rz]?(?:-l[ea]|,? (?:ca|cela|tout|l[ea] (?:derniere? )?"
    r"(?:modification|changement|version|image)))?(?=\s*(?:$|[,.;!?]|(?:et|puis|mais|s'il|stp|maintenant)\b))"
    r"|(?:version|imagen) anterior|vuelve atras|deshaz(?:lo|la)?|deshacer)(?!\w)"
    r"|元に戻|取り消し|前の(?:バージョン|画像)|(?P<more>[1-9])つ前"
)
STEP_COUNTS = {
    "zwei": 2, "drei": 3, "vier": 4, "deux": 2, "trois": 3, "quatre": 4, "dos": 2, "tres": 3,
    "cuatro": 4, **{str(number): number for number in range(1, 10)},
}  # fmt: skip
ORDINAL_POSITIONS = {
    "premier": 0, "premiere": 0, "deuxieme": 1, "second": 1, "seconde": 1, "troisieme": 2,
    "quatrieme": 3, "dernier": -1, "derniere": -1, "primera": 0, "primer": 0, "segunda": 1,
    "segundo": 1, "tercera": 2, "tercer": 2, "cuarta": 3, "cuarto": 3, "ultima": -1, "ultimo": -1,
    "erstes": 0, "zweites": 1, "drittes": 2, "viertes": 3, "letztes": -1,
    "最初": 0, "最後": -1, "1枚目": 0, "2枚目": 1, "3枚目": 2, "4枚目": 3, "一枚目": 0, "二枚目": 1,
    "三枚目": 2, "1番目": 0, "2番目": 1, "3番目": 2, "二番目": 1, "三番目": 2,
}  # fmt: skip
_ROMAN_ORDINALS = "|".join(word for word in ORDINAL_POSITIONS if word.isascii())
ORDINAL_PATTERN = re.compile(
    rf"\b({_ROMAN_ORDINALS}) (?:bild|foto|image|photo|version|variante|dessin|imagen|dibujo)\b"
    r"|([1-4一二三](?:枚目|番目))|(最初|最後)の(?:画像|絵|写真|バージョン)"
)
WHOLE_FILE_PATTERN = _compile(
    r"gesamte\w*|ganze\w*|alles|komplett\w*|entiere?|tout le|toute la|resume[zr]?|resumen|apercu"
    r"|complete?|enter[ao]|tod[ao] (?:el|la)|resume|complet[ao]",
    r"全部|全体|すべて|全て|要約|まとめて|概要",
)
FILE_NOUN_PATTERN = _compile(
    r"fichiers?|documents?|factures?|contrats?|lettres?|formulaires?|archivos?|documentos?"
    r"|facturas?|contratos?|cartas?|formularios?|paginas?|diapositivas?|diapositives?|folien?",
    r"ファイル|文書|書類|請求書|契約書|資料|ページ|スライド",
)
