"""Words for a part of a picture are understood in five languages; others are taken for none."""

from __future__ import annotations

import pytest

from bot.domain.pictures.areas import NO_CHOICE, join_cells
from bot.domain.pictures.operations import ShowGrid
from bot.request.commands import parse_command
from bot.request.parse import parse_request
from bot.request.pictures.areas.parse import parse_area_choice


def test_of_a_range_the_first_cell_alone_is_never_meant() -> None:
    choice = parse_area_choice("B2:C3 rot")
    assert join_cells(choice.cells) == "B2, C2, B3, C3" and choice.is_bare


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("only B3: make it blue", "B3"),
        ("Only b3 please", "B3"),
        ("change B3 to C4", "B3, C3, B4, C4"),
        ("change C4 to B3 to grass", "B3, C3, B4, C4"),
        ("make B3 blue", "B3"),
        ("B3: make it blue", "B3"),
        ("make the sky purple, but only in A1 to B2", "A1, B1, A2, B2"),
        ("in cells a1 and c2 put a cat", "A1, C2"),
        ("nur B3: mach es blau", "B3"),
        ("Nur B3 bis C3 blau machen", "B3, C3"),
        ("ändere B3 bis C3 in Gras", "B3, C3"),
        ("Feld D2 soll rot werden", "D2"),
        ("seulement B3 : mets du bleu", "B3"),
        ("change B3 à C3 en bleu", "B3, C3"),
        ("la case B3 en rouge", "B3"),
        ("solo B3: hazlo azul", "B3"),
        ("cambia B3 a C3", "B3, C3"),
        ("pinta la casilla B3 de azul", "B3"),
        ("B3だけ青くして", "B3"),
        ("B3からC3までを青にして", "B3, C3"),
        ("マスB3を赤に", "B3"),
        ("only A4: make it blue", "A4"),
        ("change cells C2-D3 to grass", "C2, D2, C3, D3"),
        ("only B3-C3", "B3, C3"),
        ("please only change B3", "B3"),
        ("only change B3: grass", "B3"),
        ("change B3 in the picture to grass", "B3"),
        ("ändere B3 im linken Bild", "B3"),
        ("bitte nur ändere B3", "B3"),
        ("nur B3:C3 rot", "B3, C3"),
        ("nur B3/B4 rot", "B3, B4"),
        ("b3からc4まで芝生にして", "B3, C3, B4, C4"),
    ],
)
def test_cells_are_read_with_or_without_the_grid_before(text: str, cells: str) -> None:
    choice = parse_area_choice(text)
    assert (join_cells(choice.cells), choice.is_bare) == (cells, False)


@pytest.mark.parametrize(
    "text",
    [
        "nur ändere B12 im Vertrag auf 30 Tage",
        "only replace F9 in the schedule with D2",
        "change B12 in the contract to 30 days",
        "solo cambia H8 del Excel a 20",
        "Just fix F5 so it refreshes the page",
        "just make C2 the total of A1 to A9",
        "just make H1 bold",
        "Just colour E10 petrol pump",
        "modifie C4 dans le contrat",
    ],
)
def test_what_may_be_of_a_table_or_a_text_is_a_cell_only_where_the_grid_was_shown(
    text: str,
) -> None:
    choice = parse_area_choice(text)
    assert choice == NO_CHOICE or choice.is_bare


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
    "text",
    [
        "change A4 to A3", "in B3 please", "paint F1 red", "B2 and C3", "and F5, please", "C4!",
        "a kite in E2", "put hats on B2 and C3", "make it grey. B2 too", "draw a B2 bomber in C3",
        "now C4 and D4", "B2 on the left should be red", "dann auch C4", "un chat dans D2",
        "C4 bitte auch rot", "C4 mucho más claro",
    ],
)  # fmt: skip
def test_what_may_be_a_cell_counts_only_after_the_grid(text: str) -> None:
    choice = parse_area_choice(text)
    assert choice.cells and choice.is_bare


