"""A question of a form is noted before it is posted: what was posted is answered after a crash."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.answers.asks import PendingAsk
from bot.domain.conversation import IncomingMessage, Thread, Trigger
from bot.domain.errors import SlackError, TransientError
from bot.domain.safe_text import SafeText
from bot.queue.forms.asks import GIVE_UP_SECONDS, AskDesk
from tests.support.clock import Clock
from tests.support.recording_services import MemoryAsks
from tests.support.values import ALEX

ASK = PendingAsk("U0ALEX:1.0", ALEX, "C0GENERAL", "say hello", "1.0")
TS = "1700000000.000100"


class Place:
    """Posts a question once, and stores it, until something fails."""

    def __init__(self) -> None:
        self.posted: dict[str, str] = {}
        self.stored: list[IncomingMessage] = []
        self.failure: Exception | None = None
        self.failing = ""
        self.is_full = False

    async def post_once(
        self, team: str, channel: str, text: SafeText, ask_id: str, *, since: str
    ) -> Thread:
        self.posted.setdefault(ask_id, TS)
        return Thread(team, channel.replace("U", "D"), TS)

    async def find_thread(
        self, team: str, channel: str, ask_id: str, *, since: str
    ) -> Thread | None:
        if self.failure is not None and self.failing in ("", ask_id):
            raise self.failure
        return Thread(team, channel, TS) if ask_id in self.posted else None

    async def submit(self, message: IncomingMessage) -> None:
        if self.is_full:
            raise TransientError("full")
        self.stored.append(message)


async def test_what_is_asked_leaves_no_note() -> None:
    place, store = Place(), MemoryAsks()
    await AskDesk(store, place, place).ask(ASK, SafeText("**Alex** asks:"))
    (question,) = place.stored
    assert (question.thread.root, question.ts, question.sender) == (TS, TS, ALEX)
    assert (question.trigger, question.event_id) == (Trigger.MENTION, "ask:U0ALEX:1.0")
    assert store.asks == {}


async def test_what_was_posted_and_not_stored_is_stored_later_and_once() -> None:
    place, store = Place(), MemoryAsks()
    desk = AskDesk(store, place, place)
    place.is_full = True
    with pytest.raises(TransientError):
        await desk.ask(ASK, SafeText("**Alex** asks:"))
    await desk.take_up()
    assert store.asks and not place.stored
    place.is_full = False
    for _ in range(2):
        await desk.take_up()
    assert [one.text for one in place.stored] == ["say hello"] and store.asks == {}


@pytest.mark.parametrize("failure", [None, SlackError("not_in_channel")])
async def test_what_was_never_posted_is_not_asked(failure: SlackError | None) -> None:
    place, store = Place(), MemoryAsks()
    place.failure = failure
    await store.put(ASK)
    await AskDesk(store, place, place).take_up()
    assert not place.stored and store.asks == {}


async def test_where_slack_does_not_answer_it_is_looked_for_again() -> None:
    place, store = Place(), MemoryAsks()
    place.failure = TransientError("away")
    await store.put(ASK)
    await AskDesk(store, place, place).take_up()
    assert store.asks


async def test_one_that_cannot_be_looked_for_holds_up_no_other_and_is_given_up() -> None:
    place, store, clock = Place(), MemoryAsks(), Clock()
    other = replace(ASK, id="U0SAM:2.0", words="say more")
    place.failure, place.failing = TransientError("away"), ASK.id
    place.posted[other.id] = TS
    for ask in (ASK, other):
        await store.put(ask)
    desk = AskDesk(store, place, place, clock=lambda: clock.now)
    for _ in range(3):
        await desk.take_up()
    assert [one.text for one in place.stored] == ["say more"] and list(store.asks) == [ASK.id]
    clock.now += GIVE_UP_SECONDS
    await desk.take_up()
    assert store.asks == {} and len(place.stored) == 1


async def test_the_channel_that_a_post_has_told_is_known_after_a_crash() -> None:
    place, store = Place(), MemoryAsks()
    place.is_full = True
    with pytest.raises(TransientError):
        await AskDesk(store, place, place).ask(replace(ASK, channel="U0ALEX"), SafeText("hi"))
    assert [ask.channel for ask in store.asks.values()] == ["D0ALEX"]
