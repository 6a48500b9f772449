"""Old messages are folded into a summary in rare steps, and what is sent stays the same between."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.answering import summarize
from bot.playground.model.talk import PlayedAnswer, PlayedRequest
from bot.playground.model.wire import ENTRY
from bot.playground.slack import PlayedSlack
from bot.queue import fairness
from tests.support.clock import Clock
from tests.support.easel import DM, QUICK_RULES, EaselEnvironment, run_easel, wait_until
from tests.support.provider_settings import build_openai_settings

HOUR = 3_600.0
TALK = "Let us talk about the harbour and its cranes, the ships and their crews. " * 12
FACT = "say noted. The budget code of project Heron is HX-7741 and Mira signs for it."
SUMMARY_NOTE = "This is not a message of a person"
PROVIDERS: dict[str, dict[str, Any]] = {
    "openrouter": {"EASEL_DATA_POLICY": "data_collection=deny"},
    "openai": build_openai_settings(),
    "compatible": {"EASEL_PROVIDER": "compatible", "EASEL_MODEL": "local"},
    "text only": {"EASEL_DEFAULTS": "--text-only"},
}


class Conversation:
    """A person who asks at a rhythm, in one thread. `pause` is in seconds of Slack's clock."""

    def __init__(self, easel: EaselEnvironment, clock: Clock, pause: float) -> None:
        self._easel, self._clock, self._pause = easel, clock, pause
        self._root: str | None = None
        easel.model.meter._clock = clock

    async def ask(self, *questions: str) -> None:
        for question in questions:
            root = await self._easel.ask(question, channel=DM, thread_ts=self._root)
            self._root = self._root or root
            self._clock.now += self._pause

    async def talk(self, count: int) -> None:
        await self.ask(*(f"say {number} {TALK}" for number in range(count)))

    async def delete(self, words: str) -> None:
        """Delete the person's message that holds `words`."""
        slack = self._easel.slack
        thread = slack.workspace.list_thread(DM, self._root or "")
        slack.delete_message(DM, next(message.ts for message in thread if words in message.text))
        await slack.wait_until_quiet()


@asynccontextmanager
async def open_conversation(
    folder: Path, pause: float = 30.0, **settings: Any
) -> AsyncIterator[tuple[EaselEnvironment, Conversation]]:
    clock = Clock()
    async with (
        PlayedSlack(QUICK_RULES, clock=clock) as slack,
        run_easel(folder, slack=slack, EASEL_SLACK_RATE=1000, **settings) as easel,
    ):
        yield easel, Conversation(easel, clock, pause)


