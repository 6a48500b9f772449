"""Cells of a picture's grid are read in five languages; what only looks like one is none."""

from __future__ import annotations

import pytest

from bot.domain.pictures.areas import NO_CHOICE, join_cells
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


def test_a_cell_that_no_grid_has_is_known_by_its_form() -> None:
    assert parse_area_choice("only Z9: make it grey").missing == "Z9"
    assert parse_area_choice("only A13: make it grey").missing == "A13"
    assert parse_area_choice("only m4 screws fit").missing == ""
