"""The main path: from a claimed question to an answer that is settled and shown.

    parse -> generate -> settle -> deliver

See `bot.queue.worker` for who runs it and what happens on a bug, `generate.py` for what is asked
of the model, and `bot.delivery` for how a reply looks.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from bot.answering.context import AnswerContext
from bot.answering.draft import AnswerDraft
from bot.answering.generate import AnswerGenerator
from bot.answering.saved_recipes import RequestReader
from bot.answering.settle import AnswerSettler
from bot.answering.showing.kept import drop_partial_text
from bot.answering.showing.shower import AnswerShower
from bot.answering.showing.stops import EarlyStops, note_stop
from bot.billing.usage_meter import UsageMeter
from bot.commands.context import CommandContext
from bot.commands.router import CommandRouter
from bot.delivery.file_delivery import FileDelivery
from bot.delivery.long_answers import run_on_text
from bot.delivery.open_reply import ReplyOpener
from bot.delivery.reply import Reply
from bot.domain.errors import EaselError, LeaseLost, TransientError
from bot.domain.messages import Message, render
from bot.domain.questions import Answer, Outcome, Question
from bot.observability.trail import note_failure
from bot.request.parse import ParsedRequest, parse_request

log = structlog.get_logger(__name__)


class Answerer:
    """Answers claimed questions, any number at once. The queue hands out one for each thread."""

    def __init__(
        self,
        request_reader: RequestReader,
        reply_opener: ReplyOpener,
        router: CommandRouter,
        generator: AnswerGenerator,
        settler: AnswerSettler,
        file_delivery: FileDelivery,
        shower: AnswerShower,
        create_usage_meter: Callable[[], UsageMeter],
    ) -> None:
        self._request_reader = request_reader
        self._reply_opener = reply_opener
        self._router = router
        self._generator = generator
        self._settler = settler
        self._file_delivery = file_delivery
        self._create_usage_meter = create_usage_meter
        self._early_stops = EarlyStops()
        self._shower = shower

    async def answer(self, question: Question) -> Outcome:
        """Answer `question` in its thread, or continue an interrupted attempt.

        Raises `TransientError` if Slack or the database is unavailable. The answer is then either
        settled or not begun, so the question can be requeued.
        """
        async with self._reply_opener.open_reply(question) as reply:
            self._early_stops.apply(question, reply.stop_button)
            request = await self._request_reader.read(question)
            title = request.recipe.title if request.recipe else ""
            self._reply_opener.headings.prepare(reply, question, text=request.text, recipe=title)
            answer = question.answer or await self._generate_and_settle(question, request, reply)
            with self._file_delivery.release_on_failure(question, answer, for_good=LeaseLost):
                return await self._shower.deliver(
                    question, request, answer, reply, title=_choose_title(request)
                )

    async def give_up(self, question: Question, user_message: Message) -> Outcome:
        """Settle `question` as failed, unless it is settled already, and show `user_message`."""
        async with self._reply_opener.open_reply(question) as reply:
            note = render(user_message, reply.language)
            answer = Answer(note=note, outcome=Outcome.FAILED)
            if question.answer is None:
                unrecorded = reply.message_log.list_unrecorded()
                await self._settler.settle(question, answer, unrecorded)
            request = parse_request(question.text)
            return await self._shower.deliver(question, request, answer, reply, title="")

    def has_shown(self, question: Question) -> bool:
        """Whether part of the answer that is being given to `question` is visible in Slack."""
        reply = self._reply_opener.find_reply(question.id)
        return reply is not None and reply.is_visible

    def announce_restart(self, question: Question) -> None:
        """Say in the status, once the answer to `question` is broken off, that it begins again."""
        reply = self._reply_opener.find_reply(question.id)
        if reply is not None:
            reply.announce_restart()

    def stop(self, question: Question, *, silently: bool = False) -> bool:
        """Stop the answer that is being given to `question`. What is shown stays. Return False if
        its reply is not open; then it is stopped when it opens. `silently`: say so only where
        something is shown."""
        reply = self._reply_opener.find_reply(question.id)
        if reply is None:
            self._early_stops.add(question.id, question.claims, silently=silently)
        else:
            reply.stop_button.press(silently=silently)
        return reply is not None

    async def _generate_and_settle(
        self, question: Question, request: ParsedRequest, reply: Reply
    ) -> Answer:
        """Generate the answer while it is shown, store its files, and settle it."""
        async with self._reply_opener.open_previews(question, reply) as previews:
            context = AnswerContext(
                question,
                request,
                reply,
                previews,
                self._create_usage_meter,
                AnswerDraft(reply.language),
            )
            try:
                await self._generate(context)
                answer = await self._build_answer(context)
                unrecorded = reply.message_log.list_unrecorded()
                # An unsettled answer is none: the next attempt makes another one.
                with self._file_delivery.release_on_failure(question, answer, for_good=Exception):
                    await self._settler.settle(question, answer, unrecorded)
            except BaseException as error:
                has_lease = not isinstance(error, LeaseLost)
                await self._settler.record_unsettled(context, has_lease=has_lease)
                raise
            self._settler.notify_settled(context)
        return answer

    async def _build_answer(self, context: AnswerContext) -> Answer:
        """Store the files of the draft, and build the answer of it."""
        draft = context.draft
        if draft.is_stopped:
            note_stop(draft, context.reply)
        generated_files = await run_on_text(draft.answer_text, draft.build_generated_files)
        files = await self._file_delivery.store(
            context.question,
            _choose_title(context.request, draft.subject),
            draft.pictures,
            generated_files,
            draft.provenance,
        )
        return drop_partial_text(context.question, draft.build_answer(files, context.requests))

    async def _generate(self, context: AnswerContext) -> None:
        """Run the command if the message is one; ask the model otherwise.

        A failure becomes a note in the draft. Raises `TransientError` if the database or Slack
        failed before the model was asked.
        """
        question = context.question
        where = question.thread, question.asker, question.ts, question.files
        command_context = CommandContext(*where, context.draft.language, question.about_ts)
        try:
            result = None
            # A large graph is drawn for a while, and is stopped as an answer is.
            async with context.reply.stop_button.interrupt_on_press():
                result = await self._router.run(command_context, context.request)
            if context.reply.stop_button.is_pressed and result is None:
                context.draft.is_stopped = True
            elif result is not None:
                log.debug("answered_without_model", kind=type(context.request.command).__name__)
                context.draft.add_command_result(result)
            else:
                await self._generator.run(context)
        except TransientError:
            raise
        except EaselError as error:
            log.info("not_asked", error=type(error).__name__, code=error.code)
            note_failure(error)
            context.draft.add_error(error)


def _choose_title(request: ParsedRequest, subject: str = "") -> str:
    """Return what the pictures of an answer were asked for: no command says that."""
    return subject or (request.text if request.command is None else "")
