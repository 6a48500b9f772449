"""Says how long a provider wants to be left alone, where that is more than a moment. Pure."""

from __future__ import annotations

import math

from bot.domain.messages import Message

# A shorter wait is over before the person reads of it, or is what “in a minute” says.
_MOMENT_SECONDS = 60.0
_MOST_MINUTES, _MOST_HOURS = 90, 48
_WAIT_MINUTES_MESSAGE = (
    "The model provider takes no more requests from me for now. Please ask again in {minutes}"
    " minutes."
)
_WAIT_HOURS_MESSAGE = (
    "The model provider takes no more requests from me for now. Please ask again in {hours} hours."
)
_WAIT_DAYS_MESSAGE = (
    "The model provider takes no more requests from me for now. Please ask again in {days} days."
)


def build_wait_message(seconds: float | None) -> Message | None:
    """Return the sentence for a wait of `seconds`; None for a moment, and where none is told."""
    if seconds is None or seconds <= _MOMENT_SECONDS:
        return None
    minutes = math.ceil(seconds / 60)
    if minutes <= _MOST_MINUTES:
        return Message(_WAIT_MINUTES_MESSAGE, minutes=minutes)
    hours = math.ceil(minutes / 60)
    if hours <= _MOST_HOURS:
        return Message(_WAIT_HOURS_MESSAGE, hours=hours)
    return Message(_WAIT_DAYS_MESSAGE, days=math.ceil(hours / 24))
