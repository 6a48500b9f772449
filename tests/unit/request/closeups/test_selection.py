"""Which picture of a thread a question looks into, and how closely it is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.conversation import Speaker, ThreadHistory, Turn
from bot.domain.files import FileRef
from bot.domain.model_info import ModelInfo
from bot.llm.catalog_entry import COMPATIBLE_MODEL, GPT_5_4_IMAGE_2
from bot.request.closeups.selection import (
    build_view_options,
    select_picture_to_look_into,
    select_pictures_to_show_closely,
)
from bot.request.parse import parse_request


@pytest.mark.parametrize(
    ("text", "draws"),
    [
        ("make the background blue", True),
        ("draw a fox", True),
        ("what is written on the blue background?", False),
        ("zoom into the top right", False),
        ("enlarge the lower right", False),
        ("zeig mir die linke untere Ecke größer", False),
        ("agrandis en haut à droite", False),
        ("muéstrame más grande la esquina inferior izquierda", False),
        ("右上の部分を大きく見せて", False),
        ("read the caption", False),
        ("was steht auf dem Hintergrund?", False),
        ("entferne den Hintergrund", True),
        ("here is the new background, any thoughts?", False),
        ("Can you make the background blue?", True),
        ("kannst du den Hintergrund entfernen?", True),
        ("背景を青くしてくれますか？", True),
        ("背景の色は何ですか？", False),
        ("write alt text", False),
    ],
)
def test_a_picture_that_is_to_be_changed_is_not_shown_in_parts(text: str, draws: bool) -> None:
    assert build_view_options(parse_request(text), GPT_5_4_IMAGE_2).draws is draws


@pytest.mark.parametrize(("info", "takes"), [(GPT_5_4_IMAGE_2, True), (COMPATIBLE_MODEL, False)])
def test_what_the_model_takes_is_known(info: ModelInfo, takes: bool) -> None:
    assert build_view_options(parse_request("hi"), info).takes_original is takes


PICTURE, OTHER = FileRef("F1", "a.png", "image/png"), FileRef("F2", "b.png", "image/png")
SHEET = FileRef("F3", "sales.xlsx", "application/vnd.ms-excel")


def build_history(*files: FileRef, later_turns: int = 0) -> ThreadHistory:
    turns = (Turn(Speaker.PERSON, "1", "", files=files),)
    return ThreadHistory(
        turns=(*turns, *[Turn(Speaker.PERSON, str(n + 2), "x") for n in range(later_turns)]),
        files=files,
    )


@pytest.mark.parametrize(
    ("text", "history", "found"),
    [
        ("what does row 40 say?", build_history(PICTURE), [PICTURE]),
        ("what does row 40 say?", build_history(PICTURE, SHEET), []),
        ("what does row 40 say?", build_history(PICTURE, later_turns=30), []),
        ("zoom into the top right", build_history(PICTURE, SHEET, later_turns=30), [PICTURE]),
        ("at the bottom left?", build_history(OTHER, PICTURE), [PICTURE]),
        ("zoom in", build_history(), []),
    ],
)
def test_a_question_may_look_into_a_picture_that_it_does_not_mention(
    text: str, history: ThreadHistory, found: list[FileRef]
) -> None:
    assert select_picture_to_look_into(parse_request(text), history) == found


def test_a_picture_is_still_meant_as_long_as_somebody_asks_about_it() -> None:
    turns = [Turn(Speaker.PERSON, "1", "", files=(PICTURE,))]
    for number in range(20):
        turns.append(Turn(Speaker.PERSON, str(2 * number + 2), f"and row {number + 1}?"))
        turns.append(Turn(Speaker.EASEL, str(2 * number + 3), "41"))
    asked = ThreadHistory(turns=tuple(turns), files=(PICTURE,))
    request = parse_request("what does row 40 say?")
    assert select_picture_to_look_into(request, asked) == [PICTURE]
    later = [Turn(Speaker.PERSON, str(number + 50), "thanks") for number in range(13)]
    assert select_picture_to_look_into(request, replace(asked, turns=(*turns, *later))) == []


def test_the_newest_picture_or_the_one_that_is_called_is_shown_closely() -> None:
    both = [PICTURE, OTHER]
    select = select_pictures_to_show_closely
    assert select(parse_request("read the small text"), (), both) == [OTHER]
    assert select(parse_request("read the small text in a.png"), (), [PICTURE]) == [PICTURE]
    assert select(parse_request("thanks"), (), both) == []
    assert select(parse_request("read it"), (PICTURE,), [OTHER]) == []
    assert select(parse_request("compare the small text of v1 and v2"), (), both) == both
