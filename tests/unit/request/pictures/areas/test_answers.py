"""After the question which area is meant: what answers it, and what is about something else."""

from __future__ import annotations

import pytest

from bot.request.pictures.areas.answers import (
    has_verb_of_wish,
    is_only_pointing,
    is_only_polite,
    is_taken_back,
)
from bot.request.pictures.areas.parse import parse_area_choice


@pytest.mark.parametrize(
    "text",
    [
        "right, thanks", "Right! That's it", "ok, right", "all right", "alright", "yes, right.",
        "right on", "right then, thanks", "oh right", "right, I see", "right thank you",
        "right, draw a fox", "top, danke", "Super, top!", "top, so passt es",
    ],
)  # fmt: skip
def test_words_that_agree_choose_no_area(text: str) -> None:
    assert not parse_area_choice(text).chooses


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("right", "right"), ("right, please", "right"), ("right and left", "right left"),
        ("right, and the left one", "right left"), ("right, the left one", "left"),
        ("yes, the right one", "right"), ("ok right one", "right"), ("right: blue", "right"),
        ("on the right, thanks", "right"), ("top", "top"), ("top, please", "top"),
        ("the top one, thanks", "top"), ("rechts, danke", "right"), ("top right", "top right"),
    ],
)  # fmt: skip
def test_the_same_words_as_places_choose_one(text: str, places: str) -> None:
    picks = parse_area_choice(text).picks
    assert " ".join(place.value for pick in picks for place in pick.places) == places


@pytest.mark.parametrize(
    ("text", "number", "has_rest"),
    [
        ("2 is fine but make it red", 2, True), ("3 looks good, but in blue", 3, True),
        ("the second one is right", 2, False), ("area 2 is it", 2, False),
        ("1 is ok, thanks", 1, False), ("2 passt, aber rot", 2, True), ("2 passt", 2, False),
        ("2 est bien", 2, False), ("2 es correcta, pero azul", 2, True),
    ],
)  # fmt: skip
def test_a_number_that_is_called_fine_is_chosen(text: str, number: int, has_rest: bool) -> None:
    choice = parse_area_choice(text)
    assert (choice.numbers, bool(choice.rest)) == ((number,), has_rest)


@pytest.mark.parametrize("text", ["2 is not it", "2 are missing", "2 is finer than 1", "2 isn't"])
def test_a_number_of_which_something_else_is_said_is_not(text: str) -> None:
    assert not parse_area_choice(text).chooses


@pytest.mark.parametrize(
    "text",
    [
        "never mind, add a moustache here", "Nevermind.", "forget it", "oh forget about that",
        "scratch that, what is this?", "I changed my mind", "vergiss es, danke", "Egal.",
        "hat sich erledigt", "ich hab's mir anders überlegt", "laisse tomber", "oublie ça",
        "tant pis", "olvídalo, gracias", "da igual", "忘れてください", "やっぱりいいです",
    ],
)  # fmt: skip
def test_a_wish_is_taken_back(text: str) -> None:
    assert is_taken_back(text)


@pytest.mark.parametrize(
    "text",
    [
        "this one", "don't forget the hat", "never mind the arrow, only 2", "egal welches",
        "peu importe laquelle", "make it legal", "“never mind” should stand on it", "",
    ],
)  # fmt: skip
def test_other_words_take_nothing_back(text: str) -> None:
    assert not is_taken_back(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "this one", "Here it is again.", "sorry, I mean this", "circled it again in red",
        "hier nochmal, bitte", "das hier meine ich", "voilà, celui-ci", "c'est ici",
        "quiero decir este", "este, por favor", "この部分です", "もう一度囲みました",
    ],
)  # fmt: skip
def test_a_message_that_only_points_has_no_wish(text: str) -> None:
    assert is_only_pointing(text) and not has_verb_of_wish(text)


@pytest.mark.parametrize(
    "text",
    [
        "make this one green", "add a kite here", "and now put a moustache on this one",
        "füge hier einen Hut hinzu", "mach das hier grün", "ajoute un chapeau ici",
        "añade un gato aquí", "この部分を消して",
    ],
)  # fmt: skip
def test_a_message_that_says_what_to_do_has_one(text: str) -> None:
    assert has_verb_of_wish(text) and not is_only_pointing(text)


@pytest.mark.parametrize("text", ["our beach in spring", "what a day", "unser Hund", "la playa"])
def test_words_about_another_picture_do_not_point(text: str) -> None:
    assert not is_only_pointing(text)


@pytest.mark.parametrize(
    "text", ["thanks!", "right, thank you very much", "ok", "vielen Dank", "never mind, thanks"]
)
def test_thanks_are_no_wish(text: str) -> None:
    assert is_only_polite(text)


@pytest.mark.parametrize("text", ["never mind, make it red", "make it grey", "2", "thanks, now A1"])
def test_more_than_thanks_may_be_one(text: str) -> None:
    assert not is_only_polite(text)


def test_long_and_hostile_messages_are_read_in_no_time() -> None:
    for part in ("ok ", "right, ", "is fine ", "never ", "これ", "forget about ", "top "):
        text = part * (4_000 // len(part)) + "x"
        assert not is_only_pointing(text)
        is_taken_back(text)
        is_only_polite(text)
        has_verb_of_wish(text)
        parse_area_choice(text)
