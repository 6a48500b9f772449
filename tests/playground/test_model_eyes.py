"""The played model draws, edits and describes pictures as it is asked to."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.domain.pictures.areas import TINTED_PART
from bot.playground.drawing.colours import COLOURS, find_colour_name, find_main_colours
from bot.playground.model.measuring import describe_picture
from bot.playground.model.talk import PlayedRequest, answer
from bot.playground.wishes.reader import read_wish
from bot.playground.wishes.scenes import build_scene
from tests.support.easel import build_png

CHANGED = ("Here is your picture", "Hier ist dein Bild")


def classify_answer(question: str, *pictures: bytes, has_new_picture: bool = True) -> str:
    """Whether the model draws, edits or talks."""
    played_answer = answer(PlayedRequest(question, (), pictures, has_new_picture))
    if not played_answer.pictures:
        return "talk"
    return "edit" if played_answer.text.startswith(CHANGED) else "draw"


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


@pytest.mark.parametrize(
    ("is_kept", "changed"), [(False, [True, True, False]), (True, [False, False, True])]
)
def test_next_to_strokes_it_keeps_to_the_places_that_are_told(
    is_kept: bool, changed: list[bool]
) -> None:
    places = (
        "10%-30% from the left and 5%-50% from the top; 70%-80% from the left and 60%-90% from"
        " the top"
    )
    words = "stays exactly as it is" if is_kept else "is meant"
    notes = (
        "[b.png is a.png with marks drawn on it.]",
        f"[Only a part of a.png {words}: {places}.]",
    )
    pictures = (build_png((120, 60), (200, 30, 30)), build_png((120, 60), (200, 30, 30)))
    played_answer = answer(PlayedRequest("make this grey", (), pictures, notes=notes))
    drawn = Image.open(io.BytesIO(played_answer.pictures[0])).convert("RGB")
    spots = [drawn.crop((x, y, x + 1, y + 1)).tobytes() for x, y in ((24, 15), (90, 45), (60, 50))]
    assert [spot[0] - spot[1] < 9 for spot in spots] == changed


@pytest.mark.parametrize(
    "question",
    [
        "make what we've crossed out grey",
        "make the outlined area grey",
        "mach das, was ich umrandet habe, grau",
        "mets ce que j'ai surligné en gris",
        "haz gris lo que rodeé",
        "丸で囲んだところを灰色にして",
    ],
)
def test_words_of_marks_are_no_unknown_words_of_the_wish(question: str) -> None:
    notes = ("[b.png is a.png with marks drawn on it.]", "[Only a part of a.png is meant: all.]")
    pictures = (build_png((30, 20), (200, 30, 30)), build_png((30, 20), (200, 30, 30)))
    played_answer = answer(PlayedRequest(question, (), pictures, notes=notes))
    assert len(played_answer.pictures) == 1
    assert not any(words in played_answer.text for words in ("left out", "Weggelassen"))


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
