"""One of several marks is told by its colour, its form and its place, in five languages."""

from __future__ import annotations

import pytest

from bot.domain.pictures.mark_choice import choose_areas
from bot.domain.pictures.marks import (
    Colour,
    Form,
    MarkedArea,
    Pick,
    Place,
    is_of_colour,
    list_pick,
    parse_picks,
)
from bot.request.pictures.areas.parse import parse_area_choice


def describe(picks: tuple[Pick, ...]) -> str:
    """Return what picks tell, in words."""
    return ", ".join(
        " ".join(
            part
            for part in (
                pick.colour.value if pick.colour else "",
                pick.form.value if pick.form else "",
                *(place.value for place in pick.places),
                "both" if pick.is_both else "",
            )
            if part
        )
        for pick in picks
    )


@pytest.mark.parametrize(
    ("text", "picked", "rest"),
    [
        ("the red one", "red", ""),
        ("the red circle, please", "red round", ""),
        ("the left circle", "round left", ""),
        ("only the blue box: make it green", "blue box", "make it green"),
        ("the red and the blue one", "red, blue", ""),
        ("the red circle blue", "red round", "blue"),
        ("the bigger red one", "red largest", ""),
        ("the top right one", "top right", ""),
        ("das rote", "red", ""),
        ("der blaue Kasten, bitte", "blue box", ""),
        ("nur den roten Kreis: grün machen", "red round", "grun machen"),
        ("den linken Kreis", "round left", ""),
        ("le rouge", "red", ""),
        ("le cercle rouge en vert", "red round", "en vert"),
        ("celui en bleu", "blue", ""),
        ("le cadre de gauche", "box left", ""),
        ("el rojo", "red", ""),
        ("el recuadro azul, por favor", "blue box", ""),
        ("el círculo más grande", "round largest", ""),
        ("赤い方", "red", ""),
        ("赤い丸を青に", "red round", "青に"),
        ("赤い丸の中を青にして", "red round", "青にして"),
        ("左の丸", "round left", ""),
        ("一番大きい丸だけ", "round largest", ""),
    ],
)
def test_the_look_of_a_mark_chooses_it(text: str, picked: str, rest: str) -> None:
    choice = parse_area_choice(text)
    assert (describe(choice.picks), choice.rest, choice.is_bare) == (picked, rest, True)


@pytest.mark.parametrize(
    ("text", "hinted"),
    [
        ("make the red one green", "red"),
        ("paint everything inside the blue box green", "blue box"),
        ("remove what is in the circle on the left, please", "round"),
        ("blur what I circled, but only the left circle", "round left"),
        ("turn the bigger one into a cat", "largest"),
        ("make both darker", "both"),
        ("mach das rote blau", "red"),
        ("entferne alles im blauen Kasten", "blue box"),
        ("mach den linken Kreis heller", "round left"),
        ("färbe beide grün", "both"),
        ("mets l'intérieur du cercle rouge en bleu", "red round"),
        ("efface ce qui est dans le cadre bleu", "blue box"),
        ("rends les deux plus clairs", "both"),
        ("pinta de verde lo que está dentro del recuadro azul", "blue box"),
        ("borra el círculo rojo", "red round"),
        ("枠の中を消して", "box"),
        ("両方を緑にして", "both"),
    ],
)
def test_within_a_wish_a_look_is_a_hint(text: str, hinted: str) -> None:
    choice = parse_area_choice(text)
    assert describe(choice.hints) == hinted and not choice.chooses


@pytest.mark.parametrize(
    "text",
    [
        "make the box blue", "draw a red circle", "a red car on the left side", "the red car",
        "make the sky red and the grass green", "draw a poster with the red circle in it",
        "dessine une affiche avec le cercle rouge", "mach alles wie den roten Kreis",
        "draw the red planet", "the left edge of it",
        "mach das rote Auto blau", "ein roter Kreis auf Weiß", "dessine un cercle rouge",
        "dibuja un círculo rojo", "赤い車を描いて", "青い空", "the ring of fire", "my big day",
    ],
)  # fmt: skip
def test_words_about_other_things_tell_no_mark(text: str) -> None:
    choice = parse_area_choice(text)
    assert describe(choice.looks) == ""


