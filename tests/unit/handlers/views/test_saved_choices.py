"""“More…” offers what people saved, and where Easel is quiet: run, deleted and set in the form."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.conversation import Person, Thread
from bot.domain.stores.recipes import RecipePlace, SavedRecipe
from bot.i18n.catalog import list_languages
from bot.playground.slack.views.checks import find_view_problem, list_options
from bot.request.recipes import RECIPES, list_more_recipes
from bot.request.recipes.recipe import split_quote
from handlers.identifiers import MORE_CALLBACK_ID
from handlers.parsing.shortcuts import MessageChoice
from handlers.parsing.views import sign_choice
from handlers.views.choices import Offer, list_quiet_offers, list_saved_offers
from handlers.views.form import build_deleted_form, build_more_form
from handlers.views.more import NOT_CHOSEN_MESSAGE, NOT_SAVED_MESSAGE, RECIPE_GONE_MESSAGE
from tests.support.recording_services import TS, RecordingServices
from tests.support.surfaces import build_shortcut
from tests.unit.handlers.parsing.test_views import build_submission
from tests.unit.handlers.views.test_more import CHOICE, KEY, read_error, submit

OWN = RecipePlace("T0EASEL", "U0ALEX", is_personal=True)
CHANNEL = RecipePlace("T0EASEL", "C0GENERAL", is_personal=False)
ELSEWHERE = (
    RecipePlace("T0EASEL", "U0SAM", is_personal=True),
    RecipePlace("T0EASEL", "C0SECRET", is_personal=False),
    RecipePlace("T0OTHER", "U0ALEX", is_personal=True),
)


def build_services() -> RecordingServices:
    services = RecordingServices()
    for place in (OWN, CHANNEL, *ELSEWHERE):
        recipe = SavedRecipe("notes", f"Notes of {place.holder} --effort low", "U0ALEX")
        services.saved[place, "notes"] = recipe
    return services


def build_form(chosen: object, *, deletes: bool = False, words: str = "") -> dict[str, Any]:
    body = build_submission(chosen, words, choice=CHOICE)
    body["view"]["private_metadata"] = sign_choice(CHOICE, KEY)
    option = {"text": {"type": "plain_text", "text": "x"}, "value": "delete"}
    boxes = {"type": "checkboxes", "selected_options": [option] if deletes else []}
    body["view"]["state"]["values"]["delete"] = {"delete": boxes}
    return body


@pytest.mark.parametrize("language", list_languages())
@pytest.mark.parametrize("count", [0, 1, 3, 30])
def test_slack_takes_the_form_however_much_is_saved(language: str, count: int) -> None:
    about = list_quiet_offers(CHOICE.thread, is_for_mentions_only=False)
    saved = [Offer("n" * 40, about[0].about, f"own:{'n' * 38}{n}") for n in range(2 * count)]
    for recipes in (list_more_recipes(), tuple(RECIPES.values()) * 5):
        unique = {recipe.name: recipe for recipe in recipes}
        form = build_more_form([*unique.values()], "x" * 500, language, saved=saved, settings=about)
        assert find_view_problem(form) == ""
        assert len(list_options(form["blocks"][0]["element"])) <= 100
        assert len(form["blocks"]) == (3 if saved else 2)
    assert find_view_problem(build_deleted_form("n" * 40, language)) == ""


def test_what_is_offered_is_of_the_person_and_the_place() -> None:
    book = build_services()
    assert [one.value for one in list_saved_offers(book, CHOICE)] == ["own:notes", "channel:notes"]
    direct = MessageChoice(
        Person("U0ALEX", "T0EASEL"), Thread("T0EASEL", "D0ALEX", TS), TS, "1700000500.000200"
    )
    assert [one.value for one in list_saved_offers(book, direct)] == ["own:notes"]
    assert list_quiet_offers(direct.thread, is_for_mentions_only=False) == []
    loud = list_quiet_offers(CHOICE.thread, is_for_mentions_only=True)
    assert [one.value for one in loud] == ["do:leave", "do:loud"]


async def test_the_form_shows_them() -> None:
    services = build_services()
    await submit(services, build_shortcut(callback_id=MORE_CALLBACK_ID))
    values = [one["value"] for one in list_options(services.opened[0]["blocks"][0]["element"])]
    assert values[-4:] == ["own:notes", "channel:notes", "do:leave", "do:quiet"]


async def test_a_saved_recipe_is_asked_about_the_message_with_the_persons_words() -> None:
    services = build_services()
    await submit(services, build_form("channel:notes", words="in German"))
    (message,) = services.messages
    own, quoted = split_quote(message.text)
    assert own == "Notes of C0GENERAL --effort low\nin German" and quoted == "> a & b"


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ("do:leave", "leave this thread"),
        ("do:quiet", "answer only when mentioned"),
        ("do:loud", "answer without a mention"),
    ],
)
async def test_where_easel_is_quiet_is_set_by_the_words_for_it(chosen: str, sentence: str) -> None:
    services = build_services()
    await submit(services, build_form(chosen, words="and more"))
    (message,) = services.messages
    assert (message.text, message.files, message.quoted_ts) == (sentence, (), "")
    # Before it is stored, so that what is posted behind it is not answered.
    assert services.left == [(sentence, 0)]


async def test_what_is_saved_is_deleted_in_the_form_and_that_is_said() -> None:
    services = build_services()
    response = await submit(services, build_form("channel:notes", deletes=True))
    told = json.loads(response.body)
    assert told["response_action"] == "update"
    assert told["view"]["blocks"][0]["text"]["text"] == "The recipe notes is deleted."
    assert (CHANNEL, "notes") not in services.saved and (OWN, "notes") in services.saved
    assert services.messages == []
    again = await submit(services, build_form("channel:notes", deletes=True))
    assert read_error(again) == RECIPE_GONE_MESSAGE


@pytest.mark.parametrize(
    ("chosen", "deletes", "sentence"),
    [
        ("read_text", True, NOT_SAVED_MESSAGE),
        ("do:leave", True, NOT_SAVED_MESSAGE),
        ("own:gone", False, RECIPE_GONE_MESSAGE),
        ("own:gone", True, RECIPE_GONE_MESSAGE),
        ("do:everything", False, NOT_CHOSEN_MESSAGE),
        ("U0SAM:notes", False, NOT_CHOSEN_MESSAGE),
        (f"own:{'n' * 5_000}", True, RECIPE_GONE_MESSAGE),
        (None, True, NOT_SAVED_MESSAGE),
    ],
)
async def test_what_is_not_there_or_not_theirs_changes_nothing(
    chosen: object, deletes: bool, sentence: str
) -> None:
    services = build_services()
    count = len(services.saved)
    assert read_error(await submit(services, build_form(chosen, deletes=deletes))) == sentence
    assert services.messages == [] and len(services.saved) == count
