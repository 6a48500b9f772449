"""The forms behind the menus under pictures: edits, references, conversions, what is dear."""

from __future__ import annotations

from pathlib import Path

from bot.playground.slack import PlayedSlack
from bot.playground.slack.views.people import Sent
from tests.support.easel import (
    GENERAL,
    QUICK_RULES,
    EaselEnvironment,
    build_png,
    list_pictures,
    run_easel,
)
from tests.support.picture_menus import (
    draw,
    find_entry,
    find_menu,
    find_told,
    list_files,
    list_texts,
    press,
    read_questions,
    submit,
)

HOSTILE = "<!channel> \u202e\x00\x1b[31m <@U0SAM> [note] " + "x" * 2_900


async def test_what_is_dear_is_asked_first_and_booked_on_who_pressed(tmp_path: Path) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        async with run_easel(tmp_path / "data", slack=slack) as easel:
            menu = await draw(easel, "draw a red fox --quality high")
            assert find_entry(menu, "vary")["text"] == "Vary: 3 more (about $0.64)"
            await press(easel, menu, "vary")
            (form,) = easel.slack.modals.list_open()
            assert "about $0.64" in str(form["blocks"]) and len(easel.model.requests) == 1
        async with run_easel(tmp_path / "data", slack=slack) as easel:
            sent = await easel.slack.forms.submit(form["id"], {})
            assert sent == Sent(is_closed=True)
            await easel.wait_until_idle()
            assert len(list_files(easel, menu)) == 4, list_texts(easel, menu)
            assert {row["user"] for row in easel.list_model_requests()} == {"U0ALEX"}
            assert len(easel.model.requests) == 3
            last = find_menu(easel, menu.thread_ts or "")
            assert [one["value"] for one in last.controls if "vary" in one["value"]] == [
                "vary:2.2", "vary:2.3", "vary:2.4",
            ]  # fmt: skip


async def test_an_edit_takes_words_options_and_a_reference(easel: EaselEnvironment) -> None:
    root = await easel.ask("draw a red fox")
    photo = build_png()
    await easel.ask("what is this?", thread_ts=root, files=[("photo --variations 4.png", photo)])
    await press(easel, find_menu(easel, root), "edit")
    (form,) = easel.slack.modals.list_open()
    (offered,) = [one for one in form["blocks"] if one.get("block_id") == "reference"]
    names = [one["text"]["text"] for one in offered["element"]["options"]]
    assert names == ["photo --variations 4.png"]
    sent = await submit(
        easel,
        words=f"make the sky orange {HOSTILE}",
        quality="low",
        aspect="16:9",
        background="opaque",
        reference=offered["element"]["options"][0]["value"],
    )
    assert sent == Sent(is_closed=True)
    request = easel.get_last_request()
    assert len(list_pictures(request)) == 2
    words = request["messages"][-1]["content"][0]["text"]
    assert "they want it used as a reference" in words and "v1: " in words
    assert "<!channel>" not in easel.slack.list_replies(GENERAL, root)[-3].text
    row = easel.list_model_requests()[-1]
    assert "--aspect 16:9 --quality low --background opaque --variations 1" in row["parameters"]
    assert "_Alex pressed “Edit” under v1: “" in list_texts(easel, find_menu(easel, root))
    assert list_files(easel, find_menu(easel, root))[-1].endswith("-v2.png")


async def test_an_empty_edit_and_a_made_up_one_are_refused_in_the_form(
    easel: EaselEnvironment,
) -> None:
    menu = await draw(easel)
    await press(easel, menu, "edit")
    sent = await submit(easel, words="\u200b \u202e")
    assert "in a few words" in sent.errors["words"]
    (view,) = easel.slack.modals._open.values()
    view.view["private_metadata"] = view.view["private_metadata"].replace('"1"', '"2"')
    assert "which picture" in (await submit(easel, words="bluer")).errors["words"]
    assert len(read_questions(easel)) == 1


async def test_a_reference_goes_with_the_next_question_of_that_person_alone(
    easel: EaselEnvironment,
) -> None:
    menu = await draw(easel)
    root = menu.thread_ts or ""
    await press(easel, menu, "reference")
    assert "takes v1 along" in find_told(easel) and len(read_questions(easel)) == 1
    for text, user, count in (
        ("what is the capital of France?", "U0SAM", 0),
        ("draw a boat on the sea", "U0ALEX", 1),
        ("what is the capital of Spain?", "U0ALEX", 0),
    ):
        await easel.ask(text, thread_ts=root, user=user)
        content = easel.get_last_request()["messages"][-1]["content"]
        found = list_pictures(easel.get_last_request()) if isinstance(content, list) else []
        assert len(found) == count, text
    assert list_texts(easel, menu).count("_I took v1 along as a reference, as you wanted._") == 1


async def test_a_conversion_asks_no_model(easel: EaselEnvironment) -> None:
    menu = await draw(easel)
    await press(easel, menu, "convert")
    assert await submit(easel, format="jpg", percent="50") == Sent(is_closed=True)
    assert len(easel.model.requests) == 1
    assert list_files(easel, menu)[-1].endswith("v2.jpg")
    converted = find_menu(easel, menu.thread_ts or "")
    assert converted.controls[0]["value"] == "vary:2.2"  # what is done here is the same each time
