"""Watches what people see of their questions, and when: the first sign, the end, the status."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence

from bot.playground.slack import PlayedSlack
from bot.playground.slack.workspace import Change
from tests.chaos.endings import Ending
from tests.chaos.people import SentQuestion


class SignWatcher:
    """Collects times by `time.time`, as a message's ts has them."""

    def __init__(self, slack: PlayedSlack) -> None:
        self._slack = slack
        self._signs: dict[str, list[float]] = defaultdict(list)  # by thread
        self._finished: dict[str, float] = {}  # by ts of the message, its last change
        self._statuses: dict[str, str] = {}  # by thread, until Easel ends it

    async def run(self) -> None:
        with self._slack.workspace.watch() as changes:
            while True:
                change = await changes.get()
                if change is not None:
                    self._note(change)

    def _note(self, change: Change) -> None:
        now, root, message = time.time(), change.thread_ts, change.message
        if change.kind == "status":
            self._statuses[root] = change.status
            if change.status:
                self._signs[root].append(now)
        elif message is not None and message.from_bot:
            # Slack clears the status when the app posts.
            self._statuses.pop(root, None)
            self._signs[root].append(now)
            self._finished[message.ts] = now

    def find_left_statuses(self) -> list[str]:
        """Return the threads whose last status Easel has not ended, one line each.

        Slack drops a status after two minutes; that does not count.
        """
        left = {root: status for root, status in self._statuses.items() if status}
        return [f"the status “{status}” is left in {root}" for root, status in left.items()]

    def measure_waits(
        self, sent: Sequence[SentQuestion], endings: dict[str, Ending]
    ) -> tuple[dict[int, float], dict[int, float]]:
        """Return the seconds from each question to its first sign and to its whole answer."""
        signs: dict[int, float] = {}
        answers: dict[int, float] = {}
        for question in sent:
            asked_at = float(question.ts)
            later = [at for at in self._signs[question.root] if at >= asked_at]
            if later:
                signs[question.number] = later[0] - asked_at
            ending = endings.get(question.ts)
            ends = [self._finished.get(ts, 0.0) for ts in ending.message_ts] if ending else []
            if max(ends, default=0.0):
                answers[question.number] = max(ends) - asked_at
        return signs, answers
