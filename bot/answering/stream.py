"""Streams a response: shows it while it comes, and meters it. Decides nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field

import structlog

from bot.answering.context import AnswerContext
from bot.answering.draft import AnswerDraft
from bot.answering.recorded_model import RecordedModel
from bot.billing.usage_meter import UsageMeter
from bot.delivery.long_answers import AnswerOpening, Shortening
from bot.delivery.reply import Reply
from bot.delivery.status import THINKING_STATUS
from bot.domain.answers.chart_fence import remove_mark
from bot.domain.errors import EaselError
from bot.domain.llm import (
    ACCOUNTING_EVENTS,
    ImageOutput,
    PartialImage,
    Prompt,
    ReasoningDelta,
    StreamEvent,
    TextDelta,
)
from bot.domain.messages import Message
from bot.domain.questions import Outcome
from bot.domain.safe_text import truncate
from bot.observability.trail import note_failure

log = structlog.get_logger(__name__)

EXTRACTING_STATUS = Message("is extracting data…")
WAITING_FOR_MODEL_STATUS = Message("is waiting for the model, which has not answered yet…")
_THOUGHT_STATUS = "is thinking… {thought}"
# A model that has not even begun to answer after this is slow, or fails and is asked again.
MAX_SILENT_SECONDS = 20.0
LONG_ANSWER_STATUS = "is writing a long answer… {count:,} characters so far"
_MAX_REASONING_CHARS = 61


@dataclass(slots=True)
class RequestedPictures:
    """The pictures that one request gave, without its words; `failure` says why it broke off."""

    pictures: list[ImageOutput] = field(default_factory=list)
    failure: Message | None = None


class ResponseStreamer:
    """Streams responses of one model."""

    def __init__(self, model: RecordedModel) -> None:
        self._model = model

    async def stream(self, prompt: Prompt, context: AnswerContext, usage_meter: UsageMeter) -> None:
        """Ask once, and show what comes. A failure is a sentence in the draft."""
        draft, reply = context.draft, context.reply
        display = _AnswerDisplay(context, prompt)
        try:
            async with (
                reply.stop_button.interrupt_on_press(),
                _announce_wait(reply) as end_wait,
                aclosing(self._read(prompt, context, usage_meter)) as events,
            ):
                async for event in events:
                    # What was accepted is not answered yet: a model may think for minutes.
                    if not isinstance(event, ACCOUNTING_EVENTS):
                        end_wait()
                    draft.add_event(event)
                    display.show_event(event)
        except EaselError as error:
            _log_failure(error)
            note_failure(error)
            draft.fail(error.user_message)
        draft.is_stopped = reply.stop_button.is_pressed
        draft.shortening = display.finish()
        usage_meter.end_request(_get_request_outcome(draft))

    async def request_pictures(
        self, prompt: Prompt, context: AnswerContext, usage_meter: UsageMeter
    ) -> RequestedPictures:
        """Ask for a picture while another request streams; return what came."""
        result, outcome = RequestedPictures(), "stopped"
        try:
            async with aclosing(self._read(prompt, context, usage_meter)) as events:
                async for event in events:
                    if isinstance(event, ImageOutput):
                        result.pictures.append(event)
                        context.drawing.note_picture()
            outcome = "answered"
        except EaselError as error:
            _log_failure(error)
            result.failure = error.user_message
            outcome = "broken"
        finally:
            usage_meter.end_request(outcome)
        return result

    async def request_text(
        self, prompt: Prompt, context: AnswerContext, usage_meter: UsageMeter
    ) -> str:
        """Ask for words that are not shown as they come; return them, "" where that failed."""
        parts, outcome = list[str](), "broken"
        button = context.reply.stop_button
        try:
            async with (
                button.interrupt_on_press(),
                aclosing(self._read(prompt, context, usage_meter)) as events,
            ):
                parts = [event.text async for event in events if isinstance(event, TextDelta)]
                outcome = "answered"
        except EaselError as error:
            _log_failure(error)
        usage_meter.end_request("stopped" if button.is_pressed else outcome)
        return "".join(parts)

    async def _read(
        self, prompt: Prompt, context: AnswerContext, usage_meter: UsageMeter
    ) -> AsyncGenerator[StreamEvent, None]:
        """Yield the events of one request, which `usage_meter` records."""
        stream = self._model.stream(prompt, context.question.cost_owner, usage_meter)
        async with aclosing(stream) as events:
            async for event in events:
                yield _remove_marks(event)


def _remove_marks(event: StreamEvent) -> StreamEvent:
    """Return an event so that nothing in its text is taken for a chart of Easel's."""
    return TextDelta(remove_mark(event.text)) if isinstance(event, TextDelta) else event


