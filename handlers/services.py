"""The services that listeners call, as protocols. `bot/app/` passes the real ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from bot.domain.answers.steering import MessageEdit, StopResult
from bot.domain.conversation import IncomingMessage, Person, Thread
from bot.domain.ports import ChooseLanguage
from bot.domain.questions import Presser, PressResult
from bot.domain.stores.recipes import RecipeBook
from handlers.presses.services import FeedbackService, PictureService, PressService, RemovalService
from handlers.views.ports import AskPlaces, AskService, Views


class QueueService(Protocol):
    """Stores questions. While it has no room, an event need not even be read."""

    @property
    def has_room(self) -> bool: ...

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

    async def stop_deleted(self, team: str, channel: str, ts: str) -> None:
        """End what is still answered to a message that is forgotten, and to those that quote it;
        begin again what else has read it."""
        ...

    async def restart_changed(self) -> None:
        """Begin again what is being answered although something that it reads is forgotten."""
        ...

    def note_deletion(self, team: str, channel: str, ts: str) -> None:
        """Do what follows where a person's message is deleted and forgotten. Returns at once."""
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


class Services(Protocol):
    """Everything that `handlers.register_all` needs."""

    @property
    def queue(self) -> QueueService: ...

    @property
    def steering(self) -> SteeringService: ...

    @property
    def pictures(self) -> PictureService: ...

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
    def ask_desk(self) -> AskService: ...

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
