"""Steers answers during a storm: each question is pressed, edited, deleted or stopped at most once.

See `controls.py` for what stands under an answer, and `checks.py` for what has to come of an act.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any

from bot.playground.slack import PlayedSlack
from bot.playground.slack.workspace import BOT_USER
from handlers.pictures.reading import FORMAT_FIELD_ID
from tests.chaos.people import CHANNEL, PEOPLE, LoadGenerator, SentQuestion
from tests.chaos.steering.acts import PICTURE_ACTS, STOPS, Act, ActKind
from tests.chaos.steering.controls import Control, find_control, find_reply
from tests.chaos.steering.stored import StoredQuestion, try_to_load

# Of each kind of question; slow ones are there to be stopped.
KINDS: Mapping[str, int] = {"say": 74, "draw": 12, "look": 4, "slow": 4, "cut": 6}
_WEIGHTS: Mapping[ActKind, int] = {
    ActKind.REGENERATE: 5,
    ActKind.RETRY: 3,
    ActKind.CONTINUE: 4,
    ActKind.COPY: 2,
    ActKind.AGAIN: 3,
    ActKind.VARY: 3,
    ActKind.CONVERT: 3,
    ActKind.FEEDBACK: 3,
    ActKind.EDIT: 6,
    ActKind.DELETE_QUESTION: 4,
    ActKind.DELETE_ANSWER: 3,
}
_REWRITES = (ActKind.EDIT, ActKind.DELETE_QUESTION)
_MAX_REWRITTEN_PART = 0.4
_LOOK_SECONDS, _MAX_LOOKS = 0.1, 300
_MAX_FORM_LOOKS = 30
_MIN_MORE_SECONDS, _MORE_SECONDS = 6.0, 0.1  # for each question
_ENDS = (*STOPS, *_REWRITES)  # of a slow answer
_OF_KINDS: Mapping[ActKind, str] = {
    ActKind.CONTINUE: "cut",
    **dict.fromkeys(PICTURE_ACTS, "draw"),
}


class Steerer:
    """Does something to a question every `interval_seconds` on average, and at last to `share` of
    them, where there is something to do; `acts` are all so far."""

    def __init__(
        self,
        slack: PlayedSlack,
        people: LoadGenerator,
        folder: Path,
        rng: random.Random,
        *,
        interval_seconds: float,
        share: float,
    ) -> None:
        self.acts: list[Act] = []
        self._slack = slack
        self._people = people
        self._folder = folder
        self._rng = rng
        self._interval_seconds = interval_seconds
        self._share = share
        self._taken = set[str]()  # the ts of questions to which something was done
        self._tasks = set[asyncio.Task[None]]()
        self._seen_count = 0

    async def run(self) -> None:
        await self._run_until(float("inf"))

    async def _run_until(self, count: float) -> None:
        """Act until there are `count` acts."""
        while len(self.acts) < count:
            await asyncio.sleep(self._rng.uniform(0, 2 * self._interval_seconds))
            self._end_slow_ones()
            self._act(try_to_load(self._folder))

    async def finish(self) -> None:
        """Go on for a while with what can be pressed by now; wait until every slow answer is
        stopped, and every form is sent."""
        with contextlib.suppress(TimeoutError):
            seconds = max(_MIN_MORE_SECONDS, _MORE_SECONDS * len(self._people.sent))
            async with asyncio.timeout(seconds):
                await self._run_until(self._share * len(self._people.sent))
        self._end_slow_ones()
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _act(self, stored: Mapping[str, StoredQuestion]) -> None:
        """Do one thing, if there is a question for it."""
        self._try(self._rng.choices([*_WEIGHTS], [*_WEIGHTS.values()])[0], stored)

    def _try(self, kind: ActKind, stored: Mapping[str, StoredQuestion]) -> bool:
        wanted = _OF_KINDS.get(kind, "say")
        found = [q for q in self._people.sent if q.kind == wanted and q.ts not in self._taken]
        # Any of them can be edited and deleted; most often one of the newest.
        if kind in _REWRITES:
            if not found or self._has_rewritten_enough():
                return False
            question = self._rng.choice(found[-4:] if self._rng.random() < 0.7 else found)
            self._take(kind, question)
            return True
        self._rng.shuffle(found)
        for question in found:
            row = stored.get(question.ts)
            if row is not None and row.is_shown and self._try_press(kind, question, row):
                return True
        return False

    def _has_rewritten_enough(self) -> bool:
        """Whether few would be left to press: there is always a question to edit."""
        count = sum(act.kind in _REWRITES for act in self.acts)
        return count > _MAX_REWRITTEN_PART * self._share * len(self._people.sent)

    def _try_press(self, kind: ActKind, question: SentQuestion, row: StoredQuestion) -> bool:
        if row.outcome != ("failed" if kind is ActKind.RETRY else "answered"):
            return False
        if kind is ActKind.DELETE_ANSWER:
            reply = find_reply(self._slack, question, row)
            if reply is not None:
                act = self._note(kind, question, row.id)
                self._slack.delete_message(CHANNEL, reply.ts, user=BOT_USER)
                act.deliveries.append(self._slack.deliveries[-1])
            return reply is not None
        control = find_control(self._slack, question, row, kind)
        if control is None:
            return False
        self._press(kind, question, control)
        return True

    def _note(
        self, kind: ActKind, question: SentQuestion, question_id: int = 0, version: int = 1
    ) -> Act:
        self._taken.add(question.ts)
        act = Act(kind, question, self._rng.choice(PEOPLE), question_id, version)
        self.acts.append(act)
        return act

    def _take(self, kind: ActKind, question: SentQuestion) -> None:
        """Edit or delete a question."""
        act, slack = self._note(kind, question), self._slack
        act.person, act.lost_mark = question.person, f"q{question.number}"
        before = len(slack.deliveries)
        if kind is ActKind.EDIT:
            words = " ".join(question.text.split()[2:]).replace("slow ", "").replace("cut ", "")
            act.new_text = f"say q{question.number}e {words}"
            slack.edit(CHANNEL, question.ts, f"<@{BOT_USER}> {act.new_text}")
        else:
            slack.delete_message(CHANNEL, question.ts, user=question.person)
        act.deliveries += slack.deliveries[before:]

    def _press(self, kind: ActKind, question: SentQuestion, control: Control) -> None:
        act = self._note(kind, question, control.question_id, control.version)
        if kind is ActKind.FEEDBACK:
            for verdict in self._rng.choices(("good", "bad"), k=self._rng.choice((1, 2, 3))):
                act.verdict = verdict
                self._press_once(act, control, f"{verdict}:{control.value.partition(':')[2]}")
            return
        self._press_once(act, control, control.value)
        if kind is ActKind.CONVERT:
            self._spawn(self._send_form(act))
        elif self._rng.random() < 0.4:  # a double click
            self._press_once(act, control, control.value)
        elif self._rng.random() < 0.4:  # Slack sends it twice
            body = act.deliveries[0].body
            act.deliveries.append(self._slack.send_body(body, kind="interactive"))

    def _press_once(self, act: Act, control: Control, value: str) -> None:
        delivery = self._slack.press(
            CHANNEL, control.message_ts, control.action_id, user=act.person, value=value
        )
        act.deliveries.append(delivery)

    async def _send_form(self, act: Act) -> None:
        """Fill in the form of a conversion, if it opens; nothing is asked where it does not."""
        for _ in range(_MAX_FORM_LOOKS):
            await asyncio.sleep(_LOOK_SECONDS)
            for form in self._slack.modals.list_open():
                is_asked = any(block["block_id"] == FORMAT_FIELD_ID for block in form["blocks"])
                if form["user"] == act.person and is_asked:
                    await self._fill_in(act, str(form["id"]))
                    return
        act.is_sent = False

    async def _fill_in(self, act: Act, form: str) -> None:
        given = {FORMAT_FIELD_ID: "webp"}
        sent = await self._slack.forms.submit(form, given, user=act.person)
        act.is_sent = True if sent.is_closed else None
        if not sent.is_closed:  # the person gives up
            self._slack.forms.close(form, user=act.person)

    def _end_slow_ones(self) -> None:
        for question in self._people.sent[self._seen_count :]:
            if question.kind == "slow":
                self._taken.add(question.ts)
                self._spawn(self._end_slow_one(question, self._rng.choice(_ENDS)))
        self._seen_count = len(self._people.sent)

    async def _end_slow_one(self, question: SentQuestion, kind: ActKind) -> None:
        """Stop an answer at some moment after it was begun."""
        pause = self._rng.uniform(0.0, 5.0)
        for _ in range(_MAX_LOOKS):
            await asyncio.sleep(_LOOK_SECONDS)
            row = try_to_load(self._folder).get(question.ts)
            if row is None or row.begun_at is None:
                continue
            await asyncio.sleep(pause)
            pause = 0.0
            if kind is not ActKind.STOP_BUTTON:
                break
            control = find_control(self._slack, question, row, kind)
            if control is not None:
                self._press(kind, question, control)
                return
        await self._stop(ActKind.STOP_WORD if kind is ActKind.STOP_BUTTON else kind, question)

    async def _stop(self, kind: ActKind, question: SentQuestion) -> None:
        if kind not in STOPS:
            self._take(kind, question)
            return
        act, slack = self._note(kind, question), self._slack
        act.person = question.person
        before = len(slack.deliveries)
        if kind is ActKind.STOP_SESSION:
            slack.press_stop(CHANNEL, question.root, user=act.person)
        else:
            word = self._rng.choice(("stop", "Stopp!", "cancel", "annuler", "¡para!", "停止"))
            await slack.post_as_person(CHANNEL, word, user=act.person, thread_ts=question.root)
        act.deliveries += slack.deliveries[before:]

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def describe_acts(acts: list[Act]) -> str:
    """Say how often each thing was done, most often first."""
    counts = {kind: sum(act.kind is kind for act in acts) for kind in ActKind}
    named = sorted(((count, kind.value) for kind, count in counts.items() if count), reverse=True)
    return ", ".join(f"{count} {name}" for count, name in named)
