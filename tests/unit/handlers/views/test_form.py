"""The form behind “More…” keeps Slack's bounds in every language, with any number of recipes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.i18n.catalog import list_languages
from bot.playground.slack.views.checks import find_view_problem
from bot.request.recipes import MENU_RECIPES, RECIPES
from handlers.views.form import build_more_form

MANY = [replace(MENU_RECIPES[0], name=f"recipe_{n}") for n in range(120)]


@pytest.mark.parametrize("language", list_languages())
@pytest.mark.parametrize("count", [1, 10, 11, 100, 120])
def test_slack_takes_the_form(language: str, count: int) -> None:
    form = build_more_form(MANY[:count], "x" * 500, language)
    assert find_view_problem(form) == ""
    element = form["blocks"][0]["element"]
    assert element["type"] == ("radio_buttons" if count <= 10 else "static_select")
    assert len(element["options"]) == min(count, 100)


@pytest.mark.parametrize("language", list_languages())
def test_its_words_are_whole_and_in_the_persons_language(language: str) -> None:
    form = build_more_form([*RECIPES.values()], "", language)
    texts = list_texts(form)
    heads = [form[name]["text"] for name in ("title", "submit", "close")]
    assert not any(text.endswith("…") for text in heads)
    if language != "en":
        english = list_texts(build_more_form([*MENU_RECIPES], "", "en"))
        assert not set(list_texts(build_more_form([*MENU_RECIPES], "", language))) & set(english)
    assert texts


def list_texts(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["text"]] if isinstance(part.get("text"), str) else []
        return own + [text for value in part.values() for text in list_texts(value)]
    return [text for item in part for text in list_texts(item)] if isinstance(part, list) else []
