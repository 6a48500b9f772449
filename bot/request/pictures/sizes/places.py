"""Names that are made of a place and what is posted there: “Instagram reel”, “wallpaper for my
iPhone”, „LinkedIn-Titelbild“, « fond d'écran iPhone », 「インスタの投稿」. Pure.

Both parts have words in each of Easel's languages, in simplified letters
(`bot.request.own_words`). Their sizes are in `named.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLACES: Mapping[str, str] = {
    "instagram": r"instagram|insta|ig|インスタグラム|インスタ",
    "linkedin": r"linked ?in|リンクトイン",
    "twitter": r"twitter",
    "facebook": r"facebook|fb|フェイスブック",
    "youtube": r"you ?tube|yt|ユーチューブ",
    "pinterest": r"pinterest",
    "tiktok": r"tik ?tok",
    "snapchat": r"snapchat",
    "whatsapp": r"whatsapp",
    "twitch": r"twitch",
    "discord": r"discord",
    "bluesky": r"bluesky",
    "zoom": r"zoom",
    "teams": r"(?:microsoft |ms )?teams",
    "iphone": r"(?:iphone|アイフォン)(?: \d{1,2}(?: pro(?: max)?| plus| mini)?)?",
    "ipad": r"ipad",
    "android": r"android",
    "phone": r"(?:smart|mobile |cell ?)?phone|mobile|handy|smartphone|telephone|telefono|movil"
    r"|celular|スマートフォン|スマホ|携帯",
    "desktop": r"desktop|laptop|computer|pc|mac(?:book)?|ordinateur|ordenador|パソコン"
    r"|デスクトップ",
}
_KINDS: Mapping[str, str] = {
    "story": r"story|stories|storys|geschichte|historia|ストーリーズ?",
    "reel": r"reels?(?: cover)?|リール",
    "post": r"posts?|carousel|beitrag|publication|publicacion|投稿",
    "profile": r"profile(?: picture| photo| pic)?|profilbild|photo de profil|foto de perfil",
    "status": r"status|ステータス",
    "short": r"shorts?|ショート",
    "video": r"video",
    "pin": r"pins?|ピン",
    "event": r"event|evenement|evento|veranstaltung",
    "logo": r"logo",
    "banner": r"banners?|banniere|バナー",
    "cover": r"covers?(?: photo| image)?|titelbild|couverture|portada|カバー",
    "header": r"headers?|kopfbild|en-tete|encabezado|ヘッダー",
    "thumbnail": r"thumbnails?|vorschaubild|miniature|vignette|miniatura|サムネイル|サムネ",
    "wallpaper": r"wallpapers?|lock ?screen|backgrounds?|hintergrund(?:bild)?|sperrbildschirm"
    r"|fond d'ecran|ecran de verrouillage|fondo(?: de pantalla)?|壁紙|待ち受け|背景",
}
# What is posted at a place, where its name alone says for what a picture is cropped.
_USUAL_KINDS: Mapping[str, str] = {
    "instagram": "post", "linkedin": "post", "twitter": "post", "x": "post", "facebook": "post",
    "youtube": "thumbnail", "pinterest": "pin", "tiktok": "video", "snapchat": "story",
    "whatsapp": "status", "iphone": "wallpaper", "ipad": "wallpaper", "android": "wallpaper",
    "phone": "wallpaper", "desktop": "wallpaper",
}  # fmt: skip
# What the same thing is called elsewhere: Facebook has covers, LinkedIn banners, Zoom backgrounds.
_OTHER_KINDS: Mapping[str, tuple[str, ...]] = {
    "banner": ("header", "cover"), "cover": ("banner", "header"), "header": ("banner", "cover"),
    "wallpaper": ("background",), "status": ("story",), "story": ("status",),
}  # fmt: skip
_OF = r"(?:for|fur|furs|fuers|on|auf|von|pour|para|de|du|d'|del|の)"
_WHOSE = (
    r"(?:an?|the|my|our|your|ein(?:e[nm]?)?|mein(?:e[nm]?)?|unser(?:e[nm]?)?|das|die|den|dem|der|mon|ma|notre"
    r"|un[ea]?|el|la|mi|nuestr[oa]|l')"
)


def _name_groups(words: Mapping[str, str], number: int) -> str:
    return "|".join(f"(?P<{name}{number}>{text})" for name, text in words.items())


PLACE_NAME_PATTERN = re.compile(
    rf"(?<![a-z0-9])(?:(?:{_name_groups(_PLACES, 1)})[ -]?の?(?:{_name_groups(_KINDS, 1)})"
    rf"|(?:{_name_groups(_KINDS, 2)})(?: ?{_OF})?(?: ?{_WHOSE})? ?-?"
    rf"(?:{_name_groups(_PLACES, 2)}))(?![a-z0-9])"
)


# The words of each, by its name in the table of sizes; a story alone is one of Instagram's.
_ALONE = {f"{place} {kind}": _PLACES.get(place, place) for place, kind in _USUAL_KINDS.items()} | {
    f"instagram {kind}": _KINDS[kind] for kind in ("story", "reel")
}
PLACE_PATTERN = "|".join(f"(?:{text})" for text in _ALONE.values())


# Of those, where pictures are posted that were drawn for it.
POSTED_PATTERN = "|".join(
    f"(?:{_PLACES[place]})"
    for place in ("instagram", "linkedin", "twitter", "facebook", "youtube", "pinterest")
)


def name_usual_kind(words: str) -> str:
    """Return the name in the table of sizes of what is posted at a place, which `words` name."""
    return next(name for name, text in _ALONE.items() if re.fullmatch(text, words))


def list_place_names(found: re.Match[str]) -> list[str]:
    """Return what a match may be called in the table of sizes, the likeliest first."""
    groups = {name[:-1] for name, text in found.groupdict().items() if text is not None}
    place = next(name for name in _PLACES if name in groups)
    kind = next(name for name in _KINDS if name in groups)
    return [f"{place} {one}" for one in (kind, *_OTHER_KINDS.get(kind, ()))]
