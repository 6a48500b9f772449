"""Payloads through the real Bolt: what each surface calls, and what is acknowledged."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult

from bot.domain.answers.asks import PendingAsk
from bot.domain.answers.presses import EarlierAnswer
from bot.domain.answers.steering import MessageEdit, StopResult
from bot.domain.conversation import IncomingMessage, Person, Thread
from bot.domain.errors import EaselError, TransientError
from bot.domain.messages import Message
from bot.domain.pictures.presses import PictureAction, PictureName, PictureWish
from bot.domain.ports import ChooseLanguage, choose_english
from bot.domain.questions import Presser, PressResult
from bot.domain.safe_text import SafeText
from bot.domain.stores.feedback import AnswerName, Fault, Verdict
from bot.domain.stores.recipes import RecipePlace, SavedRecipe, SaveResult
from bot.queue.forms.asks import AskDesk
from bot.queue.picture_presses import PictureOffer
from bot.request.recipes import RECIPES
from handlers import register_all

BOT_USER = "U0EASEL"
TS = "1700000000.000100"
PICTURE = {"id": "F1", "name": "a.png", "mimetype": "image/png"}


async def authorize() -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=None, team_id="T0EASEL", bot_user_id=BOT_USER, bot_token="xoxb-played"
    )


class MemoryAsks:
    """Implements `bot.domain.stores.asks.AskStore`."""

    def __init__(self) -> None:
        self.asks: dict[str, PendingAsk] = {}

    async def put(self, ask: PendingAsk) -> None:
        self.asks[ask.id] = ask

    async def note_channel(self, ask_id: str, channel: str) -> None:
        self.asks[ask_id] = replace(self.asks[ask_id], channel=channel)

    async def remove(self, ask_id: str) -> None:
        self.asks.pop(ask_id, None)

    async def list_left(self, seconds: float) -> list[PendingAsk]:
        return list(self.asks.values())


class RecordingServices:
    """Implements `handlers.services.Services`, the queue and the deletion; records the calls."""

    watch_channels = frozenset({"C0WATCHED"})
    answered_apps = frozenset({"A0FRIEND"})
    home_teams = frozenset({"T0EASEL"})
    key = b"a key of Easel's own"
    has_room = True

    def __init__(self, *, is_failing: bool = False) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.messages: list[IncomingMessage] = []
        self.opened: list[dict[str, Any]] = []
        self.refusal: EaselError | None = None
        self.offered = PictureOffer(3)
        self.left: list[tuple[str, int]] = []
        self.saved: dict[tuple[RecipePlace, str], SavedRecipe] = {}
        self.posted: list[tuple[str, str, str]] = []
        self.membership: dict[str, bool | None] = {"C0GENERAL": True, "C0UNKNOWN": None}
        self.shown = {f"C0GENERAL {TS}": {"user": "U0BEN", "ts": TS, "text": "a & b"}}
        self._is_failing = is_failing

    @property
    def choose_language(self) -> ChooseLanguage:
        return choose_english

    @property
    def queue(self) -> RecordingServices:
        return self

    @property
    def steering(self) -> RecordingServices:
        return self

    @property
    def removals(self) -> RecordingServices:
        return self

    @property
    def deletion(self) -> RecordingServices:
        return self

    @property
    def bot_users(self) -> RecordingServices:
        return self

    @property
    def views(self) -> RecordingServices:
        return self

    @property
    def feedback(self) -> RecordingServices:
        return self

    @property
    def pictures(self) -> RecordingServices:
        return self

    async def offer(
        self, name: PictureName, presser: Presser, action: PictureAction
    ) -> PictureOffer | PressResult:
        self._record("offer", name, presser.person.id, action)
        return self.offered if name.question_id == 7 else PressResult.GONE

    async def ask(self, name: PictureName, presser: Presser, wish: PictureWish) -> PressResult:
        self._record("ask", name, presser, wish)
        return PressResult.ASKED

    async def keep_reference(self, name: PictureName, presser: Presser) -> PressResult:
        self._record("keep_reference", name, presser)
        return PressResult.ASKED

    @property
    def asks(self) -> RecordingServices:
        return self

    @property
    def recipes(self) -> RecordingServices:
        return self

    @property
    def is_for_mentions_only(self) -> Callable[[str, str], bool]:
        return lambda team, channel: channel == "C0QUIET"

    def list_names(self, place: RecipePlace) -> Sequence[str]:
        return sorted(name for held, name in self.saved if held == place)

    def find_name(self, place: RecipePlace, name: str) -> str:
        return name if (place, name) in self.saved else ""

    async def fetch(self, place: RecipePlace, name: str) -> SavedRecipe | None:
        return self.saved.get((place, name))

    async def save(self, place: RecipePlace, recipe: SavedRecipe) -> SaveResult:
        self.saved[place, recipe.name] = recipe
        return SaveResult.NEW

    async def delete(self, place: RecipePlace, name: str) -> bool:
        return self.saved.pop((place, name), None) is not None

    async def is_member(self, person: Person, channel: str) -> bool | None:
        return self.membership.get(channel, False)

    async def find_direct(self, person: Person) -> str:
        return f"D{person.id[1:]}"

    async def fetch_name(self, person: Person, channel: str) -> str:
        return "Alex *<!here>*"

    async def post_once(
        self, team: str, channel: str, text: SafeText, ask_id: str, *, since: str
    ) -> Thread:
        if self.refusal is not None:
            raise self.refusal
        self.posted.append((channel, text, ask_id))
        return Thread(team, channel, TS)

    async def find_thread(
        self, team: str, channel: str, ask_id: str, *, since: str
    ) -> Thread | None:
        return None

    @property
    def ask_desk(self) -> AskDesk:
        return AskDesk(MemoryAsks(), self, self)

    @property
    def presses(self) -> RecordingServices:
        return self

    async def answer_again(self, answer: AnswerName, presser: Presser) -> PressResult:
        self._record("answer_again", answer, presser)
        return PressResult.ASKED

    async def resume(self, answer: AnswerName, presser: Presser) -> PressResult:
        self._record("resume", answer, presser)
        return PressResult.ASKED

    async def copy(self, answer: AnswerName, presser: Presser) -> PressResult:
        self._record("copy", answer, presser)
        return PressResult.ASKED

    async def find_earlier(
        self, answer: AnswerName, presser: Presser
    ) -> EarlierAnswer | PressResult:
        self._record("find_earlier", answer, presser)
        return EarlierAnswer("as it was")

    async def describe_cost(self, answer: AnswerName, presser: Presser) -> Message | PressResult:
        self._record("describe_cost", answer, presser)
        return PressResult.NOT_THEIRS

    async def describe_views(self, answer: AnswerName, presser: Presser) -> Message | PressResult:
        self._record("describe_views", answer, presser)
        return PressResult.GONE

    @property
    def count_feedback(self) -> Callable[[str], None]:
        return lambda verdict: self._record("count_feedback", verdict)

    async def record(
        self, answer: AnswerName, person: str, verdict: Verdict, *, pressed_at: str
    ) -> bool:
        self._record("record", answer, person, verdict, pressed_at)
        return answer.question_id == 7

    async def explain(
        self, answer: AnswerName, person: str, faults: tuple[Fault, ...], words: str
    ) -> bool:
        self._record("explain", answer, person, faults, words)
        return answer.question_id == 7

    async def open_view(self, trigger_id: str, view: Mapping[str, Any]) -> None:
        self._record("open_view", trigger_id)
        self.opened.append(dict(view))

    async def fetch_message(self, thread: Thread, ts: str) -> Mapping[str, Any] | None:
        if self.refusal is not None:
            raise self.refusal
        return self.shown.get(f"{thread.channel} {ts}")

    async def is_bot(self, user_id: str) -> bool:
        return user_id == "U0ALERTS"

    async def submit(self, message: IncomingMessage) -> None:
        self._record("submit", message.text)
        self.messages.append(message)

    async def retry(
        self, question_id: int, channel: str, presser: Presser, *, go_on: bool
    ) -> PressResult:
        self._record("retry", question_id, channel, presser.person.id, go_on)
        return PressResult.ASKED

    async def ask_apart(self, question_id: int, channel: str, presser: Presser) -> PressResult:
        self._record("ask_apart", question_id, channel, presser)
        return PressResult.ASKED

    async def stop_question(self, team: str, channel: str, ts: str) -> None:
        self._record("stop_question", team, channel, ts)

    async def take(self, message: IncomingMessage) -> bool:
        if message.text != "stop":
            return False
        self._record("take", message.text)
        return True

    async def leave(self, message: IncomingMessage) -> None:
        """Noted apart: nothing but a wish to leave is a call that counts."""
        self.left.append((message.text, len(self.messages)))

    async def take_edit(self, edit: MessageEdit) -> bool:
        self._record("take_edit", edit.ts, edit.text)
        return True

    async def stop_deleted(self, team: str, channel: str, ts: str) -> None:
        self._record("stop_deleted", team, channel, ts)

    def note_deletion(self, team: str, channel: str, ts: str) -> None:
        """Left without a record: what it changes, the store knows."""

    async def stop_thread(self, thread: Thread) -> bool:
        self._record("stop_thread", thread)
        return False

    async def stop_by_press(
        self, question_id: int, channel: str, person: Person, *, version: int
    ) -> StopResult:
        self._record("stop_by_press", question_id, channel, person.id, version)
        return StopResult.STOPPED

    def offer_soon(self, team: str, channel: str, ts: str) -> None:
        """Left without a record: whether there is something to offer, the store knows."""

    async def remove(self, question_id: int, channel: str, person: Person) -> bool:
        self._record("remove", question_id, channel, person.id)
        return True

    async def note_title(self, thread: Thread) -> None:
        self._record("note_title", thread)

    async def forget_file(self, file_id: str) -> None:
        self._record("forget_file", file_id)

    async def forget_message(self, team: str, channel: str, ts: str) -> None:
        self._record("forget_message", team, channel, ts)

    async def forget_answer(self, thread: Thread, ts: str, file_ids: Sequence[str]) -> None:
        self._record("forget_answer", thread, ts, tuple(file_ids))

    def _record(self, *call: Any) -> None:
        self.calls.append(call)
        if self._is_failing:
            raise TransientError("the store is away")


def build_app(services: RecordingServices) -> AsyncApp:
    """Build Bolt's app, with the listeners of every surface."""
    app = AsyncApp(
        name="easel",
        authorize=authorize,
        signing_secret="",
        logger=logging.getLogger("easel.slack"),
        process_before_response=True,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    register_all(app, services)
    return app


async def dispatch(services: RecordingServices, payload: dict[str, Any]) -> int:
    """Return the status that Bolt answers with: 200 is an acknowledgement."""
    app = build_app(services)
    request = AsyncBoltRequest(body=json.dumps(payload), mode="socket_mode")
    response = await app.async_dispatch(request)
    assert response is not None
    return response.status


def build_event(event_type: str = "message", **event: Any) -> dict[str, Any]:
    basic = {"type": event_type, "user": "U0ALEX", "channel": "C0GENERAL", "ts": TS}
    return {
        "type": "event_callback",
        "team_id": "T0EASEL",
        "event_id": "Ev1",
        "event": basic | event,
    }


def build_press(action_id: str, value: str = "7", **changed: Any) -> dict[str, Any]:
    button = {"type": "button", "action_id": action_id, "block_id": "b", "value": value}
    return {
        "type": "block_actions",
        "team": {"id": "T0EASEL"},
        "user": {"id": "U0ALEX"},
        "channel": {"id": "C0GENERAL"},
        "actions": [button | {"action_ts": "1700000500.000200"}],
    } | changed


def build_shortcut(**changed: Any) -> dict[str, Any]:
    return {
        "type": "message_action",
        "action_ts": "1700000500.000200",
        "team": {"id": "T0EASEL"},
        "user": {"id": "U0ALEX"},
        "channel": {"id": "C0GENERAL"},
        "callback_id": "read_text",
        "trigger_id": "1.2.3",
        "message": {"type": "message", "user": "U0BEN", "ts": TS, "text": ""},
    } | changed


THREAD = Thread("T0EASEL", "C0GENERAL", TS)
CHANGED: dict[str, Any] = {
    "subtype": "message_changed",
    "message": {"files": [PICTURE | {"mode": "tombstone"}]},
}
EDITED: dict[str, Any] = {
    "subtype": "message_changed",
    "message": {
        "user": "U0ALEX",
        "ts": TS,
        "text": f"<@{BOT_USER}> hi",
        "edited": {"user": "U0ALEX", "ts": "1700000900.000100"},
    },
    "previous_message": {"user": "U0ALEX", "ts": TS, "text": "hi"},
}
BY_APP: dict[str, Any] = {"bot_id": "B0RELAY", "app_id": "A0RELAY", "bot_profile": {"name": "R"}}
DELETED: dict[str, Any] = {"subtype": "message_deleted", "deleted_ts": TS}
OWN_MESSAGE = {"user": BOT_USER, "ts": TS, "thread_ts": TS, "files": [PICTURE]}
SURFACES: list[tuple[dict[str, Any], list[tuple[Any, ...]]]] = [
    (build_event("app_mention", text=f"<@{BOT_USER}> hi"), [("submit", "hi")]),
    (build_event(text=f"<@{BOT_USER}> hi"), [("submit", "hi")]),
    (build_event(text="hi", subtype="thread_broadcast", thread_ts="1.2"), [("submit", "hi")]),
    (build_event(subtype="file_share", channel="C0WATCHED", files=[PICTURE]), [("submit", "")]),
    (build_event(text=f"<@{BOT_USER}> stop"), [("take", "stop")]),
    (build_event(text="lunch?"), []),
    (build_event(text=f"<@{BOT_USER}> hi", **BY_APP), [("submit", "hi")]),
    (build_event(text=f"<@{BOT_USER}> hi", **BY_APP | {"user": "U0ALERTS"}), []),
    (
        build_event(
            text=f"<@{BOT_USER}> hi", **BY_APP | {"user": "U0ALERTS", "app_id": "A0FRIEND"}
        ),
        [("submit", "hi")],
    ),
    (build_event(**EDITED), [("take_edit", TS, "hi"), ("submit", "hi")]),
    (
        build_event(**EDITED | {"message": {**EDITED["message"], **CHANGED["message"]}}),
        [("forget_file", "F1"), ("take_edit", TS, "hi"), ("submit", "hi")],
    ),
    (
        build_event(**DELETED),
        [
            ("stop_question", "T0EASEL", "C0GENERAL", TS),
            ("forget_message", "T0EASEL", "C0GENERAL", TS),
            ("stop_deleted", "T0EASEL", "C0GENERAL", TS),
        ],
    ),
    (
        build_event(**DELETED | {"previous_message": OWN_MESSAGE}),
        [
            ("forget_answer", THREAD, TS, ("F1",)),
            ("stop_deleted", "T0EASEL", "C0GENERAL", TS),
        ],
    ),
    (build_event(**CHANGED), [("forget_file", "F1")]),
    (build_event("file_deleted", file_id="F1"), [("forget_file", "F1")]),
    (build_event("agent_session_stopped", thread_ts=TS), [("stop_thread", THREAD)]),
    (
        build_event("agent_session_title_changed", thread_ts=TS, title="Ours"),
        [("note_title", THREAD)],
    ),
    (build_event("agent_session_title_changed", thread_ts=TS, user=BOT_USER), []),
    (build_event("agent_session_title_changed", title="of no thread"), []),
    (build_press("easel_stop", "7.2"), [("stop_by_press", 7, "C0GENERAL", "U0ALEX", 2)]),
    (build_press("easel_stop", "7; DROP"), []),
    (build_press("easel_delete", "7.2"), [("remove", 7, "C0GENERAL", "U0ALEX")]),
    (build_press("easel_delete", "7", user={"id": "U0EVE", "team_id": "T0ELSEWHERE"}), []),
    (build_press("easel_stop", "7", user={"id": "U0EVE", "team_id": "T0ELSEWHERE"}), []),
    (build_press("easel_retry"), [("retry", 7, "C0GENERAL", "U0ALEX", False)]),
    (build_press("easel_go_on"), [("retry", 7, "C0GENERAL", "U0ALEX", True)]),
    (build_shortcut(), [("submit", "Read the text")]),
    (build_event(subtype="channel_join"), []),
    (build_event("reaction_added"), []),
    (build_press("of_an_older_version"), []),
    (
        build_press("easel_retry") | {"actions": [{"type": "button", "action_id": "easel_retry"}]},
        [],
    ),
]


@pytest.mark.parametrize(("payload", "calls"), SURFACES)
async def test_each_payload_reaches_its_surface_and_is_acknowledged(
    payload: dict[str, Any], calls: list[tuple[Any, ...]]
) -> None:
    services = RecordingServices()
    assert await dispatch(services, payload) == 200
    assert services.calls == calls


@pytest.mark.parametrize("payload", [payload for payload, calls in SURFACES if calls])
async def test_what_is_not_stored_is_not_acknowledged(payload: dict[str, Any]) -> None:
    services = RecordingServices(is_failing=True)
    assert await dispatch(services, payload) == 500
    assert len(services.calls) == 1


@pytest.mark.parametrize("name", RECIPES)
async def test_every_recipe_is_listened_to_stored_and_acknowledged(name: str) -> None:
    services = RecordingServices()
    assert await dispatch(services, build_shortcut(callback_id=name)) == 200
    assert [message.text for message in services.messages] == [RECIPES[name].title]


async def test_what_is_no_recipe_is_acknowledged_and_ignored() -> None:
    services = RecordingServices()
    for changed in (
        {"callback_id": "of_an_older_manifest"},
        {"type": "shortcut", "callback_id": "read_text"},
        {"action_ts": "never"},
    ):
        assert await dispatch(services, build_shortcut(**changed)) == 200
    assert services.calls == []
