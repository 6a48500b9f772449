"""Runs one storm on several replicas: PostgreSQL itself is killed, and its connections are cut."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import replace
from pathlib import Path

from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack
from tests.chaos.checks import find_broken_promises
from tests.chaos.people import LoadGenerator
from tests.chaos.poison import Poison
from tests.chaos.replicas.cutter import Cutter
from tests.chaos.replicas.fleet import Fleet
from tests.chaos.replicas.server import StormServer, run_storm_server
from tests.chaos.run import RULES as ONE_PROCESS_RULES
from tests.chaos.run import Plan, RunResult, Storm, run_to_end, write_calls
from tests.chaos.waiting import run_in_background
from tests.support.postgres import replicated_databases

# Slack waits for three seconds and repeats an event three times: at once, then after one and five
# minutes, which are shorter here. What is not acknowledged then is lost, as it is with Slack.
RULES = replace(ONE_PROCESS_RULES, ack_seconds=3.0, retry_after=(0.0, 10.0, 30.0))
_DOWN_SECONDS = (0.2, 3.0)
_CUT_INTERVAL_SECONDS = 1.0


class ReplicatedStorm(Storm):
    """A storm in which the database fails too, and replicas are replaced one after the other."""

    server: StormServer
    server_kills: int

    async def _rage(self) -> None:
        rng = random.Random(self.plan.seed + 3)
        cutter = Cutter(self.server, rng, interval_seconds=_CUT_INTERVAL_SECONDS)
        async with run_in_background(cutter.run), run_in_background(self._fail_server):
            await Storm._rage(self)

    async def _fail_server(self) -> None:
        rng = random.Random(self.plan.seed + 4)
        length = self.plan.questions * self.plan.pause_seconds
        for _ in range(self.server_kills):
            await asyncio.sleep(rng.uniform(0.5, 1.0) * length / (self.server_kills + 1))
            async with self.restarting:
                await self.server.kill()
                await asyncio.sleep(rng.uniform(*_DOWN_SECONDS))
                await self.server.start()
        async with self.restarting:
            assert isinstance(self.service, Fleet)
            await self.service.roll()
        await asyncio.Event().wait()


async def run_replicated_chaos(
    plan: Plan, folder: Path, *, replicas: int, server_kills: int = 3
) -> RunResult:
    """Run `plan` on `replicas` processes with their data in `folder`, and check every promise."""
    began = time.monotonic()
    async with (
        run_storm_server() as server,
        PlayedSlack(RULES) as slack,
        PlayedModel(first_delay=0.2) as model,
    ):
        model.token_delay = 0.001
        replicated_databases[folder] = server.url
        people = LoadGenerator(slack, random.Random(plan.seed + 1), threads=plan.threads)
        urls = [server.url] * replicas
        fleet = Fleet(folder, slack, model, urls, random.Random(plan.seed + 5))
        storm = ReplicatedStorm(plan, slack, model, people, fleet)
        storm.server, storm.server_kills = server, server_kills
        # No question of this storm kills.
        killer = Poison(model, fleet, storm.restarting)  # type: ignore[arg-type]
        broken_off = await run_to_end(storm.run(killer), fleet, slack)
        problems = storm.problems + broken_off
        if fleet.was_ready:
            problems += find_broken_promises(people.sent, slack, model, folder)
        write_calls(slack, folder)
    acknowledged = sum(question.acked_at is not None for question in people.sent)
    given_up = sum(question.is_given_up for question in people.sent)
    seconds = time.monotonic() - began
    return RunResult(
        problems, plan.kills, plan.terms, storm.retried, seconds, acknowledged, 0, given_up
    )
