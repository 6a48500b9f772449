"""Plays threads of many questions and adds up what they cost.

Runs the real Easel. The sizes are those of a working thread: half of the questions are one line,
every eighth has a pasted log; answers have 600 to 2,200 characters; every third pause is longer
than the lifetime of the provider's cache.
"""

from __future__ import annotations

import io
import itertools
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

from PIL import Image

from bot.playground.model.talk import PlayedAnswer, PlayedRequest
from bot.playground.model.usage import TokenMeter
from bot.playground.slack import PlayedSlack
from bot.playground.slack.web_api import Rules
from bot.queue import fairness
from tests.support.clock import Clock
from tests.support.easel import DM, run_easel

TURNS = 50
_QUESTIONS = (90, 60, 240, 4_000, 120, 70, 500, 150)
ANSWERS = (900, 600, 1_500, 2_200, 1_100)
PAUSES = (25.0, 80.0, 900.0, 40.0, 150.0, 1_500.0)
_WORDS = """
    harbour crane ship crew ledger invoice draft launch paragraph budget meeting contract
    parcel window colour table sensor battery garden train ticket recipe lesson engine
    panel report
    """.split()  # noqa: SIM905 - a list with one word per line would fill a page
_FACTS = (
    ("the Heron project", "HX-7741"),
    ("the Larkspur account", "LK-2093"),
    ("the Vantongeren contract", "VC-5518"),
    ("the Okonkwo delivery", "OD-8802"),
    ("the Szczecin office", "SZ-4176"),
)
PAGES = 100
_SUMMARY_NOTE = "not a message of a person"
# What `TokenMeter.compute_usage` is called with.
MeteredRequest: TypeAlias = tuple[PlayedAnswer, Sequence[tuple[str, int]], str, str]
RULES = Rules(rate_tiers=False, share_delay=0.0)


def build_prose(rng: random.Random, characters: int) -> str:
    words: list[str] = []
    while sum(map(len, words)) + len(words) < characters:
        words.append(rng.choice(_WORDS))
    return " ".join(words).capitalize() + "."


@dataclass(frozen=True, slots=True)
class Step:
    """One question, and what its request must contain."""

    text: str
    files: tuple[tuple[str, bytes], ...] = ()
    needs: str = ""


@dataclass(slots=True)
class ThreadResult:
    """The tokens and cost of a thread, and how many needed facts its requests contained.

    `metered` holds the requests up to each question, as the meter was told of them.
    """

    tokens: int = 0
    cost: Decimal = Decimal(0)
    metered: list[list[MeteredRequest]] = field(default_factory=list)
    found: int = 0
    checked: int = 0
    missing: list[str] = field(default_factory=list)


