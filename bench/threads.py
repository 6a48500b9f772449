"""What threads of fifty questions cost, beside resending everything: the real Easel in between.

The sizes are those of a working thread: half of the questions a line, every eighth with a pasted
log; answers of 600 to 2,200 characters; every third pause longer than the provider's cache lives.
"""

from __future__ import annotations

import io
import json
import random
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from PIL import Image

from bot.app.service import Service, open_service
from bot.config import read_settings
from bot.playground.model import PlayedModel
from bot.playground.model.talk import PlayedAnswer, PlayedRequest
from bot.playground.model.usage import TokenMeter
from bot.playground.slack import PlayedSlack
from bot.playground.slack.web_api import Rules
from bot.queue import fairness

TURNS = 50
_QUESTIONS = (90, 60, 240, 4_000, 120, 70, 500, 150)
_ANSWERS = (900, 600, 1_500, 2_200, 1_100)
_PAUSES = (25.0, 80.0, 900.0, 40.0, 150.0, 1_500.0)
_WORDS = """
    harbour crane ship crew ledger invoice draft launch paragraph budget meeting contract
    parcel window colour table sensor battery garden train ticket recipe lesson engine
    panel report
    """.split()  # noqa: SIM905 - a list of one a line would be a page
_FACTS = (
    ("the Heron project", "HX-7741"),
    ("the Larkspur account", "LK-2093"),
    ("the Vantongeren contract", "VC-5518"),
    ("the Okonkwo delivery", "OD-8802"),
    ("the Szczecin office", "SZ-4176"),
)
PAGES = 100
_SUMMARY_NOTE = "not a message of a person"
RULES = Rules(rate_tiers=False, share_delay=0.0)


def build_prose(rng: random.Random, characters: int) -> str:
    words: list[str] = []
    while sum(map(len, words)) + len(words) < characters:
        words.append(rng.choice(_WORDS))
    return " ".join(words).capitalize() + "."


@dataclass(frozen=True, slots=True)
class Step:
    """One question, and what has to be in the request that asks it."""

    text: str
    files: tuple[tuple[str, bytes], ...] = ()
    needs: str = ""


@dataclass(slots=True)
class ThreadResult:
    """What a thread came to."""

    tokens: int = 0
    cost: Decimal = Decimal(0)
    found: int = 0
    checked: int = 0
    missing: list[str] = field(default_factory=list)


def build_word_steps(rng: random.Random) -> Iterator[Step]:
    """Facts in the first questions; each is asked for by name long after."""
    for number in range(TURNS):
        size = _QUESTIONS[number % len(_QUESTIONS)]
        if number < len(_FACTS):
            name, code = _FACTS[number]
            yield Step(f"The code of {name} is {code}. {build_prose(rng, size)}")
        elif number >= TURNS - 2 * len(_FACTS) and number % 2:
            name, code = _FACTS[(number // 2) % len(_FACTS)]
            yield Step(f"What was the code of {name}?", needs=code)
        else:
            yield Step(f"Please help me with this: {build_prose(rng, size)}")


def build_picture_steps(rng: random.Random) -> Iterator[Step]:
    """Every fifth question comes with a picture, and the one after it is about that."""
    for number, step in enumerate(build_word_steps(rng)):
        if number % 5 == 0:
            shade = (number * 5 % 256, 90, 160)
            yield Step(step.text, ((f"photo-{number}.jpg", _build_photo(shade)),), step.needs)
        elif number % 5 == 1 and number >= len(_FACTS):
            yield Step(f"What is on the left of photo-{number - 1}.jpg?", needs="photo")
        else:
            yield step


def build_file_steps(rng: random.Random) -> Iterator[Step]:
    """A file of a hundred pages at the start; then half of the questions are about it."""
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


class _Clock:
    now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def _run_easel(folder: Path, **settings: Any) -> AsyncIterator[tuple[PlayedSlack, PlayedModel,
                                                                       Service]]:  # fmt: skip
    async with PlayedSlack(RULES) as slack, PlayedModel() as model:
        given = {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
            "OPENROUTER_API_KEY": model.api_key,
            "OPENROUTER_BASE_URL": model.base_url,
            "EASEL_DATA_DIR": str(folder),
            "EASEL_PORT": 0,
            "EASEL_SLACK_RATE": 1000,
            **settings,
        }
        async with open_service(read_settings(given, env_file=None)) as service:
            yield slack, model, service


async def play(steps: list[Step], **settings: Any) -> ThreadResult:
    """Play a thread; `settings` are Easel's."""
    rnd, clock, tally = random.Random(2), _Clock(), ThreadResult()
    with tempfile.TemporaryDirectory() as folder:
        async with _run_easel(Path(folder), **settings) as (slack, model, service):
            model.meter, plain = TokenMeter(clock), model.speak

            def speak(request: PlayedRequest) -> PlayedAnswer:
                if any(_SUMMARY_NOTE in note for note in request.notes):
                    return plain(request)
                return PlayedAnswer(build_prose(rnd, _ANSWERS[len(model.answers) % len(_ANSWERS)]))

            model.speak = speak
            root = ""
            for number, step in enumerate(steps):
                count = len(slack.list_replies("D0ALEX", root)) if root else 0
                ts = await slack.say("D0ALEX", step.text, thread_ts=root or None, files=step.files)
                root = root or ts
                await _wait_for_answer(slack, root, count)
                await service.wait_until_idle()
                _check(step, model.requests, tally)
                clock.now += _PAUSES[number % len(_PAUSES)]
            tally.cost = sum(model.bills.values(), Decimal(0))
            tally.tokens = model.meter.total_tokens
    return tally


async def _wait_for_answer(slack: PlayedSlack, root: str, reply_count: int) -> None:
    await slack.wait_until(lambda: len(slack.list_replies("D0ALEX", root)) > reply_count)


def _check(step: Step, requests: list[dict[str, Any]], result: ThreadResult) -> None:
    if not step.needs:
        return
    result.checked += 1
    asked = [body for body in requests if _SUMMARY_NOTE not in str(body["messages"][-1])]
    last = asked[-1]["messages"]
    sent = json.dumps(last[:-1]) + json.dumps(last[-1]["content"][0])
    pictures = any(part["type"] == "image_url" for part in last[-1]["content"])
    if step.needs in sent and (step.needs != "photo" or pictures):
        result.found += 1
    else:
        result.missing.append(step.text[:60])


def _disable_loop_guard() -> None:
    """Fifty questions of one person within a minute would be taken for a loop of programs."""
    fairness.LOOP_WINDOW_SECONDS = 0.0


async def compare() -> Iterator[tuple[str, ThreadResult, ThreadResult]]:
    """Each scene as Easel sends it, and with everything resent."""
    _disable_loop_guard()
    found = []
    for name, scene in SCENARIOS:
        steps = list(scene(random.Random(1)))
        thrifty = await play(steps)
        everything = await play(steps, EASEL_RESEND_ALL="true")
        found.append((name, thrifty, everything))
    return iter(found)
