"""Reads wishes in German, French, Spanish and Japanese as English words that are played. Pure.

It knows the words for what can be drawn and changed, and no grammar.
"""

from __future__ import annotations

import re
from functools import cache

from bot.i18n.language import guess_language
from bot.playground.model.animals import THINGS
from bot.playground.model.colours import COLOURS

_FIRST_WORDS = ("draw", "make")
# English words, and the beginnings of the words that mean them.
_BEGINNINGS = {
    "de": """
        draw: zeichn mal_ male_ malen skizzier illustrier erstell entwirf | picture: bild
        describe: beschreib | make: mach färb änder ändere | rotate: dreh | mirror: spiegel
        crop: zuschneid schneid | brighten: heller aufhell | darken: dunkler abdunk
        grey: grau schwarz-weiß schwarzweiß | sepia: sepia | blur: unscharf weichzeichn
        sharpen: schärf scharf | invert: invertier umkehr | shrink: kleiner verkleiner
        frame: rahmen rahm | caption: bildunterschrift beschrift | add: füg
        fox: fuchs füchs | cat: katze | dog: hund | bird: vogel vögel | fish: fisch
        tree: baum bäum | house: haus häus | flower: blume | mountain: berg | boat: boot
        ship: schiff | car: auto_ autos_ | robot: roboter | heart: herz | circle: kreis
        ball: ball_ bälle | square: quadrat | triangle: dreieck | sun: sonne_ | moon: mond
        star: stern | red: rot_ rote rotes | orange: orange | yellow: gelb | green: grün
        teal: blaugrün | blue: blau | purple: lila | violet: violett | pink: rosa
        brown: braun | black: schwarz_ schwarze | white: weiß | gold: gold | silver: silber
        turquoise: türkis | night: nacht | sunset: sonnenuntergang | sea: meer_ see_
        snow: schnee | forest: wald | desert: wüste | two: zwei | three: drei | four: vier
        with: mit_ | under: unter_""",
    "fr": """
        draw: dessin peins peindre illustr esquiss | picture: image photo | describe: décri
        make: rends_ mets_ fais_ colorie change | rotate: tourne pivot | mirror: miroir retourne
        crop: recadr rogn | brighten: éclairci plus_clair | darken: assombri plus_sombre
        grey: gris noir_et_blanc | sepia: sépia | blur: flou | sharpen: net_ netteté
        invert: invers | shrink: rétréci rédui plus_petit | frame: cadre encadr bordure
        caption: légende | add: ajout
        fox: renard | cat: chat_ chats_ | dog: chien | bird: oiseau | fish: poisson
        tree: arbre | house: maison | flower: fleur | mountain: montagne | boat: bateau
        ship: navire | car: voiture | robot: robot | heart: cœur coeur | circle: cercle
        ball: balle ballon | square: carré | triangle: triangle | sun: soleil | moon: lune
        star: étoile | red: rouge roux | orange: orange | yellow: jaune | green: vert_ verte
        teal: sarcelle | blue: bleu | purple: pourpre | violet: violet | pink: rose
        brown: brun marron | black: noir_ noire | white: blanc | gold: doré | silver: argenté
        turquoise: turquoise | night: nuit | sunset: coucher_de_soleil | sea: mer_ océan
        snow: neige | forest: forêt | desert: désert | two: deux | three: trois | four: quatre
        with: avec | under: sous_""",
    "es": """
        draw: dibuj pinta píntame ilustra | picture: imagen foto | describe: describ
        make: haz_ hazlo hazla ponlo ponla pon_ colorea cambia | rotate: gira rota_
        mirror: refleja espejo voltea | crop: recort | brighten: aclara más_clar
        darken: oscurec más_oscur | grey: gris blanco_y_negro | sepia: sepia
        blur: desenfo borros | sharpen: nítid enfoca_ | invert: invierte | shrink: reduc achica
        frame: marco borde | caption: leyenda pie_de_foto | add: añad agreg
        fox: zorro | cat: gato | dog: perro | bird: pájaro | fish: pez_ peces | tree: árbol
        house: casa | flower: flor | mountain: montaña | boat: bote_ barca | ship: barco
        car: coche | robot: robot | heart: corazón | circle: círculo | ball: pelota balón
        square: cuadrado | triangle: triángulo | sun: sol_ | moon: luna | star: estrella
        red: rojo roja | orange: naranja | yellow: amarill | green: verde | teal: verdeazul
        blue: azul | purple: morad | violet: violeta | pink: rosa_ rosado | brown: marrón
        black: negro_ negra | white: blanco_ blanca | gold: dorad | silver: platead
        turquoise: turquesa | night: noche | sunset: puesta_de_sol atardecer | sea: mar_ océano
        snow: nieve | forest: bosque | desert: desierto | two: dos_ | three: tres | four: cuatro
        with: con_ | under: bajo_""",
    "ja": """
        draw: 描いて 描く 描け スケッチ | picture: 画像 写真 | describe: 説明
        make: して 変えて 変更 塗って | rotate: 回転 回して | mirror: 反転 鏡
        crop: 切り抜 トリミング | brighten: 明るく | darken: 暗く
        grey: 白黒 モノクロ グレー 灰色 | sepia: セピア | blur: ぼか | sharpen: シャープ 鮮明
        invert: ネガ | shrink: 小さく 縮小 | frame: 枠 フレーム | caption: キャプション 字幕
        add: 追加 付けて | fox: キツネ きつね 狐 | cat: ネコ ねこ 猫 | dog: イヌ いぬ 犬
        bird: 鳥 | fish: 魚 | tree: 木 | house: 家 | flower: 花 | mountain: 山 | boat: ボート
        ship: 船 | car: 車 | robot: ロボット | heart: ハート | circle: 円 丸 | ball: ボール
        square: 四角 | triangle: 三角 | sun: 太陽 | moon: 月 | star: 星 | red: 赤
        orange: オレンジ | yellow: 黄色 | green: 緑 | blue: 青 | purple: 紫 | pink: ピンク
        brown: 茶色 | black: 黒 | white: 白 | gold: 金色 | silver: 銀色 | turquoise: ターコイズ
        night: 夜 | sunset: 夕日 夕焼け | sea: 海 | snow: 雪 | forest: 森 | desert: 砂漠
        two: 2匹 2枚 | three: 3匹 3枚""",
}


