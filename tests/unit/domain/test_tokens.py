"""Estimates of tokens, compared with counts of the o200k vocabulary (tests/golden/tokens.json)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.tokens import (
    TokenCorrection,
    bound_tokens,
    estimate_picture_tokens,
    estimate_tokens,
    load_exact_counter,
)
from tests.support.processor_time import hold_to

RECORDED = json.loads((Path(__file__).parents[2] / "golden" / "tokens.json").read_text())


def test_over_the_recorded_set_the_estimate_is_within_fifteen_percent() -> None:
    estimated = sum(estimate_tokens(item["text"]) for item in RECORDED)
    counted = sum(item["tokens"] for item in RECORDED)
    assert abs(estimated / counted - 1) <= 0.15
    errors = [abs(estimate_tokens(item["text"]) / item["tokens"] - 1) for item in RECORDED]
    assert sum(errors) / len(errors) <= 0.15 and max(errors) <= 0.2


@pytest.mark.parametrize("item", RECORDED, ids=lambda item: item["kind"])
def test_the_bound_is_never_below_the_count(item: dict[str, object]) -> None:
    text, tokens = str(item["text"]), item["tokens"]
    assert isinstance(tokens, int) and tokens <= bound_tokens(text) <= 4 * tokens


# Random characters, which split worst, and how many tokens the o200k vocabulary makes of them.
ODD_TEXTS = json.loads((Path(__file__).parents[2] / "golden" / "odd_tokens.json").read_text())


@pytest.mark.parametrize("item", ODD_TEXTS, ids=lambda item: item["kind"])
def test_the_bound_holds_for_text_that_no_person_writes(item: dict[str, object]) -> None:
    tokens = item["tokens"]
    assert isinstance(tokens, int) and tokens <= bound_tokens(str(item["text"]))


@given(st.text(max_size=300))
def test_any_text_has_a_bound_below_its_bytes(text: str) -> None:
    size = len(text.encode("utf-8", "replace"))
    assert 0 <= bound_tokens(text) <= size + 1 and estimate_tokens(text) >= 0
    assert estimate_tokens("") == bound_tokens("") == 0


@pytest.mark.parametrize(
    ("width", "height", "tokens"),
    [(1024, 1024, 1229), (32, 32, 2), (8000, 8000, 3000), (1, 4000, 77), (0, 5, 0)],
)
def test_a_picture_takes_its_patches(width: int, height: int, tokens: int) -> None:
    assert estimate_picture_tokens(width, height) == tokens


def test_the_providers_count_corrects_the_next_estimate_slowly() -> None:
    assert TokenCorrection().apply(1000) == 1000
    assert 1000 < TokenCorrection(10_000, 15_000).apply(1000) < 1500
    assert TokenCorrection(100, 1_000_000).apply(1000) == 2000, "one odd answer does not run away"


def test_with_the_exact_tokenizer_installed_texts_are_counted() -> None:
    count = load_exact_counter()
    if count is None:
        pytest.skip("the extra `exact` is not installed")
    assert count("hello world") == 2


def test_a_very_long_text_is_estimated_from_all_over_it() -> None:
    text = "word " * 40_000 + "\u4e2d" * 200_000
    parts = sum(estimate_tokens(text[at : at + 80_000]) for at in range(0, len(text), 80_000))
    with hold_to(0.15):
        assert abs(estimate_tokens(text) / parts - 1) < 0.05