@pytest.mark.parametrize(
    "text",
    [
        "write a huge D4 on the door", "draw B2 in gold", "put the letters E7 on his shirt",
        "a C4 corvette on a hill", "make it A4", "print A5", "the players wear E7 and F8",
        "replace the sign by a C3", "add a logo with G2 on it", "paint F1 cars on a track",
        "B2 bombers over the city", "in C4 corvettes people sit low", "give her an A1 shirt",
        "male ein großes B2 an die Wand", "schreib D4 auf das Schild", "dessine un grand C3",
        "escribe B2 en la pared", "看板にB2と書いて",
        "only A1 quality leather on the chair", "only C4 corvettes on the road please",
        "just E10 petrol at this station", "nur A1 Fleisch auf dem Teller",
    ],
)  # fmt: skip
def test_a_letter_and_a_number_that_are_drawn_or_name_a_thing_are_never_a_cell(text: str) -> None:
    assert not parse_area_choice(text).cells


@pytest.mark.parametrize(
    "text",
    [
        "only B3 grass", "only B3 sky blue", "only B3 much brighter, please", "nur B3 etwas heller",
        "only B3 should look older", "only B3 with flowers in it", "only the cell B3 snow on grass",
        "only in B3 snow on the roof", "make B3 our office's sign", "solo B3 en azul claro",
    ],
)  # fmt: skip
def test_a_wish_behind_a_cell_is_no_name_of_a_thing(text: str) -> None:
    choice = parse_area_choice(text)
    assert (join_cells(choice.cells), choice.is_bare) == ("B3", False)


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


@pytest.mark.parametrize(
    ("text", "places", "rest"),
    [
        ("the left one", "left", ""),
        ("only the left one, please", "left", ""),
        ("the one on the right side", "right", ""),
        ("left and right", "left right", ""),
        ("the top one and the bottom one, but blue", "top bottom", "but blue"),
        ("the upper one, but blue", "top", "but blue"),
        ("I mean the smaller one", "smallest", ""),
        ("das linke, bitte", "left", ""),
        ("nur die obere: blau", "top", "blau"),
        ("celui de droite", "right", ""),
        ("la zone du milieu", "middle", ""),
        ("el de la izquierda", "left", ""),
        ("左の方", "left", ""),
        ("一番下", "bottom", ""),
        ("右側のものを青に", "right", "青に"),
        ("das obere soll verschwinden", "top", "soll verschwinden"),
        ("der mittlere durch eine Katze ersetzen", "middle", "durch eine katze ersetzen"),
        ("la petite doit partir", "smallest", "doit partir"),
        # What stands behind the noun is wished.
        ("the bottom one yellow", "bottom", "yellow"),
        ("die rechte Stelle grün", "right", "grun"),
        ("das rechte bitte schwarz", "right", "schwarz"),
    ],
)
def test_an_area_is_chosen_by_its_place(text: str, places: str, rest: str) -> None:
    choice = parse_area_choice(text)
    assert " ".join(place.value for pick in choice.picks for place in pick.places) == places
    assert choice.rest == rest
    assert choice.is_bare or not places


@pytest.mark.parametrize(
    "text",
    [
        "left align the title",
        "add a tree on the left side",
        "make it larger",
        "the right answer is 42",
        "make what I circled on the left blue",
        "big thanks",
        # An article and a word of a mark's look may be said of any thing.
        "das obere Regal soll leer sein",
        "die kleine Katze soll schlafen",
        "der gelbe Hut muss weg",
        "die schwarze Tasche bitte braun",
        "die linke und die rechte Lampe aus",
        "la grande fenêtre doit être ouverte",
        "la roja falda en azul",
        "el pequeño perro debe dormir",
    ],
)
def test_words_of_place_within_a_wish_choose_no_area(text: str) -> None:
    assert parse_area_choice(text).picks == ()


@pytest.mark.parametrize("text", ["2, please", "and B4 too", "nur B3, bitte", "B3 aussi"])
def test_polite_words_are_no_wish_of_their_own(text: str) -> None:
    choice = parse_area_choice(text)
    assert choice.chooses and choice.rest == ""


def test_a_cell_that_no_grid_has_is_known_by_its_form() -> None:
    assert parse_area_choice("only Z9: make it grey").missing == "Z9"
    assert parse_area_choice("only A13: make it grey").missing == "A13"
    assert parse_area_choice("only m4 screws fit").missing == ""