def translate_wishes(question: str) -> str:
    """Return the English words for what `question` wishes; "" for one in English."""
    language = guess_language(question)
    if language not in _BEGINNINGS:
        return ""
    pattern, meanings = _compile(language)
    found = (meanings.get(match[0].lower(), "") for match in pattern.finditer(question))
    return " ".join(_move_to_english_order([word for word in found if word]))


def _move_to_english_order(words: list[str]) -> list[str]:
    """Put what is to be done first, and a colour before its thing."""
    ordered = [word for word in words if word in _FIRST_WORDS]
    for word in (word for word in words if word not in _FIRST_WORDS):
        is_late = word in COLOURS and ordered[-1:] != [] and ordered[-1] in THINGS
        ordered.insert(len(ordered) - is_late, word)
    return ordered


@cache
def _compile(language: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """Return what finds the words of a language, and the English word for each."""
    meanings: dict[str, str] = {}
    for entry in _BEGINNINGS[language].replace("\n", " | ").split("|"):
        english, _, beginnings = entry.partition(":")
        for beginning in beginnings.split():
            meanings[beginning] = english.strip()
    plain = {beginning.rstrip("_").replace("_", " "): word for beginning, word in meanings.items()}
    before = "" if language == "ja" else r"(?<![^\W\d_])"
    parts = [
        re.escape(one.rstrip("_").replace("_", " ")) + (r"(?![^\W\d_])" if one[-1] == "_" else "")
        for one in sorted(meanings, key=len, reverse=True)
    ]
    return re.compile(f"{before}(?:{'|'.join(parts)})", re.IGNORECASE), plain
