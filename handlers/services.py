"""The services that listeners call, as protocols. `bot/app/` passes the real ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from bot.domain.answers.presses import EarlierAnswer
from bot.domain.answers.steering import MessageEdit, StopResult
from bot.domain.conversation import IncomingMessage, Person, Thread
from bot.domain.messages import Message
from bot.domain.ports import ChooseLanguage
from bot.domain.questions import Presser, PressResult
from bot.domain.safe_text import SafeText
from bot.domain.stores.feedback import AnswerName, Fault, Verdict
from bot.domain.stores.recipes import RecipeBook


class QueueService(Protocol):
    """Stores questions."""

    @property
    def has_room(self) -> bool:
        """Whether there is use in reading an event: while more come than can be stored, it would
        only take the time of those that can."""
        ...

    async def submit(self, message: IncomingMessage) -> None:
        """Store `message`; it is committed when this returns.

        Raises `TransientError` if it was not stored: Slack should deliver it again.
        """
        ...

    async def retry(
        self, question_id: int, channel: str, presser: Presser, *, go_on: bool
    ) -> PressResult:
        """Ask a question of `channel` again, for the person who pressed; committed when this
        returns."""
        ...

    async def ask_apart(self, question_id: int, channel: str, presser: Presser) -> PressResult:
        """Ask a question of `channel` once more, without what its answer took along; committed
        when this returns. Only once."""
        ...

    async def stop_question(self, team: str, channel: str, ts: str) -> None:
        """End the answer to the message at `ts`, if it is in progress. Raises `TransientError` if
        the replica that gives it was not told."""
        ...


class SteeringService(Protocol):
    """Does what people want of answers that are there. Each call has committed when it returns.

    Raises `TransientError` if it was not stored: Slack should deliver the event again.
    """

    async def take(self, message: IncomingMessage) -> bool:
        """Do what `message` says about answers, such as “stop”. Return False if it asks something
        instead."""
        ...

    async def stop_thread(self, thread: Thread) -> bool:
        """End the answer in progress in `thread`. Return False if there is none."""
        ...

    async def stop_by_press(
        self, question_id: int, channel: str, person: Person, *, version: int
    ) -> StopResult:
        """End the answer `version` to a question of `channel`, for the person who pressed."""
        ...

    async def note_title(self, thread: Thread) -> None: ...

    async def leave(self, message: IncomingMessage) -> None:
        """Answer nothing that is posted after a `message` that asks to leave its thread."""
        ...

    async def take_edit(self, edit: MessageEdit) -> bool:
        """Read a message as it was edited, and answer the last question of a thread again. Return
        False where the edit changes nothing."""
        ...


class RemovalService(Protocol):
    """Deletes answers whose questions are deleted."""

    def offer_soon(self, team: str, channel: str, ts: str) -> None:
        """Offer to delete the answer to a deleted message, if there is one. Returns at once."""
        ...

    async def remove(self, question_id: int, channel: str, person: Person) -> bool:
        """Delete the answer to a deleted question; False where none is theirs to delete."""
        ...


class FeedbackService(Protocol):
    """Keeps what people think of answers: see `bot.domain.stores.feedback.FeedbackStore`."""

    async def record(
        self, answer: AnswerName, person: str, verdict: Verdict, *, pressed_at: str
    ) -> bool: ...

    async def explain(
        self, answer: AnswerName, person: str, faults: tuple[Fault, ...], words: str
    ) -> bool: ...


class PressService(Protocol):
    """Does what people press under answers. Each call has committed when it returns.

    A `PressResult` says why nothing is done, if nothing is. Raises `TransientError` where the store
    does not answer: then nothing is done.
    """

    async def answer_again(self, answer: AnswerName, presser: Presser) -> PressResult:
        """Answer the question again, in the place of this answer."""
        ...

    async def resume(self, answer: AnswerName, presser: Presser) -> PressResult:
        """Go on with an answer that was cut. Only once."""
        ...

    async def copy(self, answer: AnswerName, presser: Presser) -> PressResult:
        """Put the answer into its thread as a Markdown file. Only once."""
        ...

    async def find_earlier(
        self, answer: AnswerName, presser: Presser
    ) -> EarlierAnswer | PressResult:
        """Return the answer that this one has replaced."""
        ...

    async def describe_cost(self, answer: AnswerName, presser: Presser) -> Message | PressResult:
        """Return a sentence that says what the answers to the question cost."""
        ...

    async def describe_views(self, answer: AnswerName, presser: Presser) -> Message | PressResult:
        """Return what the model was shown of the files of the answer's thread, as Markdown."""
        ...


