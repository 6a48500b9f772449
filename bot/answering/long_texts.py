"""Works on the texts of a thread and its files without holding up the event loop, however long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from bot.domain.conversation import ThreadHistory
from bot.domain.files import FileContext

_Result = TypeVar("_Result")

# Looking through as much takes some 10 ms.
_MAX_CHARS_ON_LOOP = 100_000


async def run_on_texts(
    history: ThreadHistory, work: Callable[[], _Result], files: FileContext | None = None
) -> _Result:
    """Do `work`, which looks through the texts of `history` and `files`; return what it returns.

    Long ones are looked through in another thread. Each single text is bounded, so the event loop
    gets its turn in between.
    """
    if _count_chars(history, files) <= _MAX_CHARS_ON_LOOP:
        return work()
    return await asyncio.to_thread(work)


def _count_chars(history: ThreadHistory, files: FileContext | None) -> int:
    count = len(history.summary)
    count += sum(len(turn.text) for turn in (*history.turns, *history.retrieved))
    if files is not None:
        count += sum(map(len, files.linked_messages))
        count += sum(len(page) for document in files.documents for page in document.pages)
        count += sum(len(page) for excerpt in files.excerpts for _, page in excerpt.pages)
    return count
