"""Generates one answer with the model: prepare, reserve, ask, repair, finish, warn, in this order.

Each step has its own module. See `answerer.py` for what comes before and after.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import replace
from functools import partial
from typing import TypeAlias

import structlog

from bot.answering.computing.computation import Computation
from bot.answering.context import AnswerContext
from bot.answering.finishing.finish import AnswerFinisher
from bot.answering.prepare import ContextOverflow, PreparedPrompt, PromptBuilder
from bot.answering.reserve import RequestReserver, ReservedRequest
from bot.answering.stream import ResponseStreamer
from bot.answering.variations import (
    ParallelRequests,
    build_variation_prompts,
    note_missing_variations,
)
from bot.delivery.status import THINKING_STATUS
from bot.domain.answers.checked import CheckedAnswer
from bot.domain.costs import RequestPurpose
from bot.domain.messages import Message
from bot.domain.model_info import ModelInfo
from bot.domain.options import OutputFormat
from bot.domain.questions import Outcome
from bot.domain.references import RenderedText
from bot.files.owners import build_owner
from bot.files.schema_checks import SchemaChecker
from bot.observability.shortages import report_waits
from bot.structured_output.repair import build_repair_prompt

log = structlog.get_logger(__name__)

READING_STATUS = "is reading the file…"
READING_FILES_STATUS = "is reading {count} files…"
SHORT_STATUS = Message("is waiting until its machine has room to go on…")
Check: TypeAlias = Callable[[str], Awaitable[CheckedAnswer]]


class AnswerGenerator:
    """Asks the model.

    `list_model_infos` returns the current info of the wanted model, then of its fallbacks.
    """

    def __init__(
        self,
        prompt_builder: PromptBuilder,
        reserver: RequestReserver,
        streamer: ResponseStreamer,
        list_model_infos: Callable[[], Sequence[ModelInfo]],
        schema_checker: SchemaChecker,
        finisher: AnswerFinisher,
    ) -> None:
        self._prompt_builder = prompt_builder
        self._reserver = reserver
        self._streamer = streamer
        self._list_model_infos = list_model_infos
        self._schema_checker = schema_checker
        self._finisher = finisher

    async def run(self, context: AnswerContext) -> None:
        """Fill `context.draft` with the answer.

        Raises `EaselError` for a failure before the model is asked. A later failure becomes a note
        in the draft.
        """
        prepared = await self._prepare(context)
        if prepared is None:
            return
        request = await self._reserver.reserve(context, prepared)
        await self._ask(context, request)
        await self._repair(context, request, prepared.computation)
        await self._finisher.finish(context, request)
        if request.prompt.options.logprobs is not None:
            context.draft.note_missing_log_probs()
        await self._reserver.add_budget_notes(context, request)

    async def _prepare(self, context: AnswerContext) -> PreparedPrompt | None:
        """Build the prompt; None if nothing is left to ask, or the person has to act first."""
        draft, reply = context.draft, context.reply
        prepared = None
        with _show_reading(context):
            # Files may have to wait for a minute, and so would who has changed their mind.
            async with reply.stop_button.interrupt_on_press():
                prepared = await self._prompt_builder.build(
                    context.question, context.request, self._list_model_infos()[0], draft.notes
                )
        if reply.stop_button.is_pressed:
            draft.is_stopped = True
            return None
        if isinstance(prepared, ContextOverflow):
            draft.ask_back(prepared.user_message)
            return None
        if prepared is not None:
            _log_prompt(prepared)
            draft.provenance = prepared.provenance
            draft.text = RenderedText(prepared.names.labels)
            reply.set_labels(prepared.names.labels)
            draft.notes += [prepared.left_out_note] if prepared.left_out_note else []
            if prepared.computation is not None:
                draft.add_computation(prepared.computation)
            if prepared.carried_note is not None:
                draft.note_carried(prepared.carried_note, prepared.carried_files)
        return prepared

    async def _ask(self, context: AnswerContext, request: ReservedRequest) -> None:
        """Request the answer and, at the same time, each further picture that is wanted."""
        draft, reply = context.draft, context.reply
        first, *other_prompts = build_variation_prompts(request.prompt)
        parallel = ParallelRequests(self._streamer, context)
        context.drawing.plan(len(other_prompts) + 1)
        async with aclosing(parallel):
            for prompt in other_prompts:
                meter = context.open_usage_meter()
                replace(request, meter=meter).start(RequestPurpose.ANSWER)
                parallel.ask(prompt, meter)
            await self._stream(context, replace(request, prompt=first), RequestPurpose.ANSWER)
            if not other_prompts:
                return
            context.drawing.show()
            # Pictures that arrived before a stop are paid for, so they are shown.
            results = await parallel.collect()
            draft.pictures += [picture for result in results for picture in result.pictures]
            draft.is_stopped = reply.stop_button.is_pressed
        note_missing_variations(draft, results, wanted=len(other_prompts) + 1)

    async def _repair(
        self, context: AnswerContext, request: ReservedRequest, computation: Computation | None
    ) -> None:
        """Show an answer that has to be data, checked; where it does not fit, ask once more."""
        draft, check = context.draft, self._choose_check(context, request, computation)
        if check is None:
            return
        checked = None
        if draft.outcome is Outcome.ANSWERED:
            checked = await self._check_and_repair(context, request, check)
        if checked is not None:
            draft.add_presentation(checked.presentation)
        elif computation is not None and computation.check is not None:
            draft.drop_data()

    async def _check_and_repair(
        self, context: AnswerContext, request: ReservedRequest, check: Check
    ) -> CheckedAnswer | None:
        """Return the answer as it is shown; None if the person stops it before that is known."""
        draft = context.draft
        text = draft.answer_text
        checked = await _check_until_stopped(context, check)
        if checked is None or not checked.problems:
            return checked
        prompt = build_repair_prompt(request.prompt, text, checked.problems)
        repair = await self._reserver.reserve_repair(context, request, prompt)
        if repair is None:
            return checked
        draft.text.clear()
        await self._stream(context, repair, RequestPurpose.REPAIR)
        if draft.outcome is Outcome.ANSWERED:
            return await _check_until_stopped(context, check) or checked
        # Half a repair is less than the first answer, which stays.
        draft.text.clear()
        draft.text.add(text)
        return checked

    def _choose_check(
        self, context: AnswerContext, request: ReservedRequest, computation: Computation | None
    ) -> Check | None:
        """Return how the answer is checked; None if it need not be data."""
        if computation is not None and computation.check is not None:
            return computation.check
        schema = request.prompt.schema
        if schema is None:
            return None
        output_format = request.prompt.options.output_format or OutputFormat.JSON
        owner = build_owner(context.question)
        return partial(self._schema_checker.check, schema, output_format, owner=owner)

    async def _stream(
        self, context: AnswerContext, request: ReservedRequest, purpose: RequestPurpose
    ) -> None:
        request.start(purpose)
        await self._streamer.stream(request.prompt, context, request.meter)


async def _check_until_stopped(context: AnswerContext, check: Check) -> CheckedAnswer | None:
    """Check the answer, which may have to be drawn; None if it is stopped meanwhile."""
    draft, checked = context.draft, None
    async with context.reply.stop_button.interrupt_on_press():
        checked = await check(draft.answer_text)
    draft.is_stopped = checked is None
    return checked


def _log_prompt(prepared: PreparedPrompt) -> None:
    prompt = prepared.prompt
    log.debug(
        "prompt_built",
        tokens=prepared.estimated_tokens,
        history=len(prompt.history),
        pictures=len(prompt.pictures),
        documents=len(prompt.documents),
        max_tokens=prompt.max_tokens,
        effort=prompt.options.effort or "",
    )


@contextmanager
def _show_reading(context: AnswerContext) -> Iterator[None]:
    """Say in the status that files are read, and that they wait where the machine is short."""
    reply, count = context.reply, len(context.question.files)
    reading: str = THINKING_STATUS
    if count:
        reading = Message(READING_STATUS, plural=READING_FILES_STATUS, count=count)
        reply.set_status(reading)

    set_status = reply.set_status
    with report_waits(partial(set_status, SHORT_STATUS), partial(set_status, reading)):
        yield
    if count:
        reply.set_status(THINKING_STATUS)
