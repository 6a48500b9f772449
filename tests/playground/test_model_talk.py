"""The played model's answers follow from the words and pictures of the request."""

from __future__ import annotations

import io
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.answering.masking.sentences import TINTED_PART
from bot.playground.drawing.colours import COLOURS, find_colour_name, find_main_colours
from bot.playground.model.measuring import describe_picture
from bot.playground.model.notations import write_notation
from bot.playground.model.request import extract_question, parse_request
from bot.playground.model.talk import PlayedRequest, answer
from bot.playground.wishes.reader import read_wish
from bot.playground.wishes.scenes import build_scene
from tests.support.easel import build_png

CHANGED = ("Here is your picture", "Hier ist dein Bild")


def answer_text(question: str, *earlier: str) -> str:
    played_answer = answer(PlayedRequest(question, earlier))
    assert played_answer.pictures == ()
    return played_answer.text


def classify_answer(question: str, *pictures: bytes, has_new_picture: bool = True) -> str:
    """Whether the model draws, edits or talks."""
    played_answer = answer(PlayedRequest(question, (), pictures, has_new_picture))
    if not played_answer.pictures:
        return "talk"
    return "edit" if played_answer.text.startswith(CHANGED) else "draw"


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("<@U0ALEX>: hello there", "hello there"),
        ("<@W0ALEX>:   hello", "hello"),
        ("look\n[Pictures, in order: 1. photo.png (sent now)]", "look"),
        ("[note]\n<@U0ALEX>: hi", "<@U0ALEX>: hi"),
        ("<@U0ALEX>: [Pictures, in order: 1. a.png]", ""),
        ("one\n\n  two", "one two"),
        (
            "**[CPU is high](https://g.example/1)** 97 %\n[note]",
            "**[CPU is high](https://g.example/1)** 97 %",
        ),
        ("\\[typed] word", "[typed] word"),
        ("", ""),
    ],
)
def test_a_question_is_read_without_what_easel_adds(text: str, question: str) -> None:
    assert extract_question(text) == question


def test_a_question_is_repeated_and_its_words_are_counted() -> None:
    assert "You asked: “Where is the harbour?”" in answer_text("Where is the harbour?")
    assert "**4 words**" in answer_text("Where is the harbour?")
    assert "the longest is *harbour*" in answer_text("Where is the harbour?")
    assert "**1 word**" in answer_text("harbour")


def test_what_was_said_last_in_the_thread_is_repeated_and_bounded() -> None:
    text = answer_text("and now?", "the first", "the second")
    assert "you said: “the second”" in text and "the first" not in text
    assert "Earlier" not in answer_text("and now?")
    assert "x" * 121 not in answer_text("and now?", "x" * 5000)


def test_what_somebody_else_said_is_told_as_theirs() -> None:
    said = ("I think it is the backup", "so do I")
    request = PlayedRequest("and now?", said, speaker="Alex", earlier_speakers=("Sam", "Alex"))
    assert "you said: “so do I”" in answer(request).text
    request = replace(request, earlier_speakers=("Alex", "Sam"))
    assert "Sam said: “so do I”" in answer(request).text
    told = answer(replace(request, question="who said what?")).text
    assert told.splitlines() == [
        "- you said: “I think it is the backup”", "- Sam said: “so do I”"
    ]  # fmt: skip


def test_a_speaker_and_a_linked_message_are_read_from_the_request() -> None:
    request = parse_request(
        {
            "model": "openai/gpt-5.4-image-2",
            "messages": [
                {"role": "user", "content": "@Sam Ray: it is the backup"},
                {
                    "role": "user",
                    "content": "[A linked message, by @Kim:]\n> disk is full\n> since noon\n\n"
                    "@Alex: what does <https://x.slack.com/archives/C1/p1> say?",
                },
            ],
        }
    )
    assert (request.speaker, request.earlier_speakers) == ("Alex", ("Sam Ray",))
    assert "link to says: “disk is full since noon”" in answer(request).text


def test_addresses_people_and_escapes_are_no_words_to_be_shown() -> None:
    text = answer_text("look &lt;@U0SAM&gt; at <https://playground.slack.com/archives/C1/p1> now")
    assert "the longest is *look*" in text and "&" not in text


@pytest.mark.parametrize(
    ("question", "result"),
    [
        ("what is 17*23", "17 * 23 = **391**"),
        ("what is 17 × 23?", "**391**"),
        ("2 + 2", "**4**"),
        ("10 - 12.5", "**-2.5**"),
        ("0.1 + 0.2", "**0.3**"),
        ("-3 * -4", "**12**"),
        ("9 / 4", "**2.25**"),
        ("9 ÷ 4", "**2.25**"),
        ("1000000 * 1000", "**1,000,000,000**"),
        ("1 / 0", "no result"),
        ("0.0 ÷ 0", "no result"),
    ],
)
def test_sums_are_worked_out(question: str, result: str) -> None:
    assert result in answer_text(question)