def build_word_steps(
    rng: random.Random, turns: int = TURNS, sizes: Sequence[int] = _QUESTIONS
) -> Iterator[Step]:
    """Yield questions: the first state facts, and much later ones ask for them by name."""
    for number in range(turns):
        size = sizes[number % len(sizes)]
        if number < len(_FACTS):
            name, code = _FACTS[number]
            yield Step(f"The code of {name} is {code}. {build_prose(rng, size)}")
        elif number % TURNS >= TURNS - 2 * len(_FACTS) and number % 2:
            name, code = _FACTS[(number // 2) % len(_FACTS)]
            yield Step(f"What was the code of {name}?", needs=code)
        else:
            yield Step(f"Please help me with this: {build_prose(rng, size)}")


def build_picture_steps(rng: random.Random) -> Iterator[Step]:
    """Yield questions of which every fifth brings a picture and the next one is about it."""
    for number, step in enumerate(build_word_steps(rng)):
        if number % 5 == 0:
            shade = (number * 5 % 256, 90, 160)
            yield Step(step.text, ((f"photo-{number}.jpg", _build_photo(shade)),), step.needs)
        elif number % 5 == 1 and number >= len(_FACTS):
            yield Step(f"What is on the left of photo-{number - 1}.jpg?", needs="photo")
        else:
            yield step


def build_file_steps(rng: random.Random) -> Iterator[Step]:
    """Yield a file of a hundred pages, then questions of which half are about it."""
    pages = [build_prose(rng, 2_300) for _ in range(PAGES)]
    keepers = [f"Keeper{number:02d}" for number in range(TURNS)]
    for number, keeper in enumerate(keepers):
        pages[number * 2] += f" The lamp of {keeper} has the number L{number:02d}77."
    yield Step("Please read this.", (("handbook.txt", "\f".join(pages).encode()),))
    for number, step in enumerate([*build_word_steps(rng)][:-1]):
        if len(_FACTS) <= number < TURNS - 1 and number % 2 == 0:
            yield Step(f"Which number has the lamp of {keepers[number]}?", needs=f"L{number:02d}77")
        else:
            yield step


SCENARIOS = (
    ("words only", build_word_steps),
    ("with pictures", build_picture_steps),
    ("with a file of 100 pages", build_file_steps),
)


def _build_photo(shade: tuple[int, int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1280, 960), shade).save(out, "JPEG")
    return out.getvalue()


class RecordingMeter(TokenMeter):
    """A meter that remembers what it was told, so that it can be counted at another rhythm."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.metered: list[MeteredRequest] = []

    def compute_usage(
        self,
        answer: PlayedAnswer,
        pieces: Sequence[tuple[str, int]],
        session: str,
        quality: str = "medium",
    ) -> dict[str, Any]:
        self.metered.append((answer, pieces, session, quality))
        return super().compute_usage(answer, pieces, session, quality)


async def play_thread(
    steps: list[Step],
    *,
    pauses: Sequence[float] = PAUSES,
    answers: Sequence[int] = ANSWERS,
    **settings: Any,
) -> ThreadResult:
    """Play a thread with these settings of Easel; Slack's time passes with the `pauses`."""
    disable_loop_guard()
    rng, clock, result = random.Random(2), Clock(), ThreadResult()
    settings = {"EASEL_SLACK_RATE": 1000, **settings}
    with tempfile.TemporaryDirectory() as folder:
        async with (
            PlayedSlack(RULES, clock=clock) as slack,
            run_easel(Path(folder), slack=slack, **settings) as easel,
        ):
            model, meter = easel.model, RecordingMeter(clock)
            model.meter, answer = meter, model.speak

            def speak(request: PlayedRequest) -> PlayedAnswer:
                if any(_SUMMARY_NOTE in note for note in request.notes):
                    return answer(request)
                return PlayedAnswer(build_prose(rng, answers[next(numbers) % len(answers)]))

            numbers = itertools.count()
            model.speak = speak
            root = ""
            for number, step in enumerate(steps):
                reply_count = len(slack.list_replies(DM, root)) if root else 0
                ts = await slack.post_as_person(
                    DM, step.text, thread_ts=root or None, files=step.files
                )
                root = root or ts
                await _wait_for_answer(slack, root, reply_count)
                await easel.service.wait_until_idle()
                _check(step, model.requests, result)
                result.metered.append(meter.metered)
                meter.metered = []
                clock.now += pauses[number % len(pauses)]
            result.cost = sum(model.bills.values(), Decimal(0))
            result.tokens = model.meter.total_tokens
    return result


async def _wait_for_answer(slack: PlayedSlack, root: str, reply_count: int) -> None:
    await slack.wait_until(lambda: len(slack.list_replies(DM, root)) > reply_count)


def _check(step: Step, requests: list[dict[str, Any]], result: ThreadResult) -> None:
    if not step.needs:
        return
    result.checked += 1
    questions = [body for body in requests if _SUMMARY_NOTE not in str(body["messages"][-1])]
    messages = questions[-1]["messages"]
    sent = json.dumps(messages[:-1]) + json.dumps(messages[-1]["content"][0])
    has_picture = any(part["type"] == "image_url" for part in messages[-1]["content"])
    if step.needs in sent and (step.needs != "photo" or has_picture):
        result.found += 1
    else:
        result.missing.append(step.text[:60])


def disable_loop_guard() -> None:
    """Allow fifty questions of one person within a minute, which look like a loop of programs."""
    fairness.LOOP_WINDOW_SECONDS = 0.0


async def compare_scenarios() -> list[tuple[str, ThreadResult, ThreadResult]]:
    """Play each scenario as Easel sends it, and with everything resent."""
    results = []
    for name, build_steps in SCENARIOS:
        steps = list(build_steps(random.Random(1)))
        selected = await play_thread(steps)
        everything = await play_thread(steps, EASEL_RESEND_ALL="true")
        results.append((name, selected, everything))
    return results
