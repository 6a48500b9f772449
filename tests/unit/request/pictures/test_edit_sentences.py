"""What people write is done as they mean it, in five languages, and all else is for the model.

Each file of `edit_sentences` lists sentences under what they mean; `others.txt` those that are for
the model. “If sent” is what counts only for a picture that a person sent.
"""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest

from bot.request.commands import parse_command
from bot.request.pictures.edit_values import ImpossibleEditError
from bot.request.pictures.edit_words import parse_picture_edit
from tests.support.edit_meanings import describe_command
from tests.support.processor_time import hold_to

FOLDER = Path(__file__).parent / "edit_sentences"
LANGUAGES = ("en", "de", "fr", "es", "ja")


def read_sentences(name: str) -> list[tuple[str, str]]:
    found, meaning = [], ""
    for line in (FOLDER / f"{name}.txt").read_text().splitlines():
        if line.startswith("# "):
            meaning = line.removeprefix("# ")
        elif line:
            found.append((line, meaning))
    return found


@pytest.mark.parametrize("name", [*LANGUAGES, "others"])
def test_each_sentence_means_what_it_says(name: str) -> None:
    read = {text: describe_command(parse_command(text)) for text, _ in read_sentences(name)}
    assert read == dict(read_sentences(name))


@pytest.mark.parametrize(
    ("text", "meaning"),
    [("“{}”", "model"), ("write “{}” on the wall", "model"), ("{} and put a hat on it", "model"),
     ("why {}", "model"), ("> {}", "model"), ("`{}`", "model")],
)  # fmt: skip
def test_a_sentence_within_another_is_for_the_model(text: str, meaning: str) -> None:
    sentences = [one for one, _ in read_sentences("en")[::7]]
    read = {one: describe_command(parse_command(text.format(one))) for one in sentences}
    assert read == dict.fromkeys(sentences, meaning)


@pytest.mark.parametrize(
    "number", ["1e999", "-1e999", "0", "1/0", "1.250,5", "1’250", "5e300", "٣"]
)
def test_any_number_in_any_sentence_is_read_or_refused(number: str) -> None:
    for text in (text for name in LANGUAGES for text, _ in read_sentences(name)):
        with contextlib.suppress(ImpossibleEditError):
            parse_picture_edit(re.sub(r"\d+(?:[.,]\d+)?", number, text))


@pytest.mark.parametrize(
    "text",
    ["flip, " * 26, "left and " * 17, "turn " * 31, "1 " * 79, "1x1 " * 39, "左右" * 79,
     "cut, trim, turn, put, " * 7, "wallpaper for an iphone " * 6, "1.1." * 39, "and " * 39,
     "get up, put on & turn, extract, upscale + just on " * 4, "v2 lo y, la 4k pon. lo un " * 6,
     "v1 es 4k und dann von, rand soll weg; " * 4, "v2 et le 4k, en mets la. y a-t-il " * 5],
)  # fmt: skip
def test_many_words_that_are_known_take_no_time(text: str) -> None:
    parse_picture_edit("words of no table")
    # The first time, not one that is remembered.
    with hold_to(0.02), contextlib.suppress(ImpossibleEditError):
        parse_picture_edit(text[:160])


@pytest.mark.parametrize(
    "text", ["a.png " * 9, "1 a.png" * 40, "crop " * 50 + "a.png", "(.png" * 59, "a" * 290 + ".png",
             "\ue000.png a.png", "flip " + "1 " * 70 + "2.png"],
)  # fmt: skip
def test_many_names_take_no_time(text: str) -> None:
    parse_command("flip a.png")
    with hold_to(0.05):
        parse_command(text)


@pytest.mark.parametrize(
    "text",
    ["keep the middle and the left half", "keep the top middle third", "only the bottom centre 20%",
     "behalte die mittlere linke Hälfte"],
)  # fmt: skip
def test_a_part_in_the_middle_of_a_side_is_for_the_model(text: str) -> None:
    assert describe_command(parse_command(text)) == "model"
