"""Joins what has arrived together, so that a burst of tokens costs what one token costs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from bot.domain.llm import ReasoningDelta, StreamEvent, TextDelta


def join_deltas(events: Sequence[StreamEvent]) -> Iterator[StreamEvent]:
    """Yield the events in order, words that follow each other as one event."""
    for kind, group in groupby(events, type):
        if kind is TextDelta or kind is ReasoningDelta:
            yield kind("".join(event.text for event in group))  # type: ignore[union-attr] # all of `kind`
        else:
            yield from group
