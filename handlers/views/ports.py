"""What forms need of Slack, as protocols: `slack_views.py` and `ask_calls.py` implement them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from bot.domain.answers.asks import PendingAsk
from bot.domain.conversation import Person, Thread
from bot.domain.safe_text import SafeText


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


class AskService(Protocol):
    """Asks what the form of “Ask Easel…” says: see `bot.queue.forms.asks.AskDesk`."""

    async def ask(self, ask: PendingAsk, text: SafeText) -> None:
        """Post `text` and store the question that it begins; committed when this returns.

        Raises `EaselError`; sent again, it goes on from what was posted.
        """
        ...