class DeletionService(Protocol):
    """Forgets what was deleted in Slack. Each call has committed when it returns.

    If a call raises, the event is not acknowledged and Slack delivers it again.
    """

    async def forget_file(self, file_id: str) -> None: ...

    async def forget_message(self, team: str, channel: str, ts: str) -> None: ...

    async def forget_answer(self, thread: Thread, ts: str, file_ids: Sequence[str]) -> None: ...


class BotUsers(Protocol):
    """Tells bots from people among those who post through an app."""

    async def is_bot(self, user_id: str) -> bool:
        """Whether `user_id` is a bot; False where the app may not ask.

        Raises `TransientError` where Slack does not tell now: it should deliver the event again.
        """
        ...


class Views(Protocol):
    """Forms, and the messages that they are about. Calls raise `EaselError`s within two seconds."""

    @property
    def key(self) -> bytes:
        """What seals the things that a form carries along."""
        ...

    async def open_view(self, trigger_id: str, view: Mapping[str, Any]) -> None:
        """Open `view` for the person whose act `trigger_id` stands for."""
        ...

    async def fetch_message(self, thread: Thread, ts: str) -> Mapping[str, Any] | None:
        """Return a message as Slack shows it, None if it is gone."""
        ...


class AskPlaces(Protocol):
    """The places of questions that come from “Ask Easel…”.

    Calls raise `EaselError`s, and together take no three seconds.
    """

    async def is_member(self, person: Person, channel: str) -> bool | None:
        """Whether `person` is in `channel`; None where the app may not look."""
        ...

    async def find_direct(self, person: Person) -> str:
        """Return the channel of a person's direct messages with Easel, or what names it."""
        ...

    async def fetch_name(self, person: Person, channel: str) -> str:
        """Return the name of a person as it may be shown in `channel`, "" if it is not known."""
        ...

    async def post_once(
        self, team: str, channel: str, text: SafeText, ask_id: str, *, since: str
    ) -> Thread:
        """Post `text` and return the thread that it begins: the same one for the same `ask_id`,
        which was not posted before the ts `since`."""
        ...


class Services(Protocol):
    """Everything that `handlers.register_all` needs."""

    @property
    def queue(self) -> QueueService: ...

    @property
    def steering(self) -> SteeringService: ...

    @property
    def removals(self) -> RemovalService: ...

    @property
    def deletion(self) -> DeletionService: ...

    @property
    def choose_language(self) -> ChooseLanguage: ...

    @property
    def watch_channels(self) -> frozenset[str]:
        """Channels in which every picture is a question."""
        ...

    @property
    def home_teams(self) -> frozenset[str]:
        """The workspace that Easel belongs to, and its organization if it has one."""
        ...

    @property
    def answered_apps(self) -> frozenset[str]:
        """Apps whose mentions of Easel are answered, by their ids."""
        ...

    @property
    def views(self) -> Views: ...

    @property
    def asks(self) -> AskPlaces: ...

    @property
    def recipes(self) -> RecipeBook: ...

    @property
    def is_for_mentions_only(self) -> Callable[[str, str], bool]:
        """Tells of a workspace and a channel whether Easel answers only mentions there."""
        ...

    @property
    def bot_users(self) -> BotUsers: ...

    @property
    def feedback(self) -> FeedbackService: ...

    @property
    def presses(self) -> PressService: ...

    @property
    def count_feedback(self) -> Callable[[str], None]:
        """Counts a press of feedback by what it says."""
        ...
