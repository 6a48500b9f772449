"""Shows an answer that is settled: what is left of its text, then its files.

See `bot.delivery` for how a reply looks, and `answerer.py` for how an answer comes about.
"""

from __future__ import annotations

from functools import partial
from typing import Protocol

import structlog

from bot.answering.finishing.controls import choose_controls
from bot.answering.showing.kept import (
    KEPT_MESSAGE,
    choose_kept_outcome,
    should_keep_earlier,
)
from bot.answering.showing.picture_menus import PictureMenus, format_words
from bot.answering.showing.press_costs import PressCosts
from bot.answering.showing.stops import is_deleted
from bot.answering.showing.titles import TitleGiver
from bot.delivery.escaper import escape_text
from bot.delivery.file_delivery import FileDelivery
from bot.delivery.long_answers import AnswerOpening, add_note, run_on_text
from bot.delivery.open_reply import announce_files
from bot.delivery.reply import Reply
from bot.delivery.snippets.shorten import find_long_code, format_code
from bot.domain.answers.chart_fence import remove_fence
from bot.domain.errors import (
    AllowanceUsed,
    ContentRefused,
    EaselError,
    OperatorError,
    SlackError,
    TransientError,
)
from bot.domain.files import FileRef
from bot.domain.messages import Message, MessageList, render
from bot.domain.posts import Button, Controls, PostMetadata
from bot.domain.questions import Answer, Outcome, Question
from bot.domain.safe_text import NO_TEXT
from bot.domain.stores.questions import QuestionQueue
from bot.observability.trail import note_failure
from bot.request.parse import ParsedRequest

log = structlog.get_logger(__name__)

UPLOADING_STATUS = Message("is uploading…")
# Code that is posted where Slack takes no files: a few messages.
_MAX_POSTED_CODE_CHARS = 30_000


class LateEnds(Protocol):
    """Ends what was answered to deleted questions: see `bot.queue.removals.AnswerRemover`."""

    async def is_deleted(self, question: Question) -> bool: ...

    def end_soon(self, team: str, channel: str, ts: str) -> None: ...


