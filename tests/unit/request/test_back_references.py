"""Which first messages of a direct conversation mean the picture or the answer before them."""

from __future__ import annotations

import pytest

from bot.domain.conversation import Speaker, ThreadHistory, Turn
from bot.domain.files import FileRef
from bot.request.back_references import BackReference, parse_back_reference
from bot.request.carried import Carried, select_carried
from tests.support.processor_time import hold_to

REFERRING = [
    # English
    "make it blue", "Make it blue!", "please make it blue", "can you make it blue?",
    "a bit darker", "A bit darker, please", "much brighter", "darker", "bigger and brighter",
    "now as a poster", "as a poster", "the same but with a hat", "same thing in green",
    "same again", "and in French?", "in French", "in french please", "turn it into a poster",
    "translate that into German", "summarize it", "shorten it", "explain that", "again",
    "once more in red", "another one", "one more", "add a hat to it", "remove the text from it",
    "could it be bigger?", "what does it mean?", "more contrast", "less formal", "even shorter",
    "now with a hat", "but without the hat", "and with snow", "what about in blue?",
    "ok now make it a bit warmer", "crop it to a square", "MAKE IT BLUE", "make them smaller",
    "do it again", "a little more red", "without the background", "in black and white",
    "too dark", "it's too dark", "It is still too small", "I want it darker",
    "I want it in blue", "I want it to be bigger", "I'd like it bigger",
    "let's make it blue", "make the sky darker", "make her hat red", "remove the background",
    "add a hat", "make it 16:9", "make it more blue :)", "make it blue :smile:",
    "make it blue\nplease", "change the background to white", "that's not bright enough",
    # German
    "zu dunkel", "das ist zu hell", "mach den Himmel dunkler", "entferne den Hintergrund",
    "mach es blau", "Mach es bitte blau", "mach das bitte heller", "etwas dunkler",
    "ein bisschen heller bitte", "noch mal in grün", "nochmal in Grün", "jetzt als Poster",
    "und auf Französisch?", "auf Englisch", "dasselbe, aber mit Hut", "das Gleiche in Rot",
    "noch eins", "übersetze das ins Englische", "fass es zusammen", "mehr Kontrast", "kürzer",
    "und jetzt ohne Hut", "mach sie größer",
    # French
    "trop sombre", "c'est trop long", "rends le ciel plus sombre", "enlève le fond",
    "rends-le bleu", "fais-le en bleu", "un peu plus sombre", "plus court", "et en anglais ?",
    "maintenant en affiche", "la même chose mais avec un chapeau", "traduis ça en anglais",
    "encore une fois", "en anglais", "sans le chapeau", "moins de texte",
    # Spanish
    "demasiado oscuro", "haz el cielo más oscuro", "quita el fondo",
    "hazlo azul", "ponlo en azul", "un poco más oscuro", "más corto", "¿y en inglés?",
    "ahora como póster", "lo mismo pero con sombrero", "tradúcelo al inglés", "otra vez",
    "en inglés", "sin el sombrero", "píntalo de rojo",
    # Japanese
    "暗すぎる", "背景を白くして", "それを青くして", "青くして",
    "もっと暗く", "もう少し明るくして", "同じものを緑で", "もう一度",
    "今度はポスターで", "フランス語でも", "英語でお願いします", "それを英語に訳して",
]  # fmt: skip
APART = [
    # English
    "convert this to USD 100", "plus tard", "más tarde", "moins cher", "more coffee", "mehr Geld",
    "add 3 to that", "make it a rule to say hello when users log in", "同じ会社で働く人",
    "I need it by Monday", "I like it here", "I want this job", "I need it in time",
    "remove the database user alice", "add a column to the table", "too many cooks",
    "I want it to rain in Berlin: when will it?", "the meeting is at 16:30",
    "make the server faster by adding memory", "entferne den Benutzer", "translate: it is blue",
    "what is the weather in it industry?", "What's new in IT?", "explain IT security",
    "explain it services to me", "draw a red fox", "draw it: a fox in the snow",
    "make a picture of a fox", "is it raining in Berlin?", "what time is it?",
    "how is it going?", "it is cold today", "it depends on the weather, right?",
    "who is the president of France?", "translate this: Guten Morgen",
    "translate 'good morning' into French", "what is the same in Python and Ruby?",
    "more information about taxes", "older people in Japan", "higher interest rates explained",
    "in what year did Rome fall?", "in general, how do I learn to draw?", "thanks!", "hello",
    "why is the sky blue?", "how do I make it to the airport by noon from Kreuzberg, by train?"
    " And what does a ticket cost on a Sunday in the late evening, please?",
    "as a lawyer, what should I know about contracts in Germany?", "bigger than what?",
    "write a poem about the same old song", "the same people who left came back",
    "as soon as possible", "what about taxes?", "and then there were none, a summary",
    "more or less", "summarize the attached report", "add a hat to the fox in the snow",
    "with love from Paris: draw a card", "help", "settings", "history", "undo",
    "it", "", "draw a darker sky over Berlin",
    # German
    "wie wird das Wetter?", "erkläre das Grundgesetz", "zeichne das Haus am See", "es regnet",
    "was ist das Bruttoinlandsprodukt?", "mehr Informationen über das Steuerrecht bitte",
    "male einen Fuchs", "wie spät ist es?", "auf welcher Straße liegt das?", "größer als was?",
    # French
    "explique le théorème de Pythagore", "il pleut à Paris", "dessine un renard",
    "plus de 10 pays en Europe ont voté", "en quelle année ?", "quel temps fait-il ?",
    # Spanish
    "¿qué tiempo hace?", "dibuja un zorro", "explica la película", "más de diez países",
    "háblame de Madrid", "¿qué hora es?",
    # Japanese
    "今日の天気は？", "狐を描いて", "もっと野菜を食べるにはどうすればいいですか", "こんにちは",
    "日本の首都はどこですか", "ヘルプ",
]  # fmt: skip


