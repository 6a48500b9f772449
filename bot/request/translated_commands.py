"""Reads commands in German, French, Spanish and Japanese: as the English ones that mean the same.

A command is the whole message; see `commands.py`. Patterns are held against simplified text: small
letters, no accents. Pure.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from bot.request.own_words import normalize_letters
from bot.request.pictures.called_files import NAME_PATTERN

_MAX_COMMAND_CHARS = 120
_PUNCTUATION = " .!?…。¡¿"
_SETTINGS_WORDS = ("einstellungen", "reglages", "parametres", "ajustes", "configuracion", "設定")
_RESET_WORDS = {
    "reset", "zurucksetzen", "zuruecksetzen", "loschen", "reinitialiser", "reinitialise",
    "effacer", "restablecer", "restablece", "borrar",
    "リセット", "をリセット", "をリセットして",
}  # fmt: skip
_COUNTS = {
    "eine": 1, "einen": 1, "zwei": 2, "drei": 3, "vier": 4, "une": 1, "deux": 2, "trois": 3,
    "quatre": 4, "una": 1, "un": 1, "dos": 2, "tres": 3, "cuatro": 4, "一": 1, "二": 2,
    "三": 3, "四": 4,
}  # fmt: skip
_COUNT = rf"(?P<steps>{'|'.join(_COUNTS)}|[1-9])"
_VERSION = r"(?:v|version |バージョン ?)(?P<version>\d{1,4})"
_FORMAT = r"(?P<format>jpe?g|webp|png|gif|tiff?|bmp|heic|avif|svg|psd|pdf|ico)"
_WIDTH = r"(?P<width>\d{2,9})"
_THE = r"(?:die |der |den |la |el |les |las )?"
_LIST = (
    rf"(?P<list>{_THE}v\d{{1,4}}"
    rf"(?:\s*(?:,|、|&|und|mit|et|avec|a|y|con|と|vs\.?)\s*{_THE}v\d{{1,4}}){{1,20}})"
)
_POLITE_BEFORE = (
    r"(?:(?:bitte|kannst du|konntest du|s'il te plait|stp|peux-tu|por favor|puedes),? ){0,2}"
)
_POLITE_AFTER = r"(?:,? (?:bitte|mal|s'il te plait|stp|por favor|porfa))?"
_JA_POLITE = r"(?:ください|下さい|ね|よ)?"

_HISTORY = (
    r"(?:zeige? (?:mir )?)?(?:den |die |das )?(?:bild(?:er)?)?(?:verlauf|versionen|historie)",
    r"(?:den |die |das )?(?:bild(?:er)?)?(?:verlauf|versionen|historie) (?:an)?zeigen",
    r"(?:(?:montre[rz]?(?:-moi)?|affiche[rz]?|voir|fais voir) )?(?:l'|les )?"
    r"(?:historique(?: des (?:images|versions))?|versions)",
    r"(?:(?:muestra(?:me)?|mostrar|ensename|ver) )?(?:el |las )?"
    r"(?:historial(?: de (?:imagenes|versiones))?|versiones)",
    rf"(?:画像の)?(?:履歴|バージョン一覧)(?:を(?:見せて|表示(?:して)?|出して|見たい))?{_JA_POLITE}",
)
_COMPARE = (
    rf"(?:vergleiche?|comparez?|comparer|compara|comparar) {_LIST}",
    rf"{_LIST} (?:miteinander )?vergleichen",
    rf"{_LIST} ?(?:を)? ?(?:比較|比べて)(?:して)?{_JA_POLITE}",
)
_GO_BACK_TO = (
    rf"(?:geh(?:e)? |wieder )?zuru?e?ck (?:zu|zur|auf|auf die) {_VERSION}(?: gehen)?",
    rf"(?:geh(?:e)? )?(?:zu|zur|auf|auf die) {_VERSION} zuru?e?ck(?:gehen|kehren)?",
    rf"(?:reviens|revenir|retour|retourne|retourner) a (?:la )?{_VERSION}",
    rf"(?:vuelve|volver|regresa|regresar) a (?:la )?{_VERSION}",
    rf"{_VERSION}(?:に|へ)(?:戻して|戻す|戻る){_JA_POLITE}",
)
_STEPS_BACK = (
    rf"(?:geh(?:e)? )?(?:um )?{_COUNT} (?:version(?:en)?|schritte?) zuru?e?ck(?:gehen)?",
    rf"(?:reviens (?:de )?|revenir de )?{_COUNT} (?:versions?|etapes?|pas) en arriere"
    r"|reviens de (?P<more>\d) versions?",
    rf"(?:vuelve )?{_COUNT} (?:version(?:es)?|pasos?) (?:hacia )?atras",
    rf"{_COUNT}(?:つ|個)前(?:のバージョン)?(?:に|へ)?(?:戻して|戻す)?{_JA_POLITE}",
)
_DE_CHANGE = r"(?:(?:es|das|die letzte anderung|letzte anderung|den letzten schritt) )?"
_FR_CHANGE = r"(?:la derniere (?:modification|etape)|le dernier changement)"
_ES_CHANGE = r"(?:el ultimo (?:cambio|paso)|la ultima modificacion)"
_UNDO = (
    rf"(?:(?:mach(?:e)? )?{_DE_CHANGE}(?:wieder )?(?:ruckgangig|rueckgaengig)(?: machen)?"
    r"|geh(?:e)? zuru?e?ck|(?:zuru?e?ck zu[rm] |die |das )?(?:vorige[ns]?|vorherige[ns]?)"
    r" (?:version|bild))",
    rf"(?:annule[rz]?|defais|defaire)(?: ca| cela| {_FR_CHANGE})?|annule-l[ea]"
    r"|reviens(?: en arriere)?|retour en arriere"
    r"|(?:reviens a |retour a )?(?:la |l')?(?:version|image) precedente",
    rf"(?:deshaz|deshacer)(?: esto| eso| {_ES_CHANGE})?|deshazlo|vuelve(?: atras)?"
    r"|(?:vuelve a )?(?:la )?(?:version|imagen) anterior",
    rf"(?:(?:これ|最後の変更|直前の変更|変更)を?)?(?:元に戻して|取り消して|戻して|元に戻す)"
    rf"|(?:1つ)?前の(?:バージョン|画像)(?:に戻して)?{_JA_POLITE}|元に戻してください|取り消してください|戻してください",
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
    r"hilfe|was kannst du(?: alles| denn| hier| fur mich| fur uns)*(?: tun| machen)?"
    r"|wie (?:benutze|nutze) ich dich|(?:wobei|womit|wie) kannst du (?:mir|uns) helfen",
    r"aide|(?:que|qu'est-ce que) (?:sais-tu|peux-tu|tu sais|tu peux) faire"
    r"(?: pour (?:moi|nous))?|comment t'utiliser"
    r"|(?:en quoi|comment) (?:peux-tu|tu peux) (?:m'|nous )aider",
    r"ayuda|que (?:puedes|sabes) hacer(?: por (?:mi|nosotros))?|como te (?:uso|utilizo)"
    r"|(?:en que|como) (?:puedes|me puedes|nos puedes) ayudar(?:me|nos)?",
    r"(?:ヘルプ|使い方)(?:[をは]?(?:お願い(?:します)?|見せて|表示(?:して)?|教えて))?(?:ください)?"
    r"|(?:あなたは)?何ができ(?:る|ます)(?:か|の)?",
)
_SETTINGS = r"(?:einstellungen|reglages|parametres|ajustes|configuracion|設定)"
_SHOW_SETTINGS = (
    rf"(?:zeige? (?:mir )?)?(?:die )?{_SETTINGS}(?: (?:an)?zeigen)?",
    rf"(?:montre[rz]?(?:-moi)?|affiche[rz]?|voir) (?:les )?{_SETTINGS}",
    rf"(?:muestra(?:me)?|mostrar|ver) (?:los |la )?{_SETTINGS}",
    rf"{_SETTINGS}を(?:見せて|表示(?:して)?|確認(?:して)?|教えて){_JA_POLITE}",
)
_RESET_SETTINGS = (
    rf"setz(?:e)? (?:die )?{_SETTINGS} zuru?e?ck|(?:die )?{_SETTINGS} (?:zuru?e?cksetzen|loschen)",
    rf"(?:reinitialise[rz]?|efface[rz]?) (?:les )?{_SETTINGS}",
    rf"(?:restablece[r]?|borrar?|reinicia[r]?) (?:los |la )?{_SETTINGS}",
    rf"{_SETTINGS}を?(?:リセット|初期化)(?:して)?{_JA_POLITE}",
)
_NAME = rf"(?P<name>{NAME_PATTERN})"
_DE_PICTURE = rf"(?:(?:es|das|das bild|dieses bild|(?:die )?{_VERSION}|{_NAME})\s)?"
_FR_PICTURE = rf"(?:(?:-le|-la| ca| cela| l'image| cette image| ?(?:la )?{_VERSION}| ?{_NAME}) )?"
_ES_PICTURE = rf"(?:(?:lo|la)?(?: esto| la imagen| esta imagen| ?(?:la )?{_VERSION}| ?{_NAME})? )?"
_JA_PICTURE = rf"(?:(?:これ|それ|画像|この画像|{_VERSION}|{_NAME})を?)?"
_CONVERT = (
    rf"(?:(?:konvertiere?|speichere?|exportiere?|wandle|mach(?:e)?|schick(?:e)?|gib)(?: mir)? )?"
    rf"{_DE_PICTURE}(?:als|in|zu|nach) (?:ein )?{_FORMAT}(?:(?: mit| bei|,)? {_WIDTH} ?"
    r"(?:px|pixeln?)?(?: breite?)?)?(?: um)?",
    rf"{_DE_PICTURE}(?:als|in|zu|nach) (?:ein )?{_FORMAT}"
    rf"(?: mit {_WIDTH} ?(?:px|pixeln?)(?: breite?)?)?"
    r" (?:speichern|exportieren|schicken|umwandeln|konvertieren|ausgeben)",
    rf"(?:(?:convertir|convertis|enregistrer?|exporter?|envoie|donne)(?:-moi)?)?{_FR_PICTURE}"
    rf" ?en (?:un )?{_FORMAT}(?:(?: a| en| de|,)? {_WIDTH} ?(?:px|pixels?)?(?: de large(?:ur)?)?)?",
    rf"(?:convertir|convierte|guardar?|exportar?|enviar?|dame)?{_ES_PICTURE}"
    rf" ?(?:como|en|a) (?:un )?{_FORMAT}(?:(?: a| con| de|,)? {_WIDTH} ?"
    r"(?:px|pixeles)?(?: de ancho)?)?",
    rf"{_JA_PICTURE}(?:幅 ?{_WIDTH} ?(?:px|ピクセル)?の)?{_FORMAT}(?:に|で|として)"
    rf"(?:変換|保存|書き出し|送って|ちょうだい)?(?:して)?{_JA_POLITE}",
)


def _build_comparison(groups: Mapping[str, str]) -> str:
    return "compare " + " and ".join(re.findall(r"v\d+", groups["list"]))


def _build_conversion(groups: Mapping[str, str]) -> str:
    named = f"v{groups['version']}" if groups.get("version") else groups.get("name")
    picture = f"{named} " if named else ""
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
    (_SHOW_SETTINGS, lambda _: "settings"),
    (_RESET_SETTINGS, lambda _: "settings reset"),
)
_PATTERNS = tuple(
    (re.compile(rf"{_POLITE_BEFORE}(?:{sentence}){_POLITE_AFTER}"), build)
    for sentences, build in _MEANINGS
    for sentence in sentences
)


# Several readers of one message ask for the same.
@functools.lru_cache(maxsize=1)
def translate_command(text: str) -> str:
    """Return the English command that means the same as `text`; "" for what is no command."""
    line = text.strip()
    settings = _translate_settings(line)
    if len(line) > _MAX_COMMAND_CHARS:
        return settings
    words = " ".join(normalize_letters(line).strip(_PUNCTUATION).split())
    for pattern, build in _PATTERNS:
        found = pattern.fullmatch(words)
        if found is not None:
            return build({name: value or "" for name, value in found.groupdict().items()})
    return settings


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
