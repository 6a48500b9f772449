"""Does what people say or press to steer answers, instead of asking something.

What they want is stored first, so that it holds after a crash; then the answer that is being given
hears of it. See `storage/steering/` for what is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import structlog

from bot.domain.answers.steering import EditResult, MessageEdit, StopResult, TitleAuthor
from bot.domain.conversation import IncomingMessage, Person, Thread, Trigger
from bot.domain.stores.steering import SteeringStore
from bot.domain.stores.titles import TitleStore
from bot.queue.worker import Worker
from bot.request.steering.quiet_words import LeaveThread, parse_quiet_command
from bot.request.steering.stop_words import is_stop_request

log = structlog.get_logger(__name__)

_ASKING_TRIGGERS = (Trigger.DIRECT, Trigger.MENTION, Trigger.THREAD)
# What a message's menu asks is no word of the thread, and stops nothing in it.
_LEAVING_TRIGGERS = (*_ASKING_TRIGGERS, Trigger.MENU)


class SteeringNotices(Protocol):
    """Tells people what came of their steering. All calls return at once."""

    def notify_nothing_to_stop(self, message: IncomingMessage) -> None:
        """Say in the thread of `message` that no answer is in progress."""
        ...

    def notify_not_theirs(self, message: IncomingMessage) -> None:
        """Tell the sender alone that only who asked may stop the answer."""
        ...

    def notify_edit_limit(self, edit: MessageEdit, thread: Thread) -> None:
        """Tell the author alone that this edit is not answered."""
        ...


class TitleRenewal(Protocol):
    """Replaces titles of words that are not there any more."""

    def renew_soon(self, team: str, channel: str, ts: str) -> None:
        """Look at the thread of a message that was edited or deleted. Returns at once."""
        ...


class Steering:
    """Steers the answers of `worker`."""

    def __init__(
        self,
        store: SteeringStore,
        titles: TitleStore,
        worker: Worker,
        notices: SteeringNotices,
        title_renewal: TitleRenewal,
    ) -> None:
        self._store = store
        self._titles = titles
        self._worker = worker
        self._notices = notices
        self._title_renewal = title_renewal

    async def take(self, message: IncomingMessage) -> bool:
        """Do what `message` says, committed when this returns. Return False if it steers nothing.

        Raises `StoreError` if it was not stored: Slack should deliver it again.
        """
        if not _can_steer(message) or not is_stop_request(message.text):
            return False
        report = await self._store.stop_by_word(message)
        log.info("stop_asked", reason=report.result.replace(" ", "_"))
        if report.result is StopResult.NOTHING:
            await self._say_nothing_to_stop(message)
        elif report.result is StopResult.NOT_THEIRS:
            self._notices.notify_not_theirs(message)
        await self._stop_messages(report.messages)
        return True

    async def stop_by_press(
        self, question_id: int, channel: str, person: Person, *, version: int
    ) -> StopResult:
        """Stop the answer of a pressed button, committed when this returns. Raises `StoreError`."""
        report = await self._store.stop_by_press(question_id, channel, person, version=version)
        log.info("stop_pressed", reason=report.result.replace(" ", "_"), question=question_id)
        await self._stop_messages(report.messages)
        return report.result

    async def leave(self, message: IncomingMessage) -> None:
        """Answer nothing that is posted after a `message` that asks to leave its thread.

        The message itself is answered in its turn, see `bot.commands.quiet`. Raises `StoreError`.
        """
        if message.thread.is_direct or message.is_edit:
            return
        if not _can_steer(message, _LEAVING_TRIGGERS):
            return
        if isinstance(parse_quiet_command(message.text), LeaveThread):
            await self._store.leave_thread(message.thread, message.ts)

    async def _say_nothing_to_stop(self, message: IncomingMessage) -> None:
        """Say so, unless the sender seems to be a program that answers whatever is posted."""
        loop_guard = self._worker.loop_guard
        if not await loop_guard.is_loop(message):
            loop_guard.count(message)
            self._notices.notify_nothing_to_stop(message)

    async def stop_thread(self, thread: Thread) -> bool:
        """Stop the answer in `thread`; return False where there is none. Raises `StoreError`."""
        is_noted = await self._store.stop_thread(thread)
        is_running = await self._worker.stop_thread(thread)
        if is_noted:
            self._worker.wake()
        return is_noted or is_running

    async def note_title(self, thread: Thread) -> None:
        """Note that a person gave `thread` its title: it is theirs from now on. Raises
        `StoreError`."""
        await self._titles.record(thread, TitleAuthor.PERSON)

    async def take_edit(self, edit: MessageEdit) -> bool:
        """Take what a message says now, committed when this returns; its answer follows. Return
        False where it changes nothing. Raises `StoreError`."""
        report = await self._store.take_edit(replace(edit, is_stop=is_stop_request(edit.text)))
        # It may be quoted where it is not stored. Its own answer begins again as well.
        await self.restart_changed()
        if report.result is EditResult.IGNORED or report.thread is None:
            return False
        log.info("edited", reason=report.result.replace(" ", "_"))
        self._title_renewal.renew_soon(edit.team, edit.channel, edit.ts)
        if report.result is EditResult.STOPPED:
            await self._stop_messages(report.messages)
        elif report.result is EditResult.LIMITED:
            self._notices.notify_edit_limit(edit, report.thread)
        return True

    async def restart_changed(self) -> None:
        """Break off what is being answered although something that it reads was edited or deleted:
        the store has it begin again. Raises `StoreError`."""
        changed = await self._store.list_changed()
        if changed:
            log.info("words_changed", count=len(changed))
        for team, channel, ts in changed:
            await self._worker.interrupter.restart_edited(team, channel, ts)

    async def stop_deleted(self, team: str, channel: str, ts: str) -> None:
        """Stop what is still answered to a message that is deleted and forgotten, and to those that
        quote it; begin again what else has read it. Raises `StoreError`."""
        for one in await self._store.list_running_deleted(team, channel, ts):
            await self._worker.stop_question(team, channel, one)
        await self.restart_changed()

    def note_deletion(self, team: str, channel: str, ts: str) -> None:
        """Do what follows where a person's message is deleted and forgotten. Returns at once."""
        self._title_renewal.renew_soon(team, channel, ts)

    async def _stop_messages(self, messages: Sequence[tuple[str, str, str]]) -> None:
        for team, channel, ts in messages:
            await self._worker.interrupter.stop_question(team, channel, ts)
        if messages:
            self._worker.wake()


def _can_steer(message: IncomingMessage, triggers: Sequence[Trigger] = _ASKING_TRIGGERS) -> bool:
    """Whether a person has just written `message`, alone and for Easel, or edited it so."""
    is_addressed = message.trigger in triggers
    return is_addressed and not message.is_from_app and not message.files