class AnswerShower:
    """Shows settled answers, and tells the queue when all of one is there.

    `ends` are told of questions whose messages seem to be deleted.
    """

    def __init__(
        self,
        queue: QuestionQueue,
        file_delivery: FileDelivery,
        title_giver: TitleGiver,
        picture_menus: PictureMenus,
        press_costs: PressCosts,
        ends: LateEnds,
    ) -> None:
        self._title_giver = title_giver
        self._queue = queue
        self._file_delivery = file_delivery
        self._picture_menus = picture_menus
        self._press_costs = press_costs
        self._ends = ends

    async def deliver(
        self,
        question: Question,
        request: ParsedRequest,
        answer: Answer,
        reply: Reply,
        *,
        title: str,
    ) -> Outcome:
        """Show the rest of the answer, then its files. What Slack refuses for good is said.

        Raises `TransientError` if Slack is unavailable.
        """
        files = tuple[FileRef, ...]()
        if should_keep_earlier(question, answer):
            return await self._keep_earlier(question, answer, reply)
        refusal = await self._show_text(question, request, answer, reply)
        try:
            # Also after a refusal: the files are paid for as well, and Slack may take them.
            files = await self._share_files(question, answer, reply, title)
            await self._post_menus(question, files, reply)
        except OperatorError as error:
            await _post_code(reply, answer, question)
            refusal = refusal or error
        if refusal is not None:
            await self._post_error(question, request, answer, reply, refusal)
        if question.version > 1:
            await self._file_delivery.delete_earlier(question)
        # Before the question is closed: a process that dies now leaves nothing for ever.
        await reply.stop_message.remove()
        await reply.status.clear()
        self._file_delivery.release(question, answer)
        outcome, messages = answer.outcome, reply.message_log
        why = answer.note if outcome is Outcome.FAILED else ""
        if refusal is not None:
            outcome, why = Outcome.FAILED, render(refusal.user_message, reply.language)
        self._queue.mark_delivered(
            question, outcome, files, messages.list_unrecorded(), messages.list_deleted(), why=why
        )
        self._title_giver.give_soon(question.thread)
        self._end_if_deleted(question, reply)
        return outcome

    async def _post_error(
        self,
        question: Question,
        request: ParsedRequest,
        answer: Answer,
        reply: Reply,
        refusal: OperatorError,
    ) -> None:
        log.warning("answer_not_shown", error=type(refusal).__name__, code=refusal.code)
        note_failure(refusal)
        controls = await self._press_costs.add(Controls((Button.RETRY,)), question, request, answer)
        metadata = PostMetadata(question.id, controls, language=reply.language)
        try:
            text = escape_text(render(refusal.user_message, reply.language), question.asker.id)
            await reply.poster.post_once(text, metadata)
        except EaselError as error:
            log.warning("reply_failed", error=type(error).__name__, code=error.code)

    async def _keep_earlier(self, question: Question, answer: Answer, reply: Reply) -> Outcome:
        """Tell who pressed that the earlier answer stays, and why; touch none of its messages."""
        await reply.take_back()
        await reply.status.clear()
        if question.attempt > 1 or reply.poster.has_uncertain_post:
            # Of an attempt whose process ended, or that Slack has taken without saying so.
            await reply.poster.delete_signs()
        if not is_deleted(question, reply):
            await _tell_kept(reply, answer)
        outcome, messages = choose_kept_outcome(answer), reply.message_log
        self._queue.mark_delivered(
            question, outcome, (), messages.list_unrecorded(), messages.list_deleted()
        )
        self._end_if_deleted(question, reply)
        return outcome

    def _end_if_deleted(self, question: Question, reply: Reply) -> None:
        if is_deleted(question, reply):
            self._ends.end_soon(question.thread.team, question.thread.channel, question.ts)

    async def _show_text(
        self, question: Question, request: ParsedRequest, answer: Answer, reply: Reply
    ) -> OperatorError | None:
        """Show what is left of the text, as a file where Slack takes it in no message.

        Return the error where Slack refuses that too.
        """
        has_streamed = question.answer is None and reply.has_added_text
        select = partial(select_shown_text, answer, reply.language)
        reply.add("" if has_streamed else await run_on_text(answer.text, select))
        # Nothing can be asked once more of a question that is not there any more.
        is_gone = is_deleted(question, reply) and await self._ends.is_deleted(question)
        chosen = Controls() if is_gone else choose_controls(question, answer)
        controls = await self._press_costs.add(chosen, question, request, answer)
        try:
            await reply.finish(answer.note, controls=controls)
        except ContentRefused as refusal:
            log.warning("text_refused", code=refusal.code)
            words = await add_note(remove_fence(answer.text), answer.note)
            try:
                await self._file_delivery.share_text(question, words)
            except OperatorError:
                return refusal
        except OperatorError as error:
            return error
        return None

    async def _share_files(
        self, question: Question, answer: Answer, reply: Reply, title: str
    ) -> tuple[FileRef, ...]:
        if not answer.files:
            return ()
        await announce_files(reply, question)
        # Cleared again at the end: a share that an earlier attempt made clears no new status.
        await reply.status.show_now(UPLOADING_STATUS)
        return await self._file_delivery.share(question, answer, title, reply.language)

    async def _post_menus(
        self, question: Question, files: tuple[FileRef, ...], reply: Reply
    ) -> None:
        """Post the menus under the pictures, after them: a share carries none itself.

        An attempt that ends here takes the message back, and the next one posts it again. Raises
        `TransientError` if Slack is unavailable; without menus the answer is whole.
        """
        menus = await self._picture_menus.build(question, files)
        if not menus:
            return
        controls = Controls(version=question.version, pictures=menus)
        metadata = PostMetadata(question.id, controls, language=reply.language)
        reply.poster.is_closing = True
        await self._file_delivery.wait_until_shared(question, files)
        try:
            words = escape_text(render(format_words(menus), reply.language))
            await reply.poster.post_once(words, metadata)
        except TransientError:
            raise
        except EaselError as error:
            log.warning("menus_not_shown", error=type(error).__name__, code=error.code)


async def _tell_kept(reply: Reply, answer: Answer) -> None:
    sentences = [KEPT_MESSAGE, answer.note] if answer.note else [KEPT_MESSAGE]
    try:
        await reply.tell_asker(MessageList(sentences, separator="\n\n"))
    except (SlackError, AllowanceUsed) as error:
        # They may have left; the answer is there as before.
        log.info("not_told", error=type(error).__name__, code=error.code)


def select_shown_text(answer: Answer, language: str) -> str:
    """Return the text of an answer of which nothing was streamed, as messages show it.

    Such are an interrupted question, data, a command. What a file of the answer has is left out.
    """
    opening = AnswerOpening(language, {file.name for file in answer.files})
    return opening.feed(answer.text) + opening.finish()


def _format_code_without_file(answer: Answer) -> str:
    code = find_long_code(answer.text, names={file.name for file in answer.files})
    return "\n".join(map(format_code, code))


async def _post_code(reply: Reply, answer: Answer, question: Question) -> None:
    """Post the code that would have been in files, where Slack takes no files."""
    text = await run_on_text(answer.text, partial(_format_code_without_file, answer))
    if not text or len(text) > _MAX_POSTED_CODE_CHARS:
        return
    metadata = PostMetadata(question.id)
    try:
        safe = escape_text(text, question.asker.id)
        await reply.poster.post_parts(safe, NO_TEXT, metadata, metadata)
    except EaselError as error:
        log.warning("reply_failed", error=type(error).__name__, code=error.code)
