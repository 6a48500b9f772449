"""Builds the parts of a storm in which people steer, from its plan."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack
from tests.chaos.people import KINDS as USUAL_KINDS
from tests.chaos.people import LoadGenerator
from tests.chaos.steering.checks import find_broken_acts, load_stored
from tests.chaos.steering.hearing import Hearing
from tests.chaos.steering.people import KINDS, Steerer

# Something is done to so many of the questions.
_SHARE = 0.4
# Who presses pays: so that it shows, it is often not who asked. Nothing dear is asked about first.
_SETTINGS = {"EASEL_ASKER_MINUTES": "0", "EASEL_CONFIRM_ABOVE": "100"}


@dataclass(frozen=True, slots=True)
class Steering:
    """What people do in a storm, and what the model was told meanwhile."""

    steerer: Steerer
    hearing: Hearing
    model: PlayedModel
    folder: Path

    def find_broken_acts(self) -> list[str]:
        """Check what came of the acts, before anything else is pressed."""
        stored = load_stored(self.folder)
        return find_broken_acts(self.steerer.acts, stored, self.hearing, [*self.model.bills])


def build_people(seed: int, slack: PlayedSlack, *, threads: int, steers: bool) -> LoadGenerator:
    """Build those who ask."""
    kinds = KINDS if steers else USUAL_KINDS
    return LoadGenerator(slack, random.Random(seed + 1), threads=threads, kinds=kinds)


def choose_settings(*, steers: bool) -> Mapping[str, str]:
    """Return the settings of the service."""
    return _SETTINGS if steers else {}


def build_steering(
    seed: int,
    people: LoadGenerator,
    slack: PlayedSlack,
    model: PlayedModel,
    folder: Path,
    *,
    pause_seconds: float,
) -> Steering:
    """Build those who steer what `people` ask, on average `pause_seconds` apart."""
    rng, interval = random.Random(seed + 6), pause_seconds / _SHARE
    steerer = Steerer(slack, people, folder, rng, interval_seconds=interval, share=_SHARE)
    return Steering(steerer, Hearing(model), model, folder)
