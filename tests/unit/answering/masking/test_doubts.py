"""What answers which of several marks is meant, and what leaves it open."""

from __future__ import annotations

import pytest

from bot.answering.masking.doubts import choose_numbers, is_clear
from bot.domain.pictures.mark_choice import choose_areas
from bot.domain.pictures.marks import Form, MarkedArea, Rgb
from bot.files.masking.maker import FoundAreas
from bot.request.pictures.areas.parse import parse_area_choice

GREEN, PURPLE = (10, 160, 40), (150, 30, 210)


def find(text: str, *colours: Rgb, form: Form = Form.BOX) -> FoundAreas:
    """Return marks in a row, of which those are picked that a text names."""
    areas = tuple(
        MarkedArea((0.3 * n, 0.1 * n, 0.3 * n + 0.2, 0.1 * n + 0.2), "outline", 0.9, colour, form)
        for n, colour in enumerate(colours)
    )
    picked = choose_areas(parse_area_choice(text).looks, areas)
    return FoundAreas(areas, 100, 100, b"mask", b"", picked)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("the green ones", (1, 3)),
        ("the purple one", (2,)),
        ("make the purple one darker", (2,)),
        ("make the purple one like the left one", (2,)),
        ("replace the left one with the purple one", (1,)),
        ("all but the purple one", (1, 3)),
        ("everything except the green ones", (2,)),
        ("not the green ones", (2,)),
        ("the left one and the purple one", (1, 2)),
        ("the left circle", (1,)),
        ("all", ()),
        ("1 and 3", (1, 3)),
    ],
)
def test_what_an_answer_tells_is_chosen(text: str, numbers: tuple[int, ...]) -> None:
    found = find(text, GREEN, PURPLE, GREEN)
    assert choose_numbers(parse_area_choice(text), found) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "the green one", "den grünen", "the circle", "both", "alle beide", "not the purple one",
        "not the left one", "all but the green one", "the purple one and the circle",
        "the green one and the purple one", "make the green one darker", "the red one",
        "make the left one and the right one grey", "all but the red one",
    ],
)  # fmt: skip
def test_what_an_answer_leaves_open_chooses_none(text: str) -> None:
    found = find(text, GREEN, PURPLE, GREEN)
    assert choose_numbers(parse_area_choice(text), found) is None


def test_the_only_mark_may_be_called_by_another_form() -> None:
    for text, is_chosen in (("the circle", True), ("the red one", False)):
        numbers = choose_numbers(parse_area_choice(text), find(text, GREEN))
        assert (numbers == ()) is is_chosen


@pytest.mark.parametrize(
    ("text", "is_meant"),
    [
        ("write NO in the green box", True),
        ("write NO in the purple one", True),
        ("make what I marked grey, the purple one", True),
        ("make what I marked grey, the green ones", True),
        ("make what I marked grey, the green one", False),
        ("make what I marked grey", False),
        ("write NO in the red box", False),
    ],
)
def test_first_words_are_clear_where_they_tell_a_mark(text: str, is_meant: bool) -> None:
    colours = (GREEN, PURPLE, GREEN) if "what I" in text else (GREEN, PURPLE)
    assert is_clear(parse_area_choice(text), find(text, *colours)) is is_meant


def test_without_a_word_of_marks_another_form_is_another_thing() -> None:
    text = "write NO in the green box"
    assert not is_clear(parse_area_choice(text), find(text, GREEN, PURPLE, form=Form.ROUND))
