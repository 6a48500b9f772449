"""Generated pictures get harmless file names and alt texts that say what was asked for."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.file_names import (
    build_alt_text,
    build_conversion_alt_text,
    build_picture_file_name,
    describe_request,
)
from tests.support.processor_time import hold_to


@given(
    title=st.text(max_size=300),
    mimetype=st.sampled_from(["image/png", "image/jpeg", "image/webp", "image/gif", "x/y", ""]),
    version=st.integers(1, 1000),
)
def test_the_name_of_a_generated_picture_is_safe_on_every_disk(
    title: str, mimetype: str, version: int
) -> None:
    name = build_picture_file_name(title, mimetype, version)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*\.(png|jpg|webp|gif)", name)
    assert len(name) <= 140


def test_several_pictures_of_one_answer_have_different_names() -> None:
    names = {build_picture_file_name("a red fox", "image/png", version) for version in (1, 2, 3)}
    assert names == {"red-fox-v1.png", "red-fox-v2.png", "red-fox-v3.png"}


def test_people_channels_and_addresses_stay_out_of_a_name() -> None:
    title = "<@U0ALEX> a fox like https://example.com/secret?token=1 for <#C1|ops>"
    assert build_picture_file_name(title, "image/png", 1) == "fox-like-for-v1.png"


@given(title=st.text(max_size=3000), version=st.integers(1, 99))
def test_an_alt_text_is_one_line_that_slack_takes(title: str, version: int) -> None:
    alt = build_alt_text(title, version)
    assert 0 < len(alt) <= 1000 and "\n" not in alt
    assert "<" not in alt and ">" not in alt and "Easel" in alt


def test_a_long_title_of_angle_brackets_takes_no_time() -> None:
    # Names are made on the event loop; the longest message is some ten thousands of characters.
    with hold_to(0.5):
        assert build_picture_file_name("<" * 80_000, "image/png", 1) == "easel-picture-v1.png"


@pytest.mark.parametrize(
    ("asked", "stem"),
    [
        ("draw a fox", "fox"),
        ("a male lion", "male-lion"),
        ("Zeichne einen Fuchs", "fuchs"),
        ("Kannst du mir bitte einen weißen Fuchs zeichnen", "weissen-fuchs-zeichnen"),
        ("zeichne drei Varianten einer Katze", "katze"),
        ("mach ihn blau", "blau"),
        ("geh zurück zu v2 und füge einen Hut hinzu", "hut-hinzu"),
        ("dessine un renard", "renard"),
        ("Dessine-moi l'église", "eglise"),
        ("rends-le bleu", "bleu"),
        ("reviens à la v2 et ajoute un chapeau", "chapeau"),
        ("dibuja un zorro", "zorro"),
        ("dibújame dos variaciones de una casa", "casa"),
        ("vuelve a v2 y añade un sombrero", "sombrero"),
        ("キツネを描いて", "easel-picture"),
    ],
)
def test_a_name_says_what_is_seen_and_not_what_was_ordered(asked: str, stem: str) -> None:
    assert build_picture_file_name(asked, "image/png", 7) == f"{stem}-v7.png"


@pytest.mark.parametrize(
    ("asked", "described"),
    [
        ("go back to v2 and add a hat", "add a hat"),
        ("Undo it, and then make it red", "make it red"),
        ("geh zurück zu v2 und füge einen Hut hinzu", "füge einen Hut hinzu"),
        ("reviens à la v1 et ajoute un chapeau", "ajoute un chapeau"),
        ("annule et rends-le rouge", "rends-le rouge"),
        ("vuelve a la versión 2 y añade un sombrero", "añade un sombrero"),
        ("v1に戻して帽子を追加して", "帽子を追加して"),
        ("go back to v2", "go back to v2"),
        ("draw a fox and a hen", "draw a fox and a hen"),
    ],
)
def test_a_description_leaves_out_what_was_gone_back_to(asked: str, described: str) -> None:
    assert describe_request(asked) == described


def test_a_format_is_called_by_its_name() -> None:
    assert str(build_conversion_alt_text("fox", "image/webp")) == "fox, as WebP"
