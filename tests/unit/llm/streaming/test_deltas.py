"""What arrives together is handed on together, and in order."""

from __future__ import annotations

from bot.domain.llm import ImageOutput, LogProbs, ReasoningDelta, StreamEvent, TextDelta
from bot.llm.streaming.deltas import join_deltas

_PICTURE = ImageOutput(b"png", "image/png", "ab")


def test_words_that_follow_each_other_are_one_event() -> None:
    events = [TextDelta("a"), TextDelta(" b"), TextDelta("c")]
    assert list(join_deltas(events)) == [TextDelta("a bc")]


def test_nothing_changes_its_place() -> None:
    events: list[StreamEvent] = [
        ReasoningDelta("hm"),
        ReasoningDelta("m"),
        TextDelta("a"),
        _PICTURE,
        _PICTURE,
        TextDelta("b"),
        LogProbs(({"token": "b"},)),
        TextDelta("c"),
        TextDelta("d"),
    ]
    assert list(join_deltas(events)) == [
        ReasoningDelta("hmm"),
        TextDelta("a"),
        _PICTURE,
        _PICTURE,
        TextDelta("b"),
        LogProbs(({"token": "b"},)),
        TextDelta("cd"),
    ]


def test_nothing_comes_of_nothing() -> None:
    assert list(join_deltas([])) == []
