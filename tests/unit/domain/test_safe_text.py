"""File names become safe to show in a sentence: one bounded line without control sequences."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
def test_a_name_mentions_no_one(name: str) -> None:
    assert not re.search(r"[<>@|]", clean_name(name))
