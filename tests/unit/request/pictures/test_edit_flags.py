"""What is done to a picture without a model may be said by flags."""

from __future__ import annotations

import pytest

from bot.request.commands import parse_command
from bot.request.parse import parse_request
from bot.request.pictures.conversions import UnsupportedCommand
from bot.request.pictures.edit_names import OPERATION_FLAGS
from tests.support.edit_meanings import describe_command


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("v2 --crop 16:9 --rotate 90", "v2, crop 16:9, rotate 90"),
        ("--pad 1:1 #ff0000", "pad 1:1 #ff0000"),
        ("—resize 50% —as webp", "resize 50%, convert webp"),
        ("--palette 3", "palette of 3"),
        ("v1 --diff v2", "difference (1, 2)"),
        ("--overlay", "overlay"),
        ("--cut top 33% --grey", "cut top 33%, grey"),
        ("--cut 20 px each side", "cut left 20px, top 20px, right 20px, bottom 20px"),
        ("v2 --straighten -1.5 --trim", "v2, straighten -1.5, trim"),
        ("--straighten 1.25°", "straighten 1.25"),
        ("--straighten 4 left", "straighten -4"),
        ("--straighten 0.375 degrees --cut 12 px bottom", "straighten 0.375, cut bottom 12px"),
        ("--under 1MB --as jpg", "under 1000000, convert jpg"),
        ("--rotate -7.5", "rotate -7.5"),
        ("--rotate 3,375 --straighten 3,375", "rotate 3.375, straighten 3.375"),
        ("--rotate 45 left", "rotate -45"),
        ("--rotate anti-clockwise", "rotate -90"),
        ("--rotate upside down", "rotate 180"),
        ("--palette 99", "palette of 12"),
        ("--resize 800", "resize 800:0"),
    ],
)
def test_flags_alone_are_what_they_do(text: str, meaning: str) -> None:
    assert describe_command(parse_command(text)) == meaning


@pytest.mark.parametrize(
    "text",
    [
        "--crop 16:9 and make it blue",
        "--flip --strip make it nice",
        # A flag does one thing, and which picture is meant comes before.
        "--cut bottom 20%, as webp",
        "--cut left 10% of the second picture",
        "--under 300 KB and flip",
        "--under 300 KB of v4",
        "--straighten 3 and mirror it",
    ],
)
def test_what_is_more_than_flags_is_a_request_to_the_model(text: str) -> None:
    assert parse_command(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "--resize -5%",
        "--resize 1e9",
        "--rotate 4000",
        "--pad 1:1 mauvish",
        "--crop nonsense",
        "--crop",
        "--as gif",
        "--strip 5",
        "--diff v1",
        "--diff v1 v2 --crop 1:1",
        "--palette lots",
        "--cut nonsense",
        "--under 5",
        "--under 1 cat",
        "--under 640x480",
        "--under 1024 px",
        "--cut to 4:3",
        "--cut exif",
        "--cut all colours",
        "--cut v3 bottom 20%",
        "--cut both pictures left 10%",
        "--straighten all of them 2 degrees",
        "--straighten",
        "--straighten 80",
        "--trim 5",
    ],
)
def test_what_a_flag_cannot_do_is_said(text: str) -> None:
    assert isinstance(parse_command(text), UnsupportedCommand)


@pytest.mark.parametrize("name", OPERATION_FLAGS)
def test_such_a_flag_at_the_end_of_a_wish_is_explained(name: str) -> None:
    error = parse_request(f"draw a fox --{name} 1:1").flag_error
    assert error is not None and f"`v2 --{name}`" in str(error.user_message)
