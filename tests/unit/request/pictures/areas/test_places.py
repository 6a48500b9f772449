"""An area is chosen by its place, in five languages, and within a wish by none."""

from __future__ import annotations

import pytest

from bot.request.pictures.areas.parse import parse_area_choice


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
