"""Which answers the store is asked about before a summary is thought of."""

from __future__ import annotations

from typing import Any, cast

import pytest

from bot.answering.summarize import ThreadSummarizer
from bot.domain.conversation import Person, Thread
from bot.domain.questions import Question


class CountingStore:
    """A store of threads with no answers, which notes who asks."""

    def __init__(self) -> None:
        self.counted: list[Thread] = []

    async def count_answers(self, thread: Thread) -> int:
        self.counted.append(thread)
        return 1


def build_summarizer(store: CountingStore) -> ThreadSummarizer:
    unused = cast("Any", None)
    return ThreadSummarizer(store, *[unused] * 7)  # type: ignore[arg-type] # a fake


@pytest.mark.parametrize(("ts", "is_counted"), [("1.0", False), ("2.0", True)])
async def test_the_question_that_begins_a_thread_costs_no_look(ts: str, is_counted: bool) -> None:
    store, thread = CountingStore(), Thread("T", "C", "1.0")
    summarizer = build_summarizer(store)
    summarizer.schedule(Question(1, thread, ts, Person("U1", "T"), "hi"), cast("Any", None))
    await summarizer.wait_until_idle()
    assert bool(store.counted) is is_counted
