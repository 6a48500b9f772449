"""Words for a part of a picture are understood in five languages; others are taken for none."""

from __future__ import annotations

import pytest

from bot.domain.pictures.areas import NO_CHOICE
from bot.domain.pictures.operations import ShowGrid
from bot.request.commands import parse_command
from bot.request.parse import parse_request
from bot.request.pictures.areas.parse import parse_area_choice


@pytest.mark.parametrize(
    "text",
    [
        "draw a bottle of vitamin B3",
        "only vitamin B3",
        "plan B3 is on",
        "make it fit A4 paper",
        "only in A4 format",
        "only A4 landscape",
        "room B3 is free",
        "A4 landscape",
        "im Format A4",
        "format A4 seulement",
        "tamaño A4",
        "A4サイズで",
        "only 2 minutes left",
        "the second dog should be red",
        "first draw a fox, then a cat",
        "first, draw a fox",
        "I have 2 cats and 3 dogs",
        "draw 3 cats",
        "mark my words",
        "make the box blue",
        "what is in the box?",
        "give me all of it in blue",
        "translate this",
        "“only B3” is what they said",
        "see example.com/a1/b2",
        "",
    ],
)
def test_other_sentences_choose_nothing(text: str) -> None:
    choice = parse_area_choice(text)
    assert not choice.chooses and not choice.marks


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("only 2", (2,)), ("2", (2,)), ("area 2", (2,)), ("1 and 3", (1, 3)), ("#4", (4,)),
        ("only 2: red please", (2,)), ("make area 1 blue", (1,)), ("nur 2", (2,)),
        ("1 und 3", (1, 3)), ("Bereich 2", (2,)), ("seulement 2", (2,)), ("1 et 3", (1, 3)),
        ("solo 2", (2,)), ("1 y 3", (1, 3)), ("2だけ", (2,)), ("2番", (2,)), ("領域2", (2,)),
        ("1と3", (1, 3)), ("the second one", (2,)), ("only the 2nd", (2,)),
        ("just the first", (1,)),
        ("the third one: make it red", (3,)), ("nur die zweite", (2,)), ("la deuxième", (2,)),
        ("solo la segunda", (2,)), ("二番目だけ", (2,)),
    ],
)  # fmt: skip
def test_numbers_choose_after_areas_were_shown(text: str, numbers: tuple[int, ...]) -> None:
    choice = parse_area_choice(text)
    assert (choice.numbers, choice.is_bare) == (numbers, True)


@pytest.mark.parametrize("text", ["both", "beide", "les deux", "las dos", "両方"])
def test_both_are_all_of_two(text: str) -> None:
    choice = parse_area_choice(text)
    assert [pick.is_both for pick in choice.picks] == [True] and not (choice.is_all or choice.rest)


@pytest.mark.parametrize("text", ["all", "alle", "toutes", "todas", "全部"])
def test_all_of_them_can_be_chosen(text: str) -> None:
    assert parse_area_choice(text).is_all


@pytest.mark.parametrize(
    "text",
    [
        "make what I circled blue", "the marked part should be green", "remove the circled thing",
        "make the area that is highlighted red", "change what's inside the red circle",
        "make it blue where my arrow points", "mach das Eingekreiste rot",
        "der markierte Teil soll weg", "mets ce que j'ai entouré en bleu",
        "erase what's highlighted", "remove the crossed-out person",
        "make the bit I've drawn round red",
        "where the arrows point", "die rote Markierung soll weg", "borra lo que he tachado",
        "丸を付けた部分を青に",
        "la zone surlignée en vert", "pon azul lo que he marcado", "囲んだところを青に",
    ],
)  # fmt: skip
def test_words_for_marks_are_known(text: str) -> None:
    assert parse_area_choice(text).marks


def test_plural_words_mean_all_marks_and_vague_ones_only_point() -> None:
    assert parse_area_choice("remove all the things I circled").is_plural
    assert not parse_area_choice("remove the thing I circled").is_plural
    pointing = parse_area_choice("make this part red")
    assert pointing.points and not pointing.marks


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("grid", None), ("grid v2", 2), ("show the grid", None), ("v2 grid", 2),
        ("Zeig das Raster von v2", 2), ("montre la grille", None),
        ("muestra la cuadrícula de v3", 3), ("v2のグリッドを見せて", 2),
    ],
)  # fmt: skip
def test_the_grid_is_a_command(text: str, version: int | None) -> None:
    assert parse_command(text) == ShowGrid(version)


@pytest.mark.parametrize("text", ["draw a grid", "show me a grid of cats", "the grid is down"])
def test_a_grid_to_draw_is_none(text: str) -> None:
    assert parse_command(text) is None


def test_a_long_text_and_a_hostile_one_are_read_in_no_time() -> None:
    assert parse_request("x " * 3_000 + "only B3").area == NO_CHOICE
    parse_area_choice("only B3 and " * 80)
    parse_area_choice("A1-" * 330)
    parse_area_choice("1, " * 330)


@pytest.mark.parametrize("text", ["2, please", "and B4 too", "nur B3, bitte", "B3 aussi"])
def test_polite_words_are_no_wish_of_their_own(text: str) -> None:
    choice = parse_area_choice(text)
    assert choice.chooses and choice.rest == ""
