"""Names from Slack: waited for briefly, remembered, bounded, and never in the way."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, cast

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversation import Person
from handlers.web_api.client import SlackCalls
from handlers.web_api.directory import MAX_WAIT_SECONDS, SlackDirectory
from handlers.web_api.name_cache import FAILURE_SECONDS, NAME_SECONDS, NO_SCOPE_SECONDS, NameCache
from handlers.web_api.rate_limits import RateLimiter
from tests.support.virtual_time import VirtualLoop

TEAM = "T0EASEL"


class Answer:
    """What slack_sdk returns, and what it puts into its errors."""

    def __init__(self, data: Any, *, status: int = 200, headers: Any = None) -> None:
        self.data = data
        self.status_code = status
        self.headers = headers or {}


class FakeSlack:
    """Names of a workspace. Each call takes `seconds`; `error` refuses all calls."""

    def __init__(self) -> None:
        self.people = {"U1": "Ann Lee", "U2": "Sam"}
        self.channels = {"C1": ("general", False), "C2": ("secret", True)}
        self.groups = {"S1": "designers"}
        self.seconds = 0.01
        self.error = ""
        self.status = 200
        self.calls = list[str]()

    async def users_info(self, *, user: str, include_locale: bool) -> Answer:
        await self._call(f"users.info {user}")
        if user not in self.people:
            raise self._build_error("user_not_found")
        profile = {"display_name": self.people[user], "real_name": "Real Name"}
        locale = {"locale": "de-DE"} if include_locale else {}
        return Answer({"ok": True, "user": {"id": user, "profile": profile, **locale}})

    async def users_list(self, *, limit: int, include_locale: bool, cursor: str | None) -> Answer:
        await self._call("users.list")
        start, ids = int(cursor or 0), list(self.people)
        members = [
            {"id": id_, "profile": {"display_name": self.people[id_]}, "locale": "fr-FR"}
            for id_ in ids[start : start + limit]
        ]
        more = str(start + limit) if start + limit < len(ids) else ""
        return Answer({"members": members, "response_metadata": {"next_cursor": more}})

    async def conversations_info(self, *, channel: str) -> Answer:
        await self._call(f"conversations.info {channel}")
        if channel not in self.channels:
            raise self._build_error("channel_not_found")
        name, is_private = self.channels[channel]
        kind = {"is_channel": not is_private, "is_private": is_private}
        return Answer({"ok": True, "channel": {"id": channel, "name": name, **kind}})

    async def usergroups_list(self, *, include_disabled: bool) -> Answer:
        await self._call("usergroups.list")
        assert include_disabled
        groups = [{"id": id_, "handle": handle} for id_, handle in self.groups.items()]
        return Answer({"ok": True, "usergroups": groups})

    async def _call(self, call: str) -> None:
        self.calls.append(call)
        await asyncio.sleep(self.seconds)
        if self.error:
            raise self._build_error(self.error)

    def _build_error(self, code: str) -> SlackApiError:
        headers = {"Retry-After": "30"} if self.status == 429 else {}
        answer = Answer({"ok": False, "error": code}, status=self.status, headers=headers)
        return SlackApiError(code, answer)


class Workbench:
    """A directory on a virtual clock."""

    def __init__(self, *, max_entries: int = 10_000) -> None:
        self.loop = VirtualLoop()
        self.slack = FakeSlack()
        self.directory = self.loop.run(self._build(max_entries))

    async def _build(self, max_entries: int) -> SlackDirectory:
        return SlackDirectory(
            cast(AsyncWebClient, self.slack),
            RateLimiter(self.loop.time),
            SlackCalls(),
            NameCache(self.loop.time, max_entries=max_entries),
            bot_user_id="U0EASEL",
        )

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run(work)

    def fetch(self, *ids: str, channel: str = "") -> dict[str, str]:
        return dict(self.run(self.directory.fetch_names(TEAM, ids, channel=channel)))

    def close(self) -> None:
        self.run(self.directory.close())
        self.loop.close()

    def advance(self, seconds: float) -> None:
        self.run(asyncio.sleep(seconds))


@pytest.fixture
def bench() -> Any:
    made = Workbench()
    yield made
    made.close()


def test_people_channels_and_groups_have_names(bench: Workbench) -> None:
    names = bench.fetch("U1", "U2", "C1", "S1", "U0EASEL", "B1", "D1", "")
    assert names == {
        "U1": "Ann Lee", "U2": "Sam", "C1": "general", "S1": "designers", "U0EASEL": "Easel",
    }  # fmt: skip
    assert bench.directory.find_locale(Person("U1", "T0OTHER")) == "de-DE"
    assert bench.directory.find_locale(Person("U9", TEAM)) == ""


def test_what_is_known_is_neither_waited_for_nor_asked_again(bench: Workbench) -> None:
    bench.fetch("U1", "S1")
    asked, now = list(bench.slack.calls), bench.loop.now
    bench.slack.seconds = 99.0
    work = bench.directory.fetch_names(TEAM, ["U1", "S1"])
    with pytest.raises(StopIteration) as returned:
        work.send(None)  # it ends without giving way once
    assert returned.value.value == {"U1": "Ann Lee", "S1": "designers"}
    assert (bench.slack.calls, bench.loop.now) == (asked, now)


def test_a_slow_slack_is_waited_for_300_ms_in_all_and_its_answer_is_kept(bench: Workbench) -> None:
    bench.slack.seconds = 5.0
    ids = ["U1", "C1", "S1", *(f"U9{number}" for number in range(40))]
    assert bench.fetch(*ids) == {}
    assert bench.loop.now == pytest.approx(MAX_WAIT_SECONDS)
    bench.advance(60.0)
    assert bench.fetch("U1", "C1", "S1") == {"U1": "Ann Lee", "C1": "general", "S1": "designers"}


@pytest.mark.parametrize(("waited", "left"), [(0.2, 0.1), (0.3, 0.0), (0.9, 0.0)])
def test_a_question_that_has_waited_for_names_waits_for_the_rest_of_300_ms_only(
    bench: Workbench, waited: float, left: float
) -> None:
    bench.slack.seconds = 5.0
    bench.run(bench.directory.fetch_names(TEAM, ["U1"], waited_seconds=waited))
    assert bench.loop.now == pytest.approx(left)


def test_questions_at_the_same_time_ask_once(bench: Workbench) -> None:
    async def ask_often() -> list[Any]:
        fetches = (bench.directory.fetch_names(TEAM, ["U1", "S1", "S9"]) for _ in range(50))
        return await asyncio.gather(*fetches)

    answers = bench.run(ask_often())
    assert answers == [{"U1": "Ann Lee", "S1": "designers"}] * 50
    assert sorted(bench.slack.calls) == ["usergroups.list", "users.info U1"]


def test_an_old_name_is_used_while_the_new_one_is_fetched(bench: Workbench) -> None:
    bench.fetch("U1")
    bench.slack.people["U1"], bench.slack.seconds = "Ann Smith", 5.0
    bench.advance(NAME_SECONDS + 1)
    before = bench.loop.now
    assert bench.fetch("U1") == {"U1": "Ann Lee"} and bench.loop.now == before
    bench.advance(10.0)
    assert bench.fetch("U1") == {"U1": "Ann Smith"}


def test_an_old_name_outlives_an_outage(bench: Workbench) -> None:
    bench.fetch("U1")
    bench.slack.error, bench.slack.status = "fatal_error", 500
    bench.advance(NAME_SECONDS + 1)
    for _ in range(3):
        assert bench.fetch("U1") == {"U1": "Ann Lee"}
        bench.advance(1.0)
    assert bench.slack.calls.count("users.info U1") == 2, "a failure is remembered for a while"


@pytest.mark.parametrize(
    ("code", "status", "seconds"),
    [
        ("fatal_error", 500, FAILURE_SECONDS),
        ("ratelimited", 429, FAILURE_SECONDS),
        ("user_not_found", 200, 3_600.0),
        ("user_not_visible", 200, 3_600.0),
        ("missing_scope", 200, NO_SCOPE_SECONDS),
        ("unknown_method", 200, NO_SCOPE_SECONDS),
    ],
)
def test_a_failure_is_not_asked_for_again_too_soon(
    bench: Workbench, code: str, status: int, seconds: float
) -> None:
    bench.slack.error, bench.slack.status = code, status
    assert bench.fetch("U1") == {}
    bench.advance(seconds - 1)
    before = bench.loop.now
    assert bench.fetch("U1") == {} and bench.loop.now == before
    assert len(bench.slack.calls) == 1
    bench.slack.error, bench.slack.status = "", 200
    bench.advance(2.0)
    bench.fetch("U1")  # asks again, and does not wait for what has failed before
    bench.advance(1.0)
    assert bench.fetch("U1") == {"U1": "Ann Lee"}


def test_without_the_scope_one_call_is_made_for_all_people(bench: Workbench) -> None:
    bench.slack.error = "missing_scope"
    bench.fetch("U1")
    bench.fetch("U2", "U3", "U4")
    assert bench.slack.calls == ["users.info U1"]


def test_after_the_start_most_people_are_known(bench: Workbench) -> None:
    bench.slack.people |= {f"U{number}": f"P{number}" for number in range(5_000)}
    bench.run(bench.directory.load_people())
    assert bench.slack.calls == ["users.list"] * 10
    assert bench.fetch("U1", "U1500") == {"U1": "P1", "U1500": "P1500"}
    assert bench.directory.find_locale(Person("U1", TEAM)) == "fr-FR"
    assert bench.slack.calls == ["users.list"] * 10


def test_a_start_without_the_scope_saves_further_calls(bench: Workbench) -> None:
    bench.slack.error = "missing_scope"
    bench.run(bench.directory.load_people())
    assert bench.fetch("U1") == {} and bench.slack.calls == ["users.list"]


def test_a_private_channel_is_named_only_in_itself(bench: Workbench) -> None:
    assert bench.fetch("C2", channel="C1") == {}
    assert bench.fetch("C2", channel="C2") == {"C2": "secret"}


def test_the_cache_is_bounded_and_keeps_what_is_used() -> None:
    bench = Workbench(max_entries=3)
    bench.slack.people |= {f"U{number}": f"P{number}" for number in range(3, 8)}
    bench.fetch("U1")
    for number in range(2, 8):
        bench.fetch("U1", f"U{number}")
    assert bench.slack.calls.count("users.info U1") == 1
    bench.fetch("U2")
    assert bench.slack.calls.count("users.info U2") == 2
    bench.close()


def test_calls_stay_within_slacks_tier(bench: Workbench) -> None:
    bench.slack.seconds = 0.0
    bench.slack.people |= {f"U{number}": "P" for number in range(300)}
    for number in range(300):
        bench.fetch(f"U{number}")
    assert 90 <= len(bench.slack.calls) <= 100


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ann\nLee", "Ann Lee"),
        ("Ann: [notes] I agree", "Ann (notes) I agree"),
        ("<!channel>", "(!channel)"),
        ("&lt;!channel&gt; &amp; Co", "(!channel) & Co"),
        ("\u202eeeL nnA\u2028x", "eeL nnA x"),
        ("@Ann：Lee［x］", "Ann Lee(x)"),
        ("\u3164\u2800\u200b", "Real Name"),
        ("", "Real Name"),
        ("x" * 10_000, "x" * 79 + "…"),
        ("Easel", "Easel (a person)"),
        ("Ｅasel\u200b", "Ｅasel (a person)"),
        ("اندرو\u200cلی", "اندرو لی"),
        ("Zoë 🎨", "Zoë 🎨"),
    ],
)
def test_a_hostile_name_is_one_bounded_line_without_marks(
    bench: Workbench, name: str, shown: str
) -> None:
    bench.slack.people["U1"] = name
    assert bench.fetch("U1") == {"U1": shown}


@pytest.mark.parametrize("data", [None, "<html>", [], {}, {"user": 1}, {"user": {"profile": 3}}])
def test_an_answer_of_another_shape_names_no_one(bench: Workbench, data: Any) -> None:
    async def answer(**_arguments: Any) -> Answer:
        return Answer(data)

    bench.slack.users_info = answer  # type: ignore[method-assign]
    assert bench.fetch("U1") == {}