@pytest.mark.parametrize("text", REFERRING)
def test_it_refers_back(text: str) -> None:
    assert parse_back_reference(text) is not None


@pytest.mark.parametrize("text", APART)
def test_it_stands_for_itself(text: str) -> None:
    assert parse_back_reference(text) is None


@pytest.mark.parametrize("text", ["make it blue\n\n> a quoted message", "x" * 5_000, "it " * 2_000])
def test_a_message_that_brings_something_stands_for_itself(text: str) -> None:
    assert parse_back_reference(text) is None


@pytest.mark.parametrize(
    "part", ["and ", "a bit ", "now ", "make it ", "the same ", "もっと", "mach "]
)
def test_no_message_takes_long(part: str) -> None:
    with hold_to(0.5):
        parse_back_reference((part * 120)[:120])


@pytest.mark.parametrize(
    ("text", "is_about_text"),
    [
        ("make it blue", False), ("a bit darker", False), ("and in French?", True),
        ("und auf Englisch?", True), ("shorten it", True), ("más corto", True),
        ("英語でお願いします", True), ("the same but with a hat", False),
    ],
)  # fmt: skip
def test_words_about_text_mean_the_answer(text: str, *, is_about_text: bool) -> None:
    found = parse_back_reference(text)
    assert found is not None and found.is_about_text is is_about_text


FOX = FileRef("F1", "red-fox-v1.png", "image/png", version=1)
QUESTION = Turn(Speaker.PERSON, "1.0", "draw a red fox", "U0ALEX")
ANSWER = Turn(Speaker.EASEL, "1.0", "Here is a red fox.", files=(FOX,))


def test_of_a_picture_and_an_answer_the_one_that_is_meant_comes_along() -> None:
    history = ThreadHistory(turns=(QUESTION, ANSWER), files=(FOX,))
    assert select_carried(BackReference(), history) == Carried(FOX)
    about_text = select_carried(BackReference(is_about_text=True), history)
    assert about_text == Carried(turns=(QUESTION, ANSWER))


def test_what_is_not_there_does_not_come_along() -> None:
    gone = FileRef("F1", "red-fox-v1.png", "image/png", mode="tombstone", version=1)
    assert select_carried(BackReference(), ThreadHistory(turns=(QUESTION,))) is None
    assert select_carried(BackReference(), ThreadHistory(turns=(QUESTION,), files=(gone,))) is None
    only_text = ThreadHistory(turns=(QUESTION, ANSWER), files=(gone,))
    assert select_carried(BackReference(), only_text) == Carried(turns=(QUESTION, ANSWER))


def test_the_answer_to_a_command_or_to_thanks_is_never_meant() -> None:
    for text in ("help", "settings", "thanks!", "Vielen Dank", "v1 als jpg"):
        turns = (Turn(Speaker.PERSON, "1.0", text), Turn(Speaker.EASEL, "1.0", "Here you are."))
        assert select_carried(BackReference(), ThreadHistory(turns=turns)) is None
        history = ThreadHistory(turns=(QUESTION, ANSWER, *turns))
        assert select_carried(BackReference(), history) == Carried(turns=(QUESTION, ANSWER))


@pytest.mark.parametrize(
    ("text", "is_about_picture"),
    [("make it blue", True), ("make it 16:9", True), ("a bit darker", True), ("again", False),
    ("shorter", False),
     ("etwas dunkler", True), ("rends-le bleu", True), ("hazlo azul", True), ("青くして", True)],
)  # fmt: skip
def test_words_about_pictures_mean_the_newest_one(text: str, *, is_about_picture: bool) -> None:
    found = parse_back_reference(text)
    assert found is not None and found.is_about_picture is is_about_picture
