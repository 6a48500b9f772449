"""The language that Easel speaks to a person: their locale, else a guess, else English."""

from __future__ import annotations

import pytest

from bot.app.languages import LanguageChooser
from bot.domain.conversation import Person
from bot.i18n.catalog import list_languages
from bot.i18n.language import choose_language, guess_language
from bot.request.recipes import RECIPES
from bot.request.recipes.recipe import quote
from tests.support.processor_time import hold_to

ANN = Person("U1", "T1")
TEXTS = {
    "de": [
        "Zeichne eine Katze",
        "Was steht in der Datei?",
        "Mach es blau",
        "bitte",
        "Hallo!",
        "Danke",
        "Kannst du das zusammenfassen?",
        "Fasse das PDF zusammen",
        "mach das heller",
        "Übersetze das ins Englische: The quick brown fox",
        "Vergleiche v2 mit v4",
        "Wie spät ist es in Tokio?",
        "Erkläre mir `for x in y`",
        "verlauf",
        "hilfe",
        "einstellungen",
        "warum?",
        "Noch mal bitte",
        "male einen Hund",
        "und jetzt mit Hut",
        "größer",
        "Gibt es hier Fehler?",
        "rückgängig",
        "was kannst du?",
    ],
    "fr": [
        "Dessine un chat",
        "Bonjour",
        "Merci",
        "Explique cette photo",
        "Résume ce document",
        "Qu'est-ce que c'est ?",
        "rends-le plus clair",
        "peux-tu traduire ça ?",
        "Compare les deux contrats",
        "historique",
        "aide",
        "annule",
        "pourquoi ?",
        "plus grand",
        "une autre version s'il te plaît",
        "que vois-tu ?",
        "Fais un tableau avec les chiffres",
        "quel est le total ?",
        "ajoute un cadre",
    ],
    "es": [
        "Dibuja un gato",
        "Hola",
        "Gracias",
        "Explica esta imagen",
        "Resume este documento",
        "¿Qué es esto?",
        "hazlo más claro",
        "¿puedes traducir esto?",
        "Compara los dos contratos",
        "historial",
        "ayuda",
        "deshaz",
        "¿por qué?",
        "más grande",
        "otra versión por favor",
        "¿cuál es el total?",
        "haz una tabla con los números",
        "píntame dos gatos",
        "añade un marco",
    ],
    "ja": [
        "猫を描いて",
        "この画像を説明してください",
        "これは何ですか？",
        "ありがとう",
        "要約して",
        "PDF を要約してください",
        "もっと明るくして",
        "ヘルプ",
        "履歴を見せて",
        "API のエラーを直して",
    ],
    "en": [
        "Draw a cat",
        "hi",
        "ok",
        "v2",
        "undo",
        'What does "Schadenfreude" mean?',
        "die",
        "Translate: Der Hund ist im Haus.",
        "How do you say thank you in German?",
        "Please summarise",
        "Angela Merkel",
        "München",
        "settings --effort high",
        "`ich bin du`",
        "https://example.de/und/ich/bin",
        "What does “ich liebe dich” mean?",
        "Compare v1 and v2",
        "make it blue",
        "Was that the last one?",
        "me gusta is what she said, what does it mean?",
        "What is the capital of España?",
        "o que é isso?",
        "Che cosa è questo?",
        "Wat is dit?",
        "Vad är det här?",
        "Что это?",
        "这是什么",
        "이게 뭐야",
        "pain au chocolat recipe",
        "resume review",
        "I need an aide",
        "compare",
        "image",
        "total",
        "Translate bonjour into Spanish",
        "explain どうも",
        "何",
        "東京",
        "日本",
        "The error says: ファイルが見つかりません - what now?",
        "die Hard review",
        "```der die das und ich```",
        ":bitte: :danke:",
        "history",
        "help",
        "in the a de la",
        "no",
        "si",
        "La La Land",
        "El Niño",
        "Des Moines",
        "Is Das Boot good?",
        "Don Quixote de la Mancha summary",
        "café con leche",
        "> Das ist ein Zitat und ich bin es nicht\nwhat does that mean?",
    ],
}
CASES = [(text, language) for language, texts in TEXTS.items() for text in texts]


@pytest.mark.parametrize(("text", "language"), CASES, ids=lambda value: value[:40])
def test_the_language_of_a_message_is_guessed_or_it_is_english(text: str, language: str) -> None:
    assert guess_language(text) == language


@pytest.mark.parametrize(
    ("locale", "language"),
    [("de-DE", "de"), ("de-AT", "de"), ("fr-CA", "fr"), ("es-LA", "es"), ("es_ES", "es"),
     ("ja-JP", "ja"), ("en-US", "en"), ("EN-gb", "en"), ("pt-BR", "en"), ("zh-TW", "en")],
)  # fmt: skip
def test_a_known_locale_decides_whatever_was_written(locale: str, language: str) -> None:
    assert choose_language(locale, "Was steht in dieser Datei?") == language


def test_without_a_locale_the_words_decide() -> None:
    assert choose_language("", "Was steht in dieser Datei?") == "de"
    assert choose_language("", "") == "en"


def test_every_guess_is_a_language_that_easel_speaks() -> None:
    assert set(TEXTS) == set(list_languages())


@pytest.mark.parametrize("piece", ["ich ", "“", "```", "<", "ひ", "a.b ", "http://", ":a", ">x\n"])
def test_guessing_takes_no_time(piece: str) -> None:
    with hold_to(0.5):
        guess_language(piece * 50_000)


def test_of_a_shortcut_the_quoted_message_shows_the_language() -> None:
    chooser = LanguageChooser(lambda _person: "")
    title = RECIPES["explain_picture"].title
    assert chooser.choose(ANN, quote(title, "Das ist die Rechnung, bitte prüfen")) == "de"
    assert chooser.choose(ANN, quote(title, "")) == "en"
    # A quote under words of one's own is somebody else's.
    assert chooser.choose(ANN, quote("What does this mean?", "Das ist die Rechnung")) == "en"


def test_the_locale_is_that_of_the_person() -> None:
    chooser = LanguageChooser(lambda person: {"U1": "fr-FR"}.get(person.id, ""))
    assert chooser.choose(ANN, "What is this?") == "fr"
    assert chooser.choose(Person("U2", "T1"), "What is this?") == "en"