@pytest.mark.parametrize(
    ("text", "looks", "is_soft"),
    [
        ("blur everything outside the red circle", "red round", False),
        ("make it grey outside of the blue box", "blue box", True),
        ("verwische alles außerhalb des roten Kreises", "red round", False),
        ("floute tout en dehors du cercle bleu", "blue round", False),
        ("oscurece todo fuera del círculo rojo", "red round", False),
        ("赤い丸の外をぼかして", "red round", False),
    ],
)
def test_what_is_outside_of_a_mark_is_what_changes(text: str, looks: str, is_soft: bool) -> None:
    choice = parse_area_choice(text)
    assert choice.is_kept and (choice.marks, choice.points) == (not is_soft, is_soft)
    assert describe(choice.looks) == looks


@pytest.mark.parametrize(
    "text",
    [
        "write SOLD in the yellow box", "the text inside the green frame: make it bold",
        "remove the inside of the white rectangle", "schreib Ja in den grünen Kasten",
        "entferne das Innere des blauen Rahmens", "écris OUI dans le cadre jaune",
        "borra lo que hay dentro del recuadro verde", "draw a cat in the left box",
        "remove the logo in the green box", "dessine une girafe dans le cadre bleu",
        "zeichne eine Katze in den linken Kasten", "青い枠の中を消して",
        "erase what is in the blue box and make it white",
    ],
)  # fmt: skip
def test_what_is_in_a_thing_may_be_in_a_mark(text: str) -> None:
    assert parse_area_choice(text).is_inside


@pytest.mark.parametrize(
    "text",
    [
        "rotate the yellow box", "give the green circle a shadow", "delete the black ring",
        "the blue circle should be next to the title", "use the yellow circle as a logo",
        "make the text in the green box bigger", "move what is in the blue box to the right",
        "erase what is in the green box and make the title blue",
        "put the red ring in the blue box",
        "mach den gelben Kasten größer", "verschiebe den Text im grünen Kasten nach rechts",
        "agrandis le cadre vert", "efface ce qui est dans le cadre vert et change le titre",
        "mueve el recuadro azul a la derecha", "cambia el color del recuadro azul",
        "take the text in the blue box and draw a poster",
        "make a poster with the text in the blue box",
        "緑の枠を大きくして", "青い枠の中の文字を移動して", "make both circles thicker",
    ],
)  # fmt: skip
def test_a_thing_itself_is_not_its_inside(text: str) -> None:
    assert not parse_area_choice(text).is_inside


@pytest.mark.parametrize(
    ("text", "is_plural"),
    [
        ("the green ones", True), ("the green circles", True), ("die grünen", True),
        ("die grünen Kreise", True), ("les cercles verts", True), ("los verdes", True),
        ("the green one", False), ("die grüne", False), ("den grünen", False),
        ("le cercle vert", False), ("el verde", False), ("緑の丸", False),
    ],
)  # fmt: skip
def test_words_tell_one_or_several(text: str, is_plural: bool) -> None:
    assert [pick.is_plural for pick in parse_area_choice(text).picks] == [is_plural]


@pytest.mark.parametrize(
    ("text", "picked", "is_all"),
    [
        ("everything but the green circle", "green round", True),
        ("not the left one", "left", False),
        ("alles außer dem grünen Kreis", "green round", True), ("nicht die linke", "left", False),
        ("tout sauf le cercle vert", "green round", True), ("pas celui de gauche", "left", False),
        ("todo menos el verde", "green", True), ("no el verde", "green", False),
        ("緑の丸以外", "green round", True), ("左の丸じゃない方", "round left", False),
    ],
)  # fmt: skip
def test_a_mark_that_is_excluded_is_not_chosen(text: str, picked: str, is_all: bool) -> None:
    choice = parse_area_choice(text)
    assert (describe(choice.picks), choice.is_others, choice.is_plural) == (picked, True, is_all)


