"""Finds the name of a size in a message: “in 4K”, “an A3 poster”, “as an Instagram story”. Pure.

Read narrowly: most names are things that people draw as well. A name counts where the words around
it make it a size, and not where they make it a thing: “an Audi A4”, “a phone with an Instagram
story on it”. See `words.py` for numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.request.pictures.sizes.named import (
    PAPER_SIZES,
    SCREEN_SIZES,
    TRANSLATED_NAMES,
    find_named_size,
)
from bot.request.pictures.sizes.places import (
    PLACE_NAME_PATTERN,
    POSTED_PATTERN,
    name_usual_kind,
)

TURN_PATTERN = re.compile(
    r"(?P<landscape>\b(?:landscape|querformat|quer|paysage|apaisad[oa]|horizontal)\b"
    r"|横(?:長|向き)?)"
    r"|(?P<portrait>\b(?:portrait|upright|hochformat|hochkant|vertical)\b|縦(?:長|向き)?)"
)


def _list_words(names: Iterable[str]) -> str:
    words = sorted(names, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", "[ -]") for word in words)


# Names that are also things people draw: they need a word that makes them a size.
_THINGS = {
    "letter", "legal", "slide", "emoji", "avatar", "postcard", "postal", "skyscraper", "tiktok",
    "leaderboard", "tabloid", "snapchat", "business card", "us business card", "folie", "postkarte",
    "diapositive", "diapo", "diapositiva", "スライド", "名刺", "はがき", "visitenkarte",
    "carte de visite", "carte postale", "tarjeta de visita", "favicon", "ファビコン", "app icon",
    "profile picture", "profilbild", "photo de profil", "foto de perfil", "プロフィール画像",
    "presentation slide", "powerpoint slide", "keynote slide", "google slide", "passport photo",
    "us passport photo", "id photo", "passfoto", "passbild", "photo d'identite", "foto de carnet",
    "証明写真",
}  # fmt: skip
_SCREENS = [name for name in SCREEN_SIZES if re.match(r"\d+[kp]$|.*hd", name)] + ["フルhd"]
_OWN_NAMES = [
    name
    for name in (*SCREEN_SIZES, *TRANSLATED_NAMES)
    if name not in _THINGS and name not in _SCREENS and not PLACE_NAME_PATTERN.fullmatch(name)
]
_SHORT_NAMES = _list_words({*PAPER_SIZES, *_SCREENS, *(_THINGS - {"tabloid"})})
_SCREEN_NAMES, _PAPER_CODES = _list_words(_SCREENS), "[ab][0-7]"
# Of these the name alone is enough, but for what holds or shows one.
_OWN_PATTERN = re.compile(rf"(?<![a-z0-9])(?:{_list_words(_OWN_NAMES)})s?(?![a-z0-9])")
_SHOWN_PATTERN = re.compile(
    r"(?:\b(?:with|at|on|of|from|like|showing|shows|reading|reads|holding|posting|scrolling"
    r"|watching|mit|auf|von|zeigt|liest|avec|sur|de|montrant|montre|con|sobre|viendo|mostrando)"
    r" (?:(?:an?|the|his|her|their|its|some|ein(?:e[rnms]?)?|der|die|das|dem|den|une?|la|le|les"
    r"|un[ao]?|el|los|las) )?|\bd'une? )$"
)
_SIZE_WORD_PATTERN = re.compile(
    r"s?[ -]?(?:size|sized|format|dimensions|ratio|grosse|abmessungen|taille|dimensiones|サイズ)"
)
_HELD_PATTERN = re.compile(r"s?(?:を(?:見|読|持|開|表示|撮)|が映|のある|の画面)")
_FOR = (
    r"(?:for|in|as|at|to fit|fur|als|im|auf|pour|en|format|au|para|como|tamano|formato|resolution"
    r"|auflosung|resolucion)"
)
_ARTICLE = r"(?:an?|the|ein(?:e[nrm]?)?|das|die|den|une?|l'|le|la|un[ao]?|el|of)?"
_FORMAT = r"(?:size|sized|format|resolution|dimensions|grosse|auflosung|taille)"
_PICTURE = (
    r"(?:pictures?|images?|photos?|wallpapers?|backgrounds?|renders?|renderings?|illustrations?"
    r"|drawings?|paintings?|posters?|flyers?|leaflets?|banners?|bild(?:er)?|foto|hintergrund"
    r"|plakate?|aushang|affiche|cartel|の?(?:画像|壁紙|絵|イラスト|ポスター|チラシ))"
)
_PRINTED = r"(?:posters?|flyers?|leaflets?|plakat|affiche|cartel|folleto|ポスター|チラシ)"
_NOT_A_THING = r"(?![a-z0-9]|[ -]?(?:tv|television|screen|monitor|camera|display))"
_DPI = r"(?:at |with |mit |bei |a |con |in )?\d{1,6} ?(?:dpi|ppi|ppp)"
_TURNED = (
    r"(?=,? (?:landscape|portrait|quer|querformat|hochformat|hochkant|paysage|apaisado|vertical"
    r"|horizontal)(?: (?:format|mode|orientation))?\s*(?:$|[,.;:)!?、]|(?:at |with |mit )?\d))"
)
# Roads and planes: “draw the A7 landscape”.
_NO_ROAD = r"(?<!the )(?<!die )(?<!der )(?<!la )(?<!el )(?<!an )(?<!audi )"
_NO_ARTICLE = r"(?<!an )(?<!\ba )(?<!ein )(?<!une )(?<!un )"
# “A television with 4K”, “the word 4k”, “1080p or 4k”.
_NO_PART = (
    r"(?<!with )(?<!mit )(?<!avec )(?<!con )(?<!and )(?<!or )(?<!und )(?<!oder )(?<!et )(?<!ou )"
    r"(?<!says )(?<!than )(?<!vs )(?<!is )(?<!word )(?<!y )(?<!o )"
)
_TO_PLACE = r"(?:for|fur|pour|para)"
_SIGN = r"(?:[,;(（:、–—-] ?)"
_SHORT_PATTERNS = tuple(
    re.compile(rf"(?<![a-z0-9]){text}")
    for text in (
        rf"{_FOR}:? (?:{_ARTICLE} ?)(?P<name>{_SHORT_NAMES}){_NOT_A_THING}",
        rf"(?P<name>{_SHORT_NAMES})[ -]?{_FORMAT}(?![a-z])",
        rf"{_NO_ARTICLE}(?P<name>{_SHORT_NAMES})[ -]?(?:paper|papier|papel)(?![a-z])",
        rf"(?P<name>{_SHORT_NAMES})(?=[ ,(]{{1,2}}{_DPI})",
        rf"{_NO_ROAD}(?P<name>{_PAPER_CODES}){_TURNED}",
        rf"(?P<name>{_SHORT_NAMES}) ?(?:サイズ|判|用|の解像度"
        r"|(?:(?:横|縦)(?:長|向き)?)?で(?=[^a-z]{0,12}描|$)"
        r"|(?:(?:横|縦)(?:長|向き)?)?[ 、・で]{0,2}(?=\d{1,4} ?dpi))",
        # “A 4K picture of a fox”, “an A3 poster”, « affiche A3 ».
        rf"(?P<name>{_SCREEN_NAMES}|{_PAPER_CODES})[ -]?{_PICTURE}(?![a-z])",
        # « Une image 4K », «una foto 4K».
        rf"(?:image|photo|foto|imagen|dessin|dibujo|fond d'ecran|fondo) (?P<name>{_SCREEN_NAMES})"
        rf"{_NOT_A_THING}",
        rf"{_PRINTED} (?:in |im )?(?P<name>{_PAPER_CODES})(?![a-z0-9-])",
    )
)
# “A fox for Instagram”, at the end.
_POSTED_PATTERN = re.compile(
    rf"(?<![a-z0-9]){_TO_PLACE} (?:my |our |mein(?:en)? |unser(?:en)? |mon |notre |mi |nuestro )?"
    rf"(?P<name>{POSTED_PATTERN})(?:,? (?:please|bitte|stp|por favor))?[\s.!)]*$"
    rf"|(?P<japanese>{POSTED_PATTERN})(?:用|向け)(?=に|の|で|、|$)"
)
# There it is whom somebody works for, or whose the thing is: a logo has a shape of its own.
_OF_COMPANY_PATTERN = re.compile(
    r"\b(?:work\w*|jobs?|employ\w*|hired|office\w*|headquarters?|hq|campus|building|built|made|logos?"
    r"|icon\w*|avatars?|arbeite\w*|buro\w*|sitz|gebaude|travaill\w*|bureaux?|siege|trabaj\w*|oficinas?"
    r"|sede)\b|ロゴ|アイコン|働|本社"
)
# What is set off at the end: “a fox, A4”, “a fox (4k)”, “a fox 4k”.
_LAST_PATTERN = re.compile(
    rf"(?:{_SIGN}(?P<code>{_PAPER_CODES}|{_SCREEN_NAMES}|letter)|{_NO_PART}(?<=[\w.] )"
    rf"(?P<screen>{_SCREEN_NAMES})) ?[)）]?(?:,? (?:please|bitte|stp|por favor))?$"
)
_MAX_END_CHARS = 60
_CODE_PATTERN = re.compile(rf"(?<![a-z0-9])(?:{_PAPER_CODES}|{_SCREEN_NAMES})(?![a-z0-9])")


def find_name(words: str, *, is_of_new: bool = True) -> str:
    """Return the name of a size that simplified `words` ask for; "" where they ask for none.

    The name of a place alone, “for Instagram”, counts for a picture that `is_of_new`.
    """
    for pattern in (_OWN_PATTERN, PLACE_NAME_PATTERN):
        for found in pattern.finditer(words):
            if not _is_thing(words, found) and (name := _find_known(found[0])):
                return name
    for pattern in _SHORT_PATTERNS:
        short = pattern.search(words)
        if short is not None:
            return short["name"]
    posted = _POSTED_PATTERN.search(words) if is_of_new else None
    if posted is not None and not _OF_COMPANY_PATTERN.search(words):
        return name_usual_kind(posted["name"] or posted["japanese"])
    last = _LAST_PATTERN.search(words[-_MAX_END_CHARS:].rstrip(" \n.!"))
    # “Signs A1, A2, A3” are names of signs.
    if last is None or len(_CODE_PATTERN.findall(words)) > 1:
        return ""
    return last["code"] or last["screen"]


def _is_thing(words: str, found: re.Match[str]) -> bool:
    """Whether what was found is something that is drawn, and no size of the picture."""
    if _SIZE_WORD_PATTERN.match(words, found.end()):
        return False
    is_shown = _SHOWN_PATTERN.search(words, max(0, found.start() - 40), found.start())
    return bool(is_shown or _HELD_PATTERN.match(words, found.end()))


def _find_known(name: str) -> str:
    return next((one for one in (name, name.removesuffix("s")) if find_named_size(one)), "")
