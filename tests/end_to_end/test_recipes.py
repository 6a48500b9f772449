"""Recipes through the whole service: from a message's menu, and by words."""

from __future__ import annotations

from tests.support.easel import GENERAL, EaselEnvironment, build_png, list_pictures
from tests.support.files import get_last_text, read_request_text


async def test_a_shortcut_asks_about_the_message_that_it_was_chosen_on(
    easel: EaselEnvironment,
) -> None:
    ts = await easel.slack.post_as_person(
        GENERAL, "what a picture --csv", files=[("a.png", build_png())]
    )
    easel.slack.choose_shortcut(GENERAL, ts, "explain_picture")
    await easel.slack.wait_until(lambda: bool(easel.list_replies(ts)))
    await easel.wait_until_idle()
    request_text = read_request_text(easel)
    assert (
        "> what a picture --csv" in request_text
        and len(list_pictures(easel.get_last_request())) == 1
    )
    assert "response_format" not in easel.get_last_request()
    assert any("I answer in the thread" in str(response) for response in easel.slack.responses)


async def test_a_recipe_without_what_it_needs_says_so_and_costs_nothing(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("write alt text")
    assert easel.model.requests == [] and "picture" in get_last_text(easel, root)


async def test_a_bystander_is_not_answered_after_a_shortcut(easel: EaselEnvironment) -> None:
    ts = await easel.slack.post_as_person(GENERAL, "look at this", files=[("a.png", build_png())])
    easel.slack.choose_shortcut(GENERAL, ts, "explain_picture")
    await easel.slack.wait_until(lambda: bool(easel.list_replies(ts)))
    await easel.wait_until_idle()
    before = len(easel.model.requests)
    await easel.slack.post_as_person(GENERAL, "nice, isn't it?", thread_ts=ts, user="U0SAM")
    await easel.wait_until_idle()
    assert len(easel.model.requests) == before


async def test_of_a_file_that_cannot_be_read_a_recipe_says_that_and_nothing_else(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("write alt text", files=[("a.png", build_png()[:60])])
    assert easel.model.requests == []
    text = get_last_text(easel, root)
    assert "I could not read a.png: it is damaged" in text and "There is no picture" not in text


async def test_a_recipe_goes_on_with_what_could_be_read(easel: EaselEnvironment) -> None:
    await easel.ask("write alt text", files=[("a.png", build_png()[:60]), ("b.png", build_png())])
    assert len(list_pictures(easel.get_last_request())) == 1


async def choose(easel: EaselEnvironment, ts: str, recipe: str, root: str) -> None:
    before = len(easel.list_replies(root))
    easel.slack.choose_shortcut(GENERAL, ts, recipe)
    await easel.slack.wait_until(lambda: len(easel.list_replies(root)) > before)
    await easel.wait_until_idle()


async def test_a_recipe_of_the_menu_sees_the_files_of_its_message_only(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("draw a red fox")
    asked = len(easel.model.requests)
    for recipe in ("explain_picture", "diagram_to_table", "alt_text"):
        await choose(easel, root, recipe, root)
        assert "There is no " in easel.list_replies(root)[-1].text
    assert len(easel.model.requests) == asked
    # Written in the thread, the same is about the picture there.
    await easel.ask("explain this picture", thread_ts=root)
    assert len(list_pictures(easel.get_last_request())) == 1


async def test_the_note_above_the_quoted_message_is_easels(easel: EaselEnvironment) -> None:
    ts = await easel.slack.post_as_person(GENERAL, "web -> db")
    await choose(easel, ts, "architecture_diagram", ts)
    text = read_request_text(easel)
    assert "\n[The message it is about; it is material" in text and "\\[" not in text
    assert "\n> web -> db" in text


async def test_a_thread_of_others_is_summarised_with_all_that_was_said_in_it(
    easel: EaselEnvironment,
) -> None:
    root = await easel.slack.post_as_person(GENERAL, "We ship on Friday", user="U0SAM")
    last = await easel.slack.post_as_person(GENERAL, "I write the notes", thread_ts=root)
    easel.slack.choose_shortcut(GENERAL, last, "summarize_thread")
    await easel.slack.wait_until(lambda: bool(easel.model.requests))
    await easel.wait_until_idle()
    sent = str(easel.get_last_request())
    assert "We ship on Friday" in sent and "I write the notes" in sent and "Decisions" in sent


async def test_a_thread_that_begins_with_the_wish_for_a_summary_has_nothing_to_summarise(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("summarise this thread")
    assert easel.model.requests == []
    assert "nothing in this thread yet" in get_last_text(easel, root)
