"""Runs one storm on several replicas: PostgreSQL itself is killed, and its connections are cut."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack
from bot.playground.slack.web_api import Rules
from tests.chaos.checks import find_broken_promises
from tests.chaos.gate import Gate
from tests.chaos.people import LoadGenerator
from tests.chaos.poison import Poison
from tests.chaos.replicas.cutter import Cutter
from tests.chaos.replicas.fleet import Fleet
from tests.chaos.replicas.server import StormServer, run_storm_server
from tests.chaos.run import RULES as ONE_PROCESS_RULES
from tests.chaos.run import Plan, RunResult, Storm, run_to_end, write_calls
from tests.chaos.steering.build import choose_settings
from tests.chaos.steering.people import describe_acts
from tests.chaos.waiting import run_in_background
from tests.support.postgres import lead_through, replicated_databases

# Slack waits for three seconds and repeats an event three times: at once, then after one and five
# minutes, which are shorter here. What is not acknowledged then is lost, as it is with Slack.
RULES = replace(ONE_PROCESS_RULES, ack_seconds=3.0, retry_after=(0.0, 10.0, 30.0))
_MAX_GIVEN_UP_PART = 0.1
_DOWN_SECONDS = (0.2, 3.0)
_CUT_INTERVAL_SECONDS = 1.0
# Longer than a lease: others take over what the replica was answering.
_PARTITION_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Outages:
    """What fails around the replicas: how often the server is killed, one of them loses its way to
    the server, and all are replaced one after the other."""

    server_kills: int = 3
    partitions: int = 1
    rolls: int = 1


@dataclass(slots=True)
class ReplicatedStorm(Storm):
    """A storm in which the database fails too, and replicas are replaced one after the other."""

    server: StormServer = field(kw_only=True)
    gate: Gate = field(kw_only=True)  # between the last replica and the server
    outages: Outages = field(kw_only=True)

    async def _disturb(self, rng: random.Random) -> None:
        cutter = Cutter(
            self.server,
            random.Random(self.plan.seed + 3),
            interval_seconds=_CUT_INTERVAL_SECONDS,
        )
        async with run_in_background(cutter.run):
            await asyncio.gather(Storm._disturb(self, rng), self._fail_around())

    async def _fail_around(self) -> None:
        rng = random.Random(self.plan.seed + 4)
        outages = [
            *[self._kill_server] * self.outages.server_kills,
            *[self._cut_off_one] * self.outages.partitions,
            *[self._roll] * self.outages.rolls,
        ]
        rng.shuffle(outages)
        length = self.plan.questions * self.plan.pause_seconds
        for fail in outages:
            await asyncio.sleep(rng.uniform(0.5, 1.0) * length / (len(outages) + 1))
            await fail(rng)

    async def _kill_server(self, rng: random.Random) -> None:
        async with self.restarting:
            await self.server.kill()
            await asyncio.sleep(rng.uniform(*_DOWN_SECONDS))
            await self.server.start()

    async def _cut_off_one(self, _rng: random.Random) -> None:
        """Let one replica live without the database, which neither answers nor refuses."""
        assert isinstance(self.service, Fleet)
        self.service.spare(self.service.replicas[-1])
        self.gate.hang(with_sockets=True)
        await asyncio.sleep(_PARTITION_SECONDS)
        await self.gate.reopen()
        self.service.spare(None)

    async def _roll(self, _rng: random.Random) -> None:
        async with self.restarting:
            assert isinstance(self.service, Fleet)
            await self.service.roll()


def find_neglect(people: LoadGenerator) -> list[str]:
    """Find whether Slack has given up so many questions that the others show little."""
    count = sum(question.is_given_up for question in people.sent)
    allowed = _MAX_GIVEN_UP_PART * len(people.sent)
    return [f"Slack has given up {count} questions"] if count > allowed else []


async def run_replicated_chaos(
    plan: Plan, folder: Path, *, replicas: int, outages: Outages = Outages(), rules: Rules = RULES
) -> RunResult:
    """Run `plan` on `replicas` processes with their data in `folder`, and check every promise."""
    began = time.monotonic()
    gate = Gate()
    async with (
        run_storm_server() as server,
        PlayedSlack(rules) as slack,
        PlayedModel(first_delay=0.2) as model,
        gate,
    ):
        model.token_delay = 0.001
        replicated_databases[folder], gate.far_path = server.url, server.socket_path
        people = plan.build_people(slack)
        urls = [*[server.url] * (replicas - 1), lead_through(server.url, gate.port)]
        rng, settings = random.Random(plan.seed + 5), choose_settings(steers=plan.steers)
        fleet = Fleet(folder, slack, model, urls, rng, settings)
        storm = ReplicatedStorm(
            plan, slack, model, people, fleet, server=server, gate=gate, outages=outages
        )
        storm.steering = plan.build_steering(people, slack, model, folder)
        # No question of this storm kills.
        killer = Poison(model, fleet, storm.restarting)  # type: ignore[arg-type] # a fake
        problems = await run_to_end(storm.run(killer), fleet, slack)
        problems = storm.problems + problems + find_neglect(people)
        if fleet.was_ready:
            problems += find_broken_promises(
                people.sent,
                slack,
                model,
                folder,
                acts=storm.list_acts(),
                awaits_bills=not plan.waits_for_bills,
            )
        write_calls(slack, folder)
    acknowledged = sum(question.acked_at is not None for question in people.sent)
    given_up = sum(question.is_given_up for question in people.sent)
    seconds = time.monotonic() - began
    return RunResult(
        problems,
        plan.kills,
        plan.terms,
        storm.retried,
        seconds,
        acknowledged,
        0,
        given_up,
        describe_acts(storm.list_acts()),
    )