@pytest.mark.parametrize(
    "text",
    [
        "the yellow circle, not the green one", "don't change the green box", "not the green box!!",
        "forget the left one and take the right one", "leave the green ring alone",
        "den grünen Kreis nicht", "lass den grünen Kreis weg",
        "pas le vert, le jaune", "la de la izquierda no, la derecha", "deja el verde",
        "緑じゃなくて黄色の方", "what I circled, but not the green circle", "no the green one",
        "the green one is wrong, the yellow one", "der grüne Kreis ist falsch", "緑の丸は違う",
        "make it lighter but leave the green circle as it is", "change all but the yellow box",
    ],
)  # fmt: skip
def test_a_mark_that_may_be_excluded_is_unclear(text: str) -> None:
    choice = parse_area_choice(text)
    assert choice.is_others or (choice.is_unclear and choice.hints and not choice.chooses)


@pytest.mark.parametrize(
    "text",
    [
        "no, the green one",
        "the green one, but darker",
        "the green one, don't change the text",
        "the green one: not so dark, please",
        "the green one, leave the rest",
        "nein, den grünen",
    ],
)
def test_what_is_denied_elsewhere_excludes_no_mark(text: str) -> None:
    choice = parse_area_choice(text)
    assert describe(choice.looks) == "green" and not (choice.is_unclear or choice.is_others)


RED, BLUE, DARK = (230, 20, 30), (0, 122, 255), (25, 25, 30)
AREAS = (
    MarkedArea((0.1, 0.1, 0.3, 0.3), "outline", 1.0, RED, Form.ROUND),
    MarkedArea((0.5, 0.1, 0.9, 0.5), "outline", 1.0, BLUE, Form.BOX),
    MarkedArea((0.1, 0.6, 0.2, 0.7), "outline", 1.0, RED, Form.BOX),
)


@pytest.mark.parametrize(
    ("pick", "numbers"),
    [
        (Pick(colour=Colour.BLUE), (2,)),
        (Pick(colour=Colour.RED), (1, 3)),
        (Pick(colour=Colour.RED, form=Form.BOX), (3,)),
        (Pick(colour=Colour.RED, places=(Place.LARGEST,)), (1,)),
        (Pick(places=(Place.LEFT, Place.BOTTOM)), (3,)),
        (Pick(form=Form.ARROW, colour=Colour.BLUE), (2,)),
        (Pick(colour=Colour.GREEN), ()),
        (Pick(is_both=True), ()),
    ],
)
def test_a_look_picks_what_has_it(pick: Pick, numbers: tuple[int, ...]) -> None:
    assert choose_areas([pick], AREAS) == numbers
    assert parse_picks([list_pick(pick)]) == (pick,)


def test_both_are_two() -> None:
    assert choose_areas([Pick(is_both=True)], AREAS[:2]) == (1, 2)


def test_colours_are_named_as_people_name_them() -> None:
    assert is_of_colour((255, 59, 48), Colour.RED) and not is_of_colour(RED, Colour.BLUE)
    assert is_of_colour((255, 235, 59), Colour.YELLOW) and is_of_colour((255, 0, 255), Colour.PINK)
    assert is_of_colour(DARK, Colour.BLACK) and not is_of_colour(DARK, Colour.WHITE)
    assert is_of_colour((120, 120, 120), Colour.GREY) and is_of_colour((140, 80, 30), Colour.BROWN)
    assert not is_of_colour((120, 120, 120), Colour.RED)


def test_hostile_words_are_read_in_no_time() -> None:
    for part in ("the red ", "le la ", "赤い", "一番大き", "both ", "the left one and "):
        parse_area_choice(part * 300)
