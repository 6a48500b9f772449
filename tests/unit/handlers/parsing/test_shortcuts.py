"""A recipe chosen in a message's menu becomes a question of its own in the message's thread."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversation import Ignored, IncomingMessage, Person, Thread, Trigger
from bot.domain.files import FileRef
from bot.request.recipes import RECIPES, match_recipe
from bot.request.recipes.recipe import MAX_QUOTE_CHARS, split_quote
from handlers.parsing.shortcuts import parse_shortcut
from tests.support.payloads import FILE

BOT_USER = "U0EASEL"
POSTED_TS, CHOSEN_TS = "1700000000.000100", "1700000500.000200"


def build_body(message: dict[str, Any] | None = None, /, **changed: Any) -> dict[str, Any]:
    return {
        "type": "message_action",
        "token": "played",
        "action_ts": CHOSEN_TS,
        "team": {"id": "T0EASEL", "domain": "easel"},
        "user": {"id": "U0ALEX", "username": "alex", "team_id": "T0EASEL", "name": "alex"},
        "channel": {"id": "C0GENERAL", "name": "general"},
        "is_enterprise_install": False,
        "enterprise": None,
        "callback_id": "read_text",
        "trigger_id": "13345224609.738474920.8088930838d88f008e0",
        "response_url": "https://hooks.slack.com/app/T0EASEL/1/x",
        "message_ts": POSTED_TS,
        "message": {"type": "message", "user": "U0BEN", "ts": POSTED_TS, "text": ""}
        | (message or {}),
    } | changed


def parse_body(message: dict[str, Any] | None = None, **changed: Any) -> IncomingMessage:
    found = parse_shortcut(build_body(message, **changed), bot_user_id=BOT_USER)
    assert isinstance(found, IncomingMessage)
    return found


def test_it_is_a_question_of_the_one_who_chose_it_under_the_message() -> None:
    assert parse_body({"files": [FILE]}) == IncomingMessage(
        "shortcut:13345224609.738474920.8088930838d88f008e0",
        Thread("T0EASEL", "C0GENERAL", POSTED_TS),
        CHOSEN_TS,
        Person("U0ALEX", "T0EASEL"),
        "Read the text",
        Trigger.MENU,
        (FileRef("F1", "photo.png", "image/png", 12, "https://files.slack.com/b"),),
        quoted_ts=POSTED_TS,
    )


def test_on_a_message_in_a_thread_it_is_answered_in_that_thread() -> None:
    assert parse_body({"thread_ts": "1600000000.000001"}).thread.root == "1600000000.000001"
    assert parse_body({"thread_ts": POSTED_TS}).thread.root == POSTED_TS


def test_what_the_message_says_is_quoted_line_by_line() -> None:
    text = parse_body({"text": f"<@{BOT_USER}> look:\n\n1 &lt; 2 &amp; 3 --csv"}).text
    assert text == "Read the text\n\nThe message it is about:\n> look:\n> \n> 1 < 2 & 3 --csv"
    assert split_quote(text)[0] == "Read the text"


@pytest.mark.parametrize("name", RECIPES)
def test_the_question_asks_for_the_recipe_that_was_chosen(name: str) -> None:
    for text in ("", "Explain this picture", "write alt text\nocr", "> quoted\r\n```code```"):
        assert match_recipe(parse_body({"text": text}, callback_id=name).text) is RECIPES[name]


def test_a_message_of_easels_own_brings_what_easel_made() -> None:
    made = {"type": "image", "slack_file": {"id": "F7"}, "alt_text": "Picture v1"}
    own = {"user": BOT_USER, "bot_id": "B1", "text": "Picture v1", "blocks": [made]}
    (ref,) = parse_body(own).files
    assert ref.id == "F7"
    assert ref.is_declared_picture
    assert ref.url == "", "so that Slack is asked where it is"
    assert (
        parse_body(own | {"files": [{**FILE, "id": "F7"}]}).files[0].url
        == "https://files.slack.com/b"
    )


def test_a_message_passed_on_brings_its_files_and_its_text() -> None:
    passed_on = {"is_share": True, "text": "the build broke", "files": [{**FILE, "id": "F2"}]}
    found = parse_body(
        {"text": "see", "files": [FILE], "attachments": [passed_on, {"fallback": "red"}]}
    )
    assert [ref.id for ref in found.files] == ["F1", "F2"]
    assert split_quote(found.text)[1] == (
        "> see\n> \n> > [Forwarded message:]\n> > the build broke\n> >\n> > (Files: photo.png)\n"
        "> \n> red"
    )


def test_a_person_of_another_workspace_is_known_by_theirs() -> None:
    assert parse_body(user={"id": "U0EVE", "team_id": "T0OTHER"}).sender == Person(
        "U0EVE", "T0OTHER"
    )
    assert parse_body(user={"id": "U0EVE"}).sender == Person("U0EVE", "T0EASEL")
    assert parse_body(team=None).thread.team == "T0EASEL"


def test_the_same_choice_delivered_twice_has_one_name() -> None:
    assert parse_body().event_id == parse_body().event_id
    assert parse_body(trigger_id=None).event_id == f"shortcut:{CHOSEN_TS}"
    assert parse_body(trigger_id="x" * 5_000).event_id == f"shortcut:{CHOSEN_TS}"


def test_what_names_no_recipe_or_no_place_is_ignored() -> None:
    unfit: tuple[dict[str, Any], ...] = (
        {"callback_id": "delete_everything"},
        {"callback_id": None},
        {"type": "shortcut"},
        {"user": {}},
        {"team": None, "user": {"id": "U0ALEX"}},
        {"channel": {"id": ""}},
        {"action_ts": ""},
        {"action_ts": "now"},
        {"action_ts": "١٧.١"},
        {"action_ts": f"{CHOSEN_TS}; drop"},
        {"message": {"text": "no ts"}},
        {"message": {"ts": POSTED_TS, "thread_ts": "yesterday"}},
    )
    for changed in unfit:
        assert isinstance(parse_shortcut(build_body(**changed), bot_user_id=BOT_USER), Ignored), (
            changed
        )
    assert isinstance(parse_shortcut({}, bot_user_id=""), Ignored)


ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    1e308,
    "",
    "\ud800",
    "\x00",
    [],
    [[]],
    {},
    {"id": []},
    [None, 7],
)


@pytest.mark.parametrize("odd", ODD_VALUES, ids=repr)
def test_a_wrong_type_anywhere_raises_nothing(odd: Any) -> None:
    for name in build_body():
        parse_shortcut(build_body(**{name: odd}), bot_user_id=BOT_USER)
    for name in ("ts", "thread_ts", "text", "files", "blocks", "attachments"):
        parse_shortcut(build_body({name: odd}), bot_user_id=BOT_USER)
        parse_shortcut(build_body({name: [odd]}), bot_user_id=BOT_USER)
    for name in ("text", "fallback", "files"):
        parse_shortcut(build_body({"attachments": [{name: odd}]}), bot_user_id=BOT_USER)
    parse_shortcut(
        build_body({"blocks": [{"type": "image", "slack_file": odd}]}), bot_user_id=BOT_USER
    )
    parse_shortcut(build_body({"files": [dict.fromkeys(FILE, odd)]}), bot_user_id=BOT_USER)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(build_body())), JSON_VALUES), JSON_VALUES)
def test_a_payload_of_anything_raises_nothing(changed: dict[str, Any], inner: Any) -> None:
    parse_shortcut(changed, bot_user_id=BOT_USER)
    parse_shortcut(build_body(**changed), bot_user_id=BOT_USER)
    parse_shortcut(
        build_body({"text": inner, "files": inner, "attachments": inner}), bot_user_id=BOT_USER
    )


def test_what_is_huge_is_cut() -> None:
    lines = parse_body({"text": "\n" * 50 + "&amp;\n" * 500_000}).text
    assert len(split_quote(lines)[1].replace("> ", "")) <= MAX_QUOTE_CHARS
    many = [{**FILE, "id": f"F{number}"} for number in range(5_000)]
    blocks = [{"type": "image", "slack_file": {"id": f"G{n}"}} for n in range(5_000)]
    attached = [{"text": "x" * 100_000, "files": many}] * 500
    found = parse_body({"files": many, "blocks": blocks, "attachments": attached})
    assert len(found.files) == 50
    assert len(found.text) < 2 * MAX_QUOTE_CHARS


def test_no_text_is_one_that_nothing_can_store() -> None:
    found = parse_body({"text": "a\ud800b\x00c", "files": [{**FILE, "name": "\udfff"}]})
    found.text.encode()
    assert "\x00" not in found.text
    found.files[0].name.encode()
