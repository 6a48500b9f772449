"""Protocols of what replicas on one database agree on. A single process agrees with itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.domain.conversation import Thread


class Duties(Protocol):
    """What one replica does for all."""

    async def take(self, name: str, *, seconds: float) -> bool:
        """Whether this replica has the duty for `seconds` from now. False where no one can tell."""
        ...

    async def release(self, name: str) -> None:
        """Leave the duty to others at once. Raises `StoreError`."""
        ...


class OwnDuties:
    """The `Duties` of a process that is alone: it does everything."""

    async def take(self, name: str, *, seconds: float) -> bool:  # noqa: ARG002 - the protocol's
        return True

    async def release(self, name: str) -> None:
        """Do nothing."""


class Senders(Protocol):
    """Who asks how often."""

    async def count_questions(self, thread: Thread, user: str, seconds: float) -> int:
        """Return how many questions `user` has asked in `thread` within the last `seconds`.

        Raises `StoreError`.
        """
        ...


class Once(Protocol):
    """Remembers what was said, so that no other replica says it again."""

    async def is_first(self, name: str) -> bool:
        """Note that `name` is said now; return False if it was said before, in the last day.

        Raises `StoreError`.
        """
        ...


class InterruptionKind(StrEnum):
    """What is to become of an answer that another replica gives."""

    STOP = "stop"
    RESTART = "restart"  # if nothing of it is visible
    EDITED = "edited"  # broken off: its message was edited, and it begins again
    FOLLOW_UP = "follow_up"  # nothing: another question waits in its thread, and is seen there


# No file has such an id.
SILENT_MARK = "silent"


@dataclass(frozen=True, slots=True)
class Interruption:
    """What another replica has heard about a question that is being answered.

    A restart is for the claim of the number `claims`. `file_ids` are of its message, or hold the
    mark of a silent stop: an older version takes that for any stop.
    """

    question_id: int
    kind: InterruptionKind
    claims: int
    file_ids: tuple[str, ...] = ()

    @property
    def is_silent(self) -> bool:
        """Whether no one waits for a word about a stop."""
        return self.kind is InterruptionKind.STOP and SILENT_MARK in self.file_ids


class Interruptions(Protocol):
    """Tells the replica that gives an answer what another one has heard. Raises `StoreError`."""

    async def stop_thread(self, thread: Thread) -> int:
        """Stop the answers that other replicas give in `thread`; return their number."""
        ...

    async def stop_message(
        self, team: str, channel: str, ts: str, *, silently: bool = False
    ) -> int:
        """Stop the answers that other replicas give to a message; return their number."""
        ...

    async def restart(self, team: str, channel: str, ts: str, file_ids: Sequence[str]) -> int:
        """Restart the answers that other replicas give to a message; return their number."""
        ...

    async def restart_edited(self, team: str, channel: str, ts: str) -> int:
        """Break off the answers that other replicas give to an edited message; return their
        number."""
        ...

    async def note_follow_up(self, thread: Thread) -> int:
        """Say that a question was posted in `thread`; return the number of answers given there."""
        ...

    async def list_for(self, question_ids: Collection[int]) -> list[Interruption]:
        """Return what is wanted of the questions that are answered here."""
        ...


@dataclass(frozen=True, slots=True)
class CallNeed:
    """What a replica needs of one of Slack's methods.

    `limit` is what all replicas may call in a minute, `used` what this one has called in the last
    one, and keeps. `may_lower`: it may lose what it does not use. `is_hungry`: it needs more.
    """

    limit: int
    used: int
    may_lower: bool
    is_hungry: bool


@dataclass(frozen=True, slots=True)
class CallBlock:
    """That Slack takes no call of `method` for `seconds`, in `channel` or, if "", anywhere."""

    method: str
    channel: str
    seconds: float


@dataclass(frozen=True, slots=True)
class CallShares:
    """How many calls of each of Slack's methods this replica may make in a minute.

    `hungry` are the methods of which other replicas need more than they have. `replicas` counts
    those that are running.
    """

    shares: Mapping[str, int]
    hungry: frozenset[str]
    replicas: int
    blocks: tuple[CallBlock, ...]


class CallStore(Protocol):
    """The shares of all replicas of one workspace. Raises `StoreError`."""

    async def renew(self, needs: Mapping[str, CallNeed]) -> CallShares:
        """Say what is needed of each method; return what may be called from now on.

        The shares of all replicas together are never more than the limits. Who does not renew is
        taken for gone, and its shares are free.
        """
        ...

    async def announce_hunger(self) -> None:
        """Let the other replicas renew their shares at once."""
        ...

    async def record_block(self, block: CallBlock) -> None:
        """Let the other replicas know of `block`, now and at their start."""
        ...

    async def announce_posts(self, channels: Sequence[str]) -> None:
        """Let the other replicas know of posts, for the limit of each channel."""
        ...

    async def leave(self, used: Mapping[str, int]) -> None:
        """Give the shares back, but for what was `used` in the last minute."""
        ...
