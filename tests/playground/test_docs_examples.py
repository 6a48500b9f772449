"""The played model understands what docs/pictures.md says that one may write, and says so."""

from __future__ import annotations

import pytest

from bot.playground.model.acts import Act, choose_act
from bot.playground.wishes.noted import read_noted_wish

SIZE = ("[Wanted of pictures: 2480x3508 pixels, with what matters away from the edges]",)
PART = ("[Only a part of photo.jpg is meant: 27%-53% from the left and 30%-75% from the top.]",)


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("draw a fox 2048x1152", ["fox"]),
        ("draw a fox in 4K", ["fox"]),
        ("a fox, 1080p", ["fox"]),
        ("a 4K picture of a fox", ["fox"]),
        ("draw a lighthouse for A4 at 300 dpi", ["lighthouse"]),
        ("draw a fox in A3 landscape, 150 dpi", ["fox"]),
        ("draw a fox 20x30 cm at 200 dpi", ["fox"]),
        ("draw a fox as an Instagram story", ["fox"]),
        ("draw a wallpaper for my iPhone with a fox", ["fox"]),
        ("4k: our new logo", []),
        ("zeichne einen Fuchs für A4 mit 300 dpi", ["fox"]),
        ("dessine un renard pour une bannière LinkedIn", ["fox"]),
        ("dibuja un zorro en 4K", ["fox"]),
        ("インスタのストーリーで狐を描いて", ["fox"]),
        ("for A4 at 300 dpi: draw a fox and 2 cats", ["fox", "cat"]),
    ],
)
def test_words_of_a_size_are_not_called_unknown(text: str, things: list[str]) -> None:
    wish = read_noted_wish(text, SIZE)
    assert not wish.unknown and [thing.word for thing in wish.things] == things
    assert choose_act(text, wish, 0, has_picture=False) is Act.DRAW


@pytest.mark.parametrize("text", ["as a LinkedIn banner", "for A4 at 300 dpi", "en 4K"])
def test_a_size_alone_is_of_the_picture_that_is_there(text: str) -> None:
    wish = read_noted_wish(text, SIZE)
    assert choose_act(text, wish, 0, has_picture=True) is Act.CHANGE and not wish.unknown


def test_without_a_size_in_the_notes_such_words_are_not_understood() -> None:
    assert read_noted_wish("draw a fox for A4", ()).unknown == ("A",)
    assert "wallpaper" in read_noted_wish("draw a wallpaper of foxes", SIZE).unknown


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("make what I circled blue", {"all": "blue"}),
        ("only B3: make it blue", {"all": "blue"}),
        ("change B3 to C4 to grass", {"all": "green"}),
        ("nur B3: mach es blau", {"all": "blue"}),
        ("seulement B3: rends-le bleu", {"all": "blue"}),
        ("B3だけ青にして", {"all": "blue"}),
        ("remove the marked part", ["erase"]),
        ("entferne das, was ich markiert habe", ["erase"]),
        ("everything except B3: grey", ["grey"]),
        ("everything except B3 to C4 and D5: grey", ["grey"]),
        ("leave what I circled as it is, and make the rest grey", ["grey"]),
        ("all but the red one: grey", ["grey"]),
        ("blur everything outside the red circle", ["blur"]),
        ("alles außer B3: grau", ["grey"]),
        ("tout sauf B3: gris", ["grey"]),
        ("todo menos B3: gris", ["grey"]),
        ("B3以外をグレーに", ["grey"]),
    ],
)
def test_a_wish_for_a_part_is_understood_without_where_it_is(
    text: str, changes: dict[str, str] | list[str]
) -> None:
    wish = read_noted_wish(text, PART)
    assert (wish.colours or wish.filters) == changes and not wish.unknown
    assert choose_act(text, wish, 0, has_picture=True) is Act.CHANGE
