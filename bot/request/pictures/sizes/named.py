"""The table of sizes that have a name, and how a size is written. Pure.

A new size is one line: its words in simplified letters (`bot.request.own_words`) with one space or
hyphen between them, and its pixels or millimetres. The pixels are those that each place recommends.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.domain.pictures.sizes import PictureSize, is_possible_size
from bot.request.own_words import normalize_letters
from bot.request.pictures.sizes.places import PLACE_NAME_PATTERN, list_place_names

DEFAULT_DPI = 300
MIN_DPI, MAX_DPI = 36, 1_200
_MM_PER_INCH = 25.4

SCREEN_SIZES: Mapping[str, tuple[int, int]] = {
    "8k": (7680, 4320), "5k": (5120, 2880), "4k": (3840, 2160), "uhd": (3840, 2160),
    "ultra hd": (3840, 2160), "qhd": (2560, 1440), "wqhd": (2560, 1440), "2k": (2560, 1440),
    "quad hd": (2560, 1440),
    "full hd": (1920, 1080), "fullhd": (1920, 1080), "1080p": (1920, 1080), "720p": (1280, 720),
    "1440p": (2560, 1440), "2160p": (3840, 2160), "hd ready": (1280, 720),
    "instagram story": (1080, 1920), "instagram reel": (1080, 1920),
    "instagram post": (1080, 1350), "instagram square": (1080, 1080),
    "instagram portrait": (1080, 1350), "instagram landscape": (1080, 566),
    "instagram profile": (320, 320), "linkedin profile": (400, 400), "twitter profile": (400, 400),
    "x profile": (400, 400), "youtube profile": (800, 800), "facebook profile": (720, 720),
    "whatsapp profile": (640, 640), "tiktok profile": (720, 720), "discord profile": (512, 512),
    "tiktok": (1080, 1920), "tiktok video": (1080, 1920), "whatsapp status": (1080, 1920),
    "snapchat": (1080, 1920), "snapchat story": (1080, 1920), "youtube short": (1080, 1920),
    "linkedin banner": (1584, 396), "linkedin cover": (1584, 396), "linkedin post": (1200, 627),
    "linkedin background": (1584, 396), "linkedin logo": (400, 400),
    "twitter header": (1500, 500), "x header": (1500, 500), "twitter banner": (1500, 500),
    "twitter post": (1600, 900), "x post": (1600, 900), "bluesky banner": (1500, 500),
    "facebook cover": (1640, 624), "facebook post": (1200, 630), "facebook story": (1080, 1920),
    "facebook banner": (1640, 624), "facebook header": (1640, 624),
    "facebook event": (1920, 1005), "pinterest pin": (1000, 1500),
    "youtube thumbnail": (1280, 720), "youtube banner": (2560, 1440),
    "youtube channel art": (2560, 1440), "twitch banner": (1200, 480),
    "discord banner": (960, 540), "slack emoji": (128, 128), "emoji": (128, 128),
    "slack icon": (512, 512), "app icon": (1024, 1024), "ios app icon": (1024, 1024),
    "android app icon": (512, 512), "favicon": (32, 32), "avatar": (512, 512),
    "profile picture": (800, 800), "open graph": (1200, 630), "og image": (1200, 630),
    "social preview": (1280, 640), "github social preview": (1280, 640),
    "email header": (1200, 400), "newsletter header": (1200, 400), "web banner": (1920, 600),
    "leaderboard": (728, 90), "medium rectangle": (300, 250), "skyscraper": (160, 600),
    "slide 16:9": (1920, 1080), "slide 4:3": (1600, 1200), "slide": (1920, 1080),
    "presentation slide": (1920, 1080), "powerpoint slide": (1920, 1080),
    "keynote slide": (1920, 1080), "google slide": (1920, 1080),
    "phone wallpaper": (1440, 3120), "iphone wallpaper": (1320, 2868),
    "android wallpaper": (1440, 3120), "desktop wallpaper": (3840, 2160),
    "ipad wallpaper": (2064, 2752),
    "zoom background": (1920, 1080), "teams background": (1920, 1080),
}  # fmt: skip
# Width and height in millimetres, upright.
PAPER_SIZES: Mapping[str, tuple[float, float]] = {
    "a0": (841, 1189), "a1": (594, 841), "a2": (420, 594), "a3": (297, 420), "a4": (210, 297),
    "a5": (148, 210), "a6": (105, 148), "a7": (74, 105),
    "b4": (250, 353), "b5": (176, 250), "us letter": (215.9, 279.4), "letter": (215.9, 279.4),
    "us legal": (215.9, 355.6), "legal": (215.9, 355.6), "tabloid": (279.4, 431.8),
    "postcard": (105, 148), "passport photo": (35, 45), "us passport photo": (50.8, 50.8),
    "id photo": (35, 45), "business card": (55, 85), "us business card": (50.8, 88.9),
}  # fmt: skip
# Lie on their side unless “portrait” is said.
_LYING = {"business card", "us business card", "postcard"}
# Show a face: they never lie.
_STANDING = {"passport photo", "us passport photo", "id photo"}
# The same in German, French, Spanish and Japanese; most names are English everywhere. Those of a
# place and what is posted there are in `places.py`.
TRANSLATED_NAMES: Mapping[str, str] = {
    "folie": "slide", "praesentationsfolie": "slide", "prasentationsfolie": "slide",
    "visitenkarte": "business card", "postkarte": "postcard", "profilbild": "profile picture",
    "diapositive": "slide", "diapo": "slide", "carte de visite": "business card",
    "carte postale": "postcard", "photo de profil": "profile picture",
    "diapositiva": "slide", "tarjeta de visita": "business card", "postal": "postcard",
    "foto de perfil": "profile picture", "スライド": "slide", "名刺": "business card",
    "はがき": "postcard", "format lettre": "letter", "tamano carta": "letter",
    "tamano oficio": "legal", "レターサイズ": "letter", "ファビコン": "favicon",
    "プロフィール画像": "profile picture", "フルhd": "full hd", "passfoto": "passport photo",
    "passbild": "passport photo", "photo d'identite": "passport photo",
    "foto de carnet": "passport photo", "証明写真": "passport photo",
}  # fmt: skip
# The units of a print, in inches.
UNITS: Mapping[str, float] = {
    "cm": 1 / 2.54, "mm": 1 / _MM_PER_INCH, "in": 1, "inch": 1, "inches": 1, "zoll": 1,
    "pouces": 1, "pouce": 1, "pulgadas": 1, "センチ": 1 / 2.54, "ミリ": 1 / _MM_PER_INCH,
    "インチ": 1,
}  # fmt: skip
# How a paper lies, in all languages.
TURNS: Mapping[str, str] = {
    "landscape": "landscape", "portrait": "portrait", "querformat": "landscape",
    "quer": "landscape", "hochformat": "portrait", "hochkant": "portrait", "paysage": "landscape",
    "apaisado": "landscape", "apaisada": "landscape", "horizontal": "landscape",
    "vertical": "portrait", "横": "landscape", "縦": "portrait",
}  # fmt: skip
# “@300”, “at 300 dpi”, “300 dpi”.
_DPI = (
    r"(?: ?@ ?(?P<dpi>\d{1,6})(?: ?(?:dpi|ppi|ppp))?"
    r"|,? (?:(?:at|with|mit|bei|a|con) )?(?P<dots>\d{1,6}) ?(?:dpi|ppi|ppp))?"
)
_SIDE = r"(?:[1-9]\d{0,2}[.,]\d{3}|\d{1,9})"
_TIMES = r"(?: ?[x×*] ?| by | mal | sur | por )"
_PIXELS_PATTERN = re.compile(
    rf"(?P<width>{_SIDE})(?: ?px)?{_TIMES}(?P<height>{_SIDE})(?: ?px| ?pixel(?:s|n|es)?)?{_DPI}"
)
_PRINT_PATTERN = re.compile(
    rf"(?P<width>\d{{1,4}}(?:[.,]\d{{1,3}})?){_TIMES}(?P<height>\d{{1,4}}(?:[.,]\d{{1,3}})?)"
    rf" ?(?P<unit>{'|'.join(UNITS)}){_DPI}"
)
_NAMED_PATTERN = re.compile(rf"(?P<name>.+?)(?:[ -](?P<turn>{'|'.join(TURNS)}))?{_DPI}")


class ImpossibleSizeError(ValueError):
    """A size that is no size of a picture: too small, too large, too long, or no numbers."""


def parse_size(text: str) -> PictureSize:
    """Read a size as it is written after `--size`: pixels, a print or a name.

    Raises `ImpossibleSizeError`.
    """
    words = " ".join(normalize_letters(text).replace("_", " ").split())
    exact = _PIXELS_PATTERN.fullmatch(words)
    if exact is not None:
        sides = [int(re.sub(r"[.,]", "", exact[side])) for side in ("width", "height")]
        return build_size(sides[0], sides[1], _find_dpi(exact))
    printed = _PRINT_PATTERN.fullmatch(words)
    if printed is not None:
        sides_of_print = (printed["width"], printed["height"])
        return build_print_size(sides_of_print, printed["unit"], _find_dpi(printed))
    # “Instagram portrait” is a name, “A4 portrait” a name and how it lies.
    named = _NAMED_PATTERN.fullmatch(words)
    size = find_named_size(words) or (
        named and find_named_size(named["name"], TURNS.get(named["turn"], ""), _find_dpi(named))
    )
    if size is None:
        raise ImpossibleSizeError(text)
    return size


def find_named_size(name: str, turn: str = "", dpi: int = 0) -> PictureSize | None:
    """Return the size of that name, at `dpi` where it is a paper's; None for an unknown name.

    `turn` is "landscape", "portrait" or "": then a sheet is turnable. Raises `ImpossibleSizeError`
    for an odd `dpi`.
    """
    key = re.sub(r"[ -]+", " ", name.strip())
    key = TRANSLATED_NAMES.get(key, key)
    place = PLACE_NAME_PATTERN.fullmatch(key) if key not in SCREEN_SIZES else None
    if place is not None:
        key = next((one for one in list_place_names(place) if one in SCREEN_SIZES), key)
    if key in SCREEN_SIZES:
        width, height = _rotate_sides(SCREEN_SIZES[key], turn)
        return build_size(int(width), int(height), dpi)
    if key not in PAPER_SIZES:
        return None
    sides = _rotate_sides(PAPER_SIZES[key], turn or ("landscape" if key in _LYING else ""))
    size = build_print_size(tuple(map(str, sides)), "mm", dpi)
    return replace(size, is_turnable=not turn and key not in _STANDING)


def _find_dpi(found: re.Match[str]) -> int:
    return int(found["dpi"] or found["dots"] or 0)


def build_print_size(sides: tuple[str, ...], unit: str, dpi: int = 0) -> PictureSize:
    """Return the size of a print, of which a side is given in one of `UNITS`.

    Raises `ImpossibleSizeError`.
    """
    dpi = _check_dpi(dpi or DEFAULT_DPI)
    width, height = (round(float(side.replace(",", ".")) * UNITS[unit] * dpi) for side in sides)
    return build_size(width, height, dpi)


def build_size(width: int, height: int, dpi: int = 0) -> PictureSize:
    """Return a size that a picture can have. Raises `ImpossibleSizeError` for another."""
    if not is_possible_size(width, height):
        raise ImpossibleSizeError(f"{width}x{height}")
    return PictureSize(width, height, _check_dpi(dpi) if dpi else 0)


def _check_dpi(dpi: int) -> int:
    if not MIN_DPI <= dpi <= MAX_DPI:
        raise ImpossibleSizeError(f"{dpi} dpi")
    return dpi


def _rotate_sides(sides: tuple[float, float], turn: str) -> tuple[float, float]:
    if turn == "landscape":
        return max(sides), min(sides)
    return (min(sides), max(sides)) if turn == "portrait" else sides
