"""Where a message names what stays, that is known; where it is not sure, nothing is chosen."""

from __future__ import annotations

import pytest

from bot.domain.pictures.areas import AreaChoice, join_cells
from bot.request.pictures.areas.parse import parse_area_choice


def describe(choice: AreaChoice) -> str:
    """Return what is named, in a word."""
    vague = "marks" if choice.marks else "here" if choice.points else ""
    return join_cells(choice.cells) or ", ".join(map(str, choice.numbers)) or vague


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("make everything blue except what I circled", "marks"),
        ("turn it all to sepia but what I highlighted", "marks"),
        ("leave what I marked as it is, and paint the rest green", "marks"),
        ("paint everything except D2 green", "D2"),
        ("all except D2: paint it green", "D2"),
        ("make all the photo black and white other than C1 to D2", "C1, D1, C2, D2"),
        ("please brighten everything outside of D2", "D2"),
        ("blur everything outside the red circle", "marks"),
        ("blur everything around the circled person", "marks"),
        ("except D2, make everything green", "D2"),
        ("make it green, but don't touch D2", "D2"),
        ("make the picture darker. Do not change what I circled!", "marks"),
        ("keep the circled part sharp and blur everything else", "marks"),
        ("remove everything but the marked person", "marks"),
        ("make everything not circled grey", "marks"),
        ("make everything darker except this area", "here"),
        ("make everything darker except what I circled in red", "marks"),
        ("färbe alles außer D2 grün", "D2"),
        ("mach alles dunkler, bis auf das, was ich eingekreist habe", "marks"),
        ("mach alles außer dem markierten Teil grau", "marks"),
        ("lass D2 wie es ist und mach den Rest dunkler", "D2"),
        ("mach das Bild dunkler, aber nicht das, was ich markiert habe", "marks"),
        ("verwische alles außerhalb des Kreises", "marks"),
        ("rends tout plus sombre sauf D2", "D2"),
        ("rends tout plus sombre à part ce que j'ai entouré", "marks"),
        ("ne touche pas à D2, et mets tout le reste en vert", "D2"),
        ("floute tout en dehors du cercle", "marks"),
        ("pinta todo de verde excepto D2", "D2"),
        ("todo menos D2 en verde", "D2"),
        ("deja lo que he marcado como está y oscurece lo demás", "marks"),
        ("D2以外を緑にして", "D2"),
        ("囲んだところ以外を暗くして", "marks"),
        ("D2はそのままで、残りを緑に", "D2"),
        ("丸の外をぼかして", "marks"),
        ("make everything darker except area 3", "3"),
    ],
)
def test_what_is_named_as_an_exception_stays(text: str, named: str) -> None:
    choice = parse_area_choice(text)
    assert (describe(choice), choice.is_kept, choice.is_unclear) == (named, True, False)
    assert not choice.is_others


@pytest.mark.parametrize(
    ("text", "is_bare"),
    [
        ("make everything grey except B3", False), ("alles außer B3 grau", False),
        ("tout sauf B3 en gris", False), ("todo menos B3 en gris", False),
        ("B3以外を灰色にして", False), ("everything except B3", True),
        ("all except B3 in the contract should be short", True), ("all except A4: print", True),
    ],
)  # fmt: skip
def test_all_but_a_cell_needs_no_grid_before_where_a_wish_is_told(text: str, is_bare: bool) -> None:
    choice = parse_area_choice(text)
    assert (choice.is_kept or choice.is_others) and choice.is_bare == is_bare


@pytest.mark.parametrize(
    "text",
    [
        "all but 3", "not 3", "everything except the third one", "alle außer 3", "tout sauf 3",
        "todas menos 3", "3以外", "all except number 3, please",
    ],
)  # fmt: skip
def test_of_shown_areas_all_but_a_number_are_the_others(text: str) -> None:
    choice = parse_area_choice(text)
    assert (choice.numbers, choice.is_others, choice.is_kept) == ((3,), True, False)


@pytest.mark.parametrize(
    "text",
    [
        "make everything blue except D2 red",
        "make everything blue except D2, paint that red",
        "make D2 blue and the rest red",
        "keep D2 and make D3 blue",
        "make everything blue except the dog",
        "keep what I circled but make it blue",
        "not only what I circled",
        "everything except D2 stays as it is",
        "make it blue but D2 red",
        "only keep D2",
        "mach D2 blau und den Rest rot",
        "alles außer dem Hund blau",
        "mets D2 en bleu et le reste en rouge",
        "pon D2 azul y el resto rojo",
        "D2を青に、残りを赤に",
        "change all except 3 to red",
    ],
)
def test_what_is_not_sure_is_left_to_the_model(text: str) -> None:
    choice = parse_area_choice(text)
    assert choice.is_unclear and not choice.chooses and not choice.marks


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("make what I circled blue and leave the rest as it is", "marks"),
        ("only D2: make it blue, keep everything else", "D2"),
        ("make D2 blue without changing anything else", "D2"),
        ("keep everything except D2 as it is", "D2"),
        ("leave everything as it is except what I circled: make it blue", "marks"),
        ("don't change anything except D2", "D2"),
        ("change nothing but D2", "D2"),
        ("ändere nichts außer D2", "D2"),
        ("lass alles außer D2 wie es ist", "D2"),
        ("ne change rien sauf D2", "D2"),
        ("no cambies nada excepto D2", "D2"),
        ("D2以外は変えないで青くして", "D2"),
        ("change only what I circled, not the rest", "marks"),
        ("make the sky purple, but only in D1 to D2", "D1, D2"),
        ("remove what I circled without leaving a trace", "marks"),
        ("make a part of what I circled blue", "marks"),
        ("make what I circled look as if it were outside", "marks"),
        ("keep the style but make what I circled blue", "marks"),
        ("nur D2 blau, der Rest bleibt", "D2"),
        ("seulement D2 en bleu, le reste ne change pas", "D2"),
        ("haz menos oscuro lo que he marcado", "marks"),
        ("D2だけ青く、他はそのまま", "D2"),
    ],
)
def test_words_that_keep_all_else_are_no_exception(text: str, named: str) -> None:
    choice = parse_area_choice(text)
    assert (describe(choice), choice.is_kept, choice.is_unclear) == (named, False, False)


def test_hostile_words_are_read_in_no_time() -> None:
    for text in ("except " * 140, "leave the " * 99, "not B3 but " * 90, "a1 以外" * 160):
        parse_area_choice(text)
