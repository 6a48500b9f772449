"""The state of one question while it is being answered: its request, its reply, its draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.answering.draft import AnswerDraft
from bot.answering.showing.drawing import DrawingProgress
from bot.billing.usage_meter import UsageMeter
from bot.delivery.previews import Previews
from bot.delivery.reply import Reply
from bot.domain.costs import ModelRequest
from bot.domain.questions import Question
from bot.request.parse import ParsedRequest


@dataclass(slots=True)
class AnswerContext:
    """`create_usage_meter` makes a meter that is not counted here; see `open_usage_meter`."""

    question: Question
    request: ParsedRequest
    reply: Reply
    previews: Previews
    create_usage_meter: Callable[[], UsageMeter]
    draft: AnswerDraft = field(default_factory=AnswerDraft)
    drawing: DrawingProgress = field(init=False)
    _usage_meters: list[UsageMeter] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.drawing = DrawingProgress(self.reply)

    @property
    def requests(self) -> tuple[ModelRequest, ...]:
        """The model requests made so far."""
        return tuple(request for meter in self._usage_meters for request in meter.requests)

    def open_usage_meter(self) -> UsageMeter:
        """Create a meter for requests of this question, counted in `requests`."""
        meter = self.create_usage_meter()
        self._usage_meters.append(meter)
        return meter

    def end_requests(self) -> tuple[ModelRequest, ...]:
        """End the requests that still run, because the answer breaks off here; return all."""
        for meter in self._usage_meters:
            meter.end_request("broken")
        return self.requests
