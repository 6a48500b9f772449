"""Watches what people see of their questions, and when: the first sign, the end, the status."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence

from bot.playground.slack import PlayedSlack
from bot.playground.slack.workspace import Change
from tests.chaos.endings import Ending
from tests.chaos.outages import SILENCING_KINDS, Outage
from tests.chaos.people import SentQuestion

# While Slack and the store work, who asked sees within this time that Easel is at it.
MAX_SIGN_SECONDS = 45.0


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
        elif message is not None and message.from_bot and change.kind != "deleted":
            if change.kind == "message":
                # Slack clears the status when the app posts, not when it edits.
                self._statuses.pop(root, None)
            self._signs[root].append(now)
            self._finished[message.ts] = now

    def find_left_statuses(self) -> list[str]:
        """Return the threads whose last status Easel has not ended, one line each.

        Slack drops a status after two minutes; that does not count.
        """
        left = {root: status for root, status in self._statuses.items() if status}
        return [f"the status “{status}” is left in {root}" for root, status in left.items()]

    def find_late_signs(self, sent: Sequence[SentQuestion], outages: Sequence[Outage]) -> list[str]:
        """Return the acknowledged questions whose first sign came late, one line each."""
        now, offset = time.time(), time.time() - time.perf_counter()
        problems = []
        for question in sent:
            if question.acked_at is None:
                continue  # the other checks report it
            seen_at = self._find_first_sign(question) or now
            wait = measure_free_wait(question.acked_at + offset, seen_at, outages)
            if wait > MAX_SIGN_SECONDS:
                problems.append(f"q{question.number} had no sign for {wait:.0f} s")
        return problems

    def _find_first_sign(self, question: SentQuestion) -> float | None:
        """Return when something was first seen in the thread, a message to one person included."""
        offset = time.time() - time.perf_counter()
        private = [
            call.started_at + offset
            for call in self._slack.calls
            if call.method == "chat.postEphemeral"
            and not call.error
            and call.args.get("thread_ts") == question.root
        ]
        signs = [at for at in self._signs[question.root] + private if at >= float(question.ts)]
        return min(signs, default=None)

    def measure_waits(
        self, sent: Sequence[SentQuestion], endings: dict[str, Ending]
    ) -> tuple[dict[int, float], dict[int, float]]:
        """Return the seconds from each question to its first sign and to its whole answer."""
        signs: dict[int, float] = {}
        answers: dict[int, float] = {}
        for question in sent:
            asked_at = float(question.ts)
            if (seen_at := self._find_first_sign(question)) is not None:
                signs[question.number] = seen_at - asked_at
            ending = endings.get(question.ts)
            ends = [self._finished.get(ts, 0.0) for ts in ending.message_ts] if ending else []
            if max(ends, default=0.0):
                answers[question.number] = max(ends) - asked_at
        return signs, answers


def measure_free_wait(since: float, until: float, outages: Sequence[Outage]) -> float:
    """Return the longest time in seconds without an outage that silences Easel.

    The outages follow each other.
    """
    longest = 0.0
    for outage in outages:
        if outage.kind in SILENCING_KINDS and outage.ends_at > since:
            longest = max(longest, min(outage.begins_at, until) - since)
            since = outage.ends_at
    return max(longest, until - since)
