"""Summarising a thread."""

from __future__ import annotations

import pytest

from bot.domain.options import OutputFormat, RequestOptions
from bot.request.recipes import RECIPES, match_recipe
from bot.request.recipes.recipe import RecipeInput
from bot.request.recipes.summarize_thread import RECIPE


@pytest.mark.parametrize(
    "text",
    [
        "summarize this thread",
        "Can you summarise the whole thread, please?",
        "@Easel recap our discussion so far",
        "give me a short summary of this conversation",
        "What did we decide?",
        "Fasse bitte den Thread zusammen",
        "Kannst du diesen Thread kurz zusammenfassen?",
        "Eine kurze Zusammenfassung des Threads, bitte",
        "Résume ce fil, s'il te plaît",
        "Résumé de la conversation",
        "Resume este hilo, por favor",
        "Resumen de la conversación",
        "このスレッドを要約してください",
        "これまでの会話をまとめて",
    ],
)
def test_these_ask_for_it(text: str) -> None:
    assert [recipe for recipe in RECIPES.values() if recipe.is_requested_by(text)] == [RECIPE]


@pytest.mark.parametrize(
    "text",
    [
        "summarize this",
        "summarize this file",
        "summarize the thread model of Java",
        "summarize this thread as a haiku about cats",
        "what did we decide about the colour of the logo?",
        "Fasse die Datei zusammen",
        "este hilo es largo",
        "resume",
    ],
)
def test_these_do_not(text: str) -> None:
    assert match_recipe(text) is not RECIPE


def test_it_wants_names_decisions_tasks_and_nothing_that_was_not_said() -> None:
    assert RECIPE.options == RequestOptions(output_format=OutputFormat.TEXT, text_only=True)
    assert RECIPE.required_input is RecipeInput.THREAD
    for words in ("Decisions", "Open questions", "Who does what by when", "by the names"):
        assert words in RECIPE.prompt
    assert "Say nothing that was not said" in RECIPE.prompt


def test_words_below_it_are_passed_on() -> None:
    parts = RECIPE.build_parts("Summarize this thread\nonly what concerns the budget")
    assert [part.words for part in parts] == ["", "only what concerns the budget"]