@pytest.fixture(autouse=True)
def _allow_many_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many questions of one person in a real minute look like a loop of programs."""
    monkeypatch.setattr(fairness, "LOOP_WINDOW_SECONDS", 0.0)


def list_bodies(easel: EaselEnvironment) -> list[tuple[bool, dict[str, Any]]]:
    """List the requests, and whether each is for a summary."""
    return [(SUMMARY_NOTE in str(body), body) for body in easel.model.requests]


def count_summaries(easel: EaselEnvironment) -> int:
    return sum(is_summary for is_summary, _ in list_bodies(easel))


def list_answers_before_summaries(easel: EaselEnvironment) -> list[int]:
    """List how many questions had been asked before each request for a summary."""
    flags = [is_summary for is_summary, _ in list_bodies(easel)]
    return [flags[:place].count(False) for place, is_summary in enumerate(flags) if is_summary]


def split_body(body: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    """Split a request into what the provider reads first, and its messages but for the last."""
    messages = body.get("messages") or body["input"]
    names = ("model", "instructions", "tools", "modalities", "response_format", "text", "reasoning")
    return {name: body.get(name) for name in names}, messages[:-1]


async def test_a_brisk_thread_takes_at_most_one_summary_for_eight_answers(tmp_path: Path) -> None:
    async with open_conversation(tmp_path) as (easel, conversation):
        await conversation.ask(FACT)
        for answers in range(2, 41):
            await conversation.talk(1)
            assert count_summaries(easel) <= answers / 8
        assert count_summaries(easel) >= 2
        await conversation.ask("say ok, what was the budget code of project Heron?")
        assert "HX-7741" in str(easel.get_last_request())


async def test_short_messages_are_never_folded_while_the_cache_serves_them(tmp_path: Path) -> None:
    async with open_conversation(tmp_path) as (easel, conversation):
        await conversation.ask(*(f"say {number} is fine" for number in range(30)))
        assert count_summaries(easel) == 0


async def test_with_long_pauses_a_thread_is_folded_after_every_eight_answers(
    tmp_path: Path,
) -> None:
    async with open_conversation(tmp_path, pause=HOUR) as (easel, conversation):
        await conversation.talk(18)
        assert list_answers_before_summaries(easel) == [8, 16]


@pytest.mark.parametrize("settings", PROVIDERS.values(), ids=PROVIDERS)
async def test_between_two_folds_a_request_only_grows_and_a_summary_begins_like_a_question(
    tmp_path: Path, settings: dict[str, Any]
) -> None:
    async with open_conversation(tmp_path, pause=HOUR, **settings) as (easel, conversation):
        for _ in range(26):
            await conversation.talk(1)
            if count_summaries(easel) == 2:
                break
        await conversation.talk(1)
        bodies = list_bodies(easel)
    assert sum(is_summary for is_summary, _ in bodies) >= 2
    policy = {"data_collection": "deny"} if "EASEL_DATA_POLICY" in settings else None
    assert all(body.get("provider") == policy for _, body in bodies)
    for (was_summary, before), (is_summary, after) in itertools.pairwise(bodies):
        (head_before, messages_before), (head, messages) = split_body(before), split_body(after)
        assert head == head_before, "the provider's cache goes by the very beginning"
        if is_summary:
            assert messages == messages_before
        elif not was_summary:
            assert messages[: len(messages_before)] == messages_before
            assert len(messages) == len(messages_before) + 2


async def test_a_summary_while_the_cache_is_warm_is_read_from_it(tmp_path: Path) -> None:
    async with open_conversation(tmp_path) as (easel, conversation):
        await conversation.talk(20)
        rows = [row for row in easel.list_model_requests() if row["purpose"] == "summary"]
    assert rows and all(row["cached_tokens"] > 0.9 * row["prompt_tokens"] - 200 for row in rows)


def speak_without_summaries(easel: EaselEnvironment) -> Callable[[PlayedRequest], PlayedAnswer]:
    speak_normally = easel.model.speak

    def speak(request: PlayedRequest) -> PlayedAnswer:
        is_summary = any(SUMMARY_NOTE in note for note in request.notes)
        return PlayedAnswer("") if is_summary else speak_normally(request)

    return speak


async def test_where_summaries_fail_they_are_asked_for_ever_more_rarely(tmp_path: Path) -> None:
    async with open_conversation(tmp_path, pause=HOUR) as (easel, conversation):
        speak_normally, easel.model.speak = easel.model.speak, speak_without_summaries(easel)
        await conversation.talk(20)
        assert list_answers_before_summaries(easel) == [8, 16]
        easel.model.speak = speak_normally
        await conversation.talk(22)
        assert list_answers_before_summaries(easel) == [8, 16, 32, 40]


async def test_before_the_context_runs_out_a_thread_is_folded_whatever_it_costs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = {"context_length": 6_000, "max_completion_tokens": 1_000}
    monkeypatch.setattr(
        "bot.playground.model.wire.ENTRY",
        {**ENTRY, "context_length": 6_000, "top_provider": limits},
    )
    async with open_conversation(tmp_path, EASEL_MAX_TOKENS=1000) as (easel, conversation):
        await wait_until((tmp_path / "catalogue").exists)
        await conversation.ask(FACT)
        await conversation.talk(8)
        assert count_summaries(easel) >= 1
        await conversation.talk(16)
        rows = easel.list_model_requests()
        assert {row["outcome"] for row in rows} == {"answered"}, "no one was asked what to omit"
        assert len(rows) == 25 + count_summaries(easel)
        assert count_summaries(easel) <= 25 / 8
        # What is left out until the next summary is said.
        texts = [
            message.text
            for message in easel.slack.workspace.list_thread(DM, conversation._root or "")
        ]
        assert any("I left out its oldest" in text for text in texts)


async def test_what_a_limit_of_turns_would_cut_off_is_in_the_summary_first(tmp_path: Path) -> None:
    async with open_conversation(tmp_path, EASEL_HISTORY_TURNS=18) as (easel, conversation):
        await conversation.ask(FACT)
        for number in range(24):
            await conversation.ask(f"say {number} is fine")
            assert "HX-7741" in str(easel.get_last_request()), "word for word or in the summary"


async def test_where_a_budget_has_no_room_for_a_picture_a_summary_is_asked_for_in_words_only(
    tmp_path: Path,
) -> None:
    budgets = {"EASEL_BUDGETS": "user/day=0.70"}
    async with open_conversation(tmp_path, pause=HOUR, **budgets) as (easel, conversation):
        await conversation.talk(8)
        (summary,) = [body for is_summary, body in list_bodies(easel) if is_summary]
        assert summary["modalities"] == ["text"]


async def test_a_folded_message_that_is_deleted_is_in_no_later_request(tmp_path: Path) -> None:
    async with open_conversation(tmp_path, pause=HOUR) as (easel, conversation):
        await conversation.ask("say hello", FACT)
        await conversation.talk(6)
        assert count_summaries(easel) == 1
        await conversation.delete("say noted")
        await conversation.ask("say ok, what was the budget code of project Heron?")
        await conversation.talk(1)
        later = [str(body) for body in easel.model.requests[9:]]
    assert len(later) == 3 and not any("say noted" in body for body in later)
    assert [SUMMARY_NOTE in body for body in later] == [False, True, False], "it is made again"


async def test_a_summary_begins_where_the_last_one_ended_however_much_is_left_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Threads that are longer than what is loaded: a summary stands for all before its last message.
    monkeypatch.setattr(summarize, "_MAX_LOADED_TURNS", 12)
    async with open_conversation(tmp_path, pause=HOUR, EASEL_HISTORY_TURNS=3) as (
        easel,
        conversation,
    ):
        await conversation.ask(FACT)
        await conversation.talk(15)
        summaries = [str(body) for is_summary, body in list_bodies(easel) if is_summary]
        assert summaries and "HX-7741" in summaries[0]
        assert len(summaries) <= 2
