"""Reads commands in German, French, Spanish and Japanese: as the English ones that mean the same.

A command is the whole message; see `commands.py`. Patterns are held against simplified text: small
letters, no accents. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from bot.request.own_words import normalize_letters

_MAX_COMMAND_CHARS = 120
_PUNCTUATION = " .!?…。¡¿"
_SETTINGS_WORDS = ("einstellungen", "reglages", "parametres", "ajustes", "configuracion", "設定")
_RESET_WORDS = {
    "reset", "zurucksetzen", "zuruecksetzen", "loschen", "reinitialiser", "reinitialise",
    "effacer", "restablecer", "restablece", "borrar",
    "リセット", "をリセット", "をリセットして",
}  # fmt: skip
_COUNTS = {
    "eine": 1, "zwei": 2, "drei": 3, "vier": 4, "une": 1, "deux": 2, "trois": 3, "quatre": 4,
    "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "一": 1, "二": 2, "三": 3, "四": 4,
}  # fmt: skip
_COUNT = rf"(?P<steps>{'|'.join(_COUNTS)}|[1-9])"
_VERSION = r"(?:v|version |バージョン ?)(?P<version>\d{1,4})"
_FORMAT = r"(?P<format>jpe?g|webp|png|gif|tiff?|bmp|heic|avif|svg|psd|pdf|ico)"
_WIDTH = r"(?P<width>\d{2,9})"
_LIST = r"(?P<list>v\d{1,4}(?:\s*(?:,|、|&|und|mit|et|avec|y|con|と|vs\.?)\s*v\d{1,4}){1,20})"
_POLITE_BEFORE = (
    r"(?:(?:bitte|kannst du|konntest du|s'il te plait|stp|peux-tu|por favor|puedes),? ){0,2}"
)
_POLITE_AFTER = r"(?:,? (?:bitte|mal|s'il te plait|stp|por favor|porfa))?"
_JA_POLITE = r"(?:ください|下さい|ね|よ)?"

_HISTORY = (
    r"(?:zeige? (?:mir )?)?(?:den |die |das )?(?:bild(?:er)?)?(?:verlauf|versionen|historie)",
    r"(?:montre(?:-moi)? )?(?:l'|les )?(?:historique(?: des images)?|versions)",
    r"(?:muestra(?:me)? )?(?:el |las )?(?:historial(?: de imagenes)?|versiones)",
    rf"(?:画像の)?(?:履歴|バージョン一覧)(?:を(?:見せて|表示して|出して))?{_JA_POLITE}",
)
_COMPARE = (
    rf"(?:vergleiche?|comparez?|comparer|compara|comparar) {_LIST}",
    rf"{_LIST} ?(?:を)? ?(?:比較|比べて)(?:して)?{_JA_POLITE}",
)
_GO_BACK_TO = (
    rf"(?:geh(?:e)? |wieder )?zuru?e?ck zu(?:r)? {_VERSION}",
    rf"(?:reviens|retour|retourne) a (?:la )?{_VERSION}",
    rf"(?:vuelve|volver|regresa) a (?:la )?{_VERSION}",
    rf"{_VERSION}(?:に|へ)(?:戻して|戻す|戻る){_JA_POLITE}",
)
_STEPS_BACK = (
    rf"(?:geh(?:e)? )?(?:um )?{_COUNT} version(?:en)? zuru?e?ck",
    rf"(?:reviens (?:de )?)?{_COUNT} versions? en arriere|reviens de (?P<more>\d) versions?",
    rf"(?:vuelve )?{_COUNT} version(?:es)? atras",
    rf"{_COUNT}(?:つ|個)前(?:のバージョン)?(?:に|へ)?(?:戻して|戻す)?{_JA_POLITE}",
)
_UNDO = (
    r"(?:(?:mach(?:e)? )?(?:es |das )?ruckgangig(?: machen)?|rueckgaengig(?: machen)?"
    r"|geh(?:e)? zuru?e?ck|(?:zuru?e?ck zu[rm] |die |das )?(?:vorige[ns]?|vorherige[ns]?)"
    r" (?:version|bild))",
    r"annuler?(?: ca| cela)?|defais(?: ca| cela)?|reviens(?: en arriere)?|retour en arriere"
    r"|(?:reviens a |retour a )?(?:la |l')?(?:version|image) precedente",
    r"deshaz(?:lo)?|deshacer|vuelve(?: atras)?|(?:vuelve a )?(?:la )?(?:version|imagen) anterior",
    rf"(?:これを?)?(?:元に戻して|取り消して|戻して|元に戻す)|(?:1つ)?前の(?:バージョン|画像)"
    rf"(?:に戻して)?{_JA_POLITE}|元に戻してください|取り消してください|戻してください",
)
_FILE_VIEWS = (
    r"was hast du (?:bisher |bislang |alles |denn )*gesehen|was wurde dir gezeigt"
    r"|zeige? (?:mir )?,?was du gesehen hast",
    r"qu'as-tu vu|qu'est-ce que tu as vu|tu as vu quoi|que t'a-t-on montre"
    r"|montre(?:-moi)? ce que tu as vu",
    r"que has visto|que viste|que te (?:mostraron|han mostrado)"
    r"|muestra(?:me)? lo que (?:has visto|viste)",
    r"何を見(?:た|ました)(?:か|の)?|何が見え(?:た|ました)か?|見たものを(?:見せて|教えて)(?:ください)?",
)
_HELP = (
    r"hilfe|was kannst du(?: alles| denn)*(?: tun| machen)?|wie (?:benutze|nutze) ich dich",
    r"aide|(?:que|qu'est-ce que) (?:sais-tu|peux-tu|tu sais|tu peux) faire|comment t'utiliser",
    r"ayuda|que (?:puedes|sabes) hacer|como te (?:uso|utilizo)",
    r"ヘルプ|使い方|(?:あなたは)?何ができ(?:る|ます)(?:か|の)?",
)
_DE_PICTURE = rf"(?:(?:es|das|das bild|dieses bild|{_VERSION})\s)?"
_FR_PICTURE = rf"(?:(?:-le|-la| ca| cela| l'image| cette image| ?{_VERSION}) )?"
_ES_PICTURE = rf"(?:(?:lo|la)?(?: esto| la imagen| esta imagen| ?{_VERSION})? )?"
_JA_PICTURE = rf"(?:(?:これ|それ|画像|この画像|{_VERSION})を?)?"
_CONVERT = (
    rf"(?:(?:konvertiere?|speichere?|exportiere?|wandle|mach(?:e)?|schick(?:e)?|gib)(?: mir)? )?"
    rf"{_DE_PICTURE}(?:als|in|zu|nach) (?:ein )?{_FORMAT}(?:(?: mit| bei|,)? {_WIDTH} ?"
    r"(?:px|pixeln?)?(?: breite?)?)?(?: um)?",
    rf"(?:(?:convertis|enregistre|exporte|envoie|donne)(?:-moi)?)?{_FR_PICTURE} ?en (?:un )?"
    rf"{_FORMAT}(?:(?: a| en| de|,)? {_WIDTH} ?(?:px|pixels?)?(?: de large(?:ur)?)?)?",
    rf"(?:convierte|guarda|exporta|envia|dame)?{_ES_PICTURE} ?(?:como|en|a) (?:un )?{_FORMAT}"
    rf"(?:(?: a| con| de|,)? {_WIDTH} ?(?:px|pixeles)?(?: de ancho)?)?",
    rf"{_JA_PICTURE}(?:幅 ?{_WIDTH} ?(?:px|ピクセル)?の)?{_FORMAT}(?:に|で|として)"
    rf"(?:変換|保存|書き出し|送って|ちょうだい)?(?:して)?{_JA_POLITE}",
)


def _build_comparison(groups: Mapping[str, str]) -> str:
    return "compare " + " and ".join(re.findall(r"v\d+", groups["list"]))


def _build_conversion(groups: Mapping[str, str]) -> str:
    picture = f"v{groups['version']} " if groups.get("version") else ""
    width = f" at {groups['width']} wide" if groups.get("width") else ""
    return f"{picture}as {groups['format']}{width}"


def _build_steps(groups: Mapping[str, str]) -> str:
    steps = groups.get("steps") or groups.get("more") or "1"
    return f"{_COUNTS.get(steps, steps)} versions back"


_Build: TypeAlias = Callable[[Mapping[str, str]], str]
_MEANINGS: tuple[tuple[tuple[str, ...], _Build], ...] = (
    (_HISTORY, lambda _: "history"),
    (_COMPARE, _build_comparison),
    (_GO_BACK_TO, lambda groups: f"go back to v{groups['version']}"),
    (_STEPS_BACK, _build_steps),
    (_UNDO, lambda _: "undo"),
    (_FILE_VIEWS, lambda _: "what did you see"),
    (_HELP, lambda _: "help"),
    (_CONVERT, _build_conversion),
)
_PATTERNS = tuple(
    (re.compile(rf"{_POLITE_BEFORE}(?:{sentence}){_POLITE_AFTER}"), build)
    for sentences, build in _MEANINGS
    for sentence in sentences
)


def translate_command(text: str) -> str:
    """Return the English command that means the same as `text`; "" for what is no command."""
    line = text.strip()
    settings = _translate_settings(line)
    if settings or len(line) > _MAX_COMMAND_CHARS:
        return settings
    words = " ".join(normalize_letters(line).strip(_PUNCTUATION).split())
    for pattern, build in _PATTERNS:
        found = pattern.fullmatch(words)
        if found is not None:
            return build({name: value or "" for name, value in found.groupdict().items()})
    return ""


def _translate_settings(line: str) -> str:
    for word in _SETTINGS_WORDS:
        beginning, rest = normalize_letters(line[: len(word)]), line[len(word) :]
        if beginning != word or (rest and rest[0].isalpha() and word.isascii()):
            continue
        words = rest.strip().rstrip(" .!。")
        if not words or normalize_letters(words) in _RESET_WORDS:
            return "settings reset" if words else "settings"
        return f"settings {words.removeprefix(':').strip()}"
    return ""
