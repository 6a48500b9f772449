"""Stops answers, or begins them again, wherever they are given: here, or by another replica.

What concerns another replica is stored, and that replica looks for it: when it is told, and every
two seconds in any case. A process that is alone stores nothing.
"""

from __future__ import annotations

import asyncio
import time

import structlog

from bot.domain.conversation import IncomingMessage, Thread, Trigger
from bot.domain.errors import EaselError
from bot.domain.files import FileRef
from bot.domain.questions import Question
from bot.domain.stores.replicas import Interruption, InterruptionKind, Interruptions
from bot.observability.background_tasks import BackgroundTasks
from bot.observability.rare_warning import RareWarning
from bot.queue.attempts import NoteFollowUp, Notices, QuestionAnswerer
from bot.queue.running_answers import RunningAnswers

log = structlog.get_logger(__name__)

# How often it is looked what other replicas have heard, whatever is announced.
LOOK_SECONDS = 2.0


class Interrupter:
    """Interrupts answers. `note_follow_up` gets messages that wait behind an answer."""

    def __init__(
        self,
        running: RunningAnswers,
        answerer: QuestionAnswerer,
        notices: Notices,
        note_follow_up: NoteFollowUp,
    ) -> None:
        self._running = running
        self._answerer = answerer
        self._notices = notices
        self._note_follow_up = note_follow_up
        self._elsewhere: Interruptions | None = None
        self._is_told = asyncio.Event()
        self._done: set[Interruption] = set()
        self._failed_looks = RareWarning(time.monotonic)
        self._tasks = BackgroundTasks("follow-up")

    def connect(self, elsewhere: Interruptions) -> None:
        """From now on heed other replicas, and tell them what concerns their answers."""
        self._elsewhere = elsewhere

    async def stop_thread(self, thread: Thread) -> bool:
        """Stop the answer in `thread`, committed when this returns. Return False if there is none.

        Raises `StoreError` where other replicas cannot be told.
        """
        questions = self._running.find_by_thread(thread)
        for question in questions:
            self._answerer.stop(question)
        if questions or self._elsewhere is None:
            return bool(questions)
        return await self._elsewhere.stop_thread(thread) > 0

    async def stop_question(
        self, team: str, channel: str, ts: str, *, silently: bool = False
    ) -> None:
        """Stop the answer, if any, to a message. `silently`: no one waits for a word about it.
        Raises as `stop_thread` does."""
        questions = self._running.find_by_message(team, channel, ts)
        for question in questions:
            self._answerer.stop(question, silently=silently)
        if not questions and self._elsewhere is not None:
            await self._elsewhere.stop_message(team, channel, ts, silently=silently)

    async def restart_unshown(self, message: IncomingMessage) -> None:
        """Restart the answer to `message` with its new files or thread, unless it is visible.

        Slack may send one post in two events, and only the second may carry these. Of files that
        come too late for this answer, the person is told.
        """
        thread = message.thread
        questions = self._running.find_by_message(thread.team, thread.channel, message.ts)
        for question in questions:
            self._restart(question, message)
        if questions or self._elsewhere is None:
            return
        file_ids = [ref.id for ref in message.files]
        try:
            await self._elsewhere.restart(thread.team, thread.channel, message.ts, file_ids)
        except EaselError as error:
            # Its files are stored, and go with the next question of the thread.
            log.warning("store_failed", at="restart", code=error.recorded_code)

    async def restart_edited(self, team: str, channel: str, ts: str) -> None:
        """Break the answer off, if any, to a message that was edited, or that reads one which was:
        the store has it begin again. Raises as `stop_thread` does."""
        questions = self._running.find_by_message(team, channel, ts)
        for question in questions:
            self._begin_again(question)
        if not questions and self._elsewhere is not None:
            await self._elsewhere.restart_edited(team, channel, ts)

    def note_follow_up(self, message: IncomingMessage) -> None:
        """Let an answer that is given in the thread of `message` know that this waits."""
        self._note_follow_up(message)
        is_here = bool(self._running.find_by_thread(message.thread))
        if self._elsewhere is not None and not is_here and message.trigger is not Trigger.MENU:
            self._tasks.spawn(self._tell_follow_up(self._elsewhere, message.thread))

    def wake(self) -> None:
        """Look at once what other replicas have heard."""
        self._is_told.set()

    async def run(self) -> None:
        """Heed what other replicas hear, until cancelled."""
        try:
            while True:
                try:
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._is_told.wait()
                except TimeoutError:
                    pass
                self._is_told.clear()
                await self.look()
        finally:
            await self._tasks.cancel()

    async def look(self) -> None:
        """Do once what other replicas want of the answers that are given here."""
        running = {question.id: question for question, _ in self._running.list_begun()}
        if self._elsewhere is None or not running:
            self._done.clear()
            return
        try:
            wanted = set(await self._elsewhere.list_for(list(running)))
        except EaselError as error:
            if count := self._failed_looks.count():
                log.warning("store_failed", at="look", code=error.recorded_code, count=count)
            return
        self._done &= wanted
        for one in wanted - self._done:
            if self._apply(running[one.question_id], one):
                self._done.add(one)

    def _apply(self, question: Question, wanted: Interruption) -> bool:
        """Do what is wanted; return False if that is too early."""
        match wanted.kind:
            case InterruptionKind.STOP:
                return self._answerer.stop(question, silently=wanted.is_silent)
            case InterruptionKind.RESTART if wanted.claims == question.claims:
                self._restart(question, _build_message(question, wanted.file_ids))
            case InterruptionKind.EDITED if wanted.claims == question.claims:
                self._begin_again(question)
            case InterruptionKind.FOLLOW_UP if wanted.claims == question.claims:
                self._note_follow_up(_build_message(question, ()))
        return True

    def _begin_again(self, question: Question) -> None:
        self._answerer.announce_restart(question)
        self._running.cancel_soon(question)

    def _restart(self, question: Question, message: IncomingMessage) -> None:
        if not self._answerer.has_shown(question):
            self._running.cancel_soon(question)
        elif {ref.id for ref in message.files} - {ref.id for ref in question.files}:
            self._notices.notify_late_files(message)

    async def _tell_follow_up(self, elsewhere: Interruptions, thread: Thread) -> None:
        try:
            await elsewhere.note_follow_up(thread)
        except EaselError as error:
            log.info("follow_up_not_told", code=error.recorded_code)  # its answer has no heading


def _build_message(question: Question, file_ids: tuple[str, ...]) -> IncomingMessage:
    """Return the message of `question` as its second event has it."""
    refs = tuple(FileRef(file_id, "") for file_id in file_ids)
    return IncomingMessage(
        "", question.thread, question.ts, question.asker, question.text, Trigger.THREAD, refs
    )