@asynccontextmanager
async def _announce_wait(reply: Reply) -> AsyncIterator[Callable[[], None]]:
    """Say so in the status if the model keeps silent. Yields what ends the wait."""
    earlier_status: list[str] = []

    def announce() -> None:
        if not reply.is_visible:
            log.info("model_silent", seconds=MAX_SILENT_SECONDS)
            earlier_status.append(reply.status.text)
            reply.set_status(WAITING_FOR_MODEL_STATUS)

    def end_wait() -> None:
        timer.cancel()
        if earlier_status:
            reply.set_status(earlier_status.pop())

    timer = asyncio.get_running_loop().call_later(MAX_SILENT_SECONDS, announce)
    try:
        yield end_wait
    finally:
        end_wait()


def _log_failure(error: EaselError) -> None:
    log.warning(
        "model_failed",
        error=type(error).__name__,
        code=error.code,
        provider_reason=error.reason,
    )


def _get_request_outcome(draft: AnswerDraft) -> str:
    if draft.is_stopped:
        return "stopped"
    return "broken" if draft.outcome is Outcome.FAILED else "answered"


class _AnswerDisplay:
    """Shows one answer while it comes: its text, its thoughts as a status, previews."""

    def __init__(self, context: AnswerContext, prompt: Prompt) -> None:
        self._reply = context.reply
        self._previews = context.previews
        self._drawing = context.drawing
        self._is_data = prompt.schema is not None
        self._should_show_reasoning = prompt.options.show_reasoning is True
        self._opening = AnswerOpening(context.reply.language)
        self._reasoning = ""
        self._char_count = 0
        if self._is_data:
            self._reply.set_status(EXTRACTING_STATUS)

    def show_event(self, event: StreamEvent) -> None:
        match event:
            case TextDelta(text) if not self._is_data:
                self._char_count += len(text)
                shown = self._opening.feed(text)
                if shown:
                    self._reply.add(shown)
                if self._opening.is_shortened:
                    self._reply.set_status(
                        Message(LONG_ANSWER_STATUS, count=self._char_count // 1_000 * 1_000)
                    )
            case ReasoningDelta(text):
                self._show_reasoning(text)
            case PartialImage():
                self._drawing.show()
                self._previews.show(event)
            case ImageOutput():
                self._drawing.note_picture()
            case _:
                pass

    def finish(self) -> Shortening | None:
        """Show what is left of the answer; return what of it is not shown, None for data."""
        if self._is_data:
            return None
        rest = self._opening.finish()
        if rest:
            self._reply.add(rest)
        return self._opening.shortening

    def _show_reasoning(self, text: str) -> None:
        """Show a thought as the status; it is never part of the answer."""
        if not self._should_show_reasoning:
            self._reply.set_status(THINKING_STATUS)
            return
        self._reasoning = (self._reasoning + text)[-2_000:]
        line = _format_last_line(self._reasoning)
        self._reply.set_status(Message(_THOUGHT_STATUS, thought=line) if line else THINKING_STATUS)


def _format_last_line(reasoning: str) -> str:
    """The newest line of the thoughts, as a status can show it."""
    lines = [" ".join(line.replace("*", "").split()) for line in reasoning.splitlines()]
    line = next((line for line in reversed(lines) if line), "")
    harmless = "".join(c for c in line if c not in "<>@&`")
    return truncate(harmless, _MAX_REASONING_CHARS)
