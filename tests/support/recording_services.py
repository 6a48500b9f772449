"""Services for payloads that are tested without a running Easel: they record what is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

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

TS = "1700000000.000100"


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

    async def restart_changed(self) -> None:
        self._record("restart_changed")

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
