"""Words tell one of several marks, or leave it open: then none is picked in place of others."""

from __future__ import annotations

import pytest

from bot.domain.pictures.mark_choice import choose_areas, is_told
from bot.domain.pictures.marks import Colour, Form, MarkedArea, Pick, Place
from bot.domain.pictures.sight import Shares

GREEN, PURPLE = (20, 170, 60), (150, 40, 200)
LEFT, RIGHT, TOP, BOTTOM = Place.LEFT, Place.RIGHT, Place.TOP, Place.BOTTOM
MIDDLE, LARGEST, SMALLEST = Place.MIDDLE, Place.LARGEST, Place.SMALLEST


def mark(middle: tuple[float, float], side: float = 0.1) -> MarkedArea:
    """Return a green box around a place."""
    x, y = middle
    box: Shares = (x - side / 2, y - side / 2, x + side / 2, y + side / 2)
    return MarkedArea(box, "outline", 1.0, GREEN, Form.BOX)


ROW = [mark((0.2, 0.5)), mark((0.5, 0.52)), mark((0.8, 0.5))]
CORNERS = [mark((x, y)) for y in (0.2, 0.8) for x in (0.2, 0.8)]


@pytest.mark.parametrize(
    ("places", "areas", "numbers"),
    [
        ((LEFT,), ROW, (1,)),
        ((MIDDLE,), ROW, (2,)),
        ((TOP, RIGHT), CORNERS, (2,)),
        ((BOTTOM, LEFT), CORNERS, (3,)),
        ((MIDDLE, LEFT), [*CORNERS, mark((0.2, 0.5)), mark((0.5, 0.5))], (5,)),
        # A size chooses among those at the side, however near to it they are.
        (
            (LARGEST, RIGHT),
            [mark((0.94, 0.4)), mark((0.7, 0.5), 0.3), mark((0.2, 0.5), 0.35)],
            (2,),
        ),
        ((SMALLEST, TOP), [mark((0.2, 0.1), 0.2), mark((0.6, 0.4)), mark((0.6, 0.8), 0.05)], (2,)),
        ((LARGEST, LEFT), [mark((0.6, 0.5), 0.3), mark((0.9, 0.5))], (1,)),
    ],
)
def test_places_and_sizes_tell_one(
    places: tuple[Place, ...], areas: list[MarkedArea], numbers: tuple[int, ...]
) -> None:
    assert choose_areas([Pick(places)], areas) == numbers
    assert is_told(Pick(places), areas)


@pytest.mark.parametrize(
    ("places", "areas"),
    [
        ((TOP,), ROW[:2]),
        ((LEFT,), CORNERS),
        ((LARGEST,), ROW),
        ((SMALLEST,), [mark((0.2, 0.2), 0.2), mark((0.7, 0.7), 0.21)]),
        ((TOP, LEFT), [mark((0.2, 0.8)), mark((0.8, 0.2))]),
        # The only one at the side is the smallest of all, or at the other side.
        ((LARGEST, LEFT), [mark((0.2, 0.5), 0.05), mark((0.8, 0.5), 0.3)]),
        ((LEFT,), [mark((0.8, 0.5))]),
    ],
)
def test_places_and_sizes_leave_it_open(places: tuple[Place, ...], areas: list[MarkedArea]) -> None:
    assert not is_told(Pick(places), areas)


def test_one_word_for_two_of_a_colour_tells_none_and_a_plural_both() -> None:
    areas = [*ROW[:2], MarkedArea((0.7, 0.4, 0.9, 0.6), "outline", 1.0, PURPLE, Form.ROUND)]
    assert not is_told(Pick(colour=Colour.GREEN), areas)
    assert is_told(Pick(colour=Colour.GREEN, is_plural=True), areas)
    assert is_told(Pick(colour=Colour.PURPLE), areas)


def test_a_form_that_no_mark_has_tells_none_alone() -> None:
    assert choose_areas([Pick(form=Form.ROUND)], ROW) == ()
    assert choose_areas([Pick(form=Form.ROUND, places=(RIGHT,))], ROW) == (3,)


def test_marks_at_one_place_are_no_fault() -> None:
    same = [mark((0.5, 0.5)), mark((0.5, 0.5))]
    for place in Place:
        assert len(choose_areas([Pick((place,))], same)) == 2