@pytest.mark.parametrize("sign", list("+-*/x×÷:"))
def test_no_number_is_too_large_for_a_sum(sign: str) -> None:
    assert answer_text(f"{'9' * 400} {sign} {'9' * 400}")


@pytest.mark.parametrize("word", ["say", "Say", "repeat", "ECHO"])
def test_what_is_to_be_said_is_said(word: str) -> None:
    assert answer_text(f"{word} Good *morning*, all!") == "Good *morning*, all!"


@pytest.mark.parametrize("count", [10, 61, 500, 3000])
def test_a_long_answer_has_as_many_words_as_were_asked_for(count: int) -> None:
    text = answer_text(f"write {count} words about tea")
    assert len(text.split()) == count
    assert max(len(paragraph.split()) for paragraph in text.split("\n\n")) <= 60


def test_a_long_answer_has_an_end() -> None:
    assert len(answer_text("write 9999 words").split()) == 3000


def test_code_comes_in_a_fence_that_is_closed_and_can_be_run() -> None:
    text = answer_text('write a python function that says "hi" {x}')
    before, code, after = text.split("```")
    assert before and after and code.startswith("python\n")
    compile(code.removeprefix("python\n"), "answer", "exec")


def test_a_haiku_has_three_lines() -> None:
    assert len(answer_text("a haiku, please").splitlines()) == 3


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("draw a fox", "draw"),
        ("Paint me a harbour", "draw"),
        ("sketch a boat", "draw"),
        ("a picture of a cat", "draw"),
        ("zeichne einen Fuchs", "draw"),
        ("male bitte einen Hund", "draw"),
        ("dessine un renard", "draw"),
        ("dibuja un zorro", "draw"),
        ("píntame dos gatos", "draw"),
        ("キツネを描いて", "draw"),
        ("what does a male fox eat?", "talk"),
        ("wie geht es dir?", "talk"),
        ("¿qué hora es?", "talk"),
        ("make it grey", "talk"),
        ("rotate 90 degrees", "talk"),
        ("hello", "talk"),
    ],
)
def test_without_a_picture_the_model_draws_or_talks(question: str, kind: str) -> None:
    assert classify_answer(question) == kind


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("make it grey", "edit"),
        ("Turn it into a sepia photo", "edit"),
        ("add a border", "edit"),
        ("edit it", "talk"),
        ("mach ihn blau", "edit"),
        ("dreh das Bild", "edit"),
        ("rends-le bleu", "edit"),
        ("ajoute un cadre", "edit"),
        ("hazlo azul", "edit"),
        ("青くして", "edit"),
        ("白黒にして", "edit"),
        ("zeichne einen Fuchs", "draw"),
        ("what is this?", "talk"),
        ("", "talk"),
        ("draw a fox", "draw"),
    ],
)
def test_with_a_picture_the_model_edits_looks_or_draws(question: str, kind: str) -> None:
    assert classify_answer(question, build_png()) == kind


@pytest.mark.parametrize(
    ("question", "changed"),
    [
        ("mach ihn blau", "Hier ist dein Bild: getönt in Blau."),
        ("rends-le rouge", "Here is your picture, tinted red."),
        ("hazlo más oscuro", "Here is your picture, darker."),
        ("写真を明るくして", "Here is your picture, brighter."),
        ("mets l'image en noir et blanc", "Here is your picture, grey."),
        ("spiegel das Bild", "Hier ist dein Bild: gespiegelt."),
        ("bitte kleiner, mit Rahmen", "Hier ist dein Bild: halb so groß und mit Rahmen."),
    ],
)
def test_a_change_is_understood_in_every_language(question: str, changed: str) -> None:
    assert answer(PlayedRequest(question, (), (build_png(),))).text.startswith(changed)


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("zeichne einen roten Fuchs unter einem Baum im Schnee", [("fox", "red"), ("tree", None)]),
        ("dessine un renard bleu et deux chats", [("fox", "blue"), ("cat", None)]),
        ("dibuja una casa amarilla en la noche", [("house", "yellow")]),
        ("夜の森に青い鳥を描いて", [("bird", "blue")]),
        ("draw a green car", [("car", "green")]),
        ("zeichne einen \u017ftern und eine Katze", [("star", None), ("cat", None)]),
    ],
)
def test_what_is_to_be_drawn_is_understood_in_every_language(
    question: str, things: list[tuple[str, str | None]]
) -> None:
    scene = build_scene(read_wish(question)).scene
    assert [thing.word for thing in scene.things] == [word for word, _ in things]
    for thing, (_, colour) in zip(scene.things, things, strict=True):
        assert colour is None or thing.colour == COLOURS[colour]


def test_a_picture_from_earlier_is_looked_at_only_when_asked_about() -> None:
    assert (
        "64 × 48"
        not in answer(PlayedRequest("thank you", (), (build_png(),), has_new_picture=False)).text
    )
    assert (
        "64 × 48"
        in answer(PlayedRequest("describe it", (), (build_png(),), has_new_picture=False)).text
    )
    assert classify_answer("make it grey", build_png(), has_new_picture=False) == "edit"


