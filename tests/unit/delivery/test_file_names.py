"""Names people see: they tell what is meant and can do nothing else."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.file_names import build_alt_text, build_picture_file_name
from bot.domain.safe_text import clean_name


@given(st.text(max_size=300))
def test_any_name_becomes_one_bounded_line_without_control_sequences(name: str) -> None:
    cleaned = clean_name(name)
    assert 0 < len(cleaned) <= 80
    assert not set(cleaned) & set("<>@&`*_~|\n\r\t\x00\u2028\u202e\u200b")
    assert cleaned == " ".join(cleaned.split())
    cleaned.encode()


@given(st.text(max_size=300))
def test_cleaning_a_clean_name_changes_nothing(name: str) -> None:
    assert clean_name(clean_name(name)) == clean_name(name)


def test_a_long_name_keeps_its_start_and_its_ending() -> None:
    cleaned = clean_name("holiday " * 40 + "beach.jpeg")
    assert cleaned.startswith("holiday ") and cleaned.endswith("beach.jpeg") and "…" in cleaned


def test_a_name_cannot_read_backwards() -> None:
    assert clean_name("cod\u202egnp.exe") == "cod gnp.exe"


def test_names_in_any_script_stay_readable() -> None:
    assert clean_name("夏の写真.png") == "夏の写真.png"
    assert clean_name("Müller & Söhne.jpg") == "Müller Söhne.jpg"


@pytest.mark.parametrize(
    "name", ["<!channel>", "<!here|here>", "<@U0ALEX>", "@everyone", "<https://evil.example|x>"]
)
def test_a_name_cannot_call_anybody(name: str) -> None:
    assert not re.search(r"[<>@|]", clean_name(name))


@given(
    asked=st.text(max_size=300),
    mimetype=st.sampled_from(["image/png", "image/jpeg", "image/webp", "image/gif", "x/y", ""]),
    version=st.integers(1, 1000),
)
def test_the_name_of_a_made_picture_is_safe_on_every_disk(
    asked: str, mimetype: str, version: int
) -> None:
    name = build_picture_file_name(asked, mimetype, version)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*\.(png|jpg|webp|gif)", name)
    assert len(name) <= 140


def test_several_pictures_of_one_answer_have_names_of_their_own() -> None:
    names = {build_picture_file_name("a red fox", "image/png", version) for version in (1, 2, 3)}
    assert names == {"red-fox-v1.png", "red-fox-v2.png", "red-fox-v3.png"}


def test_people_channels_and_addresses_stay_out_of_a_name() -> None:
    asked = "<@U0ALEX> a fox like https://example.com/secret?token=1 for <#C1|ops>"
    assert build_picture_file_name(asked, "image/png", 1) == "fox-like-for-v1.png"


@given(asked=st.text(max_size=3000), version=st.integers(1, 99))
def test_an_alt_text_is_one_line_that_slack_takes(asked: str, version: int) -> None:
    alt = build_alt_text(asked, version)
    assert 0 < len(alt) <= 1000 and "\n" not in alt
    assert "<" not in alt and ">" not in alt and "Easel" in alt


def test_a_long_question_of_angle_brackets_holds_up_nobody() -> None:
    # Names are made on the event loop; the longest message is some ten thousands of characters.
    began = time.process_time()
    assert build_picture_file_name("<" * 80_000, "image/png", 1) == "easel-picture-v1.png"
    assert time.process_time() - began < 0.5
