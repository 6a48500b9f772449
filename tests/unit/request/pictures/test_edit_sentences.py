"""What people write is done as they mean it, in five languages, and all else is for the model.

Each file of `edit_sentences` lists sentences under what they mean; `others.txt` those that are for
the model. “If sent” is what counts only for a picture that a person sent.
"""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import pytest

from bot.request.commands import parse_command
from bot.request.pictures.edit_values import ImpossibleEditError
from bot.request.pictures.edit_words import parse_picture_edit
from tests.support.edit_meanings import describe_command

FOLDER = Path(__file__).parent / "edit_sentences"


def read_sentences(name: str) -> list[tuple[str, str]]:
    found, meaning = [], ""
    for line in (FOLDER / f"{name}.txt").read_text().splitlines():
        if line.startswith("# "):
            meaning = line.removeprefix("# ")
        elif line:
            found.append((line, meaning))
    return found


@pytest.mark.parametrize("name", ["en", "de", "fr", "es", "ja", "others"])
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
    "text",
    ["flip, " * 26, "left and " * 17, "turn " * 31, "1 " * 79, "1x1 " * 39, "左右" * 79,
     "cut, trim, turn, put, " * 7, "wallpaper for an iphone " * 6, "1.1." * 39, "and " * 39],
)  # fmt: skip
def test_many_words_that_are_known_take_no_time(text: str) -> None:
    began = time.thread_time()
    with contextlib.suppress(ImpossibleEditError):
        parse_picture_edit(text[:160])
    assert time.thread_time() - began < 0.5
