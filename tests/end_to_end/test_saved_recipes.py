"""Recipes of people's own through the whole service."""

from __future__ import annotations

from pathlib import Path

from handlers.identifiers import REGENERATE_ACTION_ID
from tests.support.easel import GENERAL, EaselEnvironment, run_easel
from tests.support.files import get_last_text, read_request_text


async def test_the_last_request_is_saved_listed_run_shown_and_deleted(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("list the planets --csv")
    await easel.ask("save this as recipe “Planets”", thread_ts=root)
    assert "`recipe Planets` runs it here" in get_last_text(easel, root)
    asked = len(easel.model.requests)
    other = await easel.ask("recipe planets\nonly the inner ones")
    assert len(easel.model.requests) == asked + 1
    assert "response_format" in easel.get_last_request(), "its flags hold"
    assert "list the planets only the inner ones" in read_request_text(easel)
    await easel.ask("Planets", thread_ts=other)
    assert len(easel.model.requests) == asked + 2
    assert "Recipes of this channel: Planets." in get_last_text(easel, await easel.ask("recipes"))
    shown = get_last_text(easel, await easel.ask("show recipe planets"))
    assert "list the planets --csv" in shown
    assert "is deleted" in get_last_text(easel, await easel.ask("delete recipe PLANETS"))
    unknown = await easel.ask("run recipe “planets”")
    assert "There is no recipe planets here" in get_last_text(easel, unknown)
    assert len(easel.model.requests) == asked + 2


async def test_a_recipe_of_a_person_follows_them_and_nobody_else(easel: EaselEnvironment) -> None:
    text = "save this as my recipe hello: say hello in Latin"
    assert "wherever you ask me" in get_last_text(easel, await easel.ask(text))
    asked = len(easel.model.requests)
    await easel.ask("recipe hello")
    assert "say hello in Latin" in read_request_text(easel)
    await easel.ask("recipe hello", user="U0SAM")
    assert "say hello in Latin" not in read_request_text(easel)
    assert len(easel.model.requests) == asked + 2


async def test_whoever_presses_again_runs_the_recipe_of_who_asked(tmp_path: Path) -> None:
    async with run_easel(tmp_path, EASEL_ASKER_MINUTES=0) as easel:
        await easel.ask("save this as my recipe hello: say hello in Latin")
        await easel.ask("save this as my recipe hello: say bye", user="U0SAM")
        root = await easel.ask("recipe hello")
        reply = easel.list_replies(root)[-1]
        easel.slack.press(GENERAL, reply.ts, REGENERATE_ACTION_ID, user="U0SAM")
        await easel.slack.wait_until(lambda: len(easel.model.requests) == 2)
        await easel.wait_until_idle()
        assert "say hello in Latin" in read_request_text(easel)
        assert [row["user"] for row in easel.list_model_requests()] == ["U0ALEX", "U0SAM"]
        words = str(easel.get_last_request()["messages"][-1])
        assert "Alex" in words and "Sam" not in words, "it is as if he had not pressed"


async def test_what_cannot_be_saved_is_told_and_costs_nothing(easel: EaselEnvironment) -> None:
    for text, told in (
        ("save this as recipe empty", "no request of yours"),
        ("save this as recipe long\n" + "word " * 500, "at most 2,000 characters"),
        ("save this as recipe help: say help", "means something else"),
        ("save this as recipe Read the text: hello", "means something else"),
    ):
        assert told in get_last_text(easel, await easel.ask(text))
    assert easel.model.requests == []
    assert "Nobody has saved a recipe" in get_last_text(easel, await easel.ask("recipes"))


async def test_what_a_recipe_holds_pings_nobody(easel: EaselEnvironment) -> None:
    await easel.ask("save this as recipe loud: say <!channel> and <@U0SAM> ```x``` *b*")
    root = await easel.ask("show recipe loud")
    shown = easel.list_replies(root)[-1].text
    assert "<!channel>" not in shown and "<@U0SAM>" not in shown
    await easel.slack.post_as_person(GENERAL, "hello")


async def test_a_recipe_that_names_itself_is_run_once(easel: EaselEnvironment) -> None:
    await easel.ask("save this as recipe loop: recipe loop")
    await easel.ask("recipe loop")
    assert "recipe loop" in read_request_text(easel) and len(easel.model.requests) == 1
