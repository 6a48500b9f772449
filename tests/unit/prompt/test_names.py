"""The model reads people, channels and groups by name, and each of them by one name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.conversation import Speaker, ThreadHistory, Turn
from bot.domain.tokens import estimate_tokens
from bot.prompt.names import Names, collect_mentions
from tests.support.values import build_question

NAMES = Names({"U1": "@Ann Lee", "U2": "@Ann Lee (2)", "C1": "#general", "S1": "@designers"})


def build_history(*turns: tuple[str, str, str], **more: Any) -> ThreadHistory:
    made = tuple(Turn(Speaker.PERSON, ts, text, user) for ts, user, text in turns)
    return ThreadHistory(made, **more)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("<@U1> and <@U2>", "@Ann Lee and @Ann Lee (2)"),
        ("<@U1|ann>", "@Ann Lee"),
        ("in <#C1>, <#C1|general>", "in #general, #general"),
        ("<!subteam^S1> <!subteam^S1|@designers>", "@designers @designers"),
        ("<!here> <!channel|x> <!everyone>", "@here @channel @everyone"),
        ("<@U9>", "another person"),
        ("<@B9>", "an app"),
        ("<#C9>", "another channel"),
        ("<#C9|news>", "#news"),
        ("<!subteam^S9>", "another group"),
        ("a < b, <b>, <@> and <@x>", "a < b, <b>, <@> and <@x>"),
    ],
)
def test_references_are_read_as_names(text: str, read: str) -> None:
    assert NAMES.render(text) == read


def test_two_of_one_name_are_told_apart_by_who_appeared_first() -> None:
    history = build_history(("1.0", "U9", "hi <@U5>"), ("2.0", "U1", "me too"))
    names = collect_mentions(history, build_question("and <@U7>?")).build_names(
        {"U9": "Ann Lee", "U5": "ann lee", "U1": "Ａnn Lee", "U7": "Sam", "U0ALEX": "Alex"}
    )
    assert [names.get_label(user) for user in ("U9", "U5", "U1", "U7", "U0ALEX")] == [
        "@Ann Lee", "@ann lee (2)", "@Ａnn Lee (3)", "@Sam", "@Alex",
    ]  # fmt: skip


def test_a_name_that_looks_like_a_number_of_another_is_told_apart_too() -> None:
    history = build_history(("1.0", "U1", "a"), ("2.0", "U2", "b"), ("3.0", "U3", "c"))
    names = collect_mentions(history).build_names({"U1": "Ann", "U2": "Ann (2)", "U3": "Ann"})
    assert len(set(names.labels.values())) == 3


def test_people_without_names_are_told_apart() -> None:
    history = build_history(("1.0", "U1", "a"), ("2.0", "U2", "b"), ("3.0", "B3", "c"))
    names = collect_mentions(history).build_names({})
    assert list(names.labels.values()) == ["@another person", "@another person (2)", "@an app"]


def test_a_label_stays_when_older_messages_are_summarized_and_others_are_found_again() -> None:
    known = {"U1": "Ann", "U2": "Ann", "U3": "Ann"}
    turns = (("1.0", "U1", "a"), ("2.0", "U2", "b"), ("3.0", "U2", "c"), ("4.0", "U1", "d"))
    before = collect_mentions(build_history(*turns)).build_names(known)
    found = (Turn(Speaker.PERSON, "2.0", "b <@U3>", "U2"),)
    after = collect_mentions(
        build_history(
            *turns[2:],
            summary="<@U2> wants blue",
            summarized=True,
            retrieved=found,
            authors=(("U2", "2.0"), ("U1", "1.0")),
        )
    ).build_names(known)
    assert {user: after.labels[user] for user in before.labels} == dict(before.labels)
    assert after.labels["U3"] == "@Ann (3)"


def test_a_thread_of_a_thousand_people_is_bounded_and_holds_the_asker() -> None:
    turns = [(f"{number}.0", f"U{number}", f"<@U9{number}>") for number in range(1_000)]
    question = build_question("who?")
    mentions = collect_mentions(build_history(*turns), question)
    assert len(mentions.list_unnamed()) <= 501 and "U0ALEX" in mentions.list_unnamed()


def test_the_name_that_comes_with_a_channel_is_not_told_unless_the_directory_tells_it() -> None:
    mentions = collect_mentions(build_history(("1.0", "U1", "<#C1|lay-offs> <!subteam^S1|@crew>")))
    assert mentions.list_unnamed() == ["U1", "C1"]
    assert dict(mentions.build_names({}).labels) == {
        "U1": "@another person", "C1": "another channel", "S1": "@crew",
    }  # fmt: skip
    assert mentions.build_names({"C1": "ops"}).labels["C1"] == "#ops"


def test_made_up_references_leave_no_author_without_a_name() -> None:
    made_up = " ".join(f"<@U{number:05}>" for number in range(900))
    history = build_history(("1.0", "UX", made_up), ("2.0", "U7A", "hi"), ("3.0", "U8A", made_up))
    assert {"UX", "U7A", "U8A"} <= set(collect_mentions(history).list_unnamed())
    assert len(collect_mentions(history).list_unnamed()) <= 110


def test_a_summary_is_stored_with_ids_and_read_with_names() -> None:
    written = "@Ann Lee wants blue, @Ann Lee (2) red; see #general, @designers. mail x@Ann Lees"
    stored = NAMES.restore_ids(written)
    assert stored == ("<@U1> wants blue, <@U2> red; see <#C1>, <!subteam^S1>. mail x@Ann Lees")
    assert NAMES.render(stored) == written


def test_tokens_are_those_of_the_names_and_not_of_the_ids() -> None:
    history = build_history(("1.0", "U1", "<@U1> " * 3_000), ("2.0", "U1", "hi"))
    names = Names({"U1": "@" + "Ann " * 20})
    named = names.render_history(replace(history, summary="<@U1> " * 3_000, summary_tokens=5))
    assert named.turns[0].tokens == estimate_tokens(named.turns[0].text) > 40_000
    assert named.summary_tokens == estimate_tokens(named.summary)
    assert named.turns[1] is history.turns[1]