def test_the_last_picture_is_the_one_that_is_edited() -> None:
    played_answer = answer(
        PlayedRequest("mirror it", (), (build_png((10, 20)), build_png((30, 40))))
    )
    with Image.open(io.BytesIO(played_answer.pictures[0])) as edited:
        assert edited.size == (30, 40)


@pytest.mark.parametrize(
    "question",
    ["only B3 to C4: make it grey", "nur B3 bis C4: mach es grau", "B3からC4だけ灰色にして"],
)
def test_only_the_part_in_pink_changes_and_its_cells_are_no_words_of_the_wish(
    question: str,
) -> None:
    original = build_png((60, 40), (200, 30, 30))
    tinted = Image.open(io.BytesIO(original)).convert("RGB")
    tinted.paste((240, 40, 160), (20, 10, 40, 30))
    out = io.BytesIO()
    tinted.save(out, "PNG")
    notes = (f"[1. a.png; 2. a.png, {TINTED_PART}]", "[Only a part of a.png is meant: 0%-9%.]")
    request = PlayedRequest(question, (), (original, out.getvalue()), notes=notes)
    played_answer = answer(request)
    drawn = Image.open(io.BytesIO(played_answer.pictures[0])).convert("RGB")
    part, rest = drawn.crop((30, 20, 31, 21)).tobytes(), drawn.crop((5, 5, 6, 6)).tobytes()
    assert len(set(part)) == 1, "grey"
    assert rest[0] > 190 and rest[1] < 40, "red as before"
    assert "B3" not in played_answer.text and "“B”" not in played_answer.text


def test_every_picture_is_described_in_its_order() -> None:
    pictures = (build_png((10, 20), (30, 60, 220)), build_png((40, 30), (30, 160, 80), "JPEG"))
    lines = answer(PlayedRequest("what are these?", (), pictures)).text.splitlines()
    assert "1. A tall PNG picture of **10 × 20** pixels, dark, mostly blue." in lines
    assert "2. A wide JPEG picture of **40 × 30** pixels, balanced, mostly green." in lines


@pytest.mark.parametrize(
    ("colour", "words"),
    [((250, 250, 250), "bright, mostly white"), ((5, 5, 5), "dark, mostly black")],
)
def test_light_and_form_are_seen(colour: tuple[int, int, int], words: str) -> None:
    described = describe_picture(build_png((50, 50), colour))
    assert described == f"A square PNG picture of **50 × 50** pixels, {words}."


def test_the_main_colours_are_named_the_largest_first() -> None:
    picture = Image.new("RGB", (90, 90), COLOURS["red"])
    picture.paste(COLOURS["blue"], (0, 0, 90, 30))
    picture.paste(COLOURS["yellow"], (0, 0, 5, 5))
    assert find_main_colours(picture) == ["red", "blue"]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "RGB"])
def test_a_picture_of_any_mode_is_described_and_edited(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (30, 20)).save(out, "PNG")
    assert "**30 × 20**" in describe_picture(out.getvalue())
    assert classify_answer("make it grey and brighter, with a border", out.getvalue()) == "edit"


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_every_colour_has_a_name(colour: tuple[int, int, int]) -> None:
    assert find_colour_name(colour) in COLOURS


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200), st.lists(st.text(max_size=50), max_size=3))
def test_any_words_get_an_answer(question: str, earlier: list[str]) -> None:
    played_answer = answer(PlayedRequest(question, tuple(earlier)))
    assert isinstance(played_answer.text, str)


@pytest.mark.parametrize("text", ["wer hat was ", "_", "<", '"', " ", "https://", "1 x "])
def test_no_text_holds_the_model_for_long(text: str) -> None:
    question = text * (100_000 // len(text))
    read_wish("draw a fox")  # its words are compiled once
    begun = time.thread_time()
    answer(PlayedRequest(question, ("earlier",)))
    assert time.thread_time() - begun < 1.0


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("draw me a mermaid flowchart of a login", '```mermaid\nflowchart TD'),
        ("draw me a mermaid flowchart of a login", 'A([Start]) --> B["login"]'),
        ("zeichne ein Flussdiagramm für den Einkauf", "```mermaid\nflowchart TD"),
        ("a sequence diagram of a payment, please", "Person->>Service: payment"),
        ("show it as DOT: steps of a build", '```dot\ndigraph {\n  Start -> "build" -> Done\n}'),
        ("show the quadratic formula in LaTeX", "$$\nx = \\frac{-b \\pm"),
    ],
)  # fmt: skip
def test_code_that_can_be_drawn_is_written_when_it_is_asked_for(question: str, code: str) -> None:
    assert code in (write_notation(question) or "")


def test_what_only_sounds_like_code_is_a_question() -> None:
    for question in ("draw a red fox", "connect the dots", "what is a latte?", "formulate a reply"):
        assert write_notation(question) is None
