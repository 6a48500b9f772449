"""One question while it is answered: what it asks for, where it is shown, what has come so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.answering.draft import AnswerDraft
from bot.billing.usage_meter import UsageMeter
from bot.delivery.previews import Previews
from bot.delivery.reply import Reply
from bot.domain.costs import ModelRequest
from bot.domain.questions import Question
from bot.request.parse import ParsedRequest


@dataclass(slots=True)
class AnswerContext:
    """`new_usage_meter` makes a meter for requests that run at the same time as others."""

    question: Question
    request: ParsedRequest
    reply: Reply
    previews: Previews
    new_usage_meter: Callable[[], UsageMeter]
    draft: AnswerDraft = field(default_factory=AnswerDraft)
    _usage_meters: list[UsageMeter] = field(default_factory=list)

    @property
    def requests(self) -> tuple[ModelRequest, ...]:
        """The requests that were made so far, with their usage and cost."""
        return tuple(request for meter in self._usage_meters for request in meter.requests)

    def open_usage_meter(self) -> UsageMeter:
        """Start metering requests of this question."""
        meter = self.new_usage_meter()
        self._usage_meters.append(meter)
        return meter
