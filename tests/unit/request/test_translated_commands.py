"""Commands in German, French, Spanish and Japanese mean what the English ones mean."""

from __future__ import annotations

import pytest

from bot.request.commands import parse_command
from bot.request.pictures.go_back import parse_go_back
from bot.request.translated_commands import translate_command
from tests.support.processor_time import hold_to

MEANINGS = {
    "history": """verlauf | Zeig mir den Verlauf! | Versionen | Bilderverlauf bitte | historique
        | Montre-moi l'historique | s'il te plaît, historique | historial | ¡Muéstrame el historial!
        | muestrame el historial | 履歴 | 履歴を見せてください。 | バージョン一覧
        | Verlauf anzeigen | den Verlauf zeigen | voir l'historique | affiche l’historique
        | ver historial | ver el historial | 履歴を見たい""",
    "compare v2 and v4": """vergleiche v2 mit v4 | Vergleich v2 und v4 bitte | compare v2 et v4
        | Compare v2 avec v4 stp | compara v2 con v4 | Compara v2 y v4, por favor
        | v2とv4を比較して | ｖ２と ｖ４ を比べて
        | compare la v2 et la v4 | compare la v2 à la v4 | vergleiche die v2 mit der v4
        | compara la v2 con la v4 | v2 und v4 vergleichen | v2 mit v4 vergleichen""",
    "compare v1 and v2 and v3": """vergleiche v1, v2 und v3 | compare v1, v2 et v3
        | compara v1, v2 y v3 | v1、v2、v3を比較""",
    "settings": """einstellungen | Einstellungen! | réglages | parametres | Ajustes | 設定
        | Einstellungen anzeigen | zeig mir die Einstellungen | montre-moi les réglages
        | muéstrame los ajustes | 設定を見せて""",
    "settings reset": """einstellungen zurücksetzen | Einstellungen reset | réglages réinitialiser
        | ajustes restablecer | 設定をリセット | réinitialiser les paramètres
        | restablecer ajustes | restablecer los ajustes | setze die Einstellungen zurück""",
    "settings --effort high": """einstellungen --effort high | réglages --effort high
        | ajustes --effort high | 設定 --effort high""",
    "undo": """rückgängig | Mach das rückgängig | geh zurück | vorherige Version | annule
        | Annuler ça | retour en arrière | version précédente | deshaz | deshazlo | vuelve atrás
        | la versión anterior | 元に戻して | 取り消して | 前のバージョンに戻してください
        | letzte Änderung rückgängig machen | mache das wieder rückgängig
        | mach die letzte Änderung rückgängig | annule la dernière modification
        | deshacer el último cambio | 最後の変更を取り消して""",
    "go back to v2": """zurück zu v2 | geh zurück zu Version 2 | zurueck zu v2 | reviens à v2
        | Retour à la version 2 | vuelve a v2 | Vuelve a la versión 2 | v2に戻して
        | バージョン2に戻してください | zurück auf v2 | gehe auf v2 zurück | geh zu v2 zurück
        | retourner à la v2 | volver a la v2""",
    "one version back": """einen Schritt zurück | une étape en arrière | un paso atrás
        | eine Version zurück""",
    "two versions back": """zwei Versionen zurück | 2 Versionen zurück | deux versions en arrière
        | reviens de 2 versions | dos versiones atrás | 2つ前に戻して""",
    "what did you see": """Was hast du gesehen? | was hast du bisher gesehen | Qu'as-tu vu ?
        | qu’est-ce que tu as vu ? | ¿Qué has visto? | que viste | 何を見ましたか？""",
    "v2 as jpg": """v2 als jpg | speichere v2 als jpg | v2 en jpg | convertis v2 en jpg
        | v2 como jpg | v2をjpgに変換して
        | v2 als jpg speichern | enregistrer la v2 en jpg | guardar v2 como jpg""",
    "as jpg": "als jpg speichern | das Bild als jpg exportieren | enregistrer en jpg",
    "as png": """als png | speichere das Bild als png | en png | convertis l'image en png | como png
        | conviértelo en png | pngで保存して""",
    "as webp at 800 wide": """als webp mit 800 Pixel Breite | en webp à 800 pixels de large
        | como webp a 800 píxeles de ancho | 幅800ピクセルのwebpにして""",
    "as gif": "als gif | en gif | como gif | gifにして",
}
CASES = [
    (" ".join(said.split()), meaning)
    for meaning, sentences in MEANINGS.items()
    for said in sentences.split("|")
]
OTHER_WORDS = """
Der Verlauf der Geschichte ist lang | Verlauf der Krankheit | einstellungen der Kamera erklären
| Vergleiche v2 mit dem Original und mach es heller | Vergleiche die beiden Verträge
| geh zurück zu v2 und mach den Hut rot | `verlauf` | „verlauf“ | Hilfe, ich brauche einen Vertrag
| Was hast du gestern gesehen? | l'historique de Rome | annule la commande 12 | retour client
| compare v1 et le logo | reviens à v2 et ajoute un chapeau | « historique »
| réglages de l'appareil | historial médico | compara los precios | ajustes de la cámara
| vuelve a v2 y añade un sombrero
| qué has visto en Netflix | 履歴書を書いて | 設定資料を作って | 前の会議について教えて
| letzte Änderung im Vertrag | annule la dernière commande | ver la película | v2 breit
| Einstellungen der Heizung zurücksetzen | 設定を保存する方法は | un paso más | 800 px
| v2に戻して帽子を足して | 比較 | jpgとは何ですか | als ob | en | como | wie jpg funktioniert
"""


@pytest.mark.parametrize(("said", "meaning"), CASES, ids=lambda value: value)
def test_a_command_means_the_same_in_every_language(said: str, meaning: str) -> None:
    command = parse_command(said)
    assert command is not None
    assert command == parse_command(meaning)


@pytest.mark.parametrize("said", [" ".join(line.split()) for line in OTHER_WORDS.split("|")])
def test_what_only_resembles_a_command_is_a_question(said: str) -> None:
    assert parse_command(said) is None


@pytest.mark.parametrize(
    "said", ["hilfe", "Was kannst du?", "aide", "Que peux-tu faire ?", "ayuda",
             "¿Qué puedes hacer?", "ヘルプ", "何ができますか？", "Was kannst du für mich tun?",
             "Wobei kannst du mir helfen?", "En quoi peux-tu m'aider ?", "¿en qué puedes ayudarme?",
             "ヘルプをお願いします", "使い方を教えてください"],
)  # fmt: skip
def test_help_is_asked_for_in_every_language(said: str) -> None:
    assert translate_command(said) == "help"


def test_flags_of_settings_keep_their_capitals() -> None:
    assert translate_command('Einstellungen --stop "ENDE"') == 'settings --stop "ENDE"'


def test_a_version_that_was_brought_back_is_recognized_in_every_language() -> None:
    """Undoing twice goes back two steps: that is read from what was asked before."""
    for said in ("rückgängig", "annule", "deshaz", "元に戻して"):
        assert parse_go_back(said) == parse_go_back("undo")


@pytest.mark.parametrize(
    "piece", ["v1, ", "zurück zu ", "- ", "、", "設定", "en jpg ", "s'il te plaît, "]
)
def test_a_long_message_takes_no_time(piece: str) -> None:
    with hold_to(1):
        translate_command(piece * 10)
        translate_command(piece * 20_000)
